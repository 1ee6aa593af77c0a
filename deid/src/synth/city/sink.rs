//! Where the city goes: the trait that a writer implements, and the truth that goes with it.
//!
//! Why a trait: the generator opens no file and knows no encoding; the input/output side writes
//! CSV, Parquet or nothing. Deliberately absent: buffering, quoting, encoding.

use super::tables::Table;

/// Receives the city, row by row. Rows of different tables are interleaved.
pub trait Sink {
    /// What stops the generator: an input/output error, or never.
    type Error;

    /// One row. `record` counts the rows of this table from 1 (the header not counted), `cells`
    /// has one text per column of [`Table::info`].
    ///
    /// # Errors
    /// Whatever the sink cannot do; the generator stops at once and passes it on.
    fn row(&mut self, table: Table, record: u64, cells: &[String]) -> Result<(), Self::Error>;

    /// One fact about a row that was just written or is about to be.
    ///
    /// # Errors
    /// As [`Sink::row`].
    fn truth(&mut self, truth: &Truth<'_>) -> Result<(), Self::Error>;
}

/// One known fact: an injected fault, a planted risk, or the place of a name in a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth<'a> {
    /// The table.
    pub table: Table,
    /// Row of that table, from 1.
    pub record: u64,
    /// Header of the column.
    pub column: &'static str,
    /// What it is: a [`Fault`](super::Fault) code, `duplicate_person`, `duplicate_spelling`,
    /// `duplicate_reference`, `planted_…` or `span_…`.
    pub kind: &'static str,
    /// For `span_…`: first character and the one after the last, counted in characters.
    pub span: Option<(u32, u32)>,
    /// The right value (for a span: the text; for `duplicate_…`: the original person's value).
    pub clean: &'a str,
    /// The value that stands in the row.
    pub written: &'a str,
}

/// Header of the truth table, in the order of [`Truth::cells`].
pub const TRUTH_HEADER: [&str; 8] = ["表", "記録番号", "列", "種別", "開始", "終了", "正しい値", "書いた値"];

impl Truth<'_> {
    /// The cells of the truth table. Spans are empty where there is none.
    #[must_use]
    pub fn cells(&self) -> [String; 8] {
        let (from, to) = match self.span {
            Some((from, to)) => (from.to_string(), to.to_string()),
            None => (String::new(), String::new()),
        };
        [
            self.table.info().name.to_owned(),
            self.record.to_string(),
            self.column.to_owned(),
            self.kind.to_owned(),
            from,
            to,
            self.clean.to_owned(),
            self.written.to_owned(),
        ]
    }
}
