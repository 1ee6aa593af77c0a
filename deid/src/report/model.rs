//! What a report says, as plain data: no cell, no formatting, no language.
//!
//! Built by the run; rendered by [`super::html`]. All ratios are 0..=1.

/// Everything a report shows about one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Title of the recipe.
    pub title: String,
    /// Id of the recipe.
    pub recipe: String,
    /// Exchange, recipient and link group.
    pub exchange: String,
    /// Recipient.
    pub recipient: String,
    /// Group whose recipients are linkable on purpose.
    pub link_group: Option<String>,
    /// Legal form, in the law's words.
    pub legal_form: String,
    /// When the run was made, UTC, `YYYY-MM-DDThh:mm:ssZ`.
    pub run_time: String,
    /// Program version.
    pub tool_version: String,
    /// SHA-256 of the recipe, hex.
    pub recipe_sha256: String,
    /// Id of the signing key, and whether it is a demo or one-time key.
    pub signer: String,
    /// The public demo key was used: never real data.
    pub demo: bool,
    /// The signing key existed for this run only: integrity, but nobody vouches.
    pub one_time_signer: bool,
    /// The gate; `None` = nothing was gated.
    pub gate: Option<GateRow>,
    /// Loss of the chosen levels, 0..=1; `None` without a search.
    pub loss: Option<f64>,
    /// How the levels came about.
    pub search: Search,
    /// Tables in the order of the recipe.
    pub tables: Vec<TableRow>,
    /// People who share all their records with so many others: (least group, people alone);
    /// `None` where it cannot be told.
    pub joined: Option<(u64, u64)>,
    /// The next best levels: (loss, suppressed records in all tables, levels as "column level").
    pub alternatives: Vec<AlternativeRow>,
    /// Warnings and notes of the recipe, acknowledged or not.
    pub notes: Vec<NoteRow>,
    /// Release that this one follows; `None` = not assessed across releases.
    pub follows: Option<String>,
}

/// How the levels of a run came about.
#[derive(Debug, Clone, PartialEq)]
pub enum Search {
    /// Nothing was chosen.
    None,
    /// An earlier decision was applied again; nothing was searched for these inputs.
    Reapplied,
    /// By a search.
    Done(SearchRow),
    /// There are no levels for all: every class has its own values.
    PerClass(ClassesRow),
}

/// What a recoding per class came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassesRow {
    /// Single cells are blanked; else values are generalised class by class.
    pub blanks: bool,
    /// Published classes.
    pub classes: u64,
    /// Mean domain share, 1 = the input itself.
    pub granularity: f64,
}

/// What a search proved.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRow {
    /// Combinations of levels.
    pub nodes: u64,
    /// Checks against the data.
    pub checks: u64,
    /// No combination loses less.
    pub proven: bool,
    /// No combination loses less than this.
    pub bound: f64,
    /// Loss − bound.
    pub gap: f64,
    /// Ended by a clock, not by the number of checks.
    pub by_time: bool,
    /// Id of an argument and how many combinations it rules out; together all.
    pub by_argument: Vec<(String, u64)>,
}

/// What had to be met.
#[derive(Debug, Clone, PartialEq)]
pub struct GateRow {
    /// Least number of people in a class.
    pub k: u64,
    /// Largest share of suppressed records per table.
    pub suppression: f64,
    /// (table, column, least number of distinct values).
    pub l: Vec<(String, String, u64)>,
    /// (table, column, largest distance).
    pub t: Vec<(String, String, f64)>,
    /// `input` or `published`.
    pub t_reference: String,
    /// Figures of further privacy models.
    pub models: Vec<ModelRow>,
}

/// A figure of a further privacy model, and its limit.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRow {
    /// Id of the figure's definition.
    pub definition: String,
    /// Table.
    pub table: String,
    /// Sensitive column, where the model reads values.
    pub column: Option<String>,
    /// Parameters beside the limit: (key, value).
    pub parameters: Vec<(String, String)>,
    /// What was asked.
    pub asked: f64,
    /// What was counted on the published file.
    pub reached: Option<f64>,
    /// `least`, `greatest` or `below`.
    pub bound: String,
    /// Whether it is a count of people.
    pub is_count: bool,
    /// Whether the limit is kept.
    pub met: bool,
}

/// One table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// Name in the recipe.
    pub name: String,
    /// Published file.
    pub file: String,
    /// SHA-256 of the published file, hex.
    pub sha256: String,
    /// Format, encoding: `csv / cp932 / CRLF`.
    pub format: String,
    /// Records read, published, suppressed (orphans among the suppressed).
    pub rows_in: u64,
    /// Records published.
    pub rows_out: u64,
    /// Records suppressed.
    pub suppressed: u64,
    /// Of those, records without a parent.
    pub orphans: u64,
    /// Distinct people before and after; `None` where they cannot be counted.
    pub people: (Option<u64>, Option<u64>),
    /// `true`: shuffled by a keyed order; `false`: input order kept.
    pub shuffled: bool,
    /// Whether the figures "after" were counted on the published bytes (else attested by the run).
    pub recountable: bool,
    /// Risk of the input, at the values as they were; `None` without a count.
    pub before: Option<RiskRow>,
    /// Risk of what is published.
    pub after: Option<RiskRow>,
    /// Classes by number of people, ascending (after).
    pub sizes: Vec<(u64, u64)>,
    /// Per sensitive column: (name, l, t against the input, t against what is published).
    pub sensitive: Vec<(String, Option<u64>, Option<f64>, Option<f64>)>,
    /// Columns in the order of the file, dropped ones included.
    pub columns: Vec<ColumnRow>,
    /// Formula cells neutralised, cells suppressed by treatments, cells that did not parse (now
    /// NULL), characters replaced because the encoding lacks them.
    pub cells: [u64; 4],
}

/// Risk figures of one table, counted in people per class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskRow {
    /// Classes.
    pub classes: u64,
    /// Least class.
    pub k: u64,
    /// People per class on average.
    pub average_class: f64,
    /// 1/k.
    pub highest: f64,
    /// Mean over people.
    pub average: f64,
    /// People alone in their class.
    pub unique: u64,
    /// The same as a share.
    pub share_unique: f64,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRow {
    /// Header.
    pub name: String,
    /// Role id (`direct`, `link`, …).
    pub role: String,
    /// Taxonomy item id and its label in ja and en, where there is one.
    pub item: Option<(String, String, String)>,
    /// Treatment ids in order, each with its parameters as text (no cell).
    pub treatments: Vec<(String, String)>,
    /// Chosen level and height of the hierarchy.
    pub level: Option<(u8, u8)>,
    /// Published records at each level, from 0 on, where every class has its own; else empty.
    pub at_level: Vec<u64>,
    /// Distinct values before and after generalising.
    pub values: Option<(u64, u64)>,
    /// People that the published column makes unique (columns outside the quasi-identifiers).
    pub unique: Option<u64>,
    /// Whether it is published.
    pub published: bool,
}

/// One alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct AlternativeRow {
    /// Loss.
    pub loss: f64,
    /// Suppressed records, all tables.
    pub suppressed: u64,
    /// (table, column, level).
    pub levels: Vec<(String, String, u8)>,
}

/// A warning or note.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteRow {
    /// Code.
    pub code: String,
    /// `warning` or `info`.
    pub severity: String,
    /// Table and column, where it has them.
    pub place: String,
    /// Title in ja and en.
    pub title: (String, String),
    /// Explanation in ja and en.
    pub text: (String, String),
    /// Reason given by the recipe's author; `None` = not acknowledged.
    pub reason: Option<String>,
}
