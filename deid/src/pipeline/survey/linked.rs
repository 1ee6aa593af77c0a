//! A published file beside tables of known people: what is left of its original, and whom its
//! records fit there or in the population.

use std::collections::BTreeMap;

use super::columns::Columns;
use super::ladder::Ladder;
use super::{Question, internal};
use crate::anonymity::Attribute;
use crate::error::Result;
use crate::measure::attack::{Known, Linkage, Release, matches};
use crate::measure::classes::Classes;
use crate::measure::journalist::{Journalist, journalist};
use crate::measure::utility::{Levels, Published, Utility, utility};

/// What is left of the original.
pub struct SourceUtility {
    /// Records of the original, and those of them that are not in the file.
    pub records: (u64, u64),
    /// Level found per quasi-identifier; `None` where there are several.
    pub levels: Vec<(String, Option<u8>)>,
    /// The figures; `None` where a column has several levels and the records do not stand in the
    /// order of the original.
    pub figures: Option<Utility>,
}

/// The quasi-identifiers of the published records, ready to be matched.
pub(super) struct Linked<'a> {
    question: &'a Question<'a>,
    file: &'a Columns,
    keep: &'a [bool],
    ladders: Vec<Ladder>,
    attributes: Vec<Attribute>,
    /// Per column, the one level of all its values.
    level: Vec<Option<u8>>,
    /// Per column and kept row, the level of the value, and its code there.
    levels: Vec<Vec<u8>>,
    codes: Vec<Vec<u32>>,
}

impl<'a> Linked<'a> {
    /// `others` are the files whose texts may be compared with the published ones.
    pub(super) fn new(
        question: &'a Question<'a>,
        file: &'a Columns,
        keep: &'a [bool],
        others: &[&Columns],
    ) -> Result<Self> {
        let files: Vec<&Columns> = others.iter().copied().chain([file]).collect();
        let (mut ladders, mut attributes) = (Vec::new(), Vec::new());
        let (mut level, mut levels, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for (column, name) in question.quasi.iter().enumerate() {
            let ladder = match question.hierarchies.get(name) {
                Some(text) => Ladder::given(name, text)?,
                None => Ladder::flat(name, column, &files)?,
            };
            let cells = ladder.cells(file, column, keep)?;
            level.push(cells.level);
            levels.push(cells.levels);
            codes.push(cells.codes);
            attributes.push(ladder.attribute.clone());
            ladders.push(ladder);
        }
        Ok(Self { question, file, keep, ladders, attributes, level, levels, codes })
    }

    fn all_given(&self) -> bool {
        self.ladders.iter().all(|l| l.is_given)
    }

    fn leaves(&self, of: &Columns) -> Result<Vec<Vec<u32>>> {
        self.ladders.iter().enumerate().map(|(column, ladder)| ladder.leaves(of, column)).collect()
    }

    /// How many people of another file fit each published record.
    fn matches(&self, leaves: &[Vec<u32>], people: Option<&[u32]>) -> Result<Vec<u64>> {
        let release = Release { attributes: &self.attributes, levels: &self.levels, codes: &self.codes };
        matches(&release, &Known { leaves, people }).map_err(|e| internal(&e))
    }

    /// What is left of the original (`None` unless every column has its hierarchy), and how the
    /// records link back to it. Nothing where a column without a hierarchy has values that the
    /// original has not: they were generalised in a way that nobody told.
    pub(super) fn with_original(
        &self,
        original: &Columns,
        people: Option<&[u32]>,
    ) -> Result<(Option<SourceUtility>, Option<Linkage>)> {
        let mut ladders = self.ladders.iter().enumerate();
        if !ladders.all(|(column, l)| l.is_given || l.holds(self.file, column, original)) {
            return Ok((None, None));
        }
        let leaves = self.leaves(original)?;
        let utility = if self.all_given() { Some(self.utility(original, &leaves)?) } else { None };
        Ok((utility, Some(Linkage::new(&self.matches(&leaves, people)?))))
    }

    /// Risk against a table of the population, each of whose records is a person.
    pub(super) fn journalist(
        &self,
        population: &Columns,
        classes: &Classes,
        sizes: &[u64],
    ) -> Result<Option<Journalist>> {
        let found = self.matches(&self.leaves(population)?, None)?;
        // Records of one class have the same values, and so fit the same people.
        let of_class: BTreeMap<u32, u64> = classes.of_row().iter().copied().zip(found).collect();
        let pairs: Vec<(u64, u64)> = of_class
            .iter()
            .map(|(class, all)| (sizes.get(*class as usize).copied().unwrap_or(0), *all))
            .collect();
        Ok(journalist(&pairs, self.question.threshold))
    }

    fn utility(&self, original: &Columns, leaves: &[Vec<u32>]) -> Result<SourceUtility> {
        let one_level: Option<Vec<u8>> = self.level.iter().copied().collect();
        let in_order;
        let found = match &one_level {
            Some(at) => Some((Levels::Same(at), self.not_published(leaves, at)?)),
            None => {
                in_order = self.in_order(original, leaves);
                in_order.as_ref().map(|at| (Levels::PerRow(at), self.keep.iter().map(|k| !k).collect()))
            }
        };
        let kept = self.keep.iter().filter(|k| **k).count() as u64;
        let mut gone = (original.records as u64).saturating_sub(kept);
        let mut figures = None;
        if let Some((levels, suppressed)) = found {
            gone = suppressed.iter().filter(|s| **s).count() as u64;
            let published =
                Published { attributes: &self.attributes, leaves, levels, suppressed: &suppressed };
            figures = Some(utility(&published, self.question.gs_factor).map_err(|e| internal(&e))?);
        }
        Ok(SourceUtility {
            records: (original.records as u64, gone),
            levels: self.question.quasi.iter().cloned().zip(self.level.iter().copied()).collect(),
            figures,
        })
    }

    /// Records of the original whose generalised tuple the file does not hold.
    fn not_published(&self, leaves: &[Vec<u32>], levels: &[u8]) -> Result<Vec<bool>> {
        let mut published = 0;
        let mut columns = Vec::new();
        for (((attribute, codes), leaves), level) in
            self.attributes.iter().zip(&self.codes).zip(leaves).zip(levels)
        {
            let level = attribute.levels().get(usize::from(*level));
            let code =
                |leaf: &u32| level.and_then(|l| l.code_of_leaf().get(*leaf as usize)).copied().unwrap_or(0);
            published = codes.len();
            let mut column = codes.clone();
            column.extend(leaves.iter().map(code));
            columns.push(column);
        }
        let classes = Classes::new(&columns).map_err(|e| internal(&e))?;
        let mut held = vec![false; classes.count()];
        for class in classes.of_row().iter().take(published) {
            if let Some(slot) = held.get_mut(*class as usize) {
                *slot = true;
            }
        }
        let original = classes.of_row().iter().skip(published);
        Ok(original.map(|class| !held.get(*class as usize).copied().unwrap_or(false)).collect())
    }

    /// The level of every record of the original, if the file holds them in the same order: as
    /// many records, and each published value stands for the original one.
    fn in_order(&self, original: &Columns, leaves: &[Vec<u32>]) -> Option<Vec<Vec<u8>>> {
        if original.records != self.file.records {
            return None;
        }
        let mut all = Vec::new();
        let cells = self.levels.iter().zip(&self.codes);
        for ((attribute, (levels, codes)), leaves) in self.attributes.iter().zip(cells).zip(leaves) {
            let mut published = levels.iter().zip(codes);
            let mut levels = Vec::with_capacity(leaves.len());
            for (leaf, keep) in leaves.iter().zip(self.keep) {
                let mut level = 0;
                if *keep {
                    let (at, code) = published.next()?;
                    let of_leaf = attribute.levels().get(usize::from(*at))?.code_of_leaf();
                    if of_leaf.get(*leaf as usize) != Some(code) {
                        return None;
                    }
                    level = *at;
                }
                levels.push(level);
            }
            all.push(levels);
        }
        Some(all)
    }
}
