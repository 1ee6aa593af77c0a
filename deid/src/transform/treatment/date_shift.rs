//! `date_shift`: all dates of a person move by one secret number of days.
//!
//! Intervals within a person stay exact; the calendar does not. The offset comes from a keyed tag
//! of the person, so it is the same in all tables, uniform over the declared window, and never 0
//! (a zero would publish that person's true dates). Only whole dates and datetimes move; the time
//! of day and the zone stay. Weekdays, seasons at small windows, and events at known dates (new
//! fiscal year, mass check-ups) can still give the offset away.

use super::{BuildError, Published, RowContext, TreatmentError};
use crate::transform::value::datetime::split_canonical;

/// Longest reach of a window, in days (about 27 years).
pub const MAX_DAYS: i32 = 10_000;

/// Possible offsets in days: all of `min..=max` but 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    min: i32,
    max: i32,
}

impl Window {
    /// From `min` to `max` days, both within ±[`MAX_DAYS`], at least two offsets besides 0.
    ///
    /// # Errors
    /// [`BuildError::ShiftWindow`]; one single offset for everybody hides nothing.
    pub fn new(min: i32, max: i32) -> Result<Self, BuildError> {
        let window = Self { min, max };
        if min > max || min < -MAX_DAYS || max > MAX_DAYS || window.offsets() < 2 {
            return Err(BuildError::ShiftWindow);
        }
        Ok(window)
    }

    /// From `-days` to `days`.
    ///
    /// # Errors
    /// [`BuildError::ShiftWindow`] unless 1 ≤ days ≤ [`MAX_DAYS`].
    pub fn symmetric(days: i32) -> Result<Self, BuildError> {
        if days < 1 {
            return Err(BuildError::ShiftWindow);
        }
        Self::new(-days, days)
    }

    /// Number of possible offsets.
    #[must_use]
    pub fn offsets(self) -> u32 {
        let all = (self.max - self.min + 1).max(0) as u32;
        all - u32::from(self.min <= 0 && self.max >= 0)
    }
}

/// The offset in days that a 64-bit tag stands for: uniform (bias below 2⁻⁴⁹), never 0.
#[must_use]
#[inline]
pub fn offset_days(tag: u64, window: Window) -> i32 {
    let place = ((u128::from(tag) * u128::from(window.offsets())) >> 64) as i32;
    let day = window.min + place;
    // Days from 0 on move up by one where the window holds 0.
    if window.min <= 0 && day >= 0 && window.max >= 0 { day + 1 } else { day }
}

/// Shifts dates by the offset of the row's person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateShift {
    window: Window,
}

impl DateShift {
    /// Shifts within `window`.
    #[must_use]
    pub fn new(window: Window) -> Self {
        Self { window }
    }

    /// Appends the shifted date or datetime; NULL stays NULL, also without a person.
    ///
    /// # Errors
    /// [`TreatmentError::NoPerson`], [`TreatmentError::Unparsable`], [`TreatmentError::OutOfRange`].
    #[inline]
    pub fn apply(
        self,
        cell: Option<&str>,
        row: &RowContext,
        out: &mut String,
    ) -> Result<Published, TreatmentError> {
        let Some(text) = cell else {
            return Ok(Published::Null);
        };
        let (date, rest) = split_canonical(text).ok_or(TreatmentError::Unparsable)?;
        let tag = row.person_tag.ok_or(TreatmentError::NoPerson)?;
        let shifted = date.add_days(offset_days(tag, self.window)).ok_or(TreatmentError::OutOfRange)?;
        shifted.write_iso(out);
        out.push_str(rest);
        Ok(Published::Text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::transform::value::civil::Date;
    use proptest::prelude::*;

    fn shift(window: Window, tag: u64, cell: &str) -> String {
        let mut out = String::new();
        let row = RowContext { person_tag: Some(tag) };
        assert_eq!(DateShift::new(window).apply(Some(cell), &row, &mut out), Ok(Published::Text));
        out
    }

    #[test]
    fn every_offset_but_zero_equally_often() {
        for (min, max) in [(-30, 30), (-1, 1), (0, 5), (-5, 0), (3, 9), (-9, -3), (-2, 7)] {
            let window = Window::new(min, max).unwrap();
            let offsets: Vec<i32> = (min..=max).filter(|d| *d != 0).collect();
            assert_eq!(window.offsets() as usize, offsets.len());
            let mut seen = vec![0u32; offsets.len()];
            let rounds = 1000 * window.offsets();
            for at in 0..rounds {
                // Tags in equal steps over the whole range: an exactly uniform sample.
                let tag = (u128::from(at) * (1u128 << 64) / u128::from(rounds)) as u64;
                let offset = offset_days(tag, window);
                seen[offsets.iter().position(|o| *o == offset).unwrap()] += 1;
            }
            assert!(seen.iter().all(|n| (999..=1001).contains(n)), "{min}..{max}: {seen:?}");
            assert_eq!(offset_days(0, window), offsets[0]);
            assert_eq!(offset_days(u64::MAX, window), offsets[offsets.len() - 1]);
        }
    }

    #[test]
    fn windows() {
        for (min, max) in [(0, 0), (5, 5), (0, 1), (-1, 0), (3, 2), (-10_001, 5), (0, 10_001)] {
            assert_eq!(Window::new(min, max), Err(BuildError::ShiftWindow), "{min}..{max}");
        }
        assert_eq!(Window::symmetric(0), Err(BuildError::ShiftWindow));
        assert_eq!(Window::symmetric(1).unwrap().offsets(), 2);
    }

    #[test]
    fn time_and_zone_stay_and_faults_are_errors() {
        let window = Window::new(2, 3).unwrap();
        assert_eq!(shift(window, 0, "2023-12-30T10:30:05+09:00"), "2024-01-01T10:30:05+09:00");
        let t = DateShift::new(window);
        let nobody = RowContext::default();
        let row = RowContext { person_tag: Some(0) };
        let mut out = String::new();
        assert_eq!(t.apply(None, &nobody, &mut out), Ok(Published::Null));
        assert_eq!(t.apply(Some("2023-12-30"), &nobody, &mut out), Err(TreatmentError::NoPerson));
        assert_eq!(t.apply(Some("9999-12-31"), &row, &mut out), Err(TreatmentError::OutOfRange));
        for bad in ["", "NA", "2023-12", "1935-00-00"] {
            assert_eq!(t.apply(Some(bad), &row, &mut out), Err(TreatmentError::Unparsable));
        }
        assert_eq!(out, "");
    }

    proptest! {
        #[test]
        fn intervals_of_a_person_stay(a in 0i32..40_000, b in 0i32..40_000, tag: u64, days in 1i32..400) {
            let window = Window::symmetric(days).unwrap();
            let write = |d: i32| { let mut s = String::new(); Date::from_days(d).unwrap().write_iso(&mut s); s };
            let read = |s: &str| split_canonical(s).unwrap().0.days();
            let (x, y) = (read(&shift(window, tag, &write(a))), read(&shift(window, tag, &write(b))));
            prop_assert_eq!(x - y, a - b);
            prop_assert!(x != a && (x - a).abs() <= days);
        }
    }
}
