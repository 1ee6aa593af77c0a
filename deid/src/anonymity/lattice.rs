//! Generalisation hierarchies as codes, and the lattice of their levels.
//!
//! Why here: a check of one node is an array look-up per cell; text never enters. Shares are kept
//! as whole numbers of leaves, so that sums over millions of records are exact and do not depend on
//! the order of the rows.
//!
//! Deliberately absent: building a hierarchy from text (the recipe's work), and hierarchies that
//! are not nested (two values that are one at a level stay one above it): the search relies on it.

use std::collections::HashMap;

/// What is wrong with a hierarchy or a level range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LatticeError {
    /// No level or no leaf at all.
    #[error("a hierarchy needs at least one level and one leaf")]
    Empty,
    /// A level does not name a code for every leaf.
    #[error("level {level} does not cover every leaf")]
    Ragged {
        /// The level, 0 = leaves.
        level: usize,
    },
    /// Two leaves share a code at `level` but not at the level above.
    #[error("values joined at level {level} are separate above it")]
    NotNested {
        /// The level at which they are joined.
        level: usize,
    },
    /// More levels than a node can name (255), or more leaves than codes.
    #[error("too many levels or leaves")]
    TooLarge,
    /// `min_level` > `max_level`, or a level that does not exist.
    #[error("level range outside the hierarchy")]
    Range,
    /// A weight that is negative or not finite.
    #[error("weight must be finite and not negative")]
    Weight,
}

/// One level of a hierarchy: what every leaf becomes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    code_of_leaf: Vec<u32>,
    leaves_under: Vec<u32>,
    codes: u32,
    distinct: u32,
}

impl Level {
    /// Code at this level per leaf code; the last entry is NULL's.
    #[must_use]
    pub fn code_of_leaf(&self) -> &[u32] {
        &self.code_of_leaf
    }

    /// Number of leaves under the value that each leaf has at this level. NULL counts as one leaf
    /// below the root and as all leaves at it; it is not counted under any other value.
    #[must_use]
    pub fn leaves_under(&self) -> &[u32] {
        &self.leaves_under
    }

    /// One more than the largest code of this level.
    #[must_use]
    pub fn codes(&self) -> u32 {
        self.codes
    }

    /// Number of distinct values at this level, without NULL.
    #[must_use]
    pub fn distinct(&self) -> u32 {
        self.distinct
    }
}

/// One quasi-identifier with its hierarchy.
///
/// Leaf codes are `0..leaves` for the leaves of the hierarchy and `leaves` for NULL, which is its
/// own value up to the root (`*`).
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    name: String,
    levels: Vec<Level>,
    leaves: u32,
    min_level: u8,
    max_level: u8,
    weight: f64,
}

impl Attribute {
    /// Makes an attribute from `codes[level][leaf]`, without NULL, which is added here. Level 0 is
    /// the leaves themselves. The range is the whole hierarchy and the weight is 1.
    ///
    /// # Errors
    /// [`LatticeError`] when the hierarchy is empty, ragged, too large or not nested.
    pub fn new(name: impl Into<String>, codes: Vec<Vec<u32>>) -> Result<Self, LatticeError> {
        let leaves = codes.first().map_or(0, Vec::len);
        if leaves == 0 {
            return Err(LatticeError::Empty);
        }
        let max_level = u8::try_from(codes.len() - 1).map_err(|_| LatticeError::TooLarge)?;
        let leaves_u32 = u32::try_from(leaves).map_err(|_| LatticeError::TooLarge)?;
        if leaves_u32 > u32::MAX - 2 {
            return Err(LatticeError::TooLarge);
        }
        nested(&codes, leaves)?;
        let mut levels = Vec::with_capacity(codes.len());
        for (level, code_of_leaf) in codes.into_iter().enumerate() {
            let is_root = level > 0 && level == usize::from(max_level);
            levels.push(make_level(code_of_leaf, leaves_u32, is_root)?);
        }
        Ok(Self { name: name.into(), levels, leaves: leaves_u32, min_level: 0, max_level, weight: 1.0 })
    }

    /// Restricts the search to `min_level..=max_level`.
    ///
    /// # Errors
    /// [`LatticeError::Range`] when the range is empty or outside the hierarchy.
    pub fn with_range(mut self, min_level: u8, max_level: u8) -> Result<Self, LatticeError> {
        if min_level > max_level || usize::from(max_level) >= self.levels.len() {
            return Err(LatticeError::Range);
        }
        self.min_level = min_level;
        self.max_level = max_level;
        Ok(self)
    }

    /// Sets the weight of the attribute in the loss; 1 = as in the plain geometric mean.
    ///
    /// # Errors
    /// [`LatticeError::Weight`] when it is negative or not finite.
    pub fn with_weight(mut self, weight: f64) -> Result<Self, LatticeError> {
        if !weight.is_finite() || weight < 0.0 {
            return Err(LatticeError::Weight);
        }
        self.weight = weight;
        Ok(self)
    }

    /// The name given by the caller; never looked at here.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All levels, leaves first, also those outside the range.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Number of leaves of the hierarchy, without NULL, present in the data or not.
    #[must_use]
    pub fn leaves(&self) -> u32 {
        self.leaves
    }

    /// The leaf code that stands for NULL.
    #[must_use]
    pub fn null_leaf(&self) -> u32 {
        self.leaves
    }

    /// Lowest level the search may use.
    #[must_use]
    pub fn min_level(&self) -> u8 {
        self.min_level
    }

    /// Highest level the search may use.
    #[must_use]
    pub fn max_level(&self) -> u8 {
        self.max_level
    }

    /// Weight in the loss.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Domain share of a leaf's value at a level: leaves under it / all leaves. `None` when level
    /// or leaf do not exist.
    #[must_use]
    pub fn share(&self, level: u8, leaf: u32) -> Option<f64> {
        let level = self.levels.get(usize::from(level))?;
        let under = level.leaves_under.get(usize::try_from(leaf).ok()?)?;
        Some(f64::from(*under) / f64::from(self.leaves))
    }
}

fn nested(codes: &[Vec<u32>], leaves: usize) -> Result<(), LatticeError> {
    for (level, column) in codes.iter().enumerate() {
        if column.len() != leaves {
            return Err(LatticeError::Ragged { level });
        }
    }
    for (level, (below, above)) in codes.iter().zip(codes.iter().skip(1)).enumerate() {
        let mut parent: HashMap<u32, u32> = HashMap::new();
        for (b, a) in below.iter().zip(above) {
            if *parent.entry(*b).or_insert(*a) != *a {
                return Err(LatticeError::NotNested { level });
            }
        }
    }
    Ok(())
}

fn make_level(mut codes: Vec<u32>, leaves: u32, is_root: bool) -> Result<Level, LatticeError> {
    let mut under: HashMap<u32, u32> = HashMap::new();
    for code in &codes {
        *under.entry(*code).or_insert(0) += 1;
    }
    let mut leaves_under: Vec<u32> = codes.iter().map(|code| under.get(code).copied().unwrap_or(0)).collect();
    let distinct = u32::try_from(under.len()).map_err(|_| LatticeError::TooLarge)?;
    let largest = codes.iter().copied().max().unwrap_or(0);
    if is_root && under.len() == 1 {
        codes.push(largest);
        leaves_under.push(leaves);
    } else {
        codes.push(largest.checked_add(1).ok_or(LatticeError::TooLarge)?);
        leaves_under.push(1);
    }
    let codes_count = codes.iter().copied().max().unwrap_or(0);
    Ok(Level {
        code_of_leaf: codes,
        leaves_under,
        codes: codes_count.checked_add(1).ok_or(LatticeError::TooLarge)?,
        distinct,
    })
}

/// A level per attribute of the exchange, in the order of its attribute list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub Vec<u8>);

/// The nodes between the lowest and the highest levels, numbered so that the numbers' order is the
/// lexicographic order of the levels.
#[derive(Debug, Clone)]
pub(crate) struct Lattice {
    min: Vec<u8>,
    span: Vec<u64>,
    stride: Vec<u64>,
    nodes: u128,
}

impl Lattice {
    #[cfg(test)]
    pub(crate) fn new(attributes: &[Attribute]) -> Self {
        let min: Vec<u8> = attributes.iter().map(Attribute::min_level).collect();
        let max: Vec<u8> = attributes.iter().map(Attribute::max_level).collect();
        Self::between(&min, &max)
    }

    /// The nodes with levels in `min..=max`, of which no `max` is below its `min`.
    pub(crate) fn between(min: &[u8], max: &[u8]) -> Self {
        let span: Vec<u64> = min.iter().zip(max).map(|(a, b)| u64::from(b.saturating_sub(*a)) + 1).collect();
        let mut stride = vec![0; span.len()];
        let mut nodes: u128 = 1;
        for (s, w) in stride.iter_mut().zip(&span).rev() {
            *s = u64::try_from(nodes).unwrap_or(u64::MAX);
            nodes = nodes.saturating_mul(u128::from(*w));
        }
        Self { min: min.to_vec(), span, stride, nodes }
    }

    /// All levels that the attributes allow.
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        let levels = |of: fn(&Attribute) -> u8| attributes.iter().map(of).collect::<Vec<u8>>();
        Self::between(&levels(Attribute::min_level), &levels(Attribute::max_level))
    }

    /// Nodes, saturating.
    pub(crate) fn nodes(&self) -> u64 {
        u64::try_from(self.nodes).unwrap_or(u64::MAX)
    }

    pub(crate) fn strides(&self) -> &[u64] {
        &self.stride
    }

    pub(crate) fn spans(&self) -> &[u64] {
        &self.span
    }

    /// The number of steps above the lowest level, of attribute `stride`/`span` at node `index`.
    pub(crate) fn step(index: u64, stride: u64, span: u64) -> u64 {
        // Most lattices are small enough for the shorter division, which is much faster.
        match (u32::try_from(index), u32::try_from(stride), u32::try_from(span)) {
            (Ok(index), Ok(stride), Ok(span)) => u64::from((index / stride) % span),
            _ => (index / stride) % span,
        }
    }

    pub(crate) fn lowest(&self) -> Node {
        Node(self.min.clone())
    }

    pub(crate) fn highest(&self) -> Node {
        let levels = self.min.iter().zip(&self.span);
        Node(levels.map(|(min, span)| min + u8::try_from(span - 1).unwrap_or(0)).collect())
    }

    pub(crate) fn node(&self, index: u64) -> Node {
        Node(
            self.min
                .iter()
                .zip(self.stride.iter().zip(&self.span))
                .map(|(min, (stride, span))| {
                    min + u8::try_from(Self::step(index, *stride, *span)).unwrap_or(0)
                })
                .collect(),
        )
    }
}

/// Whether a node names an existing level for every attribute (inside or outside the range).
pub(crate) fn node_fits(attributes: &[Attribute], node: &Node) -> bool {
    node.0.len() == attributes.len()
        && node
            .0
            .iter()
            .zip(attributes)
            .all(|(level, attribute)| usize::from(*level) < attribute.levels.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
    use super::*;

    fn ages() -> Attribute {
        Attribute::new("age", vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0, 0, 0, 0]]).unwrap()
    }

    #[test]
    fn combinations_are_those_of_the_ranges() {
        let attribute = || Attribute::new("a", vec![vec![0, 1], vec![0, 0]]).unwrap();
        let combinations = |attributes: &[Attribute]| Lattice::of(attributes).nodes();
        assert_eq!(combinations(&[attribute(), attribute().with_range(1, 1).unwrap()]), 2);
        assert_eq!(combinations(&vec![attribute(); 70]), u64::MAX);
    }

    #[test]
    fn null_is_its_own_leaf_up_to_the_root() {
        let a = ages();
        let null = a.null_leaf();
        assert_eq!(null, 4);
        assert_eq!(a.levels()[1].code_of_leaf(), &[0, 0, 1, 1, 2]);
        assert_eq!(a.levels()[2].code_of_leaf(), &[0, 0, 0, 0, 0]);
        assert_eq!(a.share(0, null), Some(0.25));
        assert_eq!(a.share(1, null), Some(0.25));
        assert_eq!(a.share(2, null), Some(1.0));
        assert_eq!(a.share(1, 0), Some(0.5));
    }

    #[test]
    fn null_stays_apart_where_the_highest_level_has_no_root() {
        let a = Attribute::new("x", vec![vec![0, 1], vec![5, 6]]).unwrap();
        assert_eq!(a.levels()[1].code_of_leaf(), &[5, 6, 7]);
        assert_eq!(a.levels()[1].codes(), 8);
    }

    #[test]
    fn refuses_what_the_search_cannot_rely_on() {
        let not_nested = vec![vec![0, 1, 2], vec![0, 0, 1], vec![0, 1, 1]];
        assert_eq!(Attribute::new("x", not_nested), Err(LatticeError::NotNested { level: 1 }));
        assert_eq!(Attribute::new("x", vec![vec![0, 1], vec![0]]), Err(LatticeError::Ragged { level: 1 }));
        assert_eq!(Attribute::new("x", vec![]), Err(LatticeError::Empty));
        assert_eq!(ages().with_range(1, 3), Err(LatticeError::Range));
        assert_eq!(ages().with_weight(f64::NAN), Err(LatticeError::Weight));
    }

    #[test]
    fn numbers_run_in_the_lexicographic_order_of_levels() {
        let lattice = Lattice::new(&[ages().with_range(1, 2).unwrap(), ages()]);
        assert_eq!(lattice.nodes(), 6);
        let all: Vec<Node> = (0..6).map(|i| lattice.node(i)).collect();
        let mut sorted = all.clone();
        sorted.sort();
        assert_eq!(all, sorted);
        assert_eq!(all[0], Node(vec![1, 0]));
        assert_eq!(all[5], Node(vec![2, 2]));
    }
}
