//! A column's hierarchy with its labels: from texts of any level to codes.
//!
//! A column without a hierarchy gets a flat one of the texts that occur, so that it is matched by
//! equality. `*` says nothing wherever it stands and whatever the hierarchy.

use std::collections::BTreeMap;

use super::columns::Columns;
use crate::anonymity::Attribute;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::measure::attack::{ANY, NOBODY};
use crate::transform::hierarchy::{Hierarchy, NullRow, TOP, from_arx_csv};

/// A hierarchy as codes and as labels.
pub(super) struct Ladder {
    pub(super) attribute: Attribute,
    /// Whether the hierarchy was given.
    pub(super) is_given: bool,
    leaf_of: BTreeMap<Box<str>, u32>,
    /// Per level, code of each label.
    codes: Vec<BTreeMap<Box<str>, u32>>,
}

/// The values of one published column.
pub(super) struct Cells {
    /// The one level that explains all of them; `None` for several.
    pub(super) level: Option<u8>,
    /// Per kept row.
    pub(super) levels: Vec<u8>,
    /// Per kept row, code at its level, or `ANY`.
    pub(super) codes: Vec<u32>,
}

impl Ladder {
    /// From the text of an ARX hierarchy.
    pub(super) fn given(name: &str, text: &str) -> Result<Self> {
        let bad = |detail: &str| {
            Box::new(Diagnostic::error(Code::RecipeHierarchy).name("name", name).name("detail", detail))
        };
        let hierarchy: Hierarchy =
            from_arx_csv(text, ';', NullRow::default()).map_err(|e| bad(&e.to_string()))?.into();
        let declared = hierarchy.declared_leaves().unwrap_or_default();
        let known: Vec<Option<&str>> = declared.iter().map(|l| Some(&**l)).collect();
        let made = hierarchy.materialise(&known).map_err(|e| bad(&e.to_string()))?;
        let codes =
            made.levels.iter().map(|l| l.labels.iter().flatten().cloned().zip(0..).collect()).collect();
        let levels = made.levels.into_iter().map(|l| l.codes).collect();
        Ok(Self {
            attribute: Attribute::new(name, levels).map_err(|e| bad(&e.to_string()))?,
            is_given: true,
            leaf_of: declared.iter().cloned().zip(0..).collect(),
            codes,
        })
    }

    /// Of the texts of a column in all files.
    pub(super) fn flat(name: &str, column: usize, files: &[&Columns]) -> Result<Self> {
        let mut leaf_of: BTreeMap<Box<str>, u32> = BTreeMap::new();
        for text in files.iter().flat_map(|f| f.distinct(column)).filter(|t| *t != TOP) {
            let next = leaf_of.len() as u32;
            leaf_of.entry(text.into()).or_insert(next);
        }
        // A hierarchy has a leaf, also where a column is NULL throughout.
        let leaves = (0..leaf_of.len().max(1) as u32).collect();
        let attribute =
            Attribute::new(name, vec![leaves]).map_err(|_| Box::new(Diagnostic::error(Code::Internal)))?;
        Ok(Self { attribute, is_given: false, codes: vec![leaf_of.clone()], leaf_of })
    }

    /// The leaves of an original column.
    pub(super) fn leaves(&self, file: &Columns, column: usize) -> Result<Vec<u32>> {
        let null = self.attribute.null_leaf();
        let (mut leaf_of, mut unknown) = (Vec::new(), 0);
        for text in file.distinct(column) {
            unknown += u64::from(self.is_given && !self.leaf_of.contains_key(text));
            leaf_of.push(self.leaf_of.get(text).copied().unwrap_or(null));
        }
        if unknown > 0 {
            return Err(self.not_in_hierarchy(unknown));
        }
        Ok(file.mapped(column, None, &leaf_of, null))
    }

    /// Whether a file has every published text of the column.
    pub(super) fn holds(&self, file: &Columns, column: usize, source: &Columns) -> bool {
        let known = source.texts.get(column);
        file.distinct(column).all(|t| t == TOP || known.is_some_and(|k| k.find(t).is_some()))
    }

    /// The published values of a column, of the rows to keep.
    pub(super) fn cells(&self, file: &Columns, column: usize, keep: &[bool]) -> Result<Cells> {
        let mut used = vec![false; file.distinct(column).count()];
        for (code, _) in file.codes.get(column).into_iter().flatten().zip(keep).filter(|(_, k)| **k) {
            if let Some(slot) = code.checked_sub(1).and_then(|c| used.get_mut(c as usize)) {
                *slot = true;
            }
        }
        let texts = || file.distinct(column).zip(&used).filter(|(_, used)| **used).map(|(t, _)| t);
        let level = self.codes.iter().position(|labels| texts().all(|t| labels.contains_key(t)));
        let lowest = |text: &str| self.codes.iter().position(|labels| labels.contains_key(text));
        let mut unknown = 0;
        let of_text: Vec<(u8, u32)> = file
            .distinct(column)
            .zip(&used)
            .map(|(text, used)| {
                let at = level.or_else(|| lowest(text));
                match at.and_then(|at| Some((at, *self.codes.get(at)?.get(text)?))) {
                    Some((at, code)) => (u8::try_from(at).unwrap_or(u8::MAX), code),
                    None if text == TOP => (0, ANY),
                    None => {
                        unknown += u64::from(*used);
                        (0, NOBODY)
                    }
                }
            })
            .collect();
        if unknown > 0 {
            return Err(self.not_in_hierarchy(unknown));
        }
        let null_level = level.unwrap_or(0);
        let null = self.attribute.levels().get(null_level).and_then(|l| l.code_of_leaf().last()).copied();
        let null = (u8::try_from(null_level).unwrap_or(u8::MAX), null.unwrap_or(NOBODY));
        let (levels, codes) = file.mapped(column, Some(keep), &of_text, null).into_iter().unzip();
        Ok(Cells { level: level.and_then(|l| u8::try_from(l).ok()), levels, codes })
    }

    fn not_in_hierarchy(&self, count: u64) -> Box<Diagnostic> {
        let d = Diagnostic::error(Code::NotInHierarchy).in_column(self.attribute.name());
        Box::new(d.number("count", count).name("first", "-"))
    }
}
