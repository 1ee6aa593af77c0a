//! One table and its columns, as texts and geometry ready for the template.

use super::chart::{self, Histogram};
use super::format::{self, count, count_or_none, fraction, hundredths, one_in_average, percent};
use super::model::{ColumnRow, Report, RiskRow, TableRow};
use super::words::Say;
use crate::words::Lang;

/// A label and the texts beside it.
pub(super) struct Line {
    pub(super) label: String,
    pub(super) values: Vec<String>,
}

/// One table.
pub(super) struct TableView {
    /// Position, for ids in the page.
    pub(super) id: usize,
    pub(super) name: String,
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) format: String,
    pub(super) order: String,
    /// Records in, out, suppressed; people in, out.
    pub(super) counts: [String; 5],
    /// People of whom nothing is published; a dash where they cannot be counted.
    pub(super) people_gone: String,
    /// Risk: label, before, after; empty where nothing was counted.
    pub(super) risk: Vec<Line>,
    /// Key of what is said where nothing was counted.
    pub(super) no_risk: &'static str,
    /// The risk picture: label, width before and after, texts before and after.
    pub(super) risk_bars: Vec<RiskBar>,
    pub(super) histogram: Option<Histogram>,
    pub(super) histogram_text: String,
    /// Sizes: size, classes, people, share of people.
    pub(super) sizes: Vec<Line>,
    /// Sensitive columns: name, l, t against the input, t against what is published.
    pub(super) sensitive: Vec<Line>,
    /// Records suppressed to meet the gate, records without a parent, share, basis.
    pub(super) suppression: [String; 4],
    pub(super) columns: Vec<ColumnView>,
}

/// A pair of bars.
pub(super) struct RiskBar {
    pub(super) label: String,
    /// Upper edge in the picture.
    pub(super) y: u64,
    pub(super) before: u64,
    pub(super) after: u64,
    pub(super) before_text: String,
    pub(super) after_text: String,
}

/// One column.
pub(super) struct ColumnView {
    pub(super) name: String,
    pub(super) item: String,
    pub(super) role: String,
    pub(super) published: bool,
    /// Treatment and its parameters.
    pub(super) treatments: Vec<(String, String)>,
    pub(super) level: String,
    /// Records at each level, where records have different ones.
    pub(super) at_level: Vec<String>,
    /// Filled and empty boxes of the level.
    pub(super) boxes: String,
    pub(super) values: String,
    pub(super) unique: String,
}

impl TableView {
    /// The texts of the table at position `id` of a report.
    pub(super) fn new(id: usize, table: &TableRow, report: &Report, say: &Say) -> Self {
        let k = report.gate.as_ref().map(|g| g.k);
        let bins = chart::bins(&table.sizes, k);
        let short = match say.lang() {
            Lang::Ja => chart::short_ja,
            Lang::En => chart::short_en,
        };
        let people: u64 = bins.iter().map(|b| b.people).fold(0, u64::saturating_add);
        Self {
            id,
            name: format::name(&table.name),
            file: format::name(&table.file),
            sha256: format::name(&table.sha256),
            format: say.file_format(&table.format),
            order: say
                .t(if table.shuffled { "report.order.shuffled" } else { "report.order.kept" })
                .to_owned(),
            counts: [
                count(table.rows_in),
                count(table.rows_out),
                count(table.suppressed),
                count_or_none(table.people.0),
                count_or_none(table.people.1),
            ],
            people_gone: count_or_none(
                table.people.0.zip(table.people.1).map(|(before, after)| before.saturating_sub(after)),
            ),
            risk: risk(table, say),
            no_risk: if table.columns.iter().any(|c| c.role == "quasi" && c.published) {
                "report.risk.unknown"
            } else {
                "report.risk.not-counted"
            },
            risk_bars: risk_bars(table, say),
            histogram: Histogram::new(&bins, k, short),
            histogram_text: histogram_text(table, say),
            sizes: bins
                .iter()
                .filter(|b| b.classes > 0)
                .map(|b| Line {
                    label: match b.to {
                        Some(to) if to == b.from => count(to),
                        Some(to) => say.fill("report.range", &[("from", &count(b.from)), ("to", &count(to))]),
                        None => say.fill("report.or-more", &[("n", &count(b.from))]),
                    },
                    values: vec![count(b.classes), count(b.people), format::share(b.people, people)],
                })
                .collect(),
            sensitive: table
                .sensitive
                .iter()
                .map(|(name, l, input, published)| Line {
                    label: format::name(name),
                    values: vec![
                        count_or_none(*l),
                        input.map_or_else(|| format::NONE.to_owned(), fraction),
                        published.map_or_else(|| format::NONE.to_owned(), fraction),
                    ],
                })
                .collect(),
            suppression: [
                count(table.suppressed.saturating_sub(table.orphans)),
                count(table.orphans),
                format::share(table.suppressed, table.rows_in),
                say.t(if table.recountable { "report.basis.recountable" } else { "report.basis.attested" })
                    .to_owned(),
            ],
            columns: table.columns.iter().map(|c| ColumnView::new(c, say)).collect(),
        }
    }
}

/// Tables in which single cells were changed: table, what, how many.
pub(super) fn cells(report: &Report, say: &Say) -> Vec<Line> {
    let kinds = [
        "report.cells.formula",
        "report.cells.suppressed",
        "report.cells.unparsable",
        "report.cells.replaced",
    ];
    let of_table = |table: &TableRow| {
        let changed = kinds.iter().zip(table.cells).filter(|(_, n)| *n > 0);
        let line = |(key, n): (&&str, u64)| Line {
            label: format::name(&table.name),
            values: vec![say.t(key).to_owned(), count(n)],
        };
        changed.map(line).collect::<Vec<_>>()
    };
    report.tables.iter().flat_map(of_table).collect()
}

fn risk(table: &TableRow, say: &Say) -> Vec<Line> {
    if table.before.is_none() && table.after.is_none() {
        return Vec::new();
    }
    let line = |key: &str, f: fn(RiskRow) -> String| Line {
        label: say.t(key).to_owned(),
        values: [table.before, table.after]
            .iter()
            .map(|r| r.map_or_else(|| format::NONE.to_owned(), f))
            .collect(),
    };
    vec![
        line("report.risk.classes", |r| count(r.classes)),
        line("report.risk.k", |r| count(r.k)),
        line("report.risk.average-class", |r| hundredths(r.average_class)),
        line("report.risk.highest", |r| format::one_in(r.k)),
        line("report.risk.average", |r| one_in_average(r.average_class, r.average)),
        line("report.risk.unique", |r| format!("{} ({})", count(r.unique), percent(r.share_unique))),
    ]
}

fn risk_bars(table: &TableRow, say: &Say) -> Vec<RiskBar> {
    let (Some(before), Some(after)) = (table.before, table.after) else { return Vec::new() };
    let pairs = [
        ("report.risk.highest", before.highest, after.highest),
        ("report.risk.average", before.average, after.average),
        ("report.risk.share-unique", before.share_unique, after.share_unique),
    ];
    (0..)
        .map(|i| 8 + i * 46)
        .zip(pairs)
        .map(|(y, (key, before, after))| RiskBar {
            label: say.t(key).to_owned(),
            y,
            before: chart::risk_width(before),
            after: chart::risk_width(after),
            before_text: percent(before),
            after_text: percent(after),
        })
        .collect()
}

fn histogram_text(table: &TableRow, say: &Say) -> String {
    let held = || table.sizes.iter().filter(|(_, classes)| *classes > 0).map(|(size, _)| *size);
    let (Some(least), Some(most)) = (held().min(), held().max()) else { return String::new() };
    say.fill("report.histogram.text", &[("least", &count(least)), ("most", &count(most))])
}

impl ColumnView {
    fn new(column: &ColumnRow, say: &Say) -> Self {
        Self {
            name: format::name(&column.name),
            item: column.item.as_ref().map_or_else(String::new, |(id, ja, en)| {
                say.fill(
                    "report.item",
                    &[("label", &format::name(say.pick(ja, en))), ("id", &format::name(id))],
                )
            }),
            role: say.role(&column.role),
            published: column.published,
            treatments: column
                .treatments
                .iter()
                .map(|(id, p)| (say.treatment(id), say.parameters(p)))
                .collect(),
            level: column.level.map_or_else(String::new, |(level, height)| {
                say.fill("report.level", &[("level", &level.to_string()), ("height", &height.to_string())])
            }),
            boxes: column.level.map_or_else(String::new, |(level, height)| {
                let (level, height) = (usize::from(level), usize::from(height));
                format!("{}{}", "■".repeat(level.min(height)), "□".repeat(height.saturating_sub(level)))
            }),
            at_level: (0u64..)
                .zip(&column.at_level)
                .filter(|(_, records)| **records > 0)
                .map(|(level, records)| {
                    let facts = [("level", &*count(level)), ("records", &*count(*records))];
                    say.fill("report.at-level", &facts)
                })
                .collect(),
            values: column.values.map_or_else(
                || format::NONE.to_owned(),
                |(before, after)| {
                    if before == after {
                        count(after)
                    } else {
                        format!("{} → {}", count(before), count(after))
                    }
                },
            ),
            unique: count_or_none(column.unique),
        }
    }
}
