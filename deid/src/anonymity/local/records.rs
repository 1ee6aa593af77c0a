//! The records of a local recoding, and the same without repetition.
//!
//! Why here: records of equal quasi-identifiers are never told apart by a recoding, so it works on
//! *atoms*, one per distinct tuple, in the order of the tuples. What it decides is a function of
//! the tuple alone; hence the order of the rows cannot matter.
//!
//! Deliberately absent: text, and histograms of generalised tuples.

use hashbrown::HashTable;

use super::LocalError;
use super::at;
use super::tree::Tree;
use crate::anonymity::Attribute;

/// What is to be recoded. Columns are lists of codes of equal length.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// The quasi-identifiers. Levels outside an attribute's range are not used; its weight is.
    pub attributes: &'a [Attribute],
    /// Leaf codes per attribute; the attribute's `null_leaf` stands for NULL.
    pub leaves: &'a [Vec<u32>],
    /// Codes per sensitive column; NULL is a code like any other.
    pub sensitive: &'a [Vec<u32>],
    /// The person of each record; `None`: every record is a person of its own.
    pub people: Option<&'a [u32]>,
    /// How many rows each record stands for (a histogram); `None`: one each. Not used together
    /// with `people`.
    pub rows: Option<&'a [u64]>,
}

impl<'a> Records<'a> {
    /// Records without sensitive columns, each of them a person.
    #[must_use]
    pub fn new(attributes: &'a [Attribute], leaves: &'a [Vec<u32>]) -> Self {
        Self { attributes, leaves, sensitive: &[], people: None, rows: None }
    }

    /// With sensitive columns.
    #[must_use]
    pub fn with_sensitive(self, sensitive: &'a [Vec<u32>]) -> Self {
        Self { sensitive, ..self }
    }

    /// With a person per record.
    #[must_use]
    pub fn with_people(self, people: &'a [u32]) -> Self {
        Self { people: Some(people), ..self }
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.leaves.first().map_or(0, Vec::len)
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows that a record stands for.
    pub(super) fn rows_of(&self, record: u32) -> u64 {
        self.rows.map_or(1, |rows| at(rows, record))
    }

    pub(super) fn validate(&self) -> Result<(), LocalError> {
        let count = self.len();
        let ragged = self.attributes.is_empty()
            || self.attributes.len() != self.leaves.len()
            || self.leaves.iter().chain(self.sensitive).any(|column| column.len() != count)
            || self.people.is_some_and(|people| people.len() != count)
            || self.rows.is_some_and(|rows| rows.len() != count || self.people.is_some());
        if ragged {
            return Err(LocalError::Ragged);
        }
        if u32::try_from(count).is_err() {
            return Err(LocalError::TooLarge);
        }
        Ok(())
    }
}

/// The distinct tuples, in ascending order.
#[derive(Debug)]
pub(super) struct Atoms {
    width: usize,
    nodes: Vec<u32>,
    rows: Vec<u64>,
    start: Vec<u32>,
    records: Vec<u32>,
    atom_of_record: Vec<u32>,
}

impl Atoms {
    pub(super) fn new(records: &Records<'_>, trees: &[Tree]) -> Result<Self, LocalError> {
        let width = trees.len();
        let mut tuples: Vec<u32> = Vec::new();
        let mut first_of_record: Vec<u32> = Vec::with_capacity(records.len());
        let mut table: HashTable<u32> = HashTable::new();
        let mut tuple = vec![0; width];
        let part = |tuples: &[u32], number: u32| -> std::ops::Range<usize> {
            let start = number as usize * width;
            start..(start + width).min(tuples.len())
        };
        for record in 0..records.len() {
            for ((cell, column), tree) in tuple.iter_mut().zip(records.leaves).zip(trees) {
                let leaf = column.get(record).copied();
                *cell = leaf.and_then(|leaf| tree.node_of_leaf(leaf)).ok_or(LocalError::UnknownLeaf)?;
            }
            let same = |number: &u32| tuples.get(part(&tuples, *number)) == Some(&tuple[..]);
            let number = match table.find(hash(&tuple), same) {
                Some(number) => *number,
                None => {
                    // At most as many tuples as records, which fit.
                    let number = (tuples.len() / width) as u32;
                    tuples.extend(&tuple);
                    let again = |n: &u32| hash(tuples.get(part(&tuples, *n)).unwrap_or_default());
                    table.insert_unique(hash(&tuple), number, again);
                    number
                }
            };
            first_of_record.push(number);
        }
        let count = (tuples.len() / width) as u32;
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_unstable_by(|a, b| tuples.get(part(&tuples, *a)).cmp(&tuples.get(part(&tuples, *b))));
        Ok(Self::in_order(records, width, &tuples, &order, first_of_record))
    }

    fn in_order(
        records: &Records<'_>,
        width: usize,
        tuples: &[u32],
        order: &[u32],
        mut of: Vec<u32>,
    ) -> Self {
        let mut rank = vec![0; order.len()];
        let mut nodes = Vec::with_capacity(tuples.len());
        for (place, number) in (0u32..).zip(order) {
            if let Some(slot) = rank.get_mut(*number as usize) {
                *slot = place;
            }
            let start = *number as usize * width;
            nodes.extend(tuples.get(start..start + width).unwrap_or_default());
        }
        let mut rows = vec![0; order.len()];
        let mut ends = vec![0u32; order.len() + 1];
        for (record, number) in (0u32..).zip(&mut of) {
            *number = at(&rank, *number);
            if let (Some(rows), Some(end)) =
                (rows.get_mut(*number as usize), ends.get_mut(*number as usize + 1))
            {
                *rows += records.rows_of(record);
                *end += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let mut next = ends.clone();
        let mut grouped = vec![0; of.len()];
        for (record, atom) in (0u32..).zip(&of) {
            if let Some(place) = next.get_mut(*atom as usize) {
                if let Some(slot) = grouped.get_mut(*place as usize) {
                    *slot = record;
                }
                *place += 1;
            }
        }
        Self { width, nodes, rows, start: ends, records: grouped, atom_of_record: of }
    }

    /// Number of atoms.
    pub(super) fn len(&self) -> u32 {
        self.rows.len() as u32
    }

    /// The nodes of an atom, one per attribute.
    pub(super) fn nodes(&self, atom: u32) -> &[u32] {
        let start = atom as usize * self.width;
        self.nodes.get(start..start + self.width).unwrap_or_default()
    }

    pub(super) fn rows(&self, atom: u32) -> u64 {
        at(&self.rows, atom)
    }

    /// The records of an atom, ascending.
    pub(super) fn records(&self, atom: u32) -> &[u32] {
        self.records
            .get(at(&self.start, atom) as usize..at(&self.start, atom + 1) as usize)
            .unwrap_or_default()
    }

    /// The atom of each record.
    pub(super) fn of_records(&self) -> &[u32] {
        &self.atom_of_record
    }
}

/// A fixed multiplicative hash; only buckets depend on it, never an order.
fn hash(tuple: &[u32]) -> u64 {
    tuple.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, cell| {
        let mixed = (hash ^ u64::from(*cell)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn atoms_are_the_distinct_tuples_in_order() {
        let attribute = Attribute::new("x", vec![vec![0, 1, 2], vec![0, 0, 0]]).unwrap();
        let attributes = [attribute.clone(), attribute];
        let trees: Vec<Tree> = attributes.iter().map(|a| Tree::new(a, 1.0)).collect();
        let leaves = vec![vec![2, 0, 2, 3], vec![1, 1, 1, 0]];
        let records = Records::new(&attributes, &leaves);
        let atoms = Atoms::new(&records, &trees).unwrap();
        assert_eq!(atoms.len(), 3);
        assert_eq!(atoms.of_records(), &[1, 0, 1, 2]);
        assert_eq!(atoms.records(1), &[0, 2]);
        assert_eq!((atoms.rows(0), atoms.rows(1)), (1, 2));
        let wrong = vec![vec![4, 0, 2, 3], vec![1, 1, 1, 0]];
        assert_eq!(
            Atoms::new(&Records::new(&attributes, &wrong), &trees).err(),
            Some(LocalError::UnknownLeaf)
        );
        let short = [vec![0], vec![]];
        assert_eq!(Records::new(&attributes, &short).validate(), Err(LocalError::Ragged));
    }
}
