//! Privacy models: what must hold of every class, one file per model.
//!
//! Why here: search, outcome and oracle ask every model the same few questions ([`Model`]); none of
//! them knows a formula. **Adding a model** is one file that implements [`Model`] and one line below.
//!
//! The order of suppression is part of the definition. Classes that violate a model that is
//! monotone at every limit go first; then, of what is left, those that violate another model of
//! classes; then the smallest classes, until the models of the whole table ([`Reads::Sizes`]) hold.
//!
//! Deliberately absent: names in recipes and words for people (the pipeline's work).

use std::fmt::Debug;

pub mod average_risk;
pub mod beta_likeness;
pub mod delta_disclosure;
pub mod delta_presence;
pub mod distinct_l;
pub mod entropy_l;
pub mod k_anonymity;
pub mod k_map;
pub mod population_uniqueness;
pub mod recursive_l;
pub mod sample_uniqueness;
pub mod t_equal;
pub mod t_hierarchical;
pub mod t_ordered;

/// Up to this much, sums of doubles may miss a limit that is met exactly.
pub(crate) const TOLERANCE: f64 = 1e-12;

/// Whether a node that meets a model says something about the nodes above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monotone {
    /// Merging classes never makes more people suppressed: at every limit, a failure rules out all
    /// specialisations.
    Always,
    /// A table that meets it without suppression still does after generalisation; once classes are
    /// suppressed, nothing follows.
    WithoutSuppression,
    /// Nothing follows, ever: it must not prune.
    Never,
}

/// What a model looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// The number of people of a class.
    People,
    /// The number of people of a class in the table and in the population.
    Population,
    /// The values of a sensitive column in a class.
    Values,
    /// The sizes of all classes together.
    Sizes,
}

/// How often each value of a sensitive column occurs in the reference, and the total.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Distribution {
    counts: Vec<u64>,
    total: u64,
}

impl Distribution {
    /// Counts a value so many times more.
    pub fn add(&mut self, value: u32, count: u64) {
        let at = value as usize;
        if self.counts.len() <= at {
            self.counts.resize(at + 1, 0);
        }
        if let Some(c) = self.counts.get_mut(at) {
            *c += count;
            self.total += count;
        }
    }

    /// How often a value occurs.
    #[must_use]
    pub fn of(&self, value: u32) -> u64 {
        self.counts.get(value as usize).copied().unwrap_or(0)
    }

    /// All of them together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The count of every value code, from 0 on.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}

/// One class, as a model sees it.
#[derive(Debug, Clone, Copy)]
pub struct Class<'a> {
    /// Distinct people.
    pub people: u64,
    /// People of the population with the same generalised tuple; 0 where no population is given.
    pub population: u64,
    /// (value, people who have it), ascending by value, each count above 0; empty where the model
    /// does not read values. NULL is a value.
    pub values: &'a [(u32, u64)],
    /// Against what a distribution is measured.
    pub reference: &'a Distribution,
}

impl Class<'_> {
    /// The sum of the counts of the values: the people, unless a person has several values.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.values.iter().map(|(_, count)| count).sum()
    }
}

/// One privacy model with its parameters.
pub trait Model: Debug + Send + Sync {
    /// A name for manifests and tests, never translated.
    fn id(&self) -> &'static str;

    /// What it looks at.
    fn reads(&self) -> Reads;

    /// What follows from a node for others.
    fn monotone(&self) -> Monotone;

    /// Whether its parameters mean something.
    fn is_valid(&self) -> bool;

    /// Whether a class (which has people) must go.
    fn violates(&self, class: &Class<'_>) -> bool;

    /// The least share of the people of this class that must go at **any** specialisation of the
    /// node, in 0..=1, where every person has one value and the reference is that of the input. 0
    /// says nothing. The default is exact for a model that is monotone at every limit.
    fn least_share(&self, class: &Class<'_>) -> f64 {
        if self.monotone() == Monotone::Always && self.violates(class) { 1.0 } else { 0.0 }
    }

    /// For a model of the whole table: the size up to which classes must go, 0 for none. `sizes` =
    /// (people of a class, classes of that size), ascending.
    fn cut(&self, sizes: &[(u64, u64)]) -> u64 {
        let _ = sizes;
        0
    }
}

/// The least violating share of a class, from one figure that is a mean of those of its parts: `is`
/// above `limit`, where no part can exceed `most`.
pub(crate) fn share_above(is: f64, limit: f64, most: f64) -> f64 {
    if is > limit && most > limit { ((is - limit) / (most - limit) - TOLERANCE).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests;
