//! The decision (加工決定): the levels that a search chose, or how classes are recoded, never tuples;
//! a file that can be kept, reviewed, and applied again to tomorrow's data.
//!
//! A recoding per class is made anew for every file, from the decision's k, limit and recoding: a map
//! from records to classes would hold the tuples of the day on which it was made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::chosen::Effect;
use super::decide::{Searched, named_levels, node_of};
use super::layout::Layout;
use super::proof::Proof;
use crate::anonymity::local::Spread;
use crate::anonymity::{Found, Node};
use crate::codes::Code;
use crate::error::{Diagnostic, Result, Severity};
use crate::manifest::Decimal;
use crate::recipe::lint::{Finding, Hit};
use crate::recipe::{self, Recipe};
use crate::report::format::{combinations, fraction, share};

/// One combination of levels with what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Levels by table and column; 0 = the value itself. Empty where every class has its own.
    pub levels: BTreeMap<String, BTreeMap<String, u8>>,
    /// Loss of the combination, 0..=1, ten decimals (definition `loss.geometric-mean`).
    pub loss: Decimal,
    /// Suppressed records by table, as counted when the decision was made.
    pub suppressed: BTreeMap<String, u64>,
}

/// How records are generalised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Recoding {
    /// One level per column for all records: those of `chosen`.
    FullDomain {},
    /// Every class has its own value per column.
    Local(Classes),
    /// Single cells are blanked.
    Cells(Classes),
}

/// What a recoding per class came to, as counted when the decision was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// Published classes.
    pub classes: u64,
    /// 1 = the input itself, 0 = nothing left (definition `utility.granularity`).
    pub granularity: Decimal,
    /// Published records at each level, lowest first, by table and column. A blank cell is at the
    /// highest level.
    pub records: BTreeMap<String, BTreeMap<String, Vec<u64>>>,
    /// What a cell of each column costs: weights, or the importance of blanks. Absent = 1.
    pub weights: BTreeMap<String, BTreeMap<String, Decimal>>,
}

impl Recoding {
    /// The classes, where there are any.
    #[must_use]
    pub fn classes(&self) -> Option<&Classes> {
        match self {
            Self::FullDomain {} => None,
            Self::Local(classes) | Self::Cells(classes) => Some(classes),
        }
    }
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
    /// How records are generalised.
    pub recoding: Recoding,
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
    /// What was proven of the chosen one, for the data on which it was searched; `null` where every
    /// class has its own values: no claim of optimality is made there.
    pub proof: Option<Proof>,
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
            recoding: Recoding::FullDomain {},
            quality: QUALITY.to_owned(),
            chosen: candidate(layout, &search.best),
            alternatives: search.alternatives.iter().map(|f| candidate(layout, f)).collect(),
            nodes: search.nodes,
            checks: search.checks,
            proof: Some(Proof::new(search, searched.ended)),
        }
    }

    /// The decision of a recoding per class.
    pub(crate) fn of_classes(recipe: &Recipe, layout: &Layout<'_>, effect: &Effect<'_>) -> Self {
        let privacy = recipe.privacy.as_ref();
        let mut records: BTreeMap<String, BTreeMap<String, Vec<u64>>> = BTreeMap::new();
        let mut at_level = effect.spread.iter().flat_map(|s| s.at_level.iter().cloned());
        for table in &layout.tables {
            for (column, at_level) in table.quasi.iter().zip(at_level.by_ref()) {
                if let Some(spec) = table.spec.columns.get(*column) {
                    records.entry(table.spec.name.clone()).or_default().insert(spec.name.clone(), at_level);
                }
            }
        }
        let classes = Classes {
            classes: effect.tables.iter().map(|t| t.classes).sum(),
            granularity: decimal(effect.spread.as_ref().map_or(0.0, Spread::granularity)),
            records,
            weights: weights(recipe),
        };
        let suppressed = layout.tables.iter().zip(&effect.tables);
        let suppressed = suppressed.map(|(t, o)| (t.spec.name.clone(), o.suppressed_rows)).collect();
        Self {
            decision: 1,
            recipe: recipe.id.clone(),
            k: privacy.map_or(1, |p| p.k),
            suppression: decimal(privacy.map_or(1.0, |p| p.suppression)),
            recoding: match privacy.map(|p| &p.recoding) {
                Some(recipe::Recoding::Cells { .. }) => Recoding::Cells(classes),
                _ => Recoding::Local(classes),
            },
            quality: QUALITY.to_owned(),
            chosen: Candidate { levels: BTreeMap::new(), loss: decimal(effect.loss), suppressed },
            alternatives: Vec::new(),
            nodes: 0,
            checks: 0,
            proof: None,
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

    /// Whether it was made for this recipe and its recoding.
    ///
    /// # Errors
    /// [`Code::DecisionMismatch`].
    pub(crate) fn fits(&self, recipe: &Recipe) -> Result<()> {
        let privacy = recipe.privacy.as_ref();
        let own = privacy.map_or(&recipe::Recoding::FullDomain, |p| &p.recoding);
        let fits = match (own, &self.recoding) {
            (recipe::Recoding::FullDomain, Recoding::FullDomain {}) => true,
            // What is recoded anew must be asked for as it was decided.
            (recipe::Recoding::Local, Recoding::Local(classes))
            | (recipe::Recoding::Cells { .. }, Recoding::Cells(classes)) => {
                privacy.is_some_and(|p| p.k == self.k && decimal(p.suppression) == self.suppression)
                    && classes.weights == weights(recipe)
            }
            _ => false,
        };
        if fits && self.recipe == recipe.id {
            Ok(())
        } else {
            Err(Box::new(Diagnostic::error(Code::DecisionMismatch)))
        }
    }

    /// That nothing better was ruled out, as a finding; `None` where it was, and where every class
    /// has its own values.
    #[must_use]
    pub(crate) fn unproven(&self) -> Option<Finding> {
        let proof = self.proof.as_ref()?;
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
    pub(crate) fn node(&self, layout: &Layout<'_>) -> Result<Node> {
        let node = node_of(layout, &self.chosen.levels);
        node.ok_or_else(|| Box::new(Diagnostic::error(Code::DecisionMismatch)))
    }
}

/// What a cell costs, as the recipe says.
fn weights(recipe: &Recipe) -> BTreeMap<String, BTreeMap<String, Decimal>> {
    let mut named: BTreeMap<String, BTreeMap<String, Decimal>> = BTreeMap::new();
    let Some(privacy) = &recipe.privacy else { return named };
    let weights = match &privacy.recoding {
        recipe::Recoding::Cells { importance } => importance,
        _ => &privacy.weights,
    };
    for ((table, column), weight) in weights {
        named.entry(table.clone()).or_default().insert(column.clone(), decimal(*weight));
    }
    named
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
