//! The decision (加工決定): the levels that a search chose, never tuples; a file that can be kept,
//! reviewed, and applied again to tomorrow's data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::decide::{Searched, named_levels, node_of};
use super::layout::Layout;
use super::proof::Proof;
use crate::anonymity::{Found, Node};
use crate::codes::Code;
use crate::error::{Diagnostic, Result, Severity};
use crate::manifest::Decimal;
use crate::recipe::Recipe;
use crate::recipe::lint::{Finding, Hit};
use crate::report::format::{combinations, fraction, share};

/// One combination of levels with what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Levels by table and column; 0 = the value itself.
    pub levels: BTreeMap<String, BTreeMap<String, u8>>,
    /// Loss of the combination, 0..=1, ten decimals (definition `loss.geometric-mean`).
    pub loss: Decimal,
    /// Suppressed records by table, as counted when the decision was made.
    pub suppressed: BTreeMap<String, u64>,
}

/// A decision file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Format version, 1.
    pub decision: u32,
    /// Id of the recipe it belongs to.
    pub recipe: String,
    /// k for which it was searched.
    pub k: u64,
    /// Suppression limit for which it was searched.
    pub suppression: Decimal,
    /// Definition by which combinations were ranked.
    pub quality: String,
    /// What was chosen.
    pub chosen: Candidate,
    /// The next best, in order.
    pub alternatives: Vec<Candidate>,
    /// Combinations in the lattice.
    pub nodes: u64,
    /// Checks against the data, those included that narrowed the ranges.
    pub checks: u64,
    /// What was proven of the chosen one, for the data on which it was searched.
    pub proof: Proof,
}

/// Definition of the ranking.
pub(crate) const QUALITY: &str = "loss.geometric-mean.1";

impl Decision {
    /// The decision of a search.
    pub(crate) fn new(recipe: &Recipe, layout: &Layout<'_>, searched: &Searched) -> Self {
        let privacy = recipe.privacy.as_ref();
        let search = &searched.search;
        Self {
            decision: 1,
            recipe: recipe.id.clone(),
            k: privacy.map_or(1, |p| p.k),
            suppression: decimal(privacy.map_or(1.0, |p| p.suppression)),
            quality: QUALITY.to_owned(),
            chosen: candidate(layout, &search.best),
            alternatives: search.alternatives.iter().map(|f| candidate(layout, f)).collect(),
            nodes: search.nodes,
            checks: search.checks,
            proof: Proof::new(search, searched.ended),
        }
    }

    /// Reads a decision file.
    ///
    /// # Errors
    /// [`Code::DecisionUnreadable`].
    pub fn parse(text: &str) -> Result<Self> {
        let decision: Self =
            serde_json::from_str(text).map_err(|_| Box::new(Diagnostic::error(Code::DecisionUnreadable)))?;
        if decision.decision != 1 {
            return Err(Box::new(Diagnostic::error(Code::DecisionUnreadable)));
        }
        Ok(decision)
    }

    /// The bytes of the file: the same for the same decision.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// That nothing better was ruled out, as a finding; `None` where it was.
    #[must_use]
    pub(crate) fn unproven(&self) -> Option<Finding> {
        let proof = &self.proof;
        let facts = [
            ("nodes", combinations(self.nodes)),
            ("open", combinations(proof.by_argument.open)),
            ("share", share(proof.by_argument.open, self.nodes)),
            ("loss", fraction(self.chosen.loss.to_f64())),
            ("bound", fraction(proof.bound.to_f64())),
            ("gap", fraction(proof.gap.to_f64())),
        ];
        let finding = Finding::own(Code::NotProven, Severity::Warning, Hit::default());
        (!proof.optimal).then(|| facts.iter().fold(finding, |f, (key, text)| f.fact(key, &**text)))
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(&self) -> Option<Diagnostic> {
        self.unproven().as_ref().and_then(Finding::diagnostic)
    }

    /// The levels as a node of the layout's lattice.
    pub(crate) fn node(&self, recipe: &Recipe, layout: &Layout<'_>) -> Result<Node> {
        let fits = self.recipe == recipe.id;
        let node = node_of(layout, &self.chosen.levels).filter(|_| fits);
        node.ok_or_else(|| Box::new(Diagnostic::error(Code::DecisionMismatch)))
    }
}

/// A finite number with ten decimals; anything else counts as 0 and does not occur.
pub(crate) fn decimal(value: f64) -> Decimal {
    Decimal::from_f64(value).unwrap_or(Decimal::ZERO)
}

pub(crate) fn candidate(layout: &Layout<'_>, found: &Found) -> Candidate {
    let suppressed =
        layout.tables.iter().zip(&found.suppressed).map(|(t, n)| (t.spec.name.clone(), *n)).collect();
    Candidate { levels: named_levels(layout, &found.node), loss: decimal(found.loss), suppressed }
}
