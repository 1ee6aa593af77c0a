//! The chain of one column: normalise → parse → suppress → shift → truncate or round → generalise.
//!
//! A [`Column`] is built once from checked parts and refuses chains in another order. It owns its
//! scratch buffers, so each thread works on a clone. [`Column::apply`] publishes a cell;
//! [`Column::leaf`] gives the text before the final `generalize`, which is what counting and the
//! search read (the leaf of the hierarchy).
//!
//! What a column declares to normalise is normalised before anything else sees it. `keep` alone
//! publishes the cell as it was read, unless the declaration makes several spellings one value
//! (`normalise`, several formats, removed separators, a fixed scale): then the canonical text is
//! published, so that what is published is what is counted. (The matching copies of `pseudonym` are
//! another thing: they belong to the domain and are never published.)

mod chain;

use super::normalise::Normaliser;
use super::treatment::{BuildError, Published, RowContext, Treatment, TreatmentError};
use super::value::ValueType;

/// What happens to a cell that does not parse as the declared type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnparsable {
    /// The run stops (the error names file, record and column, never the cell).
    #[default]
    Error,
    /// The cell is published as NULL and counted ([`Published::Unparsed`]).
    Null,
}

/// A compiled column.
#[derive(Debug, Clone)]
pub struct Column {
    value_type: ValueType,
    normaliser: Normaliser,
    on_unparsable: OnUnparsable,
    steps: Vec<Treatment>,
    canonical: String,
    front: String,
    back: String,
}

impl Column {
    /// Checks the chain and compiles it.
    ///
    /// A `generalize` over bands that follows a `top_code` or `bottom_code` learns the label of that
    /// treatment, so that its leaf is known.
    ///
    /// # Errors
    /// [`BuildError`] with the position of the treatment at fault.
    pub fn new(
        value_type: ValueType,
        normaliser: Normaliser,
        on_unparsable: OnUnparsable,
        mut steps: Vec<Treatment>,
    ) -> Result<Self, BuildError> {
        chain::check(&value_type, &steps)?;
        chain::teach_labels(&mut steps);
        Ok(Self {
            value_type,
            normaliser,
            on_unparsable,
            steps,
            canonical: String::new(),
            front: String::new(),
            back: String::new(),
        })
    }

    /// Whether the column appears in the output.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.steps.iter().all(Treatment::is_published)
    }

    /// Whether every cell is published as it was read, without even a check of its type.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.value_type == ValueType::Text
            && self.normaliser.is_none()
            && matches!(self.steps.as_slice(), [Treatment::Keep(_)])
    }

    /// Whether published cells can be plain numbers (exempt from the formula check).
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        self.value_type.is_numeric()
    }

    /// The treatments, in order.
    #[must_use]
    pub fn steps(&self) -> &[Treatment] {
        &self.steps
    }

    /// Appends what is published for `cell`.
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
        self.run(cell, row, false, out)
    }

    /// Appends the text that `generalize` would read: the leaf. Without a final `generalize` it is
    /// what is published, except that a kept cell of a typed column gives its canonical text.
    ///
    /// # Errors
    /// As [`Column::apply`].
    #[inline]
    pub fn leaf(
        &mut self,
        cell: Option<&str>,
        row: &RowContext,
        out: &mut String,
    ) -> Result<Published, TreatmentError> {
        self.run(cell, row, true, out)
    }

    fn run(
        &mut self,
        cell: Option<&str>,
        row: &RowContext,
        leaf: bool,
        out: &mut String,
    ) -> Result<Published, TreatmentError> {
        let Self { value_type, normaliser, steps, canonical, front, back, .. } = self;
        let mut text = cell;
        if let (Some(given), true) = (cell, *value_type != ValueType::Text || !normaliser.is_none()) {
            let as_read = normaliser.is_none() && !value_type.unifies();
            let copy = normaliser.apply(given);
            let Ok(canonical) = value_type.canonical_of(copy, canonical) else {
                return match self.on_unparsable {
                    OnUnparsable::Error => Err(TreatmentError::Unparsable),
                    OnUnparsable::Null => Ok(Published::Unparsed),
                };
            };
            let kept = !leaf && as_read && matches!(steps.as_slice(), [Treatment::Keep(_)]);
            text = if kept { cell } else { Some(canonical) };
        }
        let count = match steps.last() {
            Some(Treatment::Generalize(_)) if leaf => steps.len() - 1,
            _ => steps.len(),
        };
        let mut steps = steps.iter_mut().take(count);
        let Some(mut step) = steps.next() else {
            return Ok(match text {
                Some(text) => {
                    out.push_str(text);
                    Published::Text
                }
                None => Published::Null,
            });
        };
        // All but the last step write into scratch buffers, in turn.
        let mut state = match text {
            Some(_) => Published::Text,
            None => Published::Null,
        };
        for next in steps {
            back.clear();
            let done = step.apply(text, row, back)?;
            std::mem::swap(front, back);
            state = merge(state, done);
            text = (done == Published::Text).then_some(front.as_str());
            step = next;
        }
        let done = step.apply(text, row, out)?;
        Ok(merge(state, done))
    }
}

/// A cell that was suppressed earlier stays so, unless a later step publishes text for it.
fn merge(before: Published, now: Published) -> Published {
    match (before, now) {
        (Published::Suppressed, Published::Null) => Published::Suppressed,
        (_, now) => now,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::hierarchy::{Bands, BandsSpec, Hierarchy, Prefix};
    use super::super::normalise::Step;
    use super::super::treatment::{
        DateShift, DateTruncate, DropText, End, EndCode, Generalize, Keep, Mask, RareValues, Window,
    };
    use super::super::value::date::DateFormat;
    use super::super::value::number::Decimal;
    use super::super::value::period::{Period, Style};
    use super::*;
    use std::sync::Arc;

    const ROW: RowContext = RowContext { person_tag: Some(u64::MAX) };

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn column(value_type: ValueType, steps: Vec<Treatment>) -> Result<Column, BuildError> {
        let fold = Normaliser::new(&[Step::Width, Step::Trim]);
        Column::new(value_type, fold, OnUnparsable::Error, steps)
    }

    fn apply(c: &mut Column, cell: Option<&str>) -> Result<(Published, String), TreatmentError> {
        let mut out = String::from("|");
        match c.apply(cell, &ROW, &mut out) {
            Ok(published) => Ok((published, out.split_off(1))),
            Err(e) => {
                assert_eq!(out, "|", "an error leaves no text behind");
                Err(e)
            }
        }
    }

    fn text(s: &str) -> Result<(Published, String), TreatmentError> {
        Ok((Published::Text, s.to_owned()))
    }

    fn dates() -> ValueType {
        ValueType::Date(Box::new([DateFormat::Iso, DateFormat::Wareki]))
    }

    fn bands() -> Arc<Hierarchy> {
        let widths = [d("5"), d("10")];
        let spec = BandsSpec { widths: &widths, top: Some(d("90")), ..BandsSpec::default() };
        Arc::new(Bands::new(&spec).unwrap().into())
    }

    #[test]
    fn a_kept_cell_is_published_as_it_was_unless_spellings_are_made_one() {
        let keep = || vec![Treatment::Keep(Keep)];
        let plain =
            |t: ValueType| Column::new(t, Normaliser::default(), OnUnparsable::Error, keep()).unwrap();
        let mut c = plain(ValueType::Integer);
        assert_eq!(apply(&mut c, Some("0012")), text("0012"));
        assert_eq!(apply(&mut c, Some("００12")), Err(TreatmentError::Unparsable));
        let mut c = plain(ValueType::Date(Box::new([DateFormat::Wareki])));
        assert_eq!(apply(&mut c, Some("R5.4.1")), text("R5.4.1"));
        let mut c = plain(dates());
        assert_eq!(apply(&mut c, Some("R5.4.1")), text("2023-04-01"));
        let mut c = plain(ValueType::Code { remove: Box::new(['-']) });
        assert_eq!(apply(&mut c, Some("305-0801")), text("3050801"));
        let mut c = plain(ValueType::Text);
        assert!(c.is_copy());
        for cell in ["", "NA", " ００12"] {
            assert_eq!(apply(&mut c, Some(cell)), text(cell));
        }
        let mut c = column(ValueType::Text, keep()).unwrap();
        assert!(!c.is_copy());
        assert_eq!(apply(&mut c, Some(" ００12")), text("0012"));
        let mut c = column(ValueType::Integer, keep()).unwrap();
        assert_eq!(apply(&mut c, Some(" ００12")), text("12"));
        assert_eq!(apply(&mut c, Some("NA")), Err(TreatmentError::Unparsable));
        assert_eq!(apply(&mut c, Some("")), Err(TreatmentError::Unparsable));
        assert_eq!(apply(&mut c, None), Ok((Published::Null, String::new())));
        let mut out = String::new();
        assert_eq!(c.leaf(Some(" ００12"), &ROW, &mut out), Ok(Published::Text));
        assert_eq!(out, "12");
    }

    #[test]
    fn shift_then_truncate_and_the_policy_for_what_does_not_parse() {
        let steps = || {
            vec![
                Treatment::DateShift(DateShift::new(Window::symmetric(30).unwrap())),
                Treatment::DateTruncate(DateTruncate::new(Period::Month, Style::Iso).unwrap()),
            ]
        };
        let mut c = column(dates(), steps()).unwrap();
        assert_eq!(apply(&mut c, Some("Ｒ5.4.1")), text("2023-05"));
        assert_eq!(apply(&mut c, Some("2023-04-01")), text("2023-05"));
        assert_eq!(apply(&mut c, Some("1935-00-00")), Err(TreatmentError::Unparsable));
        assert_eq!(apply(&mut c, None), Ok((Published::Null, String::new())));
        let mut c = Column::new(dates(), Normaliser::default(), OnUnparsable::Null, steps()).unwrap();
        assert_eq!(apply(&mut c, Some("NA")), Ok((Published::Unparsed, String::new())));
        assert_eq!(apply(&mut c, None), Ok((Published::Null, String::new())));
    }

    #[test]
    fn top_code_teaches_bands_its_label() {
        let mut c = column(
            ValueType::Integer,
            vec![
                Treatment::EndCode(EndCode::new(End::Top, d("90"), Some("90以上"))),
                Treatment::Generalize(Generalize::new(bands(), 1).unwrap()),
            ],
        )
        .unwrap();
        assert_eq!(apply(&mut c, Some("23")), text("20-24"));
        assert_eq!(apply(&mut c, Some("93")), text("90+"));
        let mut out = String::new();
        c.leaf(Some("93"), &ROW, &mut out).unwrap();
        assert_eq!(out, "90以上");
        // The shared hierarchy of other columns has not learnt it.
        assert!(bands().label("90以上", 1, &mut String::new()).is_err());
    }

    #[test]
    fn suppressed_stays_suppressed_and_null_null() {
        let rare = RareValues::new(2).unwrap().with_counts([("305", 5)], Normaliser::default());
        let prefix: Arc<Hierarchy> = Arc::new(Prefix::new(&[1]).unwrap().into());
        let mut c = column(
            ValueType::Text,
            vec![Treatment::Suppress(rare), Treatment::Generalize(Generalize::new(prefix, 1).unwrap())],
        )
        .unwrap();
        assert_eq!(apply(&mut c, Some("305")), text("3*"));
        assert_eq!(apply(&mut c, Some("999")), Ok((Published::Suppressed, String::new())));
        assert_eq!(apply(&mut c, None), Ok((Published::Null, String::new())));
    }

    #[test]
    fn dropped_columns_are_not_published() {
        let dropped = column(ValueType::Text, vec![Treatment::DropText(DropText)]).unwrap();
        assert!(!dropped.is_published());
        let mask = Treatment::Mask(Mask::ends(1, 0, '*').unwrap());
        assert!(column(ValueType::Text, vec![mask]).unwrap().is_published());
        assert_eq!(column(ValueType::Text, vec![]).map(|_| ()), Err(BuildError::NoTreatment));
    }
}
