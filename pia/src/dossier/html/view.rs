//! The dossier as the template sees it: ids that are unique, links that resolve, ranks of headings
//! that skip none, drawings that can stand beside each other.
//!
//! Why here: these need memory of what came before, which a template does not have. Deliberately
//! absent: escaping (the template engine does it) and words.

use std::collections::BTreeSet;

use super::RenderError;
use super::svg;
use crate::dossier::model::{
    Anchor, Block, Column, Counter, Dossier, Inline, Row, Section, Span, Style, Table,
};

/// Wider drawings scroll on a phone instead of shrinking until nobody can read them.
const WIDE: f64 = 480.0;

/// Drawings that a screen shrinks, too: people can ask for their full size.
pub(super) const HUGE: f64 = 1000.0;

/// From this many columns a table scrolls on a phone instead of being squeezed.
const MANY_COLUMNS: usize = 4;

/// Least width of a column, in percent: three letters on A4, or an id in small type.
const LEAST: f64 = 5.0;
const LEAST_CITED: f64 = 8.0;

/// An id, and whether this place is its first (only the first can be an `id` of the page).
#[derive(Clone, Copy)]
pub(super) struct Id<'a> {
    pub(super) text: &'a str,
    pub(super) first: bool,
}

/// A line of the table of contents.
pub(super) struct Entry<'a> {
    pub(super) id: Id<'a>,
    pub(super) number: &'a str,
    pub(super) title: &'a str,
}

impl<'a> From<&SectionView<'a>> for Entry<'a> {
    fn from(section: &SectionView<'a>) -> Self {
        Self { id: section.id, number: section.number, title: section.title }
    }
}

pub(super) struct SectionView<'a> {
    pub(super) id: Id<'a>,
    pub(super) number: &'a str,
    pub(super) title: &'a str,
    pub(super) new_page: bool,
    pub(super) landscape: bool,
    pub(super) blocks: Vec<BlockView<'a>>,
}

pub(super) enum BlockView<'a> {
    Heading { id: Id<'a>, rank: u8, level: u8, number: &'a str, text: &'a str },
    Paragraph { id: Id<'a>, text: Line<'a> },
    List { id: Id<'a>, bare: bool, items: Vec<Line<'a>> },
    Fields { id: Id<'a>, caption: &'a str, under: &'a str, rows: Vec<(&'a str, Line<'a>)> },
    Table(TableView<'a>),
    Figure { id: Id<'a>, svg: String, width: f64, wide: bool, alt: &'a str, caption: &'a str },
    Counters { id: Id<'a>, boxes: &'a [Counter] },
    Notice { id: Id<'a>, title: &'a str, text: Line<'a> },
    SignOff { id: Id<'a>, caption: &'a str, columns: &'a [String] },
    PageBreak,
}

pub(super) struct TableView<'a> {
    pub(super) id: Id<'a>,
    pub(super) caption: &'a str,
    pub(super) scrolls: bool,
    pub(super) columns: Vec<ColumnView<'a>>,
    pub(super) rows: Vec<RowView<'a>>,
    pub(super) empty: &'a str,
}

pub(super) struct ColumnView<'a> {
    pub(super) header: &'a str,
    pub(super) percent: String,
    pub(super) number: bool,
}

pub(super) struct RowView<'a> {
    pub(super) id: Option<Id<'a>>,
    pub(super) cells: Vec<CellView<'a>>,
}

pub(super) struct CellView<'a> {
    pub(super) header: bool,
    pub(super) number: bool,
    pub(super) text: Line<'a>,
}

/// Text in a line, cut at its line breaks.
pub(super) struct Line<'a>(pub(super) Vec<Piece<'a>>);

pub(super) struct Piece<'a> {
    /// A line break stands before it.
    pub(super) breaks: bool,
    pub(super) text: &'a str,
    pub(super) style: Style,
    pub(super) target: Option<&'a str>,
}

/// # Errors
/// [`RenderError::Figure`] if a drawing is more than a picture.
pub(super) fn sections(dossier: &Dossier) -> Result<Vec<SectionView<'_>>, RenderError> {
    let mut maker = Maker { known: anchors(dossier), taken: BTreeSet::new(), figures: 0, under: "", rank: 2 };
    dossier.sections.iter().map(|section| maker.section(section)).collect()
}

/// Every place that a link can lead to.
pub(super) fn anchors(dossier: &Dossier) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for section in &dossier.sections {
        found.insert(section.id.as_str());
        for block in &section.blocks {
            found.extend(own_id(block).map(Anchor::as_str));
            if let Block::Table(table) = block {
                found.extend(table.rows.iter().filter_map(|row| row.id.as_ref()).map(Anchor::as_str));
            }
        }
    }
    found
}

fn own_id(block: &Block) -> Option<&Anchor> {
    match block {
        Block::Heading { id, .. }
        | Block::Paragraph { id, .. }
        | Block::List { id, .. }
        | Block::Fields { id, .. }
        | Block::Table(Table { id, .. })
        | Block::Figure { id, .. }
        | Block::Counters { id, .. }
        | Block::Notice { id, .. }
        | Block::SignOff { id, .. } => Some(id),
        Block::PageBreak => None,
    }
}

struct Maker<'a> {
    known: BTreeSet<&'a str>,
    taken: BTreeSet<&'a str>,
    figures: usize,
    /// The nearest heading: it names a table without caption.
    under: &'a str,
    /// Its rank, 2 for a section.
    rank: u8,
}

impl<'a> Maker<'a> {
    fn section(&mut self, section: &'a Section) -> Result<SectionView<'a>, RenderError> {
        self.under = section.id.as_str();
        self.rank = 2;
        Ok(SectionView {
            id: self.id(&section.id),
            number: &section.number,
            title: &section.title,
            new_page: section.new_page,
            landscape: section.landscape,
            blocks: section.blocks.iter().map(|block| self.block(block)).collect::<Result<_, _>>()?,
        })
    }

    fn block(&mut self, block: &'a Block) -> Result<BlockView<'a>, RenderError> {
        Ok(match block {
            Block::Heading { id, level, number, text } => {
                // No rank is skipped, even where the text goes from level 2 to level 4.
                self.rank = level.clamp(&2, &4).saturating_add(1).min(self.rank.saturating_add(1));
                self.under = id.as_str();
                BlockView::Heading { id: self.id(id), rank: self.rank, level: *level, number, text }
            }
            Block::Paragraph { id, text } => BlockView::Paragraph { id: self.id(id), text: self.line(text) },
            Block::List { id, items } => BlockView::List {
                id: self.id(id),
                bare: items.iter().all(|item| is_numbered(&item.words())),
                items: items.iter().map(|item| self.line(item)).collect(),
            },
            Block::Fields { id, caption, rows } => BlockView::Fields {
                id: self.id(id),
                caption,
                under: self.under,
                rows: rows.iter().map(|(label, value)| (label.as_str(), self.line(value))).collect(),
            },
            Block::Table(table) => BlockView::Table(self.table(table)),
            Block::Figure { id, svg, alt, caption } => {
                self.figures += 1;
                let drawing = svg::embed(svg, &format!("f{}:", self.figures))
                    .map_err(|fault| RenderError::Figure { id: id.clone(), fault })?;
                BlockView::Figure {
                    id: self.id(id),
                    width: drawing.width,
                    wide: drawing.width > WIDE,
                    svg: drawing.text,
                    alt,
                    caption,
                }
            }
            Block::Counters { id, boxes } => BlockView::Counters { id: self.id(id), boxes },
            Block::Notice { id, title, text } => {
                BlockView::Notice { id: self.id(id), title, text: self.line(text) }
            }
            Block::SignOff { id, caption, columns } => {
                BlockView::SignOff { id: self.id(id), caption, columns }
            }
            Block::PageBreak => BlockView::PageBreak,
        })
    }

    fn id(&mut self, anchor: &'a Anchor) -> Id<'a> {
        Id { text: anchor.as_str(), first: self.taken.insert(anchor.as_str()) }
    }

    fn table(&mut self, table: &'a Table) -> TableView<'a> {
        let cited = table.rows.iter().any(|row| row.id.is_some());
        let shares = shares(&table.columns, cited);
        let column = |(c, share): (&'a Column, f64)| ColumnView {
            header: &c.header,
            percent: format!("{share:.2}"),
            number: c.number,
        };
        TableView {
            id: self.id(&table.id),
            caption: &table.caption,
            scrolls: table.columns.len() >= MANY_COLUMNS,
            columns: table.columns.iter().zip(shares).map(column).collect(),
            rows: table.rows.iter().map(|row| self.row(row, &table.columns)).collect(),
            empty: &table.empty,
        }
    }

    fn row(&mut self, row: &'a Row, columns: &[Column]) -> RowView<'a> {
        let cell = |(at, text): (usize, &'a Inline)| CellView {
            header: at == 0,
            number: columns.get(at).is_some_and(|c| c.number),
            text: self.line(text),
        };
        let cells = row.cells.iter().enumerate().map(cell).collect();
        RowView { id: row.id.as_ref().map(|anchor| self.id(anchor)), cells }
    }

    fn line(&self, inline: &'a Inline) -> Line<'a> {
        Line(inline.0.iter().flat_map(|span| self.pieces(span)).collect())
    }

    fn pieces(&self, span: &'a Span) -> impl Iterator<Item = Piece<'a>> {
        let target = span.link.as_ref().and_then(|to| self.known.get(to.as_str()).copied());
        span.text.split('\n').enumerate().map(move |(at, text)| Piece {
            breaks: at > 0,
            // A Windows line end is a line end.
            text: text.strip_suffix('\r').unwrap_or(text),
            style: span.style,
            target,
        })
    }
}

/// Widths of the columns in percent. None is too narrow for a short code, nor the first, which holds
/// the ids of the rows, for those.
fn shares(columns: &[Column], cited: bool) -> Vec<f64> {
    let total: f64 = columns.iter().map(|c| f64::from(c.width.max(1))).sum();
    let wide_enough = |(at, c): (usize, &Column)| {
        let least = if at == 0 && cited { LEAST_CITED } else { LEAST };
        (f64::from(c.width.max(1)) * 100.0 / total).max(least)
    };
    let shares: Vec<f64> = columns.iter().enumerate().map(wide_enough).collect();
    let sum: f64 = shares.iter().sum();
    shares.iter().map(|share| share * 100.0 / sum).collect()
}

/// Whether an item brings its own number or letter, so that a bullet would be a second one.
fn is_numbered(words: &str) -> bool {
    words.chars().next().is_some_and(|c| {
        c.is_numeric() || matches!(c, '(' | '（' | '第' | '□' | '■' | '☐' | '☑' | '\u{2460}'..='\u{24ff}')
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;
    use crate::dossier::sample;

    fn with(blocks: Vec<Block>) -> Dossier {
        let mut dossier = sample::dossier();
        dossier.sections.truncate(1);
        dossier.sections[0].blocks = blocks;
        dossier
    }

    #[test]
    fn ranks_follow_each_other() {
        let levels = [4, 4, 2, 4, 3, 9];
        let heading = |level| Block::Heading {
            id: Anchor::new("h"),
            level,
            number: String::new(),
            text: String::new(),
        };
        let dossier = with(levels.into_iter().map(heading).collect());
        let sections = sections(&dossier).unwrap();
        let ranks: Vec<(u8, bool)> = sections[0]
            .blocks
            .iter()
            .map(|block| match block {
                BlockView::Heading { rank, id, .. } => (*rank, id.first),
                _ => panic!("a heading"),
            })
            .collect();
        let first = |rank: u8, first| (rank, first);
        assert_eq!(
            ranks,
            [
                first(3, true),
                first(4, false),
                first(3, false),
                first(4, false),
                first(4, false),
                first(5, false)
            ]
        );
    }

    #[test]
    fn lines_break_at_either_line_end_and_links_need_a_target() {
        let text = Inline::text("一\r\n二\n").link("三", Anchor::new("p")).link("四", Anchor::new("nowhere"));
        let dossier = with(vec![Block::Paragraph { id: Anchor::new("p"), text }]);
        let sections = sections(&dossier).unwrap();
        let BlockView::Paragraph { text, .. } = &sections[0].blocks[0] else { panic!("a paragraph") };
        let pieces: Vec<_> = text.0.iter().map(|p| (p.breaks, p.text, p.target)).collect();
        assert_eq!(
            pieces,
            [
                (false, "一", None),
                (true, "二", None),
                (true, "", None),
                (false, "三", Some("p")),
                (false, "四", None)
            ]
        );
    }

    #[test]
    fn no_column_is_too_narrow_and_all_fill_the_page() {
        let column = |width| Column { header: String::new(), width, number: false };
        let shares = shares(&[column(0), column(1), column(20), column(20)], true);
        assert!((shares.iter().sum::<f64>() - 100.0).abs() < 1e-9, "{shares:?}");
        assert!(shares[0] > shares[1] && shares[1] > 4.0 && shares[2] == shares[3], "{shares:?}");
        assert!(super::shares(&[], false).is_empty());
    }

    #[test]
    fn items_that_bring_their_number_get_no_bullet() {
        for words in ["(1) 目的", "（１）", "① 案", "2. x", "□ 可", "第１"] {
            assert!(is_numbered(words), "{words}");
        }
        for words in ["", "目的", "a) x"] {
            assert!(!is_numbered(words), "{words}");
        }
    }
}
