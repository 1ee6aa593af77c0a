//! The risk catalogue of a rule pack: scenarios, scales, matrix, grid; all conditions checked.
//!
//! Why its own reader: the files under rules/risks/ are a lawyer's and an officer's, so what is
//! wrong in them is told with the file and the expression, and nothing half-read is used.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::bilingual::Bilingual;
use crate::case::schema::schema;
use crate::rule::expr::{Expr, Names, Scope, Ty};
use crate::rule::fault::{FaultCode, PackFault};
use crate::rule::pack::Texts;

use super::view::Level;

/// Where its files stand in a pack.
const FOLDER: &str = "risks/";
/// What the conditions of scales, scenarios and grid are about.
const FLOW: [&str; 1] = ["flow"];
/// Greatest severity and likelihood.
pub(super) const HIGHEST: u8 = 4;

/// A criterion: this level, when that holds.
#[derive(Debug, Clone)]
pub(super) struct Criterion {
    pub(super) level: u8,
    pub(super) when: Expr,
    pub(super) words: Bilingual,
}

/// A measure that works on a scenario.
#[derive(Debug, Clone)]
pub(super) struct Tie {
    pub(super) kind: String,
    pub(super) steps: u8,
    /// A procedure about the flow: done at one of its systems, it holds for all of it.
    pub(super) of_flow: bool,
    /// What has to hold besides the evidence of the measure.
    pub(super) needs: Option<Expr>,
}

/// One scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub(super) id: String,
    pub(super) title: Bilingual,
    pub(super) text: Bilingual,
    pub(super) plain: Bilingual,
    pub(super) linddun: Vec<String>,
    pub(super) stages: Vec<String>,
    pub(super) applies: Expr,
    /// At which systems of the flow it can strike; `None`: at all of them.
    pub(super) strikes: Option<Expr>,
    pub(super) severity: Vec<Criterion>,
    pub(super) likelihood: Vec<Criterion>,
    pub(super) controls: Vec<Tie>,
    pub(super) rules: Vec<String>,
}

/// A reason why a LINDDUN class cannot strike.
#[derive(Debug, Clone)]
pub(super) struct Reason {
    pub(super) linddun: String,
    pub(super) when: Expr,
    pub(super) words: Bilingual,
}

/// The whole catalogue.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Scenarios in order of the file.
    pub(super) scenarios: Vec<Scenario>,
    pub(super) levels: Vec<Level>,
    pub(super) matrix: Vec<Vec<String>>,
    pub(super) severities: Vec<Bilingual>,
    pub(super) examples: Vec<Bilingual>,
    pub(super) likelihoods: Vec<Bilingual>,
    pub(super) elsewhere: Bilingual,
    pub(super) reasons: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCriterion {
    level: u8,
    when: String,
    ja: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTie {
    kind: String,
    steps: u8,
    /// Left out: at every system where the scenario can strike.
    #[serde(default)]
    at: Option<At>,
    #[serde(default)]
    needs: Option<String>,
}

/// Where a measure has to be, if not at every system where the scenario can strike.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum At {
    Flow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScenario {
    id: String,
    title: Bilingual,
    text: Bilingual,
    /// For citizens: one plain sentence.
    plain: Bilingual,
    linddun: Vec<String>,
    stages: Vec<String>,
    applies: String,
    #[serde(default)]
    strikes: Option<String>,
    severity: String,
    likelihood: Vec<WrittenCriterion>,
    controls: Vec<WrittenTie>,
    rules: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    format: u32,
    scenario: Vec<WrittenScenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedLevel {
    level: u8,
    ja: String,
    en: String,
    #[serde(default)]
    example: Option<Bilingual>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScale {
    id: String,
    #[serde(rename = "ja")]
    _ja: String,
    #[serde(rename = "en")]
    _en: String,
    level: Vec<WrittenCriterion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scales {
    format: u32,
    level: Vec<NamedLevel>,
    scale: Vec<WrittenScale>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLevel {
    id: String,
    ja: String,
    en: String,
    mark: String,
    accept: Bilingual,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    format: u32,
    #[serde(rename = "force")]
    _force: String,
    grid: Vec<Vec<String>>,
    likelihood: Vec<NamedLevel>,
    level: Vec<WrittenLevel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReason {
    linddun: String,
    when: String,
    ja: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grid {
    format: u32,
    elsewhere: Bilingual,
    reason: Vec<WrittenReason>,
}

/// Reads the catalogue out of the texts of a pack.
///
/// # Errors
/// Everything that is wrong with its files.
pub fn read(texts: &Texts, names: &Names) -> Result<Catalogue, Vec<PackFault>> {
    let mut reader = Reader { texts, names, faults: Vec::new() };
    let catalogue = reader.catalogue();
    if reader.faults.is_empty() { Ok(catalogue) } else { Err(reader.faults) }
}

struct Reader<'a> {
    texts: &'a Texts,
    names: &'a Names,
    faults: Vec<PackFault>,
}

impl Reader<'_> {
    fn catalogue(&mut self) -> Catalogue {
        let (Some(scales), Some(matrix), Some(grid), Some(scenarios)) = (
            self.file::<Scales>("scales.toml"),
            self.file::<Matrix>("matrix.toml"),
            self.file::<Grid>("grid.toml"),
            self.file::<Scenarios>("scenarios.toml"),
        ) else {
            return Catalogue::default();
        };
        for (name, format) in [
            ("scales.toml", scales.format),
            ("matrix.toml", matrix.format),
            ("grid.toml", grid.format),
            ("scenarios.toml", scenarios.format),
        ] {
            if format != 1 {
                self.fault(name, FaultCode::Format, format.to_string());
            }
        }
        let severities = self.ladder("scales.toml", &scales.level);
        let examples = scales.level.iter().map(|level| level.example.clone().unwrap_or_default()).collect();
        let likelihoods = self.ladder("matrix.toml", &matrix.likelihood);
        self.check_matrix(&matrix);
        let scale_list: Vec<(String, Vec<Criterion>)> = scales
            .scale
            .into_iter()
            .map(|scale| (scale.id, self.criteria("scales.toml", scale.level)))
            .collect();
        let scenarios = self.scenarios(scenarios.scenario, &scale_list);
        let reasons = grid
            .reason
            .into_iter()
            .filter_map(|reason| {
                let when = self.condition("grid.toml", &reason.when, &FLOW)?;
                Some(Reason {
                    linddun: reason.linddun,
                    when,
                    words: Bilingual { ja: reason.ja, en: reason.en },
                })
            })
            .collect();
        Catalogue {
            scenarios,
            levels: matrix
                .level
                .into_iter()
                .map(|level| Level {
                    id: level.id,
                    label: Bilingual { ja: level.ja, en: level.en },
                    mark: level.mark,
                    accept: level.accept,
                })
                .collect(),
            matrix: matrix.grid,
            severities,
            examples,
            likelihoods,
            elsewhere: grid.elsewhere,
            reasons,
        }
    }

    fn fault(&mut self, name: &str, code: FaultCode, detail: impl Into<String>) {
        self.faults.push(PackFault::error(&format!("{FOLDER}{name}"), 0..0, code, detail));
    }

    fn file<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let path = format!("{FOLDER}{name}");
        let Some(text) = self.texts.get(&path) else {
            self.fault(name, FaultCode::Missing, path);
            return None;
        };
        match toml::from_str(text) {
            Ok(read) => Some(read),
            Err(error) => {
                let span = error.span().unwrap_or_default();
                self.faults.push(PackFault::error(&path, span, FaultCode::Toml, error.message()));
                None
            }
        }
    }

    /// A condition over objects, each called by its kind.
    fn condition(&mut self, name: &str, source: &str, kinds: &[&str]) -> Option<Expr> {
        let variables = kinds.iter().map(|kind| ((*kind).to_owned(), Ty::Object((*kind).to_owned())));
        let scope = Scope { names: self.names, variables: variables.collect(), regime: false };
        match Expr::condition(source, &scope) {
            // No risk rests on a risk.
            Ok(expr) if expr.asks_risks() => {
                self.fault(name, FaultCode::UnknownFunction, source);
                None
            }
            Ok(expr) => Some(expr),
            Err(error) => {
                self.fault(name, error.code, format!("{}: {source}", error.detail));
                None
            }
        }
    }

    fn criteria(&mut self, name: &str, written: Vec<WrittenCriterion>) -> Vec<Criterion> {
        let mut criteria = Vec::with_capacity(written.len());
        for criterion in written {
            if !(1..=HIGHEST).contains(&criterion.level) {
                self.fault(name, FaultCode::TypeMismatch, criterion.level.to_string());
            }
            if let Some(when) = self.condition(name, &criterion.when, &FLOW) {
                let words = Bilingual { ja: criterion.ja, en: criterion.en };
                criteria.push(Criterion { level: criterion.level, when, words });
            }
        }
        criteria
    }

    /// Names of the four levels, which must be 1 to 4 in order.
    fn ladder(&mut self, name: &str, written: &[NamedLevel]) -> Vec<Bilingual> {
        if !written.iter().map(|level| level.level).eq(1..=HIGHEST) {
            self.fault(name, FaultCode::Missing, "level 1–4");
        }
        written.iter().map(|level| Bilingual { ja: level.ja.clone(), en: level.en.clone() }).collect()
    }

    fn check_matrix(&mut self, matrix: &Matrix) {
        let known: BTreeSet<&str> = matrix.level.iter().map(|level| level.id.as_str()).collect();
        let side = usize::from(HIGHEST);
        if matrix.grid.len() != side || matrix.grid.iter().any(|row| row.len() != side) {
            self.fault("matrix.toml", FaultCode::Missing, "grid 4×4");
        }
        for cell in matrix.grid.iter().flatten() {
            if !known.contains(cell.as_str()) {
                self.fault("matrix.toml", FaultCode::UnknownWord, cell.as_str());
            }
        }
    }

    fn tie(&mut self, tie: WrittenTie) -> Tie {
        if schema().vocabulary("measure-kind").is_none_or(|known| known.label(&tie.kind).is_none()) {
            self.fault("scenarios.toml", FaultCode::UnknownWord, tie.kind.as_str());
        }
        let needs = tie.needs.and_then(|source| self.condition("scenarios.toml", &source, &FLOW));
        Tie { kind: tie.kind, steps: tie.steps, of_flow: matches!(tie.at, Some(At::Flow)), needs }
    }

    fn scenarios(
        &mut self,
        written: Vec<WrittenScenario>,
        scales: &[(String, Vec<Criterion>)],
    ) -> Vec<Scenario> {
        let mut seen = BTreeSet::new();
        let mut scenarios = Vec::with_capacity(written.len());
        for scenario in written {
            if !seen.insert(scenario.id.clone()) {
                self.fault("scenarios.toml", FaultCode::Duplicate, scenario.id.as_str());
            }
            for (lang, words) in [("ja", &scenario.plain.ja), ("en", &scenario.plain.en)] {
                if words.trim().is_empty() {
                    self.fault("scenarios.toml", FaultCode::Missing, format!("{}.plain.{lang}", scenario.id));
                }
            }
            let Some((_, severity)) = scales.iter().find(|(id, _)| *id == scenario.severity) else {
                self.fault("scenarios.toml", FaultCode::UnknownTable, scenario.severity);
                continue;
            };
            let likelihood = self.criteria("scenarios.toml", scenario.likelihood);
            let controls = scenario.controls.into_iter().map(|tie| self.tie(tie)).collect();
            let strikes = scenario
                .strikes
                .and_then(|source| self.condition("scenarios.toml", &source, &["flow", "system"]));
            let Some(applies) = self.condition("scenarios.toml", &scenario.applies, &FLOW) else { continue };
            scenarios.push(Scenario {
                id: scenario.id,
                title: scenario.title,
                text: scenario.text,
                plain: scenario.plain,
                linddun: scenario.linddun,
                stages: scenario.stages,
                applies,
                strikes,
                severity: severity.clone(),
                likelihood,
                controls,
                rules: scenario.rules,
            });
        }
        scenarios
    }
}
