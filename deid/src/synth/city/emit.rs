//! The last step of every row: strike faults, count records, hand row and truth to the sink.
//!
//! Why here: no table writes to the sink itself, so no fault can escape the truth stream. Faults
//! draw from their own stream per table, one word per strikeable cell, so the clean city is the
//! same whatever is injected.

use super::fault::{self, Context, Injections};
use super::random::Stream;
use super::sink::{Sink, Truth};
use super::tables::{TABLES, Table};

/// A row under construction; its strings are used again for the next row.
#[derive(Default)]
pub(super) struct Row {
    cells: Vec<String>,
    used: usize,
}

impl Row {
    /// Starts over.
    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// The next cell, empty, to be written to.
    #[expect(
        clippy::indexing_slicing,
        reason = "the cell at `used` was pushed in the line above when it was missing"
    )]
    pub(super) fn cell(&mut self) -> &mut String {
        if self.used == self.cells.len() {
            self.cells.push(String::new());
        }
        self.used += 1;
        let cell = &mut self.cells[self.used - 1];
        cell.clear();
        cell
    }

    /// The next cell, with this text.
    pub(super) fn text(&mut self, text: &str) {
        self.cell().push_str(text);
    }
}

/// A fact to be told about the row at hand.
pub(super) struct Fact<'a> {
    pub(super) column: &'static str,
    pub(super) kind: &'static str,
    pub(super) span: Option<(u32, u32)>,
    /// `None`: the text of the span or cell itself.
    pub(super) clean: &'a str,
    pub(super) written: &'a str,
}

/// The way to the sink.
pub(super) struct Emitter<'s, E> {
    sink: &'s mut dyn Sink<Error = E>,
    injections: Injections,
    variants: &'s [(char, char)],
    orphan: String,
    streams: Vec<Stream>,
    records: Vec<u64>,
    spoiled: String,
}

impl<'s, E> Emitter<'s, E> {
    pub(super) fn new(
        sink: &'s mut dyn Sink<Error = E>,
        seed: u64,
        injections: Injections,
        variants: &'s [(char, char)],
        orphan: String,
    ) -> Self {
        let stream = |stem: &str| Stream::new(seed, &format!("fault {stem}"));
        Self {
            sink,
            injections,
            variants,
            orphan,
            streams: TABLES.iter().map(|info| stream(info.stem)).collect(),
            records: vec![0; TABLES.len()],
            spoiled: String::new(),
        }
    }

    /// Rows written so far, in the order of [`TABLES`].
    pub(super) fn records(&self) -> &[u64] {
        &self.records
    }

    /// Number that the next row of a table gets.
    pub(super) fn next_record(&self, table: Table) -> u64 {
        self.records.get(table.place()).copied().unwrap_or(0) + 1
    }

    /// Writes a row, struck by faults.
    pub(super) fn row(&mut self, table: Table, row: &mut Row) -> Result<(), E> {
        if self.injections != Injections::NONE {
            self.strike(table, row)?;
        }
        self.untouched(table, row)
    }

    /// Writes a row as it is.
    pub(super) fn untouched(&mut self, table: Table, row: &Row) -> Result<(), E> {
        let record = self.next_record(table);
        if let Some(count) = self.records.get_mut(table.place()) {
            *count = record;
        }
        let cells = row.cells.get(..row.used).unwrap_or_default();
        self.sink.row(table, record, cells)
    }

    /// Tells a fact about the row last written to a table.
    pub(super) fn fact(&mut self, table: Table, fact: &Fact<'_>) -> Result<(), E> {
        self.sink.truth(&Truth {
            table,
            record: self.next_record(table) - 1,
            column: fact.column,
            kind: fact.kind,
            span: fact.span,
            clean: fact.clean,
            written: fact.written,
        })
    }

    fn strike(&mut self, table: Table, row: &mut Row) -> Result<(), E> {
        let record = self.next_record(table);
        let context = Context { variants: self.variants, orphan: &self.orphan };
        let Some(stream) = self.streams.get_mut(table.place()) else {
            return Ok(());
        };
        for (column, cell) in table.info().columns.iter().zip(&mut row.cells) {
            if column.faults.is_empty() {
                continue;
            }
            let bits = stream.bits();
            // Low half: which millionth. High half: which form of the fault.
            let mut at = u32::try_from(bits & 0xFFFF_FFFF).unwrap_or(0) % 1_000_000;
            let choice = u32::try_from(bits >> 32).unwrap_or(0);
            for &fault in column.faults {
                let rate = self.injections.rate(fault);
                if at >= rate {
                    at -= rate;
                    continue;
                }
                self.spoiled.clear();
                if fault::spoil(fault, cell, choice, &context, &mut self.spoiled) {
                    std::mem::swap(cell, &mut self.spoiled);
                    self.sink.truth(&Truth {
                        table,
                        record,
                        column: column.name,
                        kind: fault.code(),
                        span: None,
                        clean: &self.spoiled,
                        written: cell,
                    })?;
                }
                break;
            }
        }
        Ok(())
    }
}
