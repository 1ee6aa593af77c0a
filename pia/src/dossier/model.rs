//! The dossier (評価書) as a document, before any format: cover, sections, blocks, inline text.
//!
//! Why here: HTML, PDF, DOCX, XLSX and JSON are five views of one value, so that a paragraph has
//! the same id, number and words in all of them. Nothing here knows the case, the law or a file
//! format; `assemble` makes the value, `html`, `pdf`, `docx`, `xlsx` and `json` show it. All text
//! is final: translated, dated, numbered. None of it is escaped: each renderer escapes for its format.

use serde::Serialize;

/// Identifies one paragraph, table, row or figure; survives regeneration, so that a remark of the
/// city can hang on it. ASCII letters, digits, `-`, `.` and `_` only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Anchor(String);

impl Anchor {
    /// Keeps what an id may hold and replaces every other character by `-`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        Self(text.chars().map(|c| if keep(c) { c } else { '-' }).collect())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A whole dossier in one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dossier {
    /// `ja` or `en`.
    pub lang: String,
    /// What stands on the first page and in every header and footer.
    pub cover: Cover,
    /// In print order. The first one is the two-page summary for the review.
    pub sections: Vec<Section>,
}

impl Dossier {
    /// How many chapters at the front have no number: the summary for the review, which stands
    /// before the contents.
    #[must_use]
    pub fn summaries(&self) -> usize {
        self.sections.iter().take_while(|section| section.number.is_empty()).count()
    }
}

/// The title page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cover {
    /// For example 「救急ユースケース プライバシー影響評価書」.
    pub title: String,
    /// Number of the dossier.
    pub number: String,
    /// 版数.
    pub version: String,
    /// Date, 和暦 and western.
    pub date: String,
    /// 宛先, for example 「つくば市長 様」.
    pub addressee: String,
    /// Label and value, in order: submitter, representative, manager, date of law, classification.
    pub rows: Vec<(String, String)>,
    /// Short line of every page's header: number, version, last digits of the digest.
    pub running: String,
    /// Format of the page number: `{page}` and `{pages}` are replaced, for example 「{page} / {pages}」.
    pub page_number: String,
    /// Heading of the table of contents.
    pub contents: String,
    /// Sentence under the title: this is a result of automatic checks, the city decides.
    pub notice: String,
}

/// One chapter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Id.
    pub id: Anchor,
    /// Number as printed: 「第１」, 「別紙１」; empty for unnumbered ones.
    pub number: String,
    /// Title without the number.
    pub title: String,
    /// Starts on a new page (always so in print when true).
    pub new_page: bool,
    /// Printed across (A4 landscape) where the format can.
    pub landscape: bool,
    /// Content in order.
    pub blocks: Vec<Block>,
}

/// One piece of a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "block", rename_all = "kebab-case")]
pub enum Block {
    /// A sub-heading; `level` 2 to 4 (1 is the section's own).
    Heading {
        /// Id.
        id: Anchor,
        /// 2, 3 or 4.
        level: u8,
        /// Number as printed: 「１」, 「(1)」, 「ア」; may be empty.
        number: String,
        /// Title.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Id.
        id: Anchor,
        /// Content.
        text: Inline,
    },
    /// A list; items are numbered by the text itself where the order matters.
    List {
        /// Id.
        id: Anchor,
        /// Items.
        items: Vec<Inline>,
    },
    /// Label and value pairs, printed as a table whose first column holds row headers.
    Fields {
        /// Id.
        id: Anchor,
        /// Caption; may be empty.
        caption: String,
        /// Label, value.
        rows: Vec<(String, Inline)>,
    },
    /// A table with a header row that repeats on every page.
    Table(Table),
    /// A picture.
    Figure {
        /// Id.
        id: Anchor,
        /// SVG text, self-contained.
        svg: String,
        /// Text alternative.
        alt: String,
        /// Caption.
        caption: String,
    },
    /// Counts of the four states of the automatic check, or of anything else worth large digits.
    Counters {
        /// Id.
        id: Anchor,
        /// Boxes, left to right.
        boxes: Vec<Counter>,
    },
    /// Words that must not be overlooked, in a frame.
    Notice {
        /// Id.
        id: Anchor,
        /// Title of the frame; may be empty.
        title: String,
        /// Content.
        text: Inline,
    },
    /// Empty cells for signatures: 承認欄.
    SignOff {
        /// Id.
        id: Anchor,
        /// Caption.
        caption: String,
        /// One column each: 担当, 係長, 課長, 部長.
        columns: Vec<String>,
    },
    /// The next block starts a new page in print.
    PageBreak,
}

/// One box of [`Block::Counters`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counter {
    /// What is counted.
    pub label: String,
    /// The count, or a word.
    pub value: String,
    /// One short line below.
    pub note: String,
    /// This box is the result (drawn with a heavy frame and a mark, not by colour alone).
    pub current: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Id.
    pub id: Anchor,
    /// Caption; never empty.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows; every row has as many cells as there are columns.
    pub rows: Vec<Row>,
    /// Name of the XLSX sheet that holds this table; `None`: not in the workbook.
    pub sheet: Option<String>,
    /// What is printed instead of an empty table.
    pub empty: String,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Header.
    pub header: String,
    /// Share of the width, relative to the other columns (1 to 20).
    pub width: u16,
    /// Numbers stand right.
    pub number: bool,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Id; `None` for rows that nobody needs to cite.
    pub id: Option<Anchor>,
    /// Cells; the first one is the row's header.
    pub cells: Vec<Inline>,
}

/// Text in a line.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Inline(pub Vec<Span>);

/// A run of equal text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Span {
    /// The words; `\n` is a line break.
    pub text: String,
    /// How it is shown.
    pub style: Style,
    /// Target inside the dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Anchor>,
}

/// How a run is shown; each differs by shape or words, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Plain.
    #[default]
    Plain,
    /// Important.
    Strong,
    /// A short label in a frame, such as 実測, 書面, 自己申告, 要確認.
    Tag,
    /// Less important: citations, ids.
    Small,
    /// An id, a digest, a path.
    Code,
}

impl Inline {
    /// Plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Span { text: text.into(), style: Style::Plain, link: None }])
    }

    /// Appends a run.
    #[must_use]
    pub fn with(mut self, text: impl Into<String>, style: Style) -> Self {
        self.0.push(Span { text: text.into(), style, link: None });
        self
    }

    /// Appends a link to a place of the dossier.
    #[must_use]
    pub fn link(mut self, text: impl Into<String>, target: Anchor) -> Self {
        self.0.push(Span { text: text.into(), style: Style::Plain, link: Some(target) });
        self
    }

    /// Appends other text.
    #[must_use]
    pub fn append(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The words alone.
    #[must_use]
    pub fn words(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}
