//! Tables: fixed column widths that fill the text width, header rows that repeat on every page.
//!
//! Why here: fields, counters, sign-off boxes and tables are all tables to Word. Widths are given
//! in every cell, because LibreOffice and Word disagree on everything else.

use super::markup::{inline, paragraph, put, run};
use super::places::Places;
use crate::dossier::model::{Counter, Inline, Table};

/// Rows with more letters than this in a cell may break across pages.
const TALL: usize = 400;

/// A table under construction; lengths in twentieths of a point.
pub(super) struct Grid {
    out: String,
    widths: Vec<u32>,
    filled: bool,
}

/// What a cell looks like.
#[derive(Clone, Copy, Default)]
struct Look {
    head: bool,
    heavy: bool,
    span: usize,
}

impl Grid {
    fn new(widths: Vec<u32>, right: bool, name: &str) -> Self {
        let total: u32 = widths.iter().sum();
        let mut out = String::from(r#"<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>"#);
        put(&mut out, format_args!(r#"<w:tblW w:w="{total}" w:type="dxa"/>"#));
        if right {
            out.push_str(r#"<w:jc w:val="right"/>"#);
        }
        out.push_str(r#"<w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>"#);
        if !name.is_empty() {
            put(&mut out, format_args!(r#"<w:tblCaption w:val="{}"/>"#, super::escape(name)));
        }
        out.push_str("</w:tblPr><w:tblGrid>");
        for width in &widths {
            put(&mut out, format_args!(r#"<w:gridCol w:w="{width}"/>"#));
        }
        out.push_str("</w:tblGrid>");
        Self { out, widths, filled: false }
    }

    fn row(&mut self, header: bool, whole: bool, height: u32, cells: impl Iterator<Item = (Look, String)>) {
        let mut cells = cells.peekable();
        if cells.peek().is_none() {
            return;
        }
        self.filled = true;
        self.out.push_str("<w:tr><w:trPr>");
        if whole || header {
            self.out.push_str("<w:cantSplit/>");
        }
        if height > 0 {
            put(&mut self.out, format_args!(r#"<w:trHeight w:val="{height}" w:hRule="atLeast"/>"#));
        }
        if header {
            self.out.push_str("<w:tblHeader/>");
        }
        self.out.push_str("</w:trPr>");
        let mut widths = self.widths.iter();
        for (look, content) in cells {
            let width: u32 = widths.by_ref().take(look.span.max(1)).sum();
            put(&mut self.out, format_args!(r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>"#));
            if look.span > 1 {
                put(&mut self.out, format_args!(r#"<w:gridSpan w:val="{}"/>"#, look.span));
            }
            if look.heavy {
                self.out.push_str("<w:tcBorders>");
                for side in ["top", "left", "bottom", "right"] {
                    let border =
                        format_args!(r#"<w:{side} w:val="single" w:sz="24" w:space="0" w:color="000000"/>"#);
                    put(&mut self.out, border);
                }
                self.out.push_str("</w:tcBorders>");
            }
            if look.head {
                self.out.push_str(r#"<w:shd w:val="clear" w:color="auto" w:fill="EBEBEB"/>"#);
            }
            self.out.push_str("</w:tcPr>");
            self.out.push_str(&content);
            self.out.push_str("</w:tc>");
        }
        self.out.push_str("</w:tr>");
    }

    /// The table and the small paragraph that keeps the next table apart. Word takes a table without
    /// cells for damage, so there is none.
    fn end(mut self) -> String {
        if !self.filled {
            return paragraph("AfterTable", "", "");
        }
        self.out.push_str("</w:tbl>");
        self.out.push_str(&paragraph("AfterTable", "", ""));
        self.out
    }
}

/// Splits a width by shares, to the last unit.
pub(super) fn shares(width: u32, shares: &[u32]) -> Vec<u32> {
    let total: u64 = shares.iter().map(|share| u64::from(*share).max(1)).sum::<u64>().max(1);
    let mut sum = 0_u64;
    let mut given = 0_u32;
    let part = |share: &u32| {
        sum += u64::from(*share).max(1);
        let until = u32::try_from(u64::from(width) * sum / total).unwrap_or(width);
        let part = until - given;
        given = until;
        part
    };
    shares.iter().map(part).collect()
}

const HEAD: Look = Look { head: true, heavy: false, span: 1 };
const CELL: Look = Look { head: false, heavy: false, span: 1 };

fn tall(cells: &[Inline]) -> bool {
    cells.iter().any(|cell| {
        let words = cell.words();
        words.chars().count() + 30 * words.matches('\n').count() > TALL
    })
}

/// A table of the dossier.
pub(super) fn table(table: &Table, width: u32, places: &mut Places) -> String {
    let count = table.columns.len();
    let widths: Vec<u32> = table.columns.iter().map(|column| u32::from(column.width)).collect();
    let mut grid = Grid::new(shares(width, &widths), false, &table.caption);
    let heads =
        table.columns.iter().map(|column| (HEAD, paragraph("TableHead", "", &run("", &column.header))));
    grid.row(true, true, 0, heads);
    if table.rows.is_empty() {
        let look = Look { span: count, ..CELL };
        grid.row(false, true, 0, std::iter::once((look, paragraph("TableText", "", &run("", &table.empty)))));
    }
    for row in &table.rows {
        let mark = row.id.as_ref().map(|id| places.mark(id)).unwrap_or_default();
        let cells = row.cells.iter().zip(&table.columns).enumerate().map(|(at, (cell, column))| {
            let mark = if at == 0 { mark.as_str() } else { "" };
            let side = if column.number { r#"<w:jc w:val="right"/>"# } else { "" };
            (CELL, paragraph("TableText", side, &format!("{mark}{}", inline(cell, places))))
        });
        let cells: Vec<_> = cells.collect();
        grid.row(false, !tall(&row.cells), 0, cells.into_iter());
    }
    grid.end()
}

/// Label and value pairs.
pub(super) fn fields<'a>(
    rows: impl Iterator<Item = (&'a str, Inline)>,
    caption: &str,
    width: u32,
    places: &Places,
) -> String {
    let mut grid = Grid::new(shares(width, &[24, 76]), false, caption);
    for (label, value) in rows {
        let whole = !tall(std::slice::from_ref(&value));
        let cells = [
            (HEAD, paragraph("TableHead", "", &run("", label))),
            (CELL, paragraph("TableText", "", &inline(&value, places))),
        ];
        grid.row(false, whole, 0, cells.into_iter());
    }
    grid.end()
}

/// Large digits side by side; the current box has a heavy frame and a mark.
pub(super) fn counters(boxes: &[Counter], width: u32) -> String {
    let mut grid = Grid::new(shares(width, &vec![1; boxes.len()]), false, "");
    let cell = |counter: &Counter| {
        let label = if counter.current { format!("● {}", counter.label) } else { counter.label.clone() };
        let content = [
            paragraph("CounterLabel", "", &run("", &label)),
            paragraph("CounterValue", "", &run("", &counter.value)),
            paragraph("CounterNote", "", &run("", &counter.note)),
        ];
        (Look { heavy: counter.current, ..CELL }, content.concat())
    };
    grid.row(false, true, 0, boxes.iter().map(cell));
    grid.end()
}

/// Empty boxes for signatures, at the right.
pub(super) fn sign_off(columns: &[String], width: u32) -> String {
    let count = u32::try_from(columns.len()).unwrap_or(1).max(1);
    let cell = (width / count).min(1360);
    let mut grid = Grid::new(vec![cell; columns.len()], true, "");
    let centre = r#"<w:jc w:val="center"/>"#;
    grid.row(
        true,
        true,
        0,
        columns.iter().map(|name| (HEAD, paragraph("TableHead", centre, &run("", name)))),
    );
    grid.row(false, true, 1134, columns.iter().map(|_| (CELL, paragraph("TableText", "", ""))));
    grid.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_cells_is_none() {
        let places = Places::default();
        let empty = fields(std::iter::empty(), "", 9000, &places);
        for xml in [empty, counters(&[], 9000), sign_off(&[], 9000)] {
            assert_eq!(xml, paragraph("AfterTable", "", ""));
        }
    }

    proptest::proptest! {
        #[test]
        fn widths_fill_the_line(width in 1_u32..20_000, parts in proptest::collection::vec(0_u32..21, 1..12)) {
            let widths = shares(width, &parts);
            proptest::prop_assert_eq!(widths.iter().sum::<u32>(), width);
            proptest::prop_assert_eq!(widths.len(), parts.len());
        }
    }
}
