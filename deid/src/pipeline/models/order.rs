//! Orders and trees of values: texts of the recipe and of the data → codes of the search.
//!
//! Codes of values count from 1 in the order in which pass 1 met them; 0 is NULL; values that only
//! the recipe names come after all of them.

use std::collections::BTreeMap;

use super::super::hierarchies::Hierarchies;
use super::super::interner::Interner;
use crate::recipe::{NullPlace, ValueOrder};
use crate::transform::value::number::Decimal;

/// The values of a column in their order, NULL among them where it has a place.
///
/// # Errors
/// How many values of the data have no place.
pub(super) fn resolve(
    order: &ValueOrder,
    null: Option<NullPlace>,
    texts: &Interner,
    has_null: bool,
) -> Result<Vec<Option<String>>, usize> {
    let mut lost = usize::from(has_null && null.is_none());
    let mut sorted: Vec<Option<String>> = match order {
        ValueOrder::Listed(listed) => {
            lost += texts.iter().filter(|text| !listed.iter().any(|known| known == text)).count();
            listed.iter().cloned().map(Some).collect()
        }
        ValueOrder::Number => {
            let mut numbers: Vec<(Decimal, &str)> =
                texts.iter().filter_map(|text| Some((Decimal::parse(text).ok()?, text))).collect();
            lost += (texts.len() as usize).saturating_sub(numbers.len());
            // Texts of one number (1.0, 1.00) stand side by side.
            numbers.sort_by(|a, b| a.0.compare(b.0).then_with(|| a.1.cmp(b.1)));
            numbers.into_iter().map(|(_, text)| Some(text.to_owned())).collect()
        }
        ValueOrder::Text => {
            let mut all: Vec<&str> = texts.iter().collect();
            all.sort_unstable();
            all.into_iter().map(|text| Some(text.to_owned())).collect()
        }
    };
    match null {
        Some(NullPlace::First) => sorted.insert(0, None),
        Some(NullPlace::Last) => sorted.push(None),
        None => {}
    }
    if lost > 0 { Err(lost) } else { Ok(sorted) }
}

/// The codes of an order.
pub(super) fn codes(order: &[Option<String>], texts: &Interner) -> Vec<u32> {
    let mut new = texts.len();
    let mut code = |text: &Option<String>| match text {
        None => 0,
        Some(text) => {
            1 + texts.find(text).unwrap_or_else(|| {
                new += 1;
                new - 1
            })
        }
    };
    order.iter().map(&mut code).collect()
}

/// The leaves of a tree: NULL, then the values in the order of their codes.
fn leaves(texts: &Interner) -> Vec<Option<&str>> {
    std::iter::once(None).chain(texts.iter().map(Some)).collect()
}

/// The tree above the values, as the search takes it: `levels[0][code]` is the node above each value,
/// `levels[i][node]` the node above each node.
///
/// # Errors
/// How many values the hierarchy does not know.
pub(super) fn levels(
    hierarchies: &Hierarchies,
    name: &str,
    texts: &Interner,
) -> Result<Vec<Vec<u32>>, usize> {
    let hierarchy = hierarchies.get(name).ok_or(0usize)?;
    let made = hierarchy.materialise(&leaves(texts)).map_err(|missing| missing.positions.len())?;
    let mut levels = Vec::new();
    // Every value is a leaf of its own: texts are distinct.
    let mut below: Vec<u32> = (0..=texts.len()).collect();
    for level in made.levels.iter().skip(1) {
        let nodes = below.iter().max().map_or(0, |n| *n as usize + 1);
        let mut above = vec![0; nodes];
        for (node, up) in below.iter().zip(&level.codes) {
            if let Some(slot) = above.get_mut(*node as usize) {
                *slot = *up;
            }
        }
        levels.push(above);
        below.clone_from(&level.codes);
    }
    Ok(levels)
}

/// The nodes above each value from the leaf itself to below the root, for the recount.
pub(super) fn paths(
    hierarchies: &Hierarchies,
    name: &str,
    texts: &Interner,
) -> BTreeMap<Option<String>, Vec<u32>> {
    let leaves = leaves(texts);
    let Some(made) = hierarchies.get(name).and_then(|h| h.materialise(&leaves).ok()) else {
        return BTreeMap::new();
    };
    let inner = made.levels.len().saturating_sub(1);
    let path = |at: usize| made.levels.iter().take(inner).filter_map(|l| l.codes.get(at).copied()).collect();
    leaves.iter().enumerate().map(|(at, text)| (text.map(str::to_owned), path(at))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::transform::hierarchy::Prefix;
    use std::sync::Arc;

    fn texts(all: &[&str]) -> Interner {
        let mut texts = Interner::default();
        all.iter().for_each(|t| {
            texts.intern(t);
        });
        texts
    }

    #[test]
    fn every_value_of_the_data_has_a_place() {
        let listed = ValueOrder::Listed(["low", "mid", "high"].map(str::to_owned).to_vec());
        let values = texts(&["high", "low"]);
        let order = resolve(&listed, Some(NullPlace::First), &values, true).unwrap();
        // NULL, low, mid (which nobody has), high.
        assert_eq!(codes(&order, &values), [0, 2, 3, 1]);
        assert_eq!(resolve(&listed, None, &values, true), Err(1));
        assert_eq!(resolve(&listed, None, &texts(&["low", "LOW", "x"]), false), Err(2));
    }

    #[test]
    fn numbers_are_ordered_as_numbers() {
        let values = texts(&["10", "9.5", "-2", "010"]);
        let order = resolve(&ValueOrder::Number, None, &values, false).unwrap();
        assert_eq!(order, ["-2", "9.5", "010", "10"].map(|t| Some(t.to_owned())));
        assert_eq!(resolve(&ValueOrder::Number, None, &texts(&["1", "many"]), false), Err(1));
        let order = resolve(&ValueOrder::Text, Some(NullPlace::Last), &values, false).unwrap();
        assert_eq!(codes(&order, &values), [3, 4, 1, 2, 0]);
    }

    #[test]
    fn trees_lead_to_one_root() {
        let mut hierarchies = Hierarchies::new();
        hierarchies.insert("h".to_owned(), Arc::new(Prefix::new(&[2, 1]).unwrap().into()));
        let values = texts(&["a11", "a12", "b11"]);
        let levels = levels(&hierarchies, "h", &values).unwrap();
        assert_eq!(levels, [vec![0, 1, 1, 2], vec![0, 1, 2], vec![0, 0, 0]]);
        let paths = paths(&hierarchies, "h", &values);
        assert_eq!(paths[&None], [0, 0, 0]);
        assert_eq!(paths[&Some("a12".to_owned())], [2, 1, 1]);
    }
}
