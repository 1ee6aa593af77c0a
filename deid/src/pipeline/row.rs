//! One row, read for counting or for writing: its person, its owner, its counted cells.
//!
//! Both passes use the same reader, so that a row means the same in both.

use std::sync::Arc;

use super::compile::Compiler;
use super::interner::{Interner, NONE};
use super::layout::{PersonSource, TableLayout};
use super::people::{Keys, Owner, People};
use crate::classify::Assignment;
use crate::codes::Code;
use crate::crypto::Prf;
use crate::error::{Diagnostic, Result};
use crate::io::batch::Row;
use crate::recipe::{self, Orphans, Step};
use crate::transform::column::Column;
use crate::transform::normalise::Normaliser;
use crate::transform::treatment::{Published, RowContext, TreatmentError};

/// A chain with its place in the file.
#[derive(Clone)]
pub(crate) struct Cell {
    pub(crate) position: usize,
    pub(crate) name: Arc<str>,
    pub(crate) chain: Column,
}

/// The matching text of a link column: canonical, then normalised as its pseudonym domain says,
/// so that two rows join exactly when their pseudonyms are equal.
#[derive(Clone)]
struct Matcher {
    cell: Cell,
    normaliser: Normaliser,
    text: String,
}

impl Matcher {
    /// Fills `text`; `false` = NULL.
    fn fill(&mut self, row: &Row<'_>) -> Result<bool> {
        self.text.clear();
        let cell = row.cell(self.cell.position);
        let published = self.cell.chain.leaf(cell, &RowContext::default(), &mut self.text);
        Ok(!published.map_err(|e| problem(e, &self.cell.name))?.is_null())
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<&str>> {
        Ok(if self.fill(row)? { Some(self.normaliser.apply(&self.text)) } else { None })
    }

    /// The text of a column that is never NULL.
    fn read_key(&mut self, row: &Row<'_>) -> Result<&str> {
        if self.fill(row)? {
            Ok(self.normaliser.apply(&self.text))
        } else {
            Err(Box::new(Diagnostic::error(Code::KeyNull).in_column(&*self.cell.name)))
        }
    }
}

/// What earlier tables left for this one.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) people: &'a People,
    /// Per table of the layout; empty where nobody refers to it.
    pub(crate) keys: &'a [Keys],
}

/// The reader of one table's rows.
#[derive(Clone)]
pub(crate) struct RowReader<'a> {
    pub(crate) table: &'a TableLayout<'a>,
    known: Known<'a>,
    link: Option<Matcher>,
    key: Option<Matcher>,
    /// Offset key, where some chain shifts dates.
    shift: Option<Arc<Prf>>,
    pub(crate) quasi: Vec<Cell>,
    pub(crate) sensitive: Vec<Cell>,
}

/// Who a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// To nobody in particular: the row is a person.
    Itself,
    /// To the person named by the link text (the person table).
    Named,
    /// To the owner that its reference leads to.
    Owned(Owner),
    /// Its parent does not exist, and the recipe says to suppress it.
    Orphan,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(
        table: &'a TableLayout<'a>,
        assignment: &Assignment,
        compiler: &Compiler<'_>,
        known: Known<'a>,
    ) -> Result<Self> {
        let position = |column: usize| {
            assignment.position(column).ok_or_else(|| Box::new(Diagnostic::error(Code::Internal)))
        };
        let declared = |column: usize| {
            table.spec.columns.get(column).ok_or_else(|| Box::new(Diagnostic::error(Code::Internal)))
        };
        let cell = |column: usize| -> Result<Cell> {
            let spec = declared(column)?;
            Ok(Cell {
                position: position(column)?,
                name: spec.name.as_str().into(),
                chain: compiler.column(&table.spec.name, spec, None)?,
            })
        };
        let matcher = |column: usize| -> Result<Matcher> {
            let spec = declared(column)?;
            let domain = spec.steps.iter().find_map(|s| match s {
                Step::Pseudonym { domain, .. } => compiler.recipe.domains.get(domain),
                _ => None,
            });
            let plain = recipe::Column { steps: vec![Step::Keep], ..spec.clone() };
            let chain = compiler.column(&table.spec.name, &plain, None)?;
            Ok(Matcher {
                cell: Cell { position: position(column)?, name: spec.name.as_str().into(), chain },
                normaliser: super::compile::normaliser(domain.map_or(&[], |d| &d.normalise)),
                text: String::new(),
            })
        };
        let link = match table.person {
            PersonSource::EachRow => None,
            PersonSource::Column(column) | PersonSource::Parent { column, .. } => Some(matcher(column)?),
        };
        let key = match table.key {
            Some(column) if !table.key_is_person() => Some(matcher(column)?),
            _ => None,
        };
        let shifts =
            table.spec.columns.iter().flat_map(|c| &c.steps).any(|s| matches!(s, Step::DateShift { .. }));
        let shift = if shifts { compiler.keys.map(|k| Arc::clone(&k.shift)) } else { None };
        Ok(Self {
            table,
            known,
            link,
            key,
            shift,
            quasi: table.quasi.iter().map(|c| cell(*c)).collect::<Result<_>>()?,
            sensitive: table.sensitive.iter().map(|c| cell(*c)).collect::<Result<_>>()?,
        })
    }

    /// Name of the n-th quasi column, and whether it is of a numeric type.
    pub(crate) fn quasi_kind(&self, quasi: usize) -> (&str, bool) {
        self.quasi.get(quasi).map_or(("", false), |cell| (&cell.name, cell.chain.is_numeric()))
    }

    /// Finds the row's owner; `out_name` gets the person's name where the row itself names it.
    pub(crate) fn belongs(&mut self, row: &Row<'_>, out_name: &mut String) -> Result<Belongs> {
        out_name.clear();
        let Some(link) = &mut self.link else { return Ok(Belongs::Itself) };
        match self.table.person {
            PersonSource::EachRow => Ok(Belongs::Itself),
            PersonSource::Column(_) => {
                out_name.push_str(link.read_key(row)?);
                Ok(Belongs::Named)
            }
            PersonSource::Parent { table, orphans, .. } => {
                let owner = link.read(row)?.and_then(|t| find_owner(self.known, table, t));
                match (owner, orphans) {
                    (Some(owner), _) => Ok(Belongs::Owned(owner)),
                    (None, Orphans::Suppress) => Ok(Belongs::Orphan),
                    (None, Orphans::Error) => {
                        let orphan = Diagnostic::error(Code::Orphan).in_column(&*link.cell.name);
                        Err(Box::new(orphan.number("count", 1)))
                    }
                }
            }
        }
    }

    /// As [`RowReader::context`], for a row of this person.
    pub(crate) fn context_of(&self, person: Option<u32>) -> RowContext {
        let tag = |prf: &Arc<Prf>| Some(prf.tag64(self.known.people.names.text(person?).as_bytes()));
        RowContext { person_tag: self.shift.as_ref().and_then(tag) }
    }

    /// The code of a person of the person table, by the name that [`RowReader::belongs`] gave.
    pub(crate) fn person_named(&self, name: &str) -> Option<u32> {
        self.known.people.names.find(name)
    }

    /// The key by which other tables refer to the row, when it is not the person's name.
    pub(crate) fn key<'k>(&'k mut self, row: &Row<'_>) -> Result<Option<&'k str>> {
        self.key.as_mut().map(|key| key.read_key(row)).transpose()
    }

    /// What treatments may know of the row.
    pub(crate) fn context(&self, belongs: Belongs, name: &str) -> RowContext {
        match (belongs, &self.shift) {
            (Belongs::Named, Some(shift)) => RowContext { person_tag: Some(shift.tag64(name.as_bytes())) },
            (Belongs::Owned(owner), _) => self.context_of(Some(owner.person)),
            _ => RowContext::default(),
        }
    }
}

fn find_owner(known: Known<'_>, table: usize, text: &str) -> Option<Owner> {
    match known.keys.get(table)? {
        keys if keys.is_person_table() => {
            known.people.names.find(text).map(|person| Owner { person, record: None })
        }
        keys => keys.find(text),
    }
}

/// Reads one counted cell: `None` = NULL.
pub(crate) fn read_leaf<'t>(
    cell: &mut Cell,
    row: &Row<'_>,
    context: &RowContext,
    text: &'t mut String,
) -> Result<Option<&'t str>> {
    text.clear();
    match cell.chain.leaf(row.cell(cell.position), context, text).map_err(|e| problem(e, &cell.name))? {
        Published::Text => Ok(Some(text)),
        _ => Ok(None),
    }
}

/// Codes of one counted column in one chunk, with the chunk's own dictionary.
#[derive(Default)]
pub(crate) struct LocalColumn {
    pub(crate) texts: Interner,
    pub(crate) codes: Vec<u32>,
}

impl LocalColumn {
    pub(crate) fn push(&mut self, text: Option<&str>) {
        let code = text.and_then(|t| self.texts.intern(t)).map_or(NONE, |(code, _)| code);
        self.codes.push(code);
    }
}

/// A treatment's error as a diagnostic without its record number.
pub(crate) fn problem(error: TreatmentError, column: &str) -> Box<Diagnostic> {
    let code = match error {
        TreatmentError::Unparsable => Code::ValueUnparsable,
        TreatmentError::NotInHierarchy => Code::NotInHierarchy,
        TreatmentError::EmptyPseudonym => Code::PseudonymEmpty,
        TreatmentError::NoPerson => Code::RecipeNoPersonPath,
        TreatmentError::OutOfRange => Code::DateRange,
    };
    Box::new(Diagnostic::error(code).in_column(column))
}
