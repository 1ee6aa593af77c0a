//! Measuring any file, also one that `deid` did not write.
//!
//! What needs the original (t against its distribution, utility) is measured only when the
//! original is given; what needs hierarchies only when they are.

use std::collections::BTreeMap;
use std::path::Path;

use super::interner::{Interner, NONE};
use super::row::LocalColumn;
use crate::anonymity::Attribute;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::RowBatch;
use crate::io::scan::scan;
use crate::io::source::Source;
use crate::measure::classes::{Classes, MeasureError};
use crate::measure::k_anonymity::{KAnonymity, k_anonymity};
use crate::measure::l_diversity::l_diversity;
use crate::measure::risk::{Risk, risk, share_above};
use crate::measure::t_closeness::{Distribution, t_closeness};
use crate::measure::utility::{Published, Utility, utility};
use crate::recipe::FileFormat;
use crate::transform::hierarchy::{Hierarchy, NullRow, TOP, from_arx_csv};

/// What to measure.
pub struct Question<'a> {
    /// Quasi-identifiers.
    pub quasi: &'a [String],
    /// Sensitive columns.
    pub sensitive: &'a [String],
    /// Column that names the person; without it every record is a person.
    pub person: Option<&'a str>,
    /// Text of an ARX hierarchy per quasi-identifier, where there is one.
    pub hierarchies: &'a BTreeMap<String, String>,
    /// Risk above which a record is counted as at risk.
    pub threshold: f64,
    /// Threads for reading.
    pub threads: usize,
}

/// The answer.
pub struct Survey {
    /// Records.
    pub records: u64,
    /// Records whose quasi-identifiers are all `*`: suppressed ones that a tool left in the file.
    /// They are in no class.
    pub starred: u64,
    /// Distinct people among the records counted.
    pub people: u64,
    /// k, classes, average class.
    pub k: KAnonymity,
    /// Risk; `None` for a file without records.
    pub risk: Option<Risk>,
    /// Share of people whose risk is over the threshold.
    pub over_threshold: Option<f64>,
    /// Per sensitive column: (name, l, t against the file, t against the original).
    pub sensitive: Vec<(String, Option<u64>, Option<f64>, Option<f64>)>,
    /// Against the original, with hierarchies.
    pub utility: Option<SourceUtility>,
}

/// What is left of the original.
pub struct SourceUtility {
    /// Records of the original, and those of them that are not in the file.
    pub records: (u64, u64),
    /// Level found per quasi-identifier.
    pub levels: Vec<(String, u8)>,
    /// The figures.
    pub figures: Utility,
}

/// The columns of one file as codes; 0 = NULL.
struct Columns {
    records: usize,
    texts: Vec<Interner>,
    codes: Vec<Vec<u32>>,
}

/// Measures `file`, against `source` where given.
///
/// # Errors
/// A file that cannot be read, or lacks a column; values that a hierarchy does not know.
pub fn survey(
    file: &Path,
    source: Option<&Path>,
    format: &FileFormat,
    question: &Question<'_>,
) -> Result<Survey> {
    let person: Vec<String> = question.person.iter().map(|p| (*p).to_owned()).collect();
    let names: Vec<String> = [question.quasi, question.sensitive, &person].concat();
    let all = read(file, format, &names, question.threads)?;
    let q = question.quasi.len();
    let starred = starred(&all, q);
    let keep: Vec<bool> = starred.iter().map(|s| !s).collect();
    let column = |at: usize| -> Vec<u32> {
        let codes = all.codes.get(at).map_or(&[][..], Vec::as_slice);
        codes.iter().zip(&keep).filter(|(_, k)| **k).map(|(c, _)| *c).collect()
    };
    let quasi: Vec<Vec<u32>> = (0..q).map(column).collect();
    let people = question.person.map(|_| column(q + question.sensitive.len()));
    let classes = Classes::new(&quasi).map_err(|e| internal(&e))?;
    let sizes = classes.people(people.as_deref()).map_err(|e| internal(&e))?;
    let distinct = match &people {
        Some(p) => Classes::new(&[p]).map_err(|e| internal(&e))?.count() as u64,
        None => classes.of_row().len() as u64,
    };
    let original = match source {
        Some(path) => Some(read(path, format, &names, question.threads)?),
        None => None,
    };
    let mut sensitive = Vec::new();
    for (i, name) in question.sensitive.iter().enumerate() {
        let values = column(q + i);
        let own = Distribution::of_column(people.as_deref(), &values).map_err(|e| internal(&e))?;
        let t = |reference: &Distribution| {
            t_closeness(&classes, people.as_deref(), &values, reference).map_err(|e| internal(&e))
        };
        let from_source = match &original {
            Some(o) => t(&translated(o, &all, q + i, question)?)?,
            None => None,
        };
        sensitive.push((
            name.clone(),
            l_diversity(&classes, &values).map_err(|e| internal(&e))?,
            t(&own)?,
            from_source,
        ));
    }
    let utility = match &original {
        Some(o) if question.quasi.iter().all(|c| question.hierarchies.contains_key(c)) => {
            Some(against(o, &all, &keep, question)?)
        }
        _ => None,
    };
    Ok(Survey {
        records: all.records as u64,
        starred: starred.iter().filter(|s| **s).count() as u64,
        people: distinct,
        k: k_anonymity(&sizes),
        risk: risk(&sizes),
        over_threshold: share_above(&sizes, question.threshold),
        sensitive,
        utility,
    })
}

fn internal(_: &MeasureError) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::Internal))
}

fn read(path: &Path, format: &FileFormat, names: &[String], threads: usize) -> Result<Columns> {
    let source = Source::open(path, format, &[])?;
    let mut wanted = Vec::new();
    for name in names {
        let found = source.header.iter().position(|h| h == name);
        wanted.push(found.ok_or_else(|| {
            let file = source.chunks.name().clone();
            Box::new(Diagnostic::error(Code::MeasureColumn).name("name", name).in_file(file))
        })?);
    }
    let mut texts: Vec<Interner> = wanted.iter().map(|_| Interner::default()).collect();
    let mut codes: Vec<Vec<u32>> = vec![Vec::new(); wanted.len()];
    let work = |(): &mut (), _, batch: &RowBatch<'_>| {
        let mut locals: Vec<LocalColumn> = wanted.iter().map(|_| LocalColumn::default()).collect();
        for row in batch.iter() {
            for (local, at) in locals.iter_mut().zip(&wanted) {
                local.push(row.cell(*at));
            }
        }
        Ok(locals)
    };
    let take = |_, _, locals: Vec<LocalColumn>| {
        for ((global, codes), local) in texts.iter_mut().zip(&mut codes).zip(locals) {
            let map: Option<Vec<u32>> = local.texts.iter().map(|t| Some(global.intern(t)?.0 + 1)).collect();
            let map = map.ok_or_else(|| {
                Box::new(Diagnostic::error(Code::InputLimit).number("limit", u64::from(NONE)))
            })?;
            codes.extend(local.codes.iter().map(|c| map.get(*c as usize).copied().unwrap_or(0)));
        }
        Ok(())
    };
    scan(source.chunks, &source.parser, threads, || (), work, take)?;
    let records = codes.first().map_or(0, Vec::len);
    Ok(Columns { records, texts, codes })
}

/// Records in which every quasi-identifier is `*`.
fn starred(all: &Columns, q: usize) -> Vec<bool> {
    let star: Vec<Option<u32>> = all.texts.iter().take(q).map(|t| t.find(TOP).map(|c| c + 1)).collect();
    let is_star = |row: usize| {
        all.codes.iter().zip(&star).all(|(codes, star)| star.is_some() && codes.get(row).copied() == *star)
    };
    // A file in which a column has one value only, `*`, is generalised to the top, not suppressed.
    let varied = all.texts.iter().take(q).any(|t| t.len() > 1);
    (0..all.records).map(|row| varied && q > 0 && is_star(row)).collect()
}

/// The original's distribution in the codes of the file.
fn translated(
    original: &Columns,
    file: &Columns,
    column: usize,
    question: &Question<'_>,
) -> Result<Distribution> {
    let (Some(from), Some(to), Some(codes)) =
        (original.texts.get(column), file.texts.get(column), original.codes.get(column))
    else {
        return Err(Box::new(Diagnostic::error(Code::Internal)));
    };
    let beyond = to.len() + 1;
    // Values that the file does not have any more still weigh in the original's distribution.
    let map: Vec<u32> =
        (0..from.len()).map(|c| to.find(from.text(c)).map_or(beyond + c, |known| known + 1)).collect();
    let translated: Vec<u32> = codes
        .iter()
        .map(|c| c.checked_sub(1).and_then(|c| map.get(c as usize)).copied().unwrap_or(0))
        .collect();
    let people = question.person.and_then(|_| original.codes.last());
    Distribution::of_column(people.map(Vec::as_slice), &translated).map_err(|e| internal(&e))
}

/// Levels of full-domain generalisation found from the labels, and the utility they leave.
fn against(
    original: &Columns,
    file: &Columns,
    keep: &[bool],
    question: &Question<'_>,
) -> Result<SourceUtility> {
    let mut attributes = Vec::new();
    let mut leaves: Vec<Vec<u32>> = Vec::new();
    let mut levels = Vec::new();
    let mut classes: Vec<Vec<Option<Box<str>>>> = Vec::new();
    for (i, name) in question.quasi.iter().enumerate() {
        let bad = |detail: &str| {
            Box::new(Diagnostic::error(Code::RecipeHierarchy).name("name", name).name("detail", detail))
        };
        let text = question.hierarchies.get(name).map_or("", String::as_str);
        let hierarchy: Hierarchy =
            from_arx_csv(text, ';', NullRow::default()).map_err(|e| bad(&e.to_string()))?.into();
        let declared: Vec<&str> =
            hierarchy.declared_leaves().unwrap_or_default().iter().map(|l| &**l).collect();
        let known: Vec<Option<&str>> = declared.iter().copied().map(Some).collect();
        let made = hierarchy.materialise(&known).map_err(|e| bad(&e.to_string()))?;
        let (Some(texts), Some(codes)) = (original.texts.get(i), original.codes.get(i)) else {
            return Err(bad("-"));
        };
        let mut leaf_of = vec![0; texts.len() as usize];
        let index: BTreeMap<&str, u32> = declared.iter().copied().zip(0..).collect();
        let mut unknown = 0;
        for (slot, text) in leaf_of.iter_mut().zip(texts.iter()) {
            match index.get(text) {
                Some(leaf) => *slot = *leaf,
                None => unknown += 1,
            }
        }
        if unknown > 0 {
            return Err(Box::new(
                Diagnostic::error(Code::NotInHierarchy)
                    .in_column(name)
                    .number("count", unknown)
                    .name("first", "-"),
            ));
        }
        let null = u32::try_from(declared.len()).unwrap_or(NONE);
        leaves.push(
            codes
                .iter()
                .map(|c| c.checked_sub(1).and_then(|c| leaf_of.get(c as usize)).copied().unwrap_or(null))
                .collect(),
        );
        let level = level_of(file, i, keep, &made).ok_or_else(|| bad("levels"))?;
        levels.push(level);
        let made_level = made.levels.get(usize::from(level)).ok_or_else(|| bad("levels"))?;
        let mut labels: Vec<Option<Box<str>>> =
            made_level.codes.iter().map(|c| made_level.labels.get(*c as usize).cloned().flatten()).collect();
        labels.push((usize::from(level) + 1 == made.levels.len()).then(|| TOP.into()));
        classes.push(labels);
        let codes: Vec<Vec<u32>> = made.levels.into_iter().map(|l| l.codes).collect();
        attributes.push(Attribute::new(name.clone(), codes).map_err(|e| bad(&e.to_string()))?);
    }
    let suppressed = suppressed(original, file, keep, &leaves, &classes);
    let gone = suppressed.iter().filter(|s| **s).count() as u64;
    let figures = utility(&Published {
        attributes: &attributes,
        leaves: &leaves,
        levels: &levels,
        suppressed: &suppressed,
    })
    .map_err(|e| internal(&e))?;
    Ok(SourceUtility {
        records: (original.records as u64, gone),
        levels: question.quasi.iter().cloned().zip(levels).collect(),
        figures,
    })
}

/// The lowest level whose labels hold every published value of the column.
fn level_of(
    file: &Columns,
    column: usize,
    keep: &[bool],
    made: &crate::transform::hierarchy::Materialised,
) -> Option<u8> {
    let (texts, codes) = (file.texts.get(column)?, file.codes.get(column)?);
    let mut used = vec![false; texts.len() as usize];
    for (code, _) in codes.iter().zip(keep).filter(|(_, k)| **k) {
        if let Some(slot) = code.checked_sub(1).and_then(|c| used.get_mut(c as usize)) {
            *slot = true;
        }
    }
    let published: Vec<&str> = texts.iter().zip(&used).filter(|(_, u)| **u).map(|(t, _)| t).collect();
    made.levels
        .iter()
        .position(|level| {
            let labels: std::collections::BTreeSet<&str> =
                level.labels.iter().flatten().map(|l| &**l).collect();
            published.iter().all(|p| labels.contains(p))
        })
        .and_then(|l| u8::try_from(l).ok())
}

/// Records of the original whose generalised tuple the file does not hold.
fn suppressed(
    original: &Columns,
    file: &Columns,
    keep: &[bool],
    leaves: &[Vec<u32>],
    labels: &[Vec<Option<Box<str>>>],
) -> Vec<bool> {
    let mut published = std::collections::BTreeSet::new();
    for (row, _) in keep.iter().enumerate().filter(|(_, k)| **k) {
        let tuple: Vec<Option<&str>> = (0..labels.len())
            .map(|c| {
                let code = file.codes.get(c)?.get(row)?.checked_sub(1)?;
                file.texts.get(c).map(|t| t.text(code))
            })
            .collect();
        published.insert(tuple);
    }
    (0..original.records)
        .map(|row| {
            let tuple: Vec<Option<&str>> = leaves
                .iter()
                .zip(labels)
                .map(|(l, labels)| labels.get(*l.get(row)? as usize)?.as_deref())
                .collect();
            !published.contains(&tuple)
        })
        .collect()
}
