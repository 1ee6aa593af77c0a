//! Generalization hierarchies: from a value (leaf) up to `*`.
//!
//! One type for all kinds. Level 0 is the leaf itself, the last level is always `*`, and each
//! level nests in the next (checked when the hierarchy is built), which is what makes
//! k-anonymity monotone along it. Bands, prefixes and dates are functions of the leaf; lists and
//! CSV files declare their leaves. A leaf that the hierarchy does not know is an error at every
//! level, `*` included: silently starring a typing error would hide it.
//!
//! NULL has no label below `*`: it is its own leaf up to there (see [`Hierarchy::materialise`]).
//!
//! Absent: reading files (the text arrives as an argument) and choosing levels (the search).

pub mod bands;
pub mod csv;
pub mod dates;
pub mod list;
mod materialise;
pub mod prefix;
mod tree;

pub use bands::{BandStyle, Bands, BandsSpec};
pub use csv::{NullRow, from_arx_csv};
pub use dates::Dates;
pub use materialise::{Materialised, MaterialisedLevel, MissingLeaves};
pub use prefix::Prefix;
pub use tree::Tree;

use super::value::number::Decimal;

/// The label of the last level of every hierarchy.
pub const TOP: &str = "*";

/// The value is not a leaf of the hierarchy. Carries nothing: a cell never enters an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value is not in its hierarchy")]
pub struct NotInHierarchy;

/// Why a hierarchy cannot be built. Rows count from 1 (in the file), levels from 0 (the leaf).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HierarchyError {
    /// No leaves, widths, lengths or levels.
    #[error("the hierarchy is empty")]
    Empty,
    /// A row has another number of levels than the first one.
    #[error("row {row} has another number of levels than row 1")]
    Ragged {
        /// Row number.
        row: usize,
    },
    /// A row is empty.
    #[error("row {row} is empty")]
    BlankRow {
        /// Row number.
        row: usize,
    },
    /// A quoted field is not closed or is followed by text.
    #[error("row {row} has a broken quoted field")]
    BrokenQuote {
        /// Row number.
        row: usize,
    },
    /// The same leaf stands in two rows.
    #[error("row {row} repeats a leaf")]
    DuplicateLeaf {
        /// Row number of the second occurrence.
        row: usize,
    },
    /// A value has two parents, so the levels do not nest.
    #[error("row {row}: the value at level {level} already has another parent")]
    TwoParents {
        /// Row number of the second parent.
        row: usize,
        /// Level of the child.
        level: usize,
    },
    /// The last level of a row is not `*`.
    #[error("row {row} does not end in *")]
    LastNotStar {
        /// Row number.
        row: usize,
    },
    /// A group names a member that no lower level has, or leaves one out.
    #[error("the groups of level {level} do not cover the values below exactly once")]
    NotAPartition {
        /// Level of the groups.
        level: usize,
    },
    /// Band widths must be positive and ascending, and each must divide the next.
    #[error("band width {at} is not a multiple of the one before")]
    BandsDoNotNest {
        /// Position in the list, from 0.
        at: usize,
    },
    /// The lower open end is not below the upper one, or a number is too long.
    #[error("the open ends of the bands are out of order")]
    BandBounds,
    /// Prefix lengths must be positive and strictly descending.
    #[error("prefix length {at} is not shorter than the one before")]
    LengthsDoNotDescend {
        /// Position in the list, from 0.
        at: usize,
    },
    /// A date level does not lie within the next one (fiscal year in year, week in month).
    #[error("date level {at} does not nest in the next")]
    DatesDoNotNest {
        /// Position in the list, from 0, of the finer level.
        at: usize,
    },
    /// Weeks have no 和暦 label.
    #[error("week has no label in the wareki style")]
    NoWarekiWeek,
}

/// A generalization hierarchy of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hierarchy {
    /// Numeric bands.
    Bands(Bands),
    /// Prefixes of a code.
    Prefix(Prefix),
    /// Periods of a day.
    Dates(Dates),
    /// Declared leaves (inline list or CSV).
    Tree(Tree),
}

impl Hierarchy {
    /// Number of levels, level 0 (leaf) and the last (`*`) included; at least 2.
    #[must_use]
    pub fn levels(&self) -> usize {
        match self {
            Self::Bands(h) => h.inner_levels() + 2,
            Self::Prefix(h) => h.inner_levels() + 2,
            Self::Dates(h) => h.inner_levels() + 2,
            Self::Tree(h) => h.levels(),
        }
    }

    /// Appends the label of `leaf` (canonical text) at `level`; a level beyond the last is `*`.
    ///
    /// # Errors
    /// [`NotInHierarchy`]; nothing is appended then.
    #[inline]
    pub fn label(&self, leaf: &str, level: usize, out: &mut String) -> Result<(), NotInHierarchy> {
        match self {
            Self::Bands(h) => h.label(leaf, level, out),
            Self::Prefix(h) => h.label(leaf, level, out),
            Self::Dates(h) => h.label(leaf, level, out),
            Self::Tree(h) => h.label(leaf, level, out),
        }
    }

    /// The leaves that a list or CSV declares, in its order; `None` for functional kinds, whose
    /// leaves are the distinct values of the input.
    #[must_use]
    pub fn declared_leaves(&self) -> Option<&[Box<str>]> {
        match self {
            Self::Tree(h) => Some(h.leaves()),
            _ => None,
        }
    }

    /// Lets the label of a preceding `top_code` or `bottom_code` stand for `number` in bands, so
    /// that `[top_code, generalize]` works. Tells whether the hierarchy can: other kinds cannot
    /// (a list or CSV declares the label as a leaf instead).
    pub fn add_alias(&mut self, label: &str, number: Decimal) -> bool {
        match self {
            Self::Bands(h) => h.add_alias(label, number),
            _ => false,
        }
    }
}

impl From<Bands> for Hierarchy {
    fn from(h: Bands) -> Self {
        Self::Bands(h)
    }
}

impl From<Prefix> for Hierarchy {
    fn from(h: Prefix) -> Self {
        Self::Prefix(h)
    }
}

impl From<Dates> for Hierarchy {
    fn from(h: Dates) -> Self {
        Self::Dates(h)
    }
}

impl From<Tree> for Hierarchy {
    fn from(h: Tree) -> Self {
        Self::Tree(h)
    }
}
