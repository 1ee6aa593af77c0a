//! The columns of one file as codes of their distinct texts.

use std::path::Path;

use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::RowBatch;
use crate::io::scan::scan;
use crate::io::source::Source;
use crate::pipeline::interner::{Interner, NONE};
use crate::pipeline::row::LocalColumn;
use crate::recipe::FileFormat;
use crate::transform::hierarchy::TOP;

/// The columns of one file as codes; 0 = NULL.
pub(super) struct Columns {
    pub(super) records: usize,
    pub(super) texts: Vec<Interner>,
    pub(super) codes: Vec<Vec<u32>>,
}

impl Columns {
    /// The distinct texts of a column; code 1 is the first.
    pub(super) fn distinct(&self, column: usize) -> impl Iterator<Item = &str> {
        self.texts.get(column).into_iter().flat_map(|t| (0..t.len()).map(|c| t.text(c)))
    }

    /// A column as `of_text` says per distinct text, and `null`, of the rows to keep.
    pub(super) fn mapped<T: Copy>(
        &self,
        column: usize,
        keep: Option<&[bool]>,
        of_text: &[T],
        null: T,
    ) -> Vec<T> {
        let codes = self.codes.get(column).map_or(&[][..], Vec::as_slice);
        let kept = |row: usize| keep.is_none_or(|k| k.get(row).copied().unwrap_or(false));
        let value =
            |code: &u32| code.checked_sub(1).and_then(|c| of_text.get(c as usize)).copied().unwrap_or(null);
        codes.iter().enumerate().filter(|(row, _)| kept(*row)).map(|(_, c)| value(c)).collect()
    }
}

/// Reads the named columns.
pub(super) fn read(path: &Path, format: &FileFormat, names: &[String], threads: usize) -> Result<Columns> {
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
pub(super) fn starred(all: &Columns, q: usize) -> Vec<bool> {
    let star: Vec<Option<u32>> = all.texts.iter().take(q).map(|t| t.find(TOP).map(|c| c + 1)).collect();
    let is_star = |row: usize| {
        all.codes.iter().zip(&star).all(|(codes, star)| star.is_some() && codes.get(row).copied() == *star)
    };
    // A file in which a column has one value only, `*`, is generalised to the top, not suppressed.
    let varied = all.texts.iter().take(q).any(|t| t.len() > 1);
    (0..all.records).map(|row| varied && q > 0 && is_star(row)).collect()
}
