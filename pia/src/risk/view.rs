//! The result of the risk assessment, with the computation that led to it.

use crate::bilingual::Bilingual;
use crate::evidence::status::Class;
use crate::rule::expr::{Remaining, Why};

/// A level of severity or likelihood (1 to 4) and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// 1 to 4.
    pub level: u8,
    /// The criterion that fired, as the scale words it.
    pub reason: Bilingual,
    /// The criterion was unknown and therefore counted as met.
    pub assumed: bool,
}

/// What a measure does to a likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// In place, with accepted evidence: lowers the existing likelihood.
    Lowers,
    /// Planned: lowers the residual likelihood only, shown as planned.
    Planned,
    /// Said to be in place, nothing accepted proves it: lowers nothing.
    NoEvidence,
    /// A system where the scenario can strike does not have it: lowers nothing.
    NotEverywhere,
    /// What it needs besides (a kept promise, a check on every way) is not known to hold: lowers
    /// nothing.
    NeedNotMet,
}

/// A kind of measure that is tied to the scenario, once, wherever it is in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its kind (word of `measure-kind`).
    pub kind: String,
    /// Steps it is worth in this scenario.
    pub steps: u8,
    /// What it does.
    pub effect: Effect,
    /// How the weakest of what it rests on is backed: measured (a run manifest), document, or
    /// self-declared.
    pub class: Class,
    /// The measures of this kind, by system.
    pub held: Vec<Held>,
    /// Ids of the systems where the scenario can strike that have no measure of this kind.
    pub missing: Vec<String>,
}

/// One declared measure, at one system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Id of the system.
    pub system: String,
    /// Id of the measure.
    pub measure: String,
    /// What it is, in the words of the case.
    pub detail: String,
    /// How it is backed.
    pub class: Class,
}

/// An officer's override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Level before.
    pub computed: String,
    /// Reason, never empty.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When, ISO.
    pub at: String,
}

/// One scenario on one flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// `R05`.
    pub scenario: String,
    /// Title of the scenario.
    pub title: Bilingual,
    /// The scenario in a sentence.
    pub text: Bilingual,
    /// The same for citizens, in plain words.
    pub plain: Bilingual,
    /// LINDDUN tags.
    pub linddun: Vec<String>,
    /// Id of the flow.
    pub flow: String,
    /// Severity.
    pub severity: Step,
    /// Likelihood before measures.
    pub inherent: Step,
    /// Likelihood with the measures that are in place and evidenced.
    pub existing: u8,
    /// Likelihood with the planned measures, too.
    pub residual: u8,
    /// Level ids of matrix.toml: inherent, existing, residual.
    pub levels: [String; 3],
    /// Measures of the flow's systems that are tied to the scenario, by kind.
    pub controls: Vec<Control>,
    /// Whether it applies at all is not known, for these reasons; empty: it does.
    pub open: Vec<Why>,
    /// The officer's override.
    pub overridden: Option<Override>,
    /// Rules about it.
    pub rules: Vec<String>,
}

/// A level of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Bilingual,
    /// A mark that differs without colour.
    pub mark: String,
    /// Who may accept it.
    pub accept: Bilingual,
}

/// One cell of the completeness grid that is not a risk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenCell {
    /// Id of the flow.
    pub flow: String,
    /// Handling stage.
    pub stage: String,
    /// LINDDUN tag.
    pub linddun: String,
}

/// Counts of the grid flow × stage × LINDDUN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// All cells.
    pub cells: usize,
    /// Cells with at least one risk.
    pub risks: usize,
    /// Cells that do not apply, by reason (id of the reason, words, count).
    pub not_applicable: Vec<(Bilingual, usize)>,
    /// Cells that nobody has decided.
    pub open: Vec<OpenCell>,
}

/// The whole assessment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// Every scenario × flow that applies or may apply, by scenario, then flow.
    pub risks: Vec<Risk>,
    /// Levels, the lowest first.
    pub levels: Vec<Level>,
    /// Severity × likelihood → level id, as in matrix.toml.
    pub matrix: Vec<Vec<String>>,
    /// Names of the four severities.
    pub severities: Vec<Bilingual>,
    /// What each severity means, by an example.
    pub examples: Vec<Bilingual>,
    /// Names of the four likelihoods.
    pub likelihoods: Vec<Bilingual>,
    /// Completeness.
    pub grid: Grid,
}

impl Assessment {
    /// Rank of a level id, the lowest 0.
    #[must_use]
    pub fn rank(&self, level: &str) -> usize {
        self.levels.iter().position(|have| have.id == level).unwrap_or(0)
    }

    /// What remains after all measures, planned ones and an officer's override included, for the
    /// conditions of rules and questions.
    #[must_use]
    pub fn remaining(&self) -> Vec<Remaining> {
        let of = |risk: &Risk| {
            let [_, _, level] = &risk.levels;
            Remaining {
                scenario: risk.scenario.clone(),
                flow: risk.flow.clone(),
                level: level.clone(),
                rank: self.rank(level),
                open: risk.open.clone(),
            }
        };
        self.risks.iter().map(of).collect()
    }
}
