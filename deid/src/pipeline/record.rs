//! What a run did and measured → the statement that is signed.

use super::column_record;
use super::decision::{self, Decision, decimal};
use super::gate::Figures;
use super::layout::{Layout, PersonSource, TableLayout};
use super::models::{self, Asked};
use super::recount::Measured as TableMeasured;
use super::run::Measured;
use crate::codes::Code;
use crate::crypto::{KeyKind, RootKey, SigningKey};
use crate::error::{Diagnostic, Result};
use crate::io::csv_parse::Eol;
use crate::io::encoding::TextEncoding;
use crate::io::source::Form;
use crate::manifest::measure::{
    Basis, Figure, Gate, K_ANONYMITY, L_DIVERSITY, Limit, Measure, Scope, T_CLOSENESS_INPUT,
    T_CLOSENESS_PUBLISHED, TReference,
};
use crate::manifest::run::{
    Acknowledged, AcrossReleases, Decision as DecisionUse, HierarchyUse, Input, KeyUse, LegalForm, Level,
    Normalisation, Pinned, Recoding, Relation, Releases, Searched, Uniqueness,
};
use crate::manifest::statement::Tool;
use crate::manifest::table::{Counts, Eol as EolWord, Format, FormatKind, Order, PersonColumn, Table};
use crate::manifest::{RunManifest, Sha256Hex, Signer, Statement, Subject, UtcTime};
use crate::recipe::lint::Finding;
use crate::recipe::{self, Recipe};
use crate::rulepack::RulePack;

/// What the manifest says that the pipeline does not know.
pub struct Circumstances<'a> {
    /// When the run was made.
    pub time: UtcTime,
    /// The program's version.
    pub version: &'a str,
    /// The bytes of the recipe.
    pub recipe_text: &'a str,
    /// Rule pack whose thresholds and words were used.
    pub pack: &'a RulePack,
    /// What the lint found in the recipe.
    pub findings: &'a [Finding],
    /// Recipient of the run.
    pub recipient: &'a str,
    /// Root key.
    pub root: &'a RootKey,
    /// Key that signs.
    pub signer: &'a SigningKey,
    /// The key was made for this run alone.
    pub one_time_signer: bool,
}

/// Definitions of figures beside k, l and t.
pub(crate) const CLASSES: &str = "k-anonymity.classes";
pub(crate) const RISK_HIGHEST: &str = "risk.highest";
pub(crate) const RISK_AVERAGE: &str = "risk.mean-over-people";
pub(crate) const UNIQUE: &str = "risk.sample-uniques";
pub(crate) const JOINED_K: &str = "k-anonymity.joined";
pub(crate) const JOINED_UNIQUE: &str = "k-anonymity.joined-uniques";
pub(crate) const GRANULARITY: &str = "utility.granularity";
const LOSS: &str = super::decision::QUALITY;

impl Measured<'_> {
    /// The statement about this run. `beside` = what is published beside the tables (decision,
    /// reports), whose bytes it pins too; the manifest itself apart.
    ///
    /// # Errors
    /// [`Code::Internal`] when a digest is not one.
    pub fn statement(
        &self,
        about: &Circumstances<'_>,
        beside: &[(&str, Vec<u8>)],
    ) -> Result<Statement<RunManifest>> {
        let run = &self.transformed;
        let recipe = run.classified.request.recipe;
        let subjects = run
            .classified
            .layout
            .tables
            .iter()
            .zip(&run.applied)
            .filter_map(|(t, a)| {
                Some(Subject::new(t.spec.output.file.clone(), Sha256Hex::parse(&a.written.sha256)?))
            })
            .chain(beside.iter().map(|(name, bytes)| Subject::new(*name, Sha256Hex::of(bytes))))
            .collect();
        let figures = run.figures.as_ref();
        let mut measures = Vec::new();
        let asked = models::asked(recipe, &run.classified.layout);
        for (index, (table, measured)) in
            run.classified.layout.tables.iter().zip(&self.measurement.tables).enumerate()
        {
            table_measures(table, measured, figures, index, &mut measures);
            model_measures(table, measured, &asked, index, &mut measures);
        }
        joined_measures(self, figures, &mut measures);
        let manifest = RunManifest {
            run_time: about.time.clone(),
            tool: Tool { name: "deid".to_owned(), version: about.version.to_owned() },
            signer: Signer::of(about.signer),
            demo: about.root.is_demo() || about.signer.is_demo(),
            recipe: Pinned { id: recipe.id.clone(), sha256: Sha256Hex::of(about.recipe_text.as_bytes()) },
            decision: run.decided.as_ref().map(|d| decision_use(&d.decision, figures, self)),
            hierarchies: hierarchy_uses(self, about.recipe_text),
            rule_pack: Pinned {
                id: about.pack.id.clone(),
                sha256: Sha256Hex::parse(about.pack.digest())
                    .ok_or_else(|| Box::new(Diagnostic::error(Code::Internal)))?,
            },
            inputs: self.inputs(),
            recipient: about.recipient.to_owned(),
            exchange: recipe.exchange.clone(),
            link_group: recipe.link_group.clone(),
            legal_form: legal_form(recipe.legal_form),
            keys: vec![KeyUse {
                id: about.root.id().clone(),
                kind: KeyKind::Root,
                lifetime: about.root.lifetime(),
                destroyed: about.root.lifetime() == crate::crypto::Lifetime::Memory,
            }],
            normalisation: normalisations(recipe),
            tables: self.tables(),
            relations: relations(self, recipe),
            measures,
            gate: gate(recipe, &run.classified.layout),
            releases: Releases {
                follows: recipe.follows.digest().and_then(Sha256Hex::parse),
                assessment: AcrossReleases::NotAssessed,
            },
            acknowledged: recipe
                .acknowledged
                .iter()
                .map(|a| Acknowledged { code: a.code.clone(), reason: a.reason.clone() })
                .collect(),
            uniqueness: uniqueness(self, recipe),
        };
        Ok(Statement::new(subjects, manifest))
    }

    fn inputs(&self) -> Vec<Input> {
        let run = &self.transformed;
        let mut inputs = Vec::new();
        for (table, applied) in run.classified.layout.tables.iter().zip(&run.applied) {
            if let Some(sha256) = Sha256Hex::parse(&applied.scanned.sha256) {
                inputs.push(Input {
                    name: table.spec.file.clone(),
                    sha256,
                    rows: applied.scanned.records,
                    format: format(&applied.read, &table.spec.null),
                });
            }
        }
        let populations = run.classified.request.recipe.privacy.iter().flat_map(|p| &p.populations);
        let counted = run.decided.iter().flat_map(|d| &d.counts.tables);
        let tables: Vec<_> = run.classified.layout.tables.iter().zip(counted).collect();
        for (name, spec) in populations {
            let read =
                tables.iter().find(|(t, _)| t.spec.name == *name).and_then(|(_, c)| c.population.as_ref());
            let Some(read) = read else { continue };
            if let Some(sha256) = Sha256Hex::parse(&read.scanned.sha256) {
                inputs.push(Input {
                    name: spec.file.clone(),
                    sha256,
                    rows: read.scanned.records,
                    format: format(&read.form, &spec.null),
                });
            }
        }
        inputs
    }

    fn tables(&self) -> Vec<Table> {
        let run = &self.transformed;
        let mut tables = Vec::new();
        for (index, ((table, applied), measured)) in
            run.classified.layout.tables.iter().zip(&run.applied).zip(&self.measurement.tables).enumerate()
        {
            let read = run.decided.as_ref().and_then(|d| d.counts.tables.get(index)).map(|c| c.people);
            let kept = measured
                .people
                .or_else(|| run.figures.as_ref().and_then(|f| f.tables.get(index)).map(|t| t.people));
            let people = match (&table.person, read, kept) {
                (PersonSource::EachRow, ..) | (_, None, _) | (_, _, None) => None,
                (_, Some(input), Some(output)) => {
                    Some(Counts { input, output, suppressed: input.saturating_sub(output) })
                }
            };
            let spec = table.spec;
            tables.push(Table {
                id: spec.name.clone(),
                file: spec.output.file.clone(),
                format: format(&applied.form, &spec.output.null),
                rows: Counts {
                    input: applied.scanned.records,
                    output: applied.tally.written,
                    suppressed: applied.tally.suppressed,
                },
                people,
                person_column: match table.person {
                    PersonSource::Column(c) => spec
                        .columns
                        .get(c)
                        .map(|c| PersonColumn { name: c.name.clone(), published: c.is_published() }),
                    _ => None,
                },
                order: match spec.order {
                    recipe::Order::Shuffle => Order::Shuffled,
                    recipe::Order::Keep => Order::Keep,
                },
                columns: spec.columns.iter().map(column_record::column).collect(),
                quasi: names(table, &table.quasi),
                sensitive: names(table, &table.sensitive),
                formula_cells: applied.tally.formulas,
            });
        }
        tables
    }
}

fn names(table: &TableLayout<'_>, columns: &[usize]) -> Vec<String> {
    columns.iter().filter_map(|c| table.spec.columns.get(*c)).map(|c| c.name.clone()).collect()
}

fn ratio(value: f64) -> Figure {
    Figure::Ratio(decimal(value))
}

fn table_measures(
    table: &TableLayout<'_>,
    measured: &TableMeasured,
    figures: Option<&Figures>,
    index: usize,
    out: &mut Vec<Measure>,
) {
    if table.quasi.is_empty() && table.sensitive.is_empty() {
        return;
    }
    let name = &table.spec.name;
    let attested = figures.and_then(|f| f.tables.get(index));
    let known = measured.people.is_some();
    let basis = if known { Basis::Recountable } else { Basis::Attested };
    let mut add = |definition: &str, columns: Vec<String>, value: Option<Figure>, basis: Basis| {
        out.push(Measure {
            definition: definition.to_owned(),
            scope: Scope::Table,
            table: Some(name.clone()),
            columns,
            value,
            basis,
        });
    };
    let quasi = names(table, &table.quasi);
    if !quasi.is_empty() {
        let k = if known { measured.k } else { attested.and_then(|a| a.k) };
        let risk = if known { measured.risk } else { attested.and_then(super::gate::risk_of) };
        let classes = if known { measured.classes } else { attested.map_or(0, |a| a.classes) };
        add(K_ANONYMITY, quasi.clone(), k.map(Figure::Count), basis);
        add(CLASSES, quasi.clone(), Some(Figure::Count(classes)), basis);
        add(RISK_HIGHEST, quasi.clone(), risk.map(|r| ratio(r.highest)), basis);
        add(RISK_AVERAGE, quasi.clone(), risk.map(|r| ratio(r.mean_over_people)), basis);
        add(UNIQUE, quasi, risk.map(|r| Figure::Count(r.unique)), basis);
    }
    for (position, (column, l, t)) in measured.sensitive.iter().enumerate() {
        let engine = attested.and_then(|a| a.sensitive.get(position));
        let l = if known { *l } else { engine.and_then(|s| s.l).map(u64::from) };
        let published = if known { *t } else { engine.and_then(|s| s.t_published) };
        let columns = vec![column.clone()];
        add(L_DIVERSITY, columns.clone(), l.map(Figure::Count), basis);
        add(T_CLOSENESS_PUBLISHED, columns.clone(), published.map(ratio), basis);
        // Counted again where the gate compares with it.
        let input = measured.t_input.get(position).copied().flatten();
        let input = input.or_else(|| engine.and_then(|s| s.t_input));
        add(T_CLOSENESS_INPUT, columns, input.map(ratio), Basis::Attested);
    }
}

/// Figures of further models, as counted on the published file.
fn model_measures(
    table: &TableLayout<'_>,
    measured: &TableMeasured,
    asked: &[Asked<'_>],
    index: usize,
    out: &mut Vec<Measure>,
) {
    for (asked, answer) in asked.iter().filter(|a| a.table == index).zip(&measured.models) {
        let columns = asked.demand.column.clone().map_or_else(|| names(table, &table.quasi), |c| vec![c]);
        out.push(Measure {
            definition: asked.definition.clone(),
            scope: Scope::Table,
            table: Some(table.spec.name.clone()),
            columns,
            value: models::stated(asked, *answer),
            basis: asked.basis,
        });
    }
}

fn joined_measures(run: &Measured<'_>, figures: Option<&Figures>, out: &mut Vec<Measure>) {
    let recounted = run.measurement.joined;
    let attested = figures.and_then(|f| f.joined.as_ref());
    let (k, unique, basis) = match (recounted, attested) {
        (Some((k, unique)), _) => (Some(k), Some(unique), Basis::Recountable),
        (None, Some(j)) => (j.k, Some(j.unique), Basis::Attested),
        (None, None) => (None, None, Basis::Attested),
    };
    let mut add = |definition: &str, value: Option<Figure>, basis: Basis| {
        out.push(Measure {
            definition: definition.to_owned(),
            scope: Scope::Joined,
            table: None,
            columns: Vec::new(),
            value,
            basis,
        });
    };
    if k.is_some() || unique.is_some() {
        add(JOINED_K, k.map(Figure::Count), basis);
        add(JOINED_UNIQUE, unique.map(Figure::Count), basis);
    }
    if let Some(f) = figures {
        add(LOSS, Some(ratio(f.loss)), Basis::Attested);
    }
    if let Some(granularity) = figures.and_then(|f| f.granularity) {
        add(GRANULARITY, Some(ratio(granularity)), Basis::Attested);
    }
}

fn decision_use(decision: &Decision, figures: Option<&Figures>, run: &Measured<'_>) -> DecisionUse {
    let mut levels = Vec::new();
    let mut attributes = figures.into_iter().flat_map(|f| &f.attributes);
    for table in &run.transformed.classified.layout.tables {
        for (column, figure) in names(table, &table.quasi).into_iter().zip(attributes.by_ref()) {
            levels.push(Level {
                table: table.spec.name.clone(),
                column,
                level: figure.level.map(u32::from),
                height: u32::from(figure.height),
                records: figure.at_level.clone(),
            });
        }
    }
    let recoding = match &decision.recoding {
        decision::Recoding::FullDomain {} => Recoding::FullDomain,
        decision::Recoding::Local(_) => Recoding::Local,
        decision::Recoding::Cells(_) => Recoding::Cells,
    };
    let searched = run.searched().and_then(|d| Some((d, d.proof.as_ref()?)));
    let search = searched.map(|(d, proof)| Searched {
        proven: proof.optimal,
        loss: d.chosen.loss,
        bound: proof.bound,
        gap: proof.gap,
        stopped: proof.stopped,
    });
    DecisionUse { sha256: Sha256Hex::of(decision.to_text().as_bytes()), recoding, levels, search }
}

/// A CSV hierarchy is pinned by its file, an inline one by the recipe that declares it.
fn hierarchy_uses(run: &Measured<'_>, recipe_text: &str) -> Vec<HierarchyUse> {
    let request = run.transformed.classified.request;
    let mut uses = Vec::new();
    for table in &request.recipe.tables {
        for column in &table.columns {
            let Some(name) = super::decide::hierarchy_of(column) else { continue };
            let file = request.recipe.hierarchies.get(name).and_then(|h| match &h.kind {
                recipe::HierarchyKind::Csv { path, .. } => request.hierarchy_files.get(path),
                _ => None,
            });
            let declared = file.map_or(recipe_text, String::as_str);
            uses.push(HierarchyUse {
                table: table.name.clone(),
                column: column.name.clone(),
                sha256: Sha256Hex::of(declared.as_bytes()),
            });
        }
    }
    uses
}

fn normalisations(recipe: &Recipe) -> Vec<Normalisation> {
    recipe
        .domains
        .iter()
        .map(|(name, d)| Normalisation {
            domain: name.clone(),
            id: super::compile::normaliser(&d.normalise).id(),
        })
        .collect()
}

fn relations(run: &Measured<'_>, recipe: &Recipe) -> Vec<Relation> {
    let known = |table: &str| run.transformed.classified.layout.tables.iter().find(|t| t.spec.name == table);
    recipe
        .relations
        .iter()
        .filter_map(|r| {
            Some(Relation {
                child: r.child.clone(),
                child_columns: vec![r.column.clone()],
                parent: r.parent.clone(),
                parent_columns: vec![known(&r.parent)?.spec.key.clone()?],
                to_person: true,
            })
        })
        .collect()
}

fn gate(recipe: &Recipe, layout: &Layout<'_>) -> Option<Gate> {
    let p = recipe.privacy.as_ref()?;
    let limit = |((table, column), value): (&(String, String), Figure)| Limit {
        table: table.clone(),
        column: column.clone(),
        limit: value,
    };
    Some(Gate {
        k: p.k,
        l: p.l.iter().map(|(k, v)| limit((k, Figure::Count(*v)))).collect(),
        t: p.t.iter().map(|(k, v)| limit((k, ratio(*v)))).collect(),
        t_reference: (!p.t.is_empty()).then_some(match p.t_reference {
            recipe::TReference::Input => TReference::Input,
            recipe::TReference::Published => TReference::Published,
        }),
        models: models::model_limits(recipe, layout),
        suppression_limit: Some(decimal(p.suppression)),
        passed: true,
    })
}

fn uniqueness(run: &Measured<'_>, recipe: &Recipe) -> Vec<Uniqueness> {
    let limit = recipe.privacy.as_ref().map(|p| p.unique_limit);
    let mut out = Vec::new();
    for (table, measured) in run.transformed.classified.layout.tables.iter().zip(&run.measurement.tables) {
        for (column, people) in &measured.unique {
            out.push(Uniqueness {
                table: table.spec.name.clone(),
                column: column.clone(),
                people: *people,
                limit,
                acknowledged: limit.is_some_and(|l| *people > l),
            });
        }
    }
    out
}

/// How a file is written, in the words of the manifest.
pub(crate) fn format(form: &Form, null: &[String]) -> Format {
    match form {
        Form::Csv { encoding, bom, delimiter, eol } => Format {
            kind: FormatKind::Csv,
            encoding: Some(encoding_word(*encoding).to_owned()),
            bom: Some(*bom),
            delimiter: Some(char::from(*delimiter).to_string()),
            eol: Some(match eol {
                Eol::Lf => EolWord::Lf,
                Eol::CrLf => EolWord::Crlf,
            }),
            null_tokens: null.to_vec(),
        },
        Form::NdJson => Format {
            kind: FormatKind::Ndjson,
            encoding: Some("utf-8".to_owned()),
            bom: Some(false),
            delimiter: None,
            eol: Some(EolWord::Lf),
            null_tokens: Vec::new(),
        },
        Form::Parquet(_) => Format {
            kind: FormatKind::Parquet,
            encoding: None,
            bom: None,
            delimiter: None,
            eol: None,
            null_tokens: Vec::new(),
        },
    }
}

/// The encoding's name in the WHATWG Encoding Standard.
fn encoding_word(encoding: TextEncoding) -> &'static str {
    match encoding {
        TextEncoding::Cp932 => "shift_jis",
        other => other.id(),
    }
}

fn legal_form(form: recipe::LegalForm) -> LegalForm {
    match form {
        recipe::LegalForm::SafetyProcessed => LegalForm::SecurityProcessed,
        recipe::LegalForm::PseudonymouslyProcessed => LegalForm::Pseudonymised,
        recipe::LegalForm::AnonymouslyProcessed => LegalForm::Anonymised,
        recipe::LegalForm::AdministrativeAnonymous => LegalForm::AnonymisedAdministrative,
        recipe::LegalForm::Statistics => LegalForm::Statistics,
    }
}
