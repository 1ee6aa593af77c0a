//! Treatments as the recipe declares them: parameters only, no behaviour.
//!
//! Order of work, always: normalise → parse → shift → truncate/round → generalise → count. A list
//! of steps in a recipe must stand in that order, so that what is written is what happens.

use super::Span;
use super::column::Column;
use super::microaggregate::{self, Microaggregate};
use super::reader::{Problems, Value};
use crate::codes::Code;
use crate::error::Diagnostic;
use crate::transform::treatment::{DateTruncate, EmptyText};
use crate::transform::value::ValueType;
use crate::transform::value::period::{Period, Style};

/// How the 128 bits of a pseudonym are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenForm {
    /// Crockford base32, 26 characters.
    Base32,
    /// Hexadecimal, 32 characters.
    Hex,
    /// UUID version 8, 122 bits.
    Uuid,
}

impl TokenForm {
    /// The word used in a recipe.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Base32 => "base32",
            Self::Hex => "hex",
            Self::Uuid => "uuid",
        }
    }
}

/// What of a masked value stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MaskShape {
    /// Characters at both ends; with 0 and 0 nothing stays.
    Ends {
        /// Characters kept at the start.
        first: usize,
        /// Characters kept at the end.
        last: usize,
        /// Number of characters of the result, so that the length is not published.
        fixed: Option<usize>,
    },
    /// `#` keeps, the mask character hides, anything else is written; has a length of its own.
    Pattern(String),
}

/// One step of a column's treatment.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Published as it is.
    Keep,
    /// Not published.
    Drop,
    /// Free text, not published.
    DropText,
    /// The same text in every record.
    Constant(String),
    /// Characters replaced.
    Mask(Mask),
    /// Keyed hash.
    Pseudonym {
        /// Domain of the recipe.
        domain: String,
        /// How it is written.
        form: TokenForm,
        /// What an empty text becomes.
        empty: EmptyText,
    },
    /// Level of a hierarchy; with `min < max` the search chooses.
    Generalize {
        /// Hierarchy of the recipe.
        hierarchy: String,
        /// Lowest level allowed, 0 = the value itself.
        min: Option<usize>,
        /// Highest level allowed.
        max: Option<usize>,
    },
    /// Rounded to a multiple of the base (text of an exact decimal).
    Round(String),
    /// Values at or above `at` become one.
    TopCode {
        /// Threshold, exact decimal text.
        at: String,
        /// What is written instead; the threshold itself when absent.
        label: Option<String>,
    },
    /// Values at or below `at` become one.
    BottomCode {
        /// Threshold, exact decimal text.
        at: String,
        /// What is written instead; the threshold itself when absent.
        label: Option<String>,
    },
    /// A date shortened to a unit.
    DateTruncate {
        /// A word of `Period::NAMES` or `DateTruncate::TIMES`.
        unit: String,
        /// How the period is written.
        style: Style,
    },
    /// All dates of a person moved by one offset, never 0.
    DateShift {
        /// Smallest offset in days.
        min_days: i32,
        /// Largest offset in days.
        max_days: i32,
    },
    /// Listed values become NULL.
    SuppressValues(Vec<String>),
    /// Values held by fewer than this many people become NULL.
    SuppressRare(u64),
    /// The numbers of a class become one.
    Microaggregate(Microaggregate),
}

/// A mask and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// What stays.
    pub shape: MaskShape,
    /// The replacement character (narrow; a wide one is used for wide characters).
    pub with: char,
}

impl Mask {
    /// Whether nothing of the value can be seen, not even its length.
    #[must_use]
    pub fn hides_all(&self) -> bool {
        matches!(self.shape, MaskShape::Ends { first: 0, last: 0, fixed: Some(_) })
    }
}

impl Step {
    /// Identifier of the treatment, as in `TREATMENTS` and the manifest.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
            Self::DropText => "drop_text",
            Self::Constant(_) => "constant",
            Self::Mask(_) => "mask",
            Self::Pseudonym { .. } => "pseudonym",
            Self::Generalize { .. } => "generalize",
            Self::Round(_) => "round",
            Self::TopCode { .. } => "top_code",
            Self::BottomCode { .. } => "bottom_code",
            Self::DateTruncate { .. } => "date_truncate",
            Self::DateShift { .. } => "date_shift",
            Self::SuppressValues(_) | Self::SuppressRare(_) => "suppress",
            Self::Microaggregate(_) => "microaggregate",
        }
    }

    /// Position in the order of work; steps of a list must not go down.
    fn stage(&self) -> u8 {
        match self {
            Self::Keep | Self::Drop | Self::DropText | Self::Constant(_) => 0,
            Self::SuppressValues(_) | Self::SuppressRare(_) => 1,
            Self::DateShift { .. } => 2,
            Self::Round(_) | Self::TopCode { .. } | Self::BottomCode { .. } | Self::DateTruncate { .. } => 3,
            Self::Generalize { .. } | Self::Mask(_) | Self::Pseudonym { .. } => 4,
            Self::Microaggregate(_) => 5,
        }
    }

    /// Steps that must stand alone.
    fn is_alone(&self) -> bool {
        matches!(
            self,
            Self::Keep
                | Self::Drop
                | Self::DropText
                | Self::Constant(_)
                | Self::Pseudonym { .. }
                | Self::Mask(_)
        )
    }
}

const SHORT_FORMS: &str = "keep, drop, drop_text";
const LONG_FORMS: &str = "constant, mask, pseudonym, generalize, round, top_code, bottom_code, date_truncate, date_shift, suppress, microaggregate";

pub(super) fn parse_steps(v: Value<'_>, problems: &mut Problems) -> Option<Vec<Step>> {
    if v.is_array() {
        let items = v.array(problems)?;
        if items.is_empty() {
            v.bad(LONG_FORMS, problems);
            return None;
        }
        let parsed: Vec<_> = items.into_iter().map(|item| parse_step(item, problems)).collect();
        return parsed.into_iter().collect();
    }
    parse_step(v, problems).map(|s| vec![s])
}

fn parse_step(v: Value<'_>, problems: &mut Problems) -> Option<Step> {
    if let Some(text) = v.as_text() {
        return match text {
            "keep" => Some(Step::Keep),
            "drop" => Some(Step::Drop),
            "drop_text" => Some(Step::DropText),
            _ => {
                v.bad(&format!("{SHORT_FORMS}; {LONG_FORMS}"), problems);
                None
            }
        };
    }
    let t = v.table(problems)?;
    let entries = t.entries();
    let [(kind, kind_span, arg)] = entries.as_slice() else {
        v.bad(LONG_FORMS, problems);
        return None;
    };
    let arg = *arg;
    match *kind {
        "constant" => arg.text(problems).map(|s| Step::Constant(s.to_owned())),
        "mask" => parse_mask(arg, problems).map(Step::Mask),
        "pseudonym" => parse_pseudonym(arg, problems),
        "generalize" => parse_generalize(arg, problems),
        "round" => parse_amount(arg, problems).map(Step::Round),
        "top_code" => parse_code(arg, problems).map(|(at, label)| Step::TopCode { at, label }),
        "bottom_code" => parse_code(arg, problems).map(|(at, label)| Step::BottomCode { at, label }),
        "date_truncate" => parse_truncate(arg, problems),
        "date_shift" => parse_shift(arg, problems),
        "suppress" => parse_suppress(arg, problems),
        "microaggregate" => microaggregate::parse(arg, problems),
        other => {
            problems.push(
                Diagnostic::error(Code::RecipeUnknownKey)
                    .name("key", other)
                    .name("known", LONG_FORMS)
                    .at(kind_span.clone()),
            );
            None
        }
    }
}

fn parse_mask(v: Value<'_>, problems: &mut Problems) -> Option<Mask> {
    if v.as_text() == Some("all") {
        return Some(Mask { shape: MaskShape::Ends { first: 0, last: 0, fixed: None }, with: '*' });
    }
    let mut t = v.table(problems)?;
    let mut count = |key: &'static str, least: i64, problems: &mut Problems| {
        t.get(key).and_then(|n| n.integer(least, 1000, problems)).and_then(|n| usize::try_from(n).ok())
    };
    let (first, last) = (count("first", 0, problems), count("last", 0, problems));
    let fixed = count("fixed", 1, problems);
    let pattern = t.text("pattern", problems).map(str::to_owned);
    let with = match t.get("char") {
        None => '*',
        Some(c) => {
            let text = c.text(problems)?;
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => one,
                _ => {
                    c.bad("1", problems);
                    return None;
                }
            }
        }
    };
    t.finish(problems);
    let shape = match (first, last, fixed, pattern) {
        (None, None, None, Some(p)) => MaskShape::Pattern(p),
        // A pattern has a length of its own.
        (_, _, _, Some(_)) => {
            v.bad("first, last, fixed | pattern", problems);
            return None;
        }
        (first, last, fixed, None) => {
            MaskShape::Ends { first: first.unwrap_or(0), last: last.unwrap_or(0), fixed }
        }
    };
    Some(Mask { shape, with })
}

fn parse_pseudonym(v: Value<'_>, problems: &mut Problems) -> Option<Step> {
    if let Some(domain) = v.as_text() {
        return Some(Step::Pseudonym {
            domain: domain.to_owned(),
            form: TokenForm::Base32,
            empty: EmptyText::Error,
        });
    }
    let mut t = v.table(problems)?;
    let domain = t.need_text("domain", problems).map(str::to_owned);
    let form = match t.get("form") {
        None => Some(TokenForm::Base32),
        Some(f) => match f.text(problems) {
            Some("base32") => Some(TokenForm::Base32),
            Some("hex") => Some(TokenForm::Hex),
            Some("uuid") => Some(TokenForm::Uuid),
            _ => {
                f.bad("base32, hex, uuid", problems);
                None
            }
        },
    };
    let empty = match t.get("empty") {
        None => Some(EmptyText::Error),
        Some(e) => match e.text(problems) {
            Some("error") => Some(EmptyText::Error),
            Some("keep") => Some(EmptyText::Keep),
            Some("value") => Some(EmptyText::Pseudonym),
            _ => {
                e.bad("error, keep, value", problems);
                None
            }
        },
    };
    t.finish(problems);
    Some(Step::Pseudonym { domain: domain?, form: form?, empty: empty? })
}

fn parse_generalize(v: Value<'_>, problems: &mut Problems) -> Option<Step> {
    if let Some(name) = v.as_text() {
        return Some(Step::Generalize { hierarchy: name.to_owned(), min: None, max: None });
    }
    let mut t = v.table(problems)?;
    let hierarchy = t.need_text("hierarchy", problems).map(str::to_owned);
    let mut level = |key: &'static str, problems: &mut Problems| {
        t.get(key).and_then(|n| n.integer(0, 63, problems)).and_then(|n| usize::try_from(n).ok())
    };
    let (fixed, min, max) = (level("level", problems), level("min", problems), level("max", problems));
    t.finish(problems);
    let (min, max) = match (fixed, min, max) {
        (Some(l), None, None) => (Some(l), Some(l)),
        (None, a, b) if a.zip(b).is_none_or(|(a, b)| a <= b) => (a, b),
        _ => {
            v.bad("level | min <= max", problems);
            return None;
        }
    };
    Some(Step::Generalize { hierarchy: hierarchy?, min, max })
}

/// An exact decimal, written as a number or a string.
pub(super) fn parse_amount(v: Value<'_>, problems: &mut Problems) -> Option<String> {
    let text = match v.as_integer() {
        Some(n) => n.to_string(),
        None => match v.as_text() {
            Some(s) => s.to_owned(),
            None => return v.number(f64::MIN, f64::MAX, problems).map(|n| n.to_string()),
        },
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let ok = !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() <= 1
        && !digits.starts_with('.')
        && !digits.ends_with('.');
    if !ok {
        v.bad("100, \"0.5\"", problems);
        return None;
    }
    Some(text)
}

fn parse_code(v: Value<'_>, problems: &mut Problems) -> Option<(String, Option<String>)> {
    if !v.is_table() {
        return parse_amount(v, problems).map(|at| (at, None));
    }
    let mut t = v.table(problems)?;
    let at = t.need("at", problems).and_then(|a| parse_amount(a, problems));
    let label = t.text("label", problems).map(str::to_owned);
    t.finish(problems);
    at.map(|at| (at, label))
}

fn parse_truncate(v: Value<'_>, problems: &mut Problems) -> Option<Step> {
    let (unit_value, style) = if v.as_text().is_some() {
        (v, Style::Iso)
    } else {
        let mut t = v.table(problems)?;
        let unit = t.need("unit", problems);
        let style = t.get("style").map_or(Some(Style::Iso), |s| parse_style(s, problems));
        t.finish(problems);
        (unit?, style?)
    };
    let unit = unit_value.text(problems)?;
    if DateTruncate::of(unit, style).is_err() {
        let periods = Period::NAMES.map(|(word, _)| word).join(", ");
        let times = DateTruncate::TIMES.map(|(word, _)| word).join(", ");
        unit_value.bad(&format!("{periods}; iso: {times}"), problems);
        return None;
    }
    Some(Step::DateTruncate { unit: unit.to_owned(), style })
}

/// `iso` or `wareki`.
pub(super) fn parse_style(v: Value<'_>, problems: &mut Problems) -> Option<Style> {
    let text = v.text(problems)?;
    let style = Style::NAMES.iter().find(|(word, _)| *word == text).map(|(_, style)| *style);
    if style.is_none() {
        v.bad("iso, wareki", problems);
    }
    style
}

fn parse_shift(v: Value<'_>, problems: &mut Problems) -> Option<Step> {
    let mut t = v.table(problems)?;
    let days = t.get("days").and_then(|n| n.integer(1, 36_500, problems));
    let min = t.get("min").and_then(|n| n.integer(-36_500, 36_500, problems));
    let max = t.get("max").and_then(|n| n.integer(-36_500, 36_500, problems));
    t.finish(problems);
    let (min, max) = match (days, min, max) {
        (Some(d), None, None) => (-d, d),
        (None, Some(a), Some(b)) if a < b => (a, b),
        _ => {
            v.bad("days | min < max", problems);
            return None;
        }
    };
    Some(Step::DateShift { min_days: i32::try_from(min).ok()?, max_days: i32::try_from(max).ok()? })
}

fn parse_suppress(v: Value<'_>, problems: &mut Problems) -> Option<Step> {
    let mut t = v.table(problems)?;
    let values = t.get("values").and_then(|a| a.texts(problems));
    let rare = t.get("rarer_than").and_then(|n| n.integer(2, 1_000_000, problems));
    t.finish(problems);
    match (values, rare) {
        (Some(list), None) => Some(Step::SuppressValues(list)),
        (None, Some(n)) => u64::try_from(n).ok().map(Step::SuppressRare),
        _ => {
            v.bad("values | rarer_than", problems);
            None
        }
    }
}

/// Reports steps out of the order of work, steps that must stand alone, and steps that do not
/// fit the declared type.
pub(super) fn check_order(column: &Column, span: Span, problems: &mut Problems) {
    let mut last = 0;
    for step in &column.steps {
        let alone = step.is_alone() && column.steps.len() > 1;
        if alone || step.stage() < last {
            problems.push(
                Diagnostic::error(Code::RecipeTreatmentOrder)
                    .in_column(&column.name)
                    .name("treatment", step.id())
                    .at(span.clone()),
            );
            return;
        }
        last = step.stage();
        let fits = match step {
            Step::DateTruncate { unit, .. } if Period::from_name(unit).is_none() => {
                matches!(column.value_type, ValueType::DateTime { .. })
            }
            Step::DateShift { .. } | Step::DateTruncate { .. } => column.value_type.has_date(),
            Step::Round(_) | Step::TopCode { .. } | Step::BottomCode { .. } => column.value_type.is_numeric(),
            _ => true,
        };
        if !fits {
            problems.push(
                Diagnostic::error(Code::RecipeTreatmentType)
                    .in_column(&column.name)
                    .name("treatment", step.id())
                    .name("type", column.value_type.id())
                    .at(span.clone()),
            );
        }
    }
}
