//! Local recoding: every record is generalised only as far as its own class needs.
//!
//! Why here: full-domain search ([`crate::anonymity::search()`]) gives all records of a table the
//! same levels, so a few rare records coarsen everybody. Here each class publishes its own node per
//! attribute, the lowest common ancestor of its members, and every class meets the model.
//!
//! What it does, in order: equal records become *atoms* ([`records`]); atoms that may not be
//! published by themselves look up their nearest neighbours ([`near`]); the cheapest boxes become
//! classes ([`cover`], [`boxes`]); small changes lower the cost ([`refine`]); classes that publish
//! the same are one. What a record becomes is a function of its tuple and of the multiset of
//! records, so neither the order of the rows nor a thread or clock can change it.
//!
//! Cost = weighted sum of domain shares over all published cells, the quantity behind granularity
//! (docs/methods/local_recoding). The least cost is NP-hard to find (Meyerson, Williams 2004); no
//! claim of optimality is made.
//!
//! [`verify()`] counts everything again, naively; callers must use it before they publish.
//! Beside it stand two other ways to lose less: [`cell_suppression`] and [`microaggregation`].
//!
//! Deliberately absent: a class map for tomorrow's file (it would hold tuples of today's; the same
//! recipe recodes tomorrow's anew), several tables of one exchange, and every form of text.

mod boxes;
pub mod cell_suppression;
mod cover;
pub mod demand;
pub mod exchange;
pub mod microaggregation;
pub mod model;
mod near;
mod partition;
#[cfg(test)]
mod plain;
pub mod recoding;
pub mod records;
mod refine;
pub mod spread;
#[cfg(test)]
mod tests;
mod tree;
pub mod verify;

pub use cell_suppression::recode_cells;
pub use demand::Demanded;
pub use exchange::{Counted, Effect};
pub use model::{ClassModel, ClassView};
pub use recoding::{Cell, PublishedClass, Recoding};
pub use records::Records;
pub use spread::Spread;
pub use verify::{Verified, Violation, verify};

use std::collections::BTreeMap;

use model::Checker;
use partition::{Class, Context, Partition};
use records::Atoms;
use tree::Tree;

/// Why a recoding cannot be made. Never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LocalError {
    /// Columns of different lengths, no attribute, or rows given together with people.
    #[error("the columns do not form a table")]
    Ragged,
    /// More than 2³² records, or a hierarchy of more than 127 levels.
    #[error("too many records or levels")]
    TooLarge,
    /// A leaf code that its attribute does not have.
    #[error("a leaf code does not exist")]
    UnknownLeaf,
    /// An importance that is negative or not finite.
    #[error("importance must be finite and not negative")]
    Weight,
    /// The recount does not agree: a fault of this crate, nothing may be published.
    #[error("the recount does not agree with the recoding")]
    Recount,
    /// So many rows cannot be in any class, more than may be suppressed.
    #[error("{needed} rows fit into no class and {allowed} may be suppressed")]
    Infeasible {
        /// Rows that no class can take.
        needed: u64,
        /// Rows that may be suppressed.
        allowed: u64,
    },
}

/// How much may be suppressed and how long to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Rows that may be suppressed. They are used where a record fits into no class (no common
    /// root, `max_level`), and for the dearest classes where `suppressed_share` says that pays.
    pub suppressible: u64,
    /// What a cell of a suppressed record counts: share + this × (1 − share), as sF in Loss. With 1
    /// suppressing never pays.
    pub suppressed_share: f64,
    /// Neighbours looked up per tuple; `None`: 4·k + 12, between 24 and 128.
    pub neighbours: Option<usize>,
    /// Neighbours from which boxes are grown.
    pub starts: usize,
    /// Most passes of refinement; 0 leaves it out.
    pub passes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { suppressible: 0, suppressed_share: 1.0, neighbours: None, starts: 8, passes: 12 }
    }
}

/// Recodes the records so that every class is accepted by the model.
///
/// # Errors
/// [`LocalError`], in particular [`LocalError::Infeasible`] where more rows than allowed fit into
/// no class (fewer people than k, for instance).
pub fn recode(
    records: &Records<'_>,
    model: &dyn ClassModel,
    options: &Options,
) -> Result<Recoding, LocalError> {
    records.validate()?;
    if records.attributes.iter().any(|a| a.max_level() > boxes::MOST_LEVELS) {
        return Err(LocalError::TooLarge);
    }
    let heaviest = records.attributes.iter().map(|a| a.weight()).fold(0.0, f64::max);
    let weight = |own: f64| if heaviest > 0.0 { own / heaviest } else { 0.0 };
    let trees: Vec<Tree> = records.attributes.iter().map(|a| Tree::new(a, weight(a.weight()))).collect();
    let atoms = Atoms::new(records, &trees)?;
    let checker = Checker::new(model, records, &atoms);
    let context = Context { trees: &trees, atoms: &atoms, checker: &checker };
    let by_k = usize::try_from(checker.least()).unwrap_or(usize::MAX).saturating_mul(4).saturating_add(12);
    let neighbours = options.neighbours.unwrap_or(by_k.clamp(24, 128));
    let (mut partition, lists) = cover::cover(&context, neighbours, options.starts);
    let changes = refine::refine(context, &mut partition, &lists, options.passes);
    let mut partition = unite(&context, partition);
    suppress(&context, &mut partition, options)?;
    Ok(Recoding::new(records, &context, &partition, changes))
}

/// Makes one class of those that publish the same. Where a model accepts each but not all
/// together, the union is joined to others until it is accepted.
fn unite(context: &Context<'_>, mut partition: Partition) -> Partition {
    loop {
        let before = partition.classes.iter().filter(|class| !class.is_empty()).count();
        let mut same: BTreeMap<Vec<u32>, Vec<u32>> = BTreeMap::new();
        for class in partition.classes {
            if !class.is_empty() {
                same.entry(class.nodes).or_default().extend(class.members);
            }
        }
        let mut united = Partition::new(context.atoms);
        let mut refused: Vec<Class> = Vec::new();
        for mut members in same.into_values() {
            members.sort_unstable();
            let class = context.class(members);
            if context.checker.accepts(&class.members, class.rows) {
                united.add(class);
            } else {
                refused.push(class);
            }
        }
        let again = !refused.is_empty();
        cover::absorb(context, &mut united, refused);
        partition = united;
        let after = partition.classes.iter().filter(|class| !class.is_empty()).count();
        if !again || after >= before {
            return partition;
        }
    }
}

/// Suppresses what has no class, then the dearest classes while that lowers the cost.
fn suppress(context: &Context<'_>, partition: &mut Partition, options: &Options) -> Result<(), LocalError> {
    let homeless = (0..context.atoms.len()).filter(|atom| partition.class_of(*atom) == partition::NO_CLASS);
    let needed = homeless.map(|atom| context.atoms.rows(atom)).sum::<u64>();
    let allowed = options.suppressible;
    let Some(mut left) = allowed.checked_sub(needed) else {
        return Err(LocalError::Infeasible { needed, allowed });
    };
    if options.suppressed_share >= 1.0 {
        return Ok(());
    }
    let full: u64 = context.trees.iter().map(Tree::whole).sum();
    let price = (full as f64 * options.suppressed_share.max(0.0)) as u64;
    let mut dearest: Vec<(u64, u32)> =
        (0u32..).zip(&partition.classes).filter(|(_, c)| c.cost > price).map(|(n, c)| (c.cost, n)).collect();
    dearest.sort_unstable_by_key(|(cost, number)| (std::cmp::Reverse(*cost), *number));
    for (_, number) in dearest {
        let rows = partition.class(number).map_or(0, |class| class.rows);
        if rows <= left {
            left -= rows;
            partition.take(number);
        }
    }
    Ok(())
}

/// The entry of a list; the default where there is none (numbers here always exist).
fn at<T: Copy + Default>(list: &[T], index: u32) -> T {
    list.get(index as usize).copied().unwrap_or_default()
}
