//! Periods of a day: 2023-04-01 → `2023-04` → `2023` → `2020-2029` → `*`, ISO or 和暦.
//!
//! Leaves are canonical dates or datetimes. Which level nests in which is settled once, by
//! [`Period::nests_in`]; a fiscal year does not nest in a year, and a week in nothing. In the
//! 和暦 style a day before 1873-01-01 is not in the hierarchy.

use super::super::value::datetime::split_canonical;
use super::super::value::period::{Period, Style};
use super::{HierarchyError, NotInHierarchy, TOP};

/// Checked date levels, finest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    levels: Box<[Period]>,
    style: Style,
}

impl Dates {
    /// Checks levels 1, 2, …, e.g. month, year, decade.
    ///
    /// # Errors
    /// [`HierarchyError::Empty`], [`HierarchyError::DatesDoNotNest`],
    /// [`HierarchyError::NoWarekiWeek`].
    pub fn new(levels: &[Period], style: Style) -> Result<Self, HierarchyError> {
        if levels.is_empty() {
            return Err(HierarchyError::Empty);
        }
        if style == Style::Wareki && levels.contains(&Period::Week) {
            return Err(HierarchyError::NoWarekiWeek);
        }
        for (at, (fine, coarse)) in levels.iter().zip(levels.iter().skip(1)).enumerate() {
            if !fine.nests_in(*coarse) {
                return Err(HierarchyError::DatesDoNotNest { at });
            }
        }
        Ok(Self { levels: levels.into(), style })
    }

    pub(super) fn inner_levels(&self) -> usize {
        self.levels.len()
    }

    pub(super) fn label(&self, leaf: &str, level: usize, out: &mut String) -> Result<(), NotInHierarchy> {
        let (date, _) = split_canonical(leaf).ok_or(NotInHierarchy)?;
        if level == 0 {
            out.push_str(leaf);
            return Ok(());
        }
        match self.levels.get(level - 1) {
            Some(period) => period.label(date, self.style, out).map_err(|_| NotInHierarchy),
            None => {
                out.push_str(TOP);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::Hierarchy;
    use super::*;

    fn labels(h: &Hierarchy, leaf: &str) -> Option<Vec<String>> {
        (0..h.levels())
            .map(|level| {
                let mut out = String::new();
                h.label(leaf, level, &mut out).ok().map(|()| out)
            })
            .collect()
    }

    #[test]
    fn birth() {
        let levels = [Period::Month, Period::Year, Period::FiveYears, Period::Decade];
        let iso: Hierarchy = Dates::new(&levels, Style::Iso).unwrap().into();
        assert_eq!(
            labels(&iso, "1980-05-17").unwrap(),
            ["1980-05-17", "1980-05", "1980", "1980-1984", "1980-1989", "*"]
        );
        assert_eq!(labels(&iso, "1980-05-17T10:00:00").unwrap().get(1).unwrap(), "1980-05");
        let wareki: Hierarchy = Dates::new(&levels, Style::Wareki).unwrap().into();
        assert_eq!(
            labels(&wareki, "1980-05-17").unwrap(),
            ["1980-05-17", "昭和55年5月", "昭和55年", "昭和55-59年", "昭和50年代", "*"]
        );
        for bad in ["", "1980", "1980-02-30", "1980/05/17", "昭和55年5月17日"] {
            assert_eq!(labels(&iso, bad), None);
        }
    }

    #[test]
    fn levels_must_nest() {
        use Period::{Day, FiscalYear, Half, Month, Quarter, Week, Year};
        let nest = |levels: &[Period]| Dates::new(levels, Style::Iso).map(|_| ());
        assert_eq!(nest(&[Day, Month, Quarter, FiscalYear]), Ok(()));
        assert_eq!(nest(&[Day, Week]), Ok(()));
        assert_eq!(nest(&[Month, FiscalYear, Year]), Err(HierarchyError::DatesDoNotNest { at: 1 }));
        assert_eq!(nest(&[Half, FiscalYear]), Err(HierarchyError::DatesDoNotNest { at: 0 }));
        assert_eq!(nest(&[Week, Month]), Err(HierarchyError::DatesDoNotNest { at: 0 }));
        assert_eq!(nest(&[Year, Month]), Err(HierarchyError::DatesDoNotNest { at: 0 }));
        assert_eq!(Dates::new(&[Week], Style::Wareki), Err(HierarchyError::NoWarekiWeek));
    }
}
