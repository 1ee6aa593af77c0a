//! A recoding counted again, from the records and the published values alone.
//!
//! Why here: the construction is long and clever; this is short and slow, shares no code with it
//! (only the model), and stands between it and the publisher.
//!
//! Deliberately absent: trust in the numbers that the recoding states about itself.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{ClassModel, ClassView};
use super::recoding::{Cell, Recoding};
use super::records::Records;

/// What the recount found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verified {
    /// Distinct published tuples.
    pub classes: u64,
    /// People in the smallest class; 0 when nothing is published.
    pub least_people: u64,
    /// Rows suppressed.
    pub suppressed: u64,
    /// As [`Recoding::granularity`].
    pub granularity: f64,
}

/// What is wrong with a recoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Not one entry per record, or a class or level that does not exist.
    #[error("the recoding does not fit the records")]
    Shape,
    /// A published value is not an ancestor of the record's.
    #[error("a published value does not cover its record")]
    NotAncestor,
    /// A level outside the attribute's range.
    #[error("a published level lies outside its range")]
    Level,
    /// A class that the model does not accept.
    #[error("a class does not meet the requirement")]
    Refused,
    /// More rows suppressed than allowed.
    #[error("more rows are suppressed than allowed")]
    Suppressed,
}

/// Counts a recoding again.
///
/// # Errors
/// [`Violation`], the first that is met.
pub fn verify(
    records: &Records<'_>,
    model: &dyn ClassModel,
    recoding: &Recoding,
    suppressible: u64,
) -> Result<Verified, Violation> {
    let count = records.leaves.first().map_or(0, Vec::len);
    if recoding.class_of.len() != count {
        return Err(Violation::Shape);
    }
    let mut classes: BTreeMap<&[Cell], Vec<usize>> = BTreeMap::new();
    let mut suppressed = 0;
    let mut all = 0;
    let mut under = vec![0u128; records.attributes.len()];
    for (record, class) in recoding.class_of.iter().enumerate() {
        let rows = records.rows.map_or(Some(1), |rows| rows.get(record).copied()).ok_or(Violation::Shape)?;
        all += rows;
        let Some(class) = class else {
            suppressed += rows;
            continue;
        };
        let class = recoding.classes.get(*class as usize).ok_or(Violation::Shape)?;
        if class.cells.len() != records.attributes.len() {
            return Err(Violation::Shape);
        }
        for (((attribute, column), cell), under) in
            records.attributes.iter().zip(records.leaves).zip(&class.cells).zip(&mut under)
        {
            let leaf = *column.get(record).ok_or(Violation::Shape)? as usize;
            let level = attribute.levels().get(usize::from(cell.level)).ok_or(Violation::Shape)?;
            if level.code_of_leaf().get(leaf) != Some(&cell.code) {
                return Err(Violation::NotAncestor);
            }
            if !(attribute.min_level()..=attribute.max_level()).contains(&cell.level) {
                return Err(Violation::Level);
            }
            let leaves = *level.leaves_under().get(leaf).ok_or(Violation::Shape)?;
            *under += u128::from(leaves) * u128::from(rows);
        }
        classes.entry(&class.cells).or_default().push(record);
    }
    if suppressed > suppressible {
        return Err(Violation::Suppressed);
    }
    let mut least_people = u64::MAX;
    for members in classes.values() {
        let view = view(records, members).ok_or(Violation::Shape)?;
        if !model.accepts(&view) {
            return Err(Violation::Refused);
        }
        least_people = least_people.min(view.people);
    }
    let (mut lost, mut most) = (0.0, 0.0);
    for (attribute, under) in records.attributes.iter().zip(under) {
        let leaves = f64::from(attribute.leaves());
        lost += under as f64 / leaves + suppressed as f64 - all as f64 / leaves;
        most += all as f64 - all as f64 / leaves;
    }
    Ok(Verified {
        classes: classes.len() as u64,
        least_people: if classes.is_empty() { 0 } else { least_people },
        suppressed,
        granularity: if most > 0.0 { 1.0 - lost / most } else { 1.0 },
    })
}

fn view(records: &Records<'_>, members: &[usize]) -> Option<ClassView> {
    let weight = |record: &usize| records.rows.map_or(Some(1), |rows| rows.get(*record).copied());
    let rows: u64 = members.iter().map(weight).sum::<Option<u64>>()?;
    let people = match records.people {
        None => rows,
        Some(people) => {
            let distinct: Option<BTreeSet<u32>> = members.iter().map(|r| people.get(*r).copied()).collect();
            distinct?.len() as u64
        }
    };
    let mut values = Vec::new();
    for column in records.sensitive {
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        let mut seen: BTreeSet<(u32, u32)> = BTreeSet::new();
        for record in members {
            let value = *column.get(*record)?;
            match records.people {
                None => *counts.entry(value).or_default() += weight(record)?,
                Some(people) if seen.insert((value, *people.get(*record)?)) => {
                    *counts.entry(value).or_default() += 1;
                }
                Some(_) => {}
            }
        }
        values.push(counts.into_iter().collect());
    }
    Some(ClassView { rows, people, values })
}
