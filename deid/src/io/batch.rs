//! A batch of records as text cells: what every input format becomes.
//!
//! Cells borrow the decoded chunk; only cells with doubled quotes or JSON escapes are copied. A
//! batch has no `Display`, and `Debug` is withheld: cells never reach a message.

/// How a cell stood in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// As it is.
    Plain,
    /// Between quotes, nothing escaped inside.
    Quoted,
    /// Between quotes with escapes; the text is in the batch's side buffer.
    Escaped,
    /// NULL.
    Null,
}

#[derive(Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) kind: CellKind,
}

/// Reusable buffers of a worker.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) decoded: String,
    pub(crate) side: String,
    pub(crate) cells: Vec<Cell>,
}

/// Records of one chunk, `width` cells each.
pub(crate) struct RowBatch<'a> {
    pub(crate) text: &'a str,
    pub(crate) side: &'a str,
    pub(crate) cells: &'a [Cell],
    pub(crate) width: usize,
}

/// One record of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    text: &'a str,
    side: &'a str,
    cells: &'a [Cell],
}

impl<'a> RowBatch<'a> {
    /// Number of records.
    pub(crate) fn rows(&self) -> u64 {
        self.cells.len().checked_div(self.width).unwrap_or(0) as u64
    }

    /// The records in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let (text, side) = (self.text, self.side);
        self.cells.chunks_exact(self.width.max(1)).map(move |cells| Row { text, side, cells })
    }
}

impl<'a> Row<'a> {
    /// The cell in this column; `None` = NULL.
    pub(crate) fn cell(&self, column: usize) -> Option<&'a str> {
        let cell = self.cells.get(column)?;
        let range = cell.start as usize..cell.end as usize;
        match cell.kind {
            CellKind::Plain | CellKind::Quoted => self.text.get(range),
            CellKind::Escaped => self.side.get(range),
            CellKind::Null => None,
        }
    }

    /// Whether the cell stood between quotes, so that the output can keep the file's habit.
    pub(crate) fn was_quoted(&self, column: usize) -> bool {
        self.cells.get(column).is_some_and(|c| matches!(c.kind, CellKind::Quoted | CellKind::Escaped))
    }
}
