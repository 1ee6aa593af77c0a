//! What the published tables must satisfy.
//!
//! Why here: one small type that search, outcome and gate share, so that they cannot mean
//! different things. k, distinct-l and equal-t have fields of their own, because nearly every recipe
//! names them; any other model is a [`Demand`].
//!
//! Deliberately absent: defaults for k, l, t or the limit. A recipe names them.

use std::sync::Arc;

use super::models::distinct_l::DistinctL;
use super::models::t_equal::TEqual;
use super::models::{Model, Reads};
use super::problem::Exchange;

/// Against which distribution t-closeness is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reference {
    /// The distribution of the input, before anything is suppressed (as in Li, Li and
    /// Venkatasubramanian 2007 read for a release without suppression, and as ARX does).
    #[default]
    Input,
    /// The distribution of what is published; it changes with every suppression.
    Published,
}

/// Requirement on one sensitive column.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SensitiveRequirement {
    /// Distinct-l: at least this many distinct values in every class; NULL is a value. 0 or 1 asks
    /// nothing.
    pub l: u32,
    /// Largest equal-distance (total variation) distance of a class's values from the reference,
    /// in 0..=1.
    pub t: Option<f64>,
}

/// One more model, and where it must hold.
#[derive(Debug, Clone)]
pub struct Demand {
    /// Table of the exchange.
    pub table: usize,
    /// Sensitive column of the table, where the model reads values; else `None`.
    pub column: Option<usize>,
    /// The model with its parameters.
    pub model: Arc<dyn Model>,
}

impl PartialEq for Demand {
    /// Models are equal that look the same: what they print holds every parameter, exactly.
    fn eq(&self, other: &Self) -> bool {
        (self.table, self.column) == (other.table, other.column)
            && format!("{:?}", self.model) == format!("{:?}", other.model)
    }
}

/// Requirement on the whole exchange.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// Least number of distinct people per class; 1 asks nothing.
    pub k: u32,
    /// Largest share of a table's rows that may be suppressed, in 0..=1; the number allowed is
    /// floor(limit × rows), per table.
    pub limit: f64,
    /// Which distribution gates t.
    pub reference: Reference,
    /// Per table of the exchange, per sensitive column of it. A missing table or column asks
    /// nothing.
    pub sensitive: Vec<Vec<SensitiveRequirement>>,
    /// Further models, all of which must hold.
    pub models: Vec<Demand>,
}

/// A requirement that means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequirementError {
    /// k is 0.
    #[error("k must be at least 1")]
    K,
    /// The limit is not a number in 0..=1.
    #[error("the suppression limit must lie in 0..=1")]
    Limit,
    /// A t is not a number in 0..=1.
    #[error("t must lie in 0..=1")]
    T,
    /// More tables or sensitive columns than the exchange has.
    #[error("a requirement names a table or column that does not exist")]
    Shape,
    /// Parameters of a further model that mean nothing.
    #[error("a privacy model has parameters out of range")]
    Model,
    /// A model asks for a population, and the table has none (or people with several records).
    #[error("a privacy model needs a population table")]
    Population,
}

impl Requirement {
    /// k-anonymity alone.
    #[must_use]
    pub fn k(k: u32, limit: f64) -> Self {
        Self { k, limit, reference: Reference::Input, sensitive: Vec::new(), models: Vec::new() }
    }

    /// Rows of a table that may be suppressed: floor(limit × rows), in double precision as ARX.
    #[must_use]
    pub fn allowed(&self, rows: u64) -> u64 {
        ((self.limit * rows as f64).floor() as u64).min(rows)
    }

    /// The requirement on a column; nothing where none is given.
    #[must_use]
    pub fn on(&self, table: usize, column: usize) -> SensitiveRequirement {
        self.sensitive.get(table).and_then(|columns| columns.get(column)).copied().unwrap_or_default()
    }

    /// Checks the ranges against the number of sensitive columns of each table.
    ///
    /// # Errors
    /// [`RequirementError`], the first that applies.
    pub fn validate(&self, columns: &[usize]) -> Result<(), RequirementError> {
        if self.k == 0 {
            return Err(RequirementError::K);
        }
        if !(0.0..=1.0).contains(&self.limit) {
            return Err(RequirementError::Limit);
        }
        if self.sensitive.len() > columns.len()
            || self.sensitive.iter().zip(columns).any(|(given, have)| given.len() > *have)
        {
            return Err(RequirementError::Shape);
        }
        let in_range = |s: &SensitiveRequirement| s.t.is_none_or(|t| (0.0..=1.0).contains(&t));
        if !self.sensitive.iter().flatten().all(in_range) {
            return Err(RequirementError::T);
        }
        for demand in &self.models {
            let columns = *columns.get(demand.table).ok_or(RequirementError::Shape)?;
            let fits = match (demand.model.reads(), demand.column) {
                (Reads::Values, Some(column)) => column < columns,
                (Reads::Values, None) | (_, Some(_)) => false,
                (_, None) => true,
            };
            if !fits {
                return Err(RequirementError::Shape);
            }
            if !demand.model.is_valid() {
                return Err(RequirementError::Model);
            }
        }
        Ok(())
    }

    /// As [`Requirement::validate`], for this exchange: populations are there where they are asked for.
    pub(crate) fn fits(&self, exchange: &Exchange) -> Result<(), RequirementError> {
        self.validate(&exchange.sensitive_columns())?;
        let lacking = |demand: &Demand| {
            let table = exchange.tables.get(demand.table);
            demand.model.reads() == Reads::Population
                && !table.is_some_and(|t| t.population.is_some() && t.is_histogram())
        };
        if self.models.iter().any(lacking) { Err(RequirementError::Population) } else { Ok(()) }
    }

    /// Everything that must hold in a table beyond k, in the order of the recipe: l and t of every
    /// column, then the further models.
    pub(crate) fn demands(&self, table: usize, columns: usize) -> Vec<Demand> {
        let mut all = Vec::new();
        for column in 0..columns {
            let SensitiveRequirement { l, .. } = self.on(table, column);
            if l > 1 {
                all.push(Demand { table, column: Some(column), model: Arc::new(DistinctL { l }) });
            }
        }
        for column in 0..columns {
            if let Some(t) = self.on(table, column).t {
                all.push(Demand { table, column: Some(column), model: Arc::new(TEqual { t }) });
            }
        }
        all.extend(self.models.iter().filter(|d| d.table == table).cloned());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_a_floor() {
        assert_eq!(Requirement::k(5, 0.02).allowed(30_162), 603);
        assert_eq!(Requirement::k(5, 0.0).allowed(30_162), 0);
        assert_eq!(Requirement::k(5, 1.0).allowed(30_162), 30_162);
    }

    #[test]
    fn ranges_are_checked() {
        assert_eq!(Requirement::k(0, 0.0).validate(&[]), Err(RequirementError::K));
        assert_eq!(Requirement::k(1, f64::NAN).validate(&[]), Err(RequirementError::Limit));
        let mut r = Requirement::k(1, 0.0);
        r.sensitive = vec![vec![SensitiveRequirement { l: 1, t: Some(1.5) }]];
        assert_eq!(r.validate(&[1]), Err(RequirementError::T));
        assert_eq!(r.validate(&[0]), Err(RequirementError::Shape));
        assert_eq!(r.on(3, 3), SensitiveRequirement::default());
    }
}
