//! Treatments: what the recipe orders for a column, one file each.
//!
//! A treatment is built from checked parameters (so a run meets no bad ones) and then applied to
//! each cell: it reads the canonical text of the column's type and appends the published text.
//! The chain of a column, with normalisation and parsing, is [`mod@super::column`].
//!
//! Deliberately absent: keys (a [`Prf128`] is given), randomness, counting (rarity arrives as a
//! set), and TOML (the recipe hands over parsed parameters).

pub mod constant;
pub mod date_shift;
pub mod date_truncate;
pub mod drop;
pub mod drop_text;
pub mod end_code;
pub mod generalize;
pub mod keep;
pub mod mask;
pub mod pseudonym;
pub mod round;
pub mod suppress;

pub use constant::Constant;
pub use date_shift::{DateShift, Window, offset_days};
pub use date_truncate::DateTruncate;
pub use drop::Drop;
pub use drop_text::DropText;
pub use end_code::{End, EndCode};
pub use generalize::Generalize;
pub use keep::Keep;
pub use mask::Mask;
pub use pseudonym::{EmptyText, Prf128, Pseudonym, TagText};
pub use round::Round;
pub use suppress::{RareValues, Suppress};

/// What was published for a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Published {
    /// The text that was appended (it may be empty: `""` is not NULL).
    Text,
    /// NULL, because the cell was NULL. Nothing was appended.
    Null,
    /// NULL in place of a value, by order of the recipe (`suppress`). Nothing was appended.
    Suppressed,
    /// NULL in place of a value that does not parse, by the column's policy. Nothing was appended.
    Unparsed,
}

impl Published {
    /// Whether the published cell is NULL.
    #[must_use]
    pub fn is_null(self) -> bool {
        self != Self::Text
    }
}

/// Why a cell could not be treated. Never carries the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TreatmentError {
    /// The cell is not a value of the declared type (or not a full date, or not a number).
    #[error("a cell does not parse as the declared type")]
    Unparsable,
    /// The value is not a leaf of the declared hierarchy.
    #[error("a value is not in its hierarchy")]
    NotInHierarchy,
    /// The text to pseudonymise is empty and the recipe does not say what that means.
    #[error("the text to pseudonymise is empty")]
    EmptyPseudonym,
    /// The row has no person, so there is no date offset.
    #[error("the row has no person to take the date offset from")]
    NoPerson,
    /// The result lies outside the years 1–9999, before 和暦 labels begin, or has over 30 digits.
    #[error("the result is out of range")]
    OutOfRange,
}

impl From<super::value::Unparsable> for TreatmentError {
    fn from(_: super::value::Unparsable) -> Self {
        Self::Unparsable
    }
}

impl From<super::hierarchy::NotInHierarchy> for TreatmentError {
    fn from(_: super::hierarchy::NotInHierarchy) -> Self {
        Self::NotInHierarchy
    }
}

/// Why a treatment or the chain of a column cannot be built. `at` counts treatments from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BuildError {
    /// Nothing would be masked, or the fixed length leaves no room for mask characters.
    #[error("the mask hides nothing")]
    MaskHidesNothing,
    /// The mask character is a letter, a digit, white space or a control.
    #[error("not a usable mask character")]
    MaskChar,
    /// The base to round to is not positive.
    #[error("the base to round to is not positive")]
    RoundBase,
    /// The window has no day but 0, is reversed, or is longer than 10,000 days.
    #[error("the shift window is empty or too long")]
    ShiftWindow,
    /// No such unit; weeks and times of day have no 和暦 label.
    #[error("this period cannot be truncated to")]
    TruncatePeriod,
    /// The hierarchy has no such level.
    #[error("the hierarchy has no such level")]
    NoSuchLevel,
    /// The list of values to suppress is empty, or the limit of people is below 2.
    #[error("nothing would be suppressed")]
    SuppressesNothing,
    /// The column names no treatment.
    #[error("no treatment")]
    NoTreatment,
    /// Order of work: suppress → shift → truncate, round, top- and bottom-code → generalise.
    #[error("treatment {at} stands in the wrong order")]
    Order {
        /// Position.
        at: usize,
    },
    /// keep, drop, drop_text, constant, mask and pseudonym stand alone (suppress may precede).
    #[error("treatment {at} must stand alone")]
    NotAlone {
        /// Position.
        at: usize,
    },
    /// The treatment (or its bands) needs a column of type integer or decimal.
    #[error("treatment {at} needs a numeric type")]
    NeedsNumber {
        /// Position.
        at: usize,
    },
    /// The treatment (or its date hierarchy) needs a column of type date or datetime, not truncated.
    #[error("treatment {at} needs a date type")]
    NeedsDate {
        /// Position.
        at: usize,
    },
}

/// What a treatment may know about the row besides the cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowContext {
    /// 64 bits of a PRF over the person (shift domain); `None` if the row has no person.
    pub person_tag: Option<u64>,
}

/// A treatment of any kind.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each variant is documented by its type")]
pub enum Treatment {
    Keep(Keep),
    Drop(Drop),
    Constant(Constant),
    Mask(Mask),
    Pseudonym(Pseudonym),
    Generalize(Generalize),
    Round(Round),
    EndCode(EndCode),
    DateTruncate(DateTruncate),
    DateShift(DateShift),
    Suppress(Suppress),
    DropText(DropText),
}

impl Treatment {
    /// Applies the treatment to the canonical text of a cell. `drop` and `drop_text` give NULL,
    /// should a caller apply them: their columns are not published at all.
    ///
    /// # Errors
    /// [`TreatmentError`]; nothing is appended then.
    #[inline]
    pub fn apply(
        &mut self,
        cell: Option<&str>,
        row: &RowContext,
        out: &mut String,
    ) -> Result<Published, TreatmentError> {
        match self {
            Self::Keep(t) => Ok(t.apply(cell, out)),
            Self::Drop(_) | Self::DropText(_) => Ok(match cell {
                Some(_) => Published::Suppressed,
                None => Published::Null,
            }),
            Self::Constant(t) => Ok(t.apply(cell, out)),
            Self::Mask(t) => Ok(t.apply(cell, out)),
            Self::Pseudonym(t) => t.apply(cell, out),
            Self::Generalize(t) => t.apply(cell, out),
            Self::Round(t) => t.apply(cell, out),
            Self::EndCode(t) => t.apply(cell, out),
            Self::DateTruncate(t) => t.apply(cell, out),
            Self::DateShift(t) => t.apply(cell, row, out),
            Self::Suppress(t) => Ok(t.apply(cell, out)),
        }
    }

    /// The id of the treatment in recipes, manifests and [`TREATMENTS`].
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Keep(_) => "keep",
            Self::Drop(_) => "drop",
            Self::Constant(_) => "constant",
            Self::Mask(_) => "mask",
            Self::Pseudonym(_) => "pseudonym",
            Self::Generalize(_) => "generalize",
            Self::Round(_) => "round",
            Self::EndCode(t) => match t.end() {
                End::Top => "top_code",
                End::Bottom => "bottom_code",
            },
            Self::DateTruncate(_) => "date_truncate",
            Self::DateShift(_) => "date_shift",
            Self::Suppress(_) => "suppress",
            Self::DropText(_) => "drop_text",
        }
    }

    /// Whether a column with this treatment appears in the output.
    #[must_use]
    pub fn is_published(&self) -> bool {
        !matches!(self, Self::Drop(_) | Self::DropText(_))
    }
}

/// The words of all treatments, in the order of the documentation; each has a page of its name.
/// `microaggregate` is no treatment of cells: it needs the classes, so it is done where they are.
pub const TREATMENTS: [&str; 14] = [
    "keep",
    "drop",
    "constant",
    "mask",
    "pseudonym",
    "generalize",
    "round",
    "top_code",
    "bottom_code",
    "date_truncate",
    "date_shift",
    "suppress",
    "drop_text",
    "microaggregate",
];
