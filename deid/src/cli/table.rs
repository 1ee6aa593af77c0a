//! A small table for terminals, aligned by display width (a full-width character is two columns).

use unicode_width::UnicodeWidthStr;

/// Rows of text under a header.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    last_left: bool,
}

impl Table {
    pub(super) fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(|h| (*h).to_owned()).collect()], last_left: false }
    }

    /// The last column to the left, too: it holds words.
    pub(super) fn with_last_left(mut self) -> Self {
        self.last_left = true;
        self
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        self.rows.push(cells.to_vec());
    }

    /// The first column to the left, numbers to the right.
    pub(super) fn to_text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width =
            |c: usize| self.rows.iter().filter_map(|r| r.get(c)).map(|t| t.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut out = String::new();
        for (i, row) in self.rows.iter().enumerate() {
            for (c, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let pad = " ".repeat(width - cell.width().min(*width));
                out.push_str(if c > 0 { "  " } else { "" });
                let left = c == 0 || (self.last_left && c + 1 == columns);
                let (before, after) = if left { ("", pad.as_str()) } else { (pad.as_str(), "") };
                out.push_str(before);
                out.push_str(cell);
                out.push_str(after);
            }
            out.truncate(out.trim_end().len());
            out.push('\n');
            if i == 0 {
                out.push_str(&"-".repeat(widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1)));
                out.push('\n');
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_text_is_aligned() {
        let mut table = Table::new(&["表", "件数"]);
        table.row(&["住民".to_owned(), "5".to_owned()]);
        assert_eq!(table.to_text(), "表    件数\n----------\n住民     5");
    }
}
