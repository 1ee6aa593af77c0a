//! Inline lists: small hierarchies written in the recipe itself.
//!
//! Three forms: `flat` (leaves, then `*`), `groups` (one unnamed level; the label of a group is
//! its members joined by `・`), `levels` (named groups; the members of a level are the names of
//! the level below). Every level must hold each value below it exactly once; a value that stays as
//! it is on a level is a group of its own name.

use super::{HierarchyError, Tree};
use hashbrown::HashMap;
use std::borrow::Cow;

/// A named group: its label and its members on the level below.
pub type Group<'a> = (Cow<'a, str>, &'a [&'a str]);

/// Leaves without groups: leaf → `*`.
///
/// # Errors
/// [`HierarchyError`]; the row is the position of the leaf, from 1.
pub fn flat(leaves: &[&str]) -> Result<Tree, HierarchyError> {
    Tree::from_rows(
        leaves
            .iter()
            .enumerate()
            .map(|(at, leaf)| (at + 1, vec![Cow::Borrowed(*leaf), Cow::Borrowed(super::TOP)])),
    )
}

/// One level of groups without names: 男 → 男・女 → `*`.
///
/// # Errors
/// As [`levels`].
pub fn groups(groups: &[&[&str]]) -> Result<Tree, HierarchyError> {
    let named: Vec<Group<'_>> =
        groups.iter().map(|members| (Cow::Owned(members.join("・")), *members)).collect();
    levels(&[&named])
}

/// Levels of named groups, finest first; the members of the first level are the leaves.
///
/// # Errors
/// [`HierarchyError::Empty`]; [`HierarchyError::NotAPartition`] if a level names a value twice, an
/// unknown one, or leaves one out; otherwise as [`Tree::from_rows`].
pub fn levels(levels: &[&[Group<'_>]]) -> Result<Tree, HierarchyError> {
    let first = levels.first().ok_or(HierarchyError::Empty)?;
    let leaves: Vec<&str> = first.iter().flat_map(|(_, members)| members.iter().copied()).collect();
    let mut rows: Vec<Vec<Cow<'_, str>>> = leaves.iter().map(|leaf| vec![Cow::Borrowed(*leaf)]).collect();
    for (at, groups) in levels.iter().enumerate() {
        let broken = HierarchyError::NotAPartition { level: at + 1 };
        let mut parent: HashMap<&str, &str, foldhash::fast::FixedState> = HashMap::default();
        for (label, members) in groups.iter() {
            for member in members.iter() {
                if parent.insert(member, label).is_some() {
                    return Err(broken);
                }
            }
        }
        let mut used: hashbrown::HashSet<&str, foldhash::fast::FixedState> = hashbrown::HashSet::default();
        for row in &mut rows {
            let label = row.last().and_then(|value| parent.get_key_value(&**value));
            let (member, label) = label.ok_or(broken)?;
            used.insert(member);
            row.push(Cow::Owned((*label).to_owned()));
        }
        if used.len() != parent.len() {
            return Err(broken);
        }
    }
    for row in &mut rows {
        row.push(Cow::Borrowed(super::TOP));
    }
    Tree::from_rows(rows.into_iter().enumerate().map(|(at, row)| (at + 1, row)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::Hierarchy;
    use super::*;

    fn labels(tree: &Tree, leaf: &str) -> Option<Vec<String>> {
        let h: Hierarchy = tree.clone().into();
        (0..h.levels())
            .map(|level| {
                let mut out = String::new();
                h.label(leaf, level, &mut out).ok().map(|()| out)
            })
            .collect()
    }

    #[test]
    fn three_forms() {
        let sex = flat(&["男", "女"]).unwrap();
        assert_eq!(labels(&sex, "男").unwrap(), ["男", "*"]);
        assert_eq!(labels(&sex, ""), None);
        let severity = groups(&[&["軽症"], &["中等症", "重症"]]).unwrap();
        assert_eq!(labels(&severity, "重症").unwrap(), ["重症", "中等症・重症", "*"]);
        assert_eq!(labels(&severity, "軽症").unwrap(), ["軽症", "軽症", "*"]);
        let fine: &[Group<'_>] = &[
            (Cow::Borrowed("要支援"), &["要支援1", "要支援2"]),
            (Cow::Borrowed("要介護"), &["要介護1", "要介護2"]),
        ];
        let coarse: &[Group<'_>] = &[(Cow::Borrowed("認定あり"), &["要支援", "要介護"])];
        let care = levels(&[fine, coarse]).unwrap();
        assert_eq!(labels(&care, "要介護2").unwrap(), ["要介護2", "要介護", "認定あり", "*"]);
        let wrong: &[Group<'_>] = &[(Cow::Borrowed("認定あり"), &["要支援"])];
        assert_eq!(levels(&[fine, wrong]), Err(HierarchyError::NotAPartition { level: 2 }));
        let unknown: &[Group<'_>] = &[(Cow::Borrowed("認定あり"), &["要支援", "要介護", "自立"])];
        assert_eq!(levels(&[fine, unknown]), Err(HierarchyError::NotAPartition { level: 2 }));
        assert_eq!(flat(&["男", "女", "男"]), Err(HierarchyError::DuplicateLeaf { row: 3 }));
        assert_eq!(groups(&[&["a"], &["a"]]), Err(HierarchyError::NotAPartition { level: 1 }));
        assert_eq!(flat(&[]), Err(HierarchyError::Empty));
        assert_eq!(levels(&[]), Err(HierarchyError::Empty));
    }
}
