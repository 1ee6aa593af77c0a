//! A measured run → the data of its report.

use super::column_record::treatment;
use super::decision::Recoding;
use super::gate::{Figures, risk_of};
use super::layout::{PersonSource, TableLayout};
use super::models;
use super::record::Circumstances;
use super::run::Measured;
use crate::anonymity::outcome::TableOutcome;
use crate::io::csv_parse::Eol;
use crate::io::source::Form;
use crate::manifest::run::Stopped;
use crate::manifest::table::Parameter;
use crate::measure::risk::Risk;
use crate::recipe::lint::{Finding, Wording};
use crate::recipe::{Order, TReference};
use crate::report::model::{
    AlternativeRow, ClassesRow, ColumnRow, GateRow, ModelRow, NoteRow, Report, RiskRow, Search, SearchRow,
    TableRow,
};
use crate::words::{Lang, Words};

impl Measured<'_> {
    /// The data of the report.
    #[must_use]
    pub fn report(&self, about: &Circumstances<'_>) -> Report {
        let run = &self.transformed;
        let recipe = run.classified.request.recipe;
        let figures = run.figures.as_ref();
        Report {
            title: recipe.title.clone(),
            recipe: recipe.id.clone(),
            exchange: recipe.exchange.clone(),
            recipient: about.recipient.to_owned(),
            link_group: recipe.link_group.clone(),
            legal_form: recipe.legal_form.id().to_owned(),
            run_time: about.time.as_str().to_owned(),
            tool_version: about.version.to_owned(),
            recipe_sha256: crate::manifest::Sha256Hex::of(about.recipe_text.as_bytes()).as_str().to_owned(),
            signer: about.signer.public().id().as_str().to_owned(),
            demo: about.root.is_demo() || about.signer.is_demo(),
            one_time_signer: about.one_time_signer,
            gate: recipe.privacy.as_ref().map(|p| GateRow {
                k: p.k,
                suppression: p.suppression,
                l: p.l.iter().map(|((t, c), n)| (t.clone(), c.clone(), *n)).collect(),
                t: p.t.iter().map(|((t, c), n)| (t.clone(), c.clone(), *n)).collect(),
                t_reference: match p.t_reference {
                    TReference::Input => "input".to_owned(),
                    TReference::Published => "published".to_owned(),
                },
                models: self.model_rows(),
            }),
            loss: figures.map(|f| f.loss),
            search: self.search_row(),
            tables: (0..run.classified.layout.tables.len())
                .filter_map(|i| self.table_row(i, figures, about))
                .collect(),
            joined: self.summary().joined,
            alternatives: self.searched().map_or_else(Vec::new, |d| {
                d.alternatives
                    .iter()
                    .map(|a| AlternativeRow {
                        loss: a.loss.to_f64(),
                        suppressed: a.suppressed.values().sum(),
                        levels: a
                            .levels
                            .iter()
                            .flat_map(|(t, cs)| cs.iter().map(move |(c, l)| (t.clone(), c.clone(), *l)))
                            .collect(),
                    })
                    .collect()
            }),
            notes: notes(about.findings),
            follows: recipe.follows.digest().map(str::to_owned),
        }
    }

    fn search_row(&self) -> Search {
        let classes = self.decision().and_then(|d| Some((d, d.recoding.classes()?)));
        if let (Some((decision, _)), Some(figures)) = (classes, &self.transformed.figures) {
            return Search::PerClass(ClassesRow {
                blanks: matches!(decision.recoding, Recoding::Cells(_)),
                classes: figures.tables.iter().map(|t| t.classes).sum(),
                granularity: figures.granularity.unwrap_or_default(),
            });
        }
        let Some((decision, proof)) = self.searched().and_then(|d| Some((d, d.proof.as_ref()?))) else {
            return if self.decision().is_some() { Search::Reapplied } else { Search::None };
        };
        Search::Done(SearchRow {
            nodes: decision.nodes,
            checks: decision.checks,
            proven: proof.optimal,
            bound: proof.bound.to_f64(),
            gap: proof.gap.to_f64(),
            by_time: proof.stopped == Some(Stopped::Time),
            by_argument: proof.by_argument.named().iter().map(|(id, n)| ((*id).to_owned(), *n)).collect(),
        })
    }

    /// Further models in the order of the recipe, with what was counted on the published files.
    fn model_rows(&self) -> Vec<ModelRow> {
        let classified = self.transformed.classified;
        let asked = models::asked(classified.request.recipe, &classified.layout);
        let mut answers: Vec<_> = self.measurement.tables.iter().map(|t| t.models.iter()).collect();
        let row = |a: models::Asked<'_>| {
            let reached = answers.get_mut(a.table)?.next().copied().flatten();
            let said = |(key, value): (&String, &Parameter)| match value {
                Parameter::Flag(b) => (key.clone(), b.to_string()),
                Parameter::Integer(n) => (key.clone(), n.to_string()),
                Parameter::Text(s) => (key.clone(), s.clone()),
            };
            Some(ModelRow {
                definition: a.definition.clone(),
                table: a.demand.table.clone(),
                column: a.demand.column.clone(),
                parameters: a.parameters.iter().map(said).collect(),
                asked: a.wanted.limit(),
                reached,
                bound: a.wanted.word().to_owned(),
                is_count: crate::manifest::measure::is_count(&a.definition),
                met: a.wanted.is_met(reached),
            })
        };
        asked.into_iter().filter_map(row).collect()
    }

    fn table_row(
        &self,
        index: usize,
        figures: Option<&Figures>,
        about: &Circumstances<'_>,
    ) -> Option<TableRow> {
        let run = &self.transformed;
        let layout = run.classified.layout.tables.get(index)?;
        let applied = run.applied.get(index)?;
        let measured = self.measurement.tables.get(index)?;
        let attested = figures.and_then(|f| f.tables.get(index));
        let known = measured.people.is_some();
        let counted = !layout.quasi.is_empty();
        let read = run.decided.as_ref().and_then(|d| d.counts.tables.get(index)).map(|c| c.people);
        let after_risk = if known { measured.risk } else { attested.and_then(risk_of) };
        let (classes, k) = if known {
            (measured.classes, measured.k)
        } else {
            (attested.map_or(0, |a| a.classes), attested.and_then(|a| a.k))
        };
        let sizes = if known {
            measured.sizes.iter().map(|(s, n)| (*s, *n)).collect()
        } else {
            attested.map_or_else(Vec::new, |a| a.by_people.iter().map(|s| (s.size, s.classes)).collect())
        };
        let before = figures.and_then(|f| f.before.get(index)).and_then(|(t, r)| row_of(t, (*r)?));
        let sensitive = measured.sensitive.iter().enumerate().map(|(i, (name, l, t))| {
            let engine = attested.and_then(|a| a.sensitive.get(i));
            let (l, t) = if known {
                (*l, *t)
            } else {
                (engine.and_then(|s| s.l).map(u64::from), engine.and_then(|s| s.t_published))
            };
            (name.clone(), l, engine.and_then(|s| s.t_input), t)
        });
        Some(TableRow {
            name: layout.spec.name.clone(),
            file: layout.spec.output.file.clone(),
            sha256: applied.written.sha256.clone(),
            format: form(&applied.form),
            rows_in: applied.scanned.records,
            rows_out: applied.tally.written,
            suppressed: applied.tally.suppressed,
            orphans: applied.tally.orphans,
            people: match layout.person {
                PersonSource::EachRow => (None, None),
                _ => (read, measured.people.or(attested.map(|a| a.people))),
            },
            shuffled: layout.spec.order == Order::Shuffle,
            recountable: known,
            before: before.filter(|_| counted),
            after: after_risk.zip(k).filter(|_| counted).map(|(r, k)| risk_row(r, classes, k)),
            sizes: if counted { sizes } else { Vec::new() },
            sensitive: sensitive.collect(),
            columns: self.column_rows(layout, index, figures, about),
            cells: [
                applied.tally.formulas,
                applied.tally.cells_suppressed,
                applied.tally.unparsed,
                applied.written.replaced,
            ],
        })
    }

    fn column_rows(
        &self,
        layout: &TableLayout<'_>,
        index: usize,
        figures: Option<&Figures>,
        about: &Circumstances<'_>,
    ) -> Vec<ColumnRow> {
        let unique = self.measurement.tables.get(index).map_or(&[][..], |m| &m.unique);
        let row = |(position, column): (usize, &crate::recipe::Column)| {
            let attribute =
                layout.quasi.iter().position(|q| *q == position).map(|q| layout.first_attribute + q);
            let figure = figures.zip(attribute).and_then(|(f, a)| f.attributes.get(a));
            ColumnRow {
                name: column.name.clone(),
                role: column.role.id().to_owned(),
                item: column.item.as_ref().and_then(|id| {
                    let item = about.pack.item(id)?;
                    Some((id.clone(), item.label.ja.clone(), item.label.en.clone()))
                }),
                treatments: column
                    .steps
                    .iter()
                    .map(|s| {
                        let t = treatment(s);
                        let parameters: Vec<String> = t
                            .parameters
                            .iter()
                            .map(|(k, v)| match v {
                                Parameter::Flag(b) => format!("{k} {b}"),
                                Parameter::Integer(n) => format!("{k} {n}"),
                                Parameter::Text(s) => format!("{k} {s}"),
                            })
                            .collect();
                        (t.id, parameters.join(", "))
                    })
                    .collect(),
                level: figure.and_then(|f| Some((f.level?, f.height))),
                at_level: figure.filter(|f| f.level.is_none()).map_or_else(Vec::new, |f| f.at_level.clone()),
                values: figure.map(|f| (u64::from(f.values.0), u64::from(f.values.1))),
                unique: unique.iter().find(|(n, _)| *n == column.name).map(|(_, u)| *u),
                published: column.is_published(),
            }
        };
        layout.spec.columns.iter().enumerate().map(row).collect()
    }
}

fn row_of(table: &TableOutcome, risk: Risk) -> Option<RiskRow> {
    Some(risk_row(risk, table.classes, table.k?))
}

fn risk_row(risk: Risk, classes: u64, k: u64) -> RiskRow {
    RiskRow {
        classes,
        k,
        average_class: 1.0 / risk.mean_over_people,
        highest: risk.highest,
        average: risk.mean_over_people,
        unique: risk.unique,
        share_unique: risk.share_unique,
    }
}

fn form(form: &Form) -> String {
    match form {
        Form::Csv { encoding, eol, .. } => {
            let eol = if *eol == Eol::CrLf { "CRLF" } else { "LF" };
            format!("CSV / {} / {eol}", encoding.id())
        }
        Form::NdJson => "NDJSON / utf-8".to_owned(),
        Form::Parquet(_) => "Parquet".to_owned(),
    }
}

fn notes(findings: &[Finding]) -> Vec<NoteRow> {
    let (ja, en) = (Words::load(Lang::Ja), Words::load(Lang::En));
    findings
        .iter()
        .map(|f| {
            let (title, text) = match (&f.wording, f.diagnostic()) {
                (Wording::Pack { ja, en }, _) => {
                    ((ja.title.clone(), en.title.clone()), (ja.why.clone(), en.why.clone()))
                }
                (Wording::Code { code, .. }, Some(d)) => {
                    let title = |w: &Words| w.code(*code).map_or_else(String::new, |c| c.title.clone());
                    ((title(&ja), title(&en)), (ja.message(&d), en.message(&d)))
                }
                (Wording::Code { .. }, None) => Default::default(),
            };
            let place: Vec<&str> = f.table.iter().chain(&f.column).map(String::as_str).collect();
            NoteRow {
                code: f.code.clone(),
                severity: f.severity.id().to_owned(),
                place: place.join(" / "),
                title,
                text,
                reason: f.acknowledged.clone(),
            }
        })
        .collect()
}
