//! Numeric bands: 23 → `20-24` → `20-29` → `20-39` → `*`.
//!
//! Bands of one level have one width and start at `origin + n·width`; each width divides the
//! next, so levels nest. Values at or above `top` fall into one open class (`90+`) from level 1
//! on, values below `bottom` into `<20`; a band that an open end cuts is written as cut (`80-89`).
//! Closed labels (`20-24`) are for integers; decimals take half-open ones (`[20,25)`). A band that
//! reaches below zero is written `[-10,-6]`, because a label must not start with `-` (a spreadsheet
//! would run it).

use super::super::value::number::Decimal;
use super::{HierarchyError, NotInHierarchy, TOP};

/// How a band is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BandStyle {
    /// Integers: both ends belong to the band, `20-24`. A leaf with a fraction is not in the hierarchy.
    #[default]
    Closed,
    /// Decimals: the upper end does not belong to the band, `[20,25)`.
    HalfOpen,
}

/// What a recipe declares.
#[derive(Debug, Clone, Default)]
pub struct BandsSpec<'a> {
    /// Widths of levels 1, 2, …; each divides the next.
    pub widths: &'a [Decimal],
    /// Where a band starts; 0 if not declared.
    pub origin: Option<Decimal>,
    /// Values below it form one class.
    pub bottom: Option<Decimal>,
    /// Values from it on form one class.
    pub top: Option<Decimal>,
    /// Label of the class below `bottom`; default `<bottom`.
    pub bottom_label: Option<&'a str>,
    /// Label of the class from `top` on; default `top+`.
    pub top_label: Option<&'a str>,
    /// Integers or decimals.
    pub style: BandStyle,
}

/// Checked bands. All numbers share one scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bands {
    scale: u32,
    widths: Box<[i128]>,
    origin: i128,
    bottom: Option<(i128, Box<str>)>,
    top: Option<(i128, Box<str>)>,
    aliases: Vec<(Box<str>, i128)>,
    style: BandStyle,
}

impl Bands {
    /// Checks a declaration.
    ///
    /// # Errors
    /// [`HierarchyError::Empty`], [`HierarchyError::BandsDoNotNest`], [`HierarchyError::BandBounds`].
    pub fn new(spec: &BandsSpec<'_>) -> Result<Self, HierarchyError> {
        if spec.widths.is_empty() {
            return Err(HierarchyError::Empty);
        }
        let numbers = || {
            let ends = [spec.origin, spec.bottom, spec.top];
            spec.widths.iter().copied().chain(ends.into_iter().flatten())
        };
        let scale = numbers().map(Decimal::scale).max().unwrap_or(0);
        let units = |n: Decimal| {
            let n = n.rescale(scale).ok_or(HierarchyError::BandBounds)?;
            Ok(n.units())
        };
        let mut widths: Vec<i128> = Vec::with_capacity(spec.widths.len());
        for (at, width) in spec.widths.iter().enumerate() {
            let width = units(*width)?;
            let nests = match widths.last() {
                Some(last) => width > *last && width % last == 0,
                // A first width of one integer would repeat the leaf.
                None => width > i128::from(scale == 0 && spec.style == BandStyle::Closed),
            };
            if !nests {
                return Err(HierarchyError::BandsDoNotNest { at });
            }
            widths.push(width);
        }
        let end = |given: Option<Decimal>, label: Option<&str>, before: &str, after: &str| {
            given
                .map(|number| {
                    let mut text = String::from(before);
                    number.write(&mut text);
                    text.push_str(after);
                    Ok((units(number)?, label.unwrap_or(&text).into()))
                })
                .transpose()
        };
        let bottom: Option<(i128, Box<str>)> = end(spec.bottom, spec.bottom_label, "<", "")?;
        let top: Option<(i128, Box<str>)> = end(spec.top, spec.top_label, "", "+")?;
        if let (Some((bottom, _)), Some((top, _))) = (&bottom, &top)
            && bottom >= top
        {
            return Err(HierarchyError::BandBounds);
        }
        Ok(Self {
            scale,
            widths: widths.into(),
            origin: spec.origin.map(units).transpose()?.unwrap_or(0),
            bottom,
            top,
            aliases: Vec::new(),
            style: spec.style,
        })
    }

    pub(super) fn inner_levels(&self) -> usize {
        self.widths.len()
    }

    pub(super) fn add_alias(&mut self, label: &str, number: Decimal) -> bool {
        let Some(number) = number.rescale(self.scale) else {
            return false;
        };
        self.aliases.push((label.into(), number.units()));
        true
    }

    fn read(&self, leaf: &str) -> Option<i128> {
        match Decimal::parse(leaf) {
            Ok(number) if self.style == BandStyle::Closed && number.scale() > self.scale => None,
            Ok(number) if number.scale() <= self.scale => Some(number.rescale(self.scale)?.units()),
            Ok(number) => {
                let factor = 10i128.checked_pow(number.scale() - self.scale)?;
                Some(number.units().div_euclid(factor))
            }
            Err(_) => self.aliases.iter().find(|(l, _)| **l == *leaf).map(|(_, n)| *n),
        }
    }

    pub(super) fn label(&self, leaf: &str, level: usize, out: &mut String) -> Result<(), NotInHierarchy> {
        let value = self.read(leaf).ok_or(NotInHierarchy)?;
        if level == 0 {
            out.push_str(leaf);
            return Ok(());
        }
        let Some(&width) = self.widths.get(level - 1) else {
            out.push_str(TOP);
            return Ok(());
        };
        if let Some((bottom, label)) = &self.bottom
            && value < *bottom
        {
            out.push_str(label);
            return Ok(());
        }
        if let Some((top, label)) = &self.top
            && value >= *top
        {
            out.push_str(label);
            return Ok(());
        }
        let first = self.origin + floor_to(value - self.origin, width);
        let end = first + width;
        let first = self.bottom.as_ref().map_or(first, |(b, _)| first.max(*b));
        let end = self.top.as_ref().map_or(end, |(t, _)| end.min(*t));
        self.write_band(first, end, out).ok_or(NotInHierarchy)
    }

    fn write_band(&self, first: i128, end: i128, out: &mut String) -> Option<()> {
        let number = |units| Decimal::new(units, self.scale);
        let first_number = number(first)?;
        let (open, sep, last, close) = match self.style {
            BandStyle::HalfOpen => ("[", ",", number(end)?, ")"),
            BandStyle::Closed if first < 0 => ("[", ",", number(end - 1)?, "]"),
            BandStyle::Closed => ("", "-", number(end - 1)?, ""),
        };
        out.push_str(open);
        first_number.write(out);
        out.push_str(sep);
        last.write(out);
        out.push_str(close);
        Some(())
    }
}

/// The multiple of `width` at or below `value`; 64-bit where that suffices, for speed.
fn floor_to(value: i128, width: i128) -> i128 {
    match (i64::try_from(value), i64::try_from(width)) {
        (Ok(v), Ok(w)) if w > 0 => i128::from(v.div_euclid(w)) * width,
        _ => value.div_euclid(width) * width,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::Hierarchy;
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn labels(h: &Hierarchy, leaf: &str) -> Option<Vec<String>> {
        (0..h.levels())
            .map(|level| {
                let mut out = String::new();
                h.label(leaf, level, &mut out).ok().map(|()| out)
            })
            .collect()
    }

    #[test]
    fn age() {
        let widths = [d("5"), d("10"), d("20")];
        let spec = BandsSpec { widths: &widths, top: Some(d("90")), ..BandsSpec::default() };
        let mut h: Hierarchy = Bands::new(&spec).unwrap().into();
        assert_eq!(labels(&h, "23").unwrap(), ["23", "20-24", "20-29", "20-39", "*"]);
        assert_eq!(labels(&h, "89").unwrap(), ["89", "85-89", "80-89", "80-89", "*"]);
        assert_eq!(labels(&h, "104").unwrap(), ["104", "90+", "90+", "90+", "*"]);
        assert_eq!(labels(&h, "-3").unwrap(), ["-3", "[-5,-1]", "[-10,-1]", "[-20,-1]", "*"]);
        for bad in ["", "NA", "90以上", "23.5", "*"] {
            assert_eq!(labels(&h, bad), None, "{bad}");
        }
        assert!(h.add_alias("90以上", d("90")));
        assert_eq!(labels(&h, "90以上").unwrap(), ["90以上", "90+", "90+", "90+", "*"]);
    }

    #[test]
    fn decimals_and_open_ends() {
        let widths = [d("0.5"), d("2")];
        let spec = BandsSpec {
            widths: &widths,
            bottom: Some(d("4")),
            top: Some(d("9")),
            top_label: Some("9以上"),
            style: BandStyle::HalfOpen,
            ..BandsSpec::default()
        };
        let h: Hierarchy = Bands::new(&spec).unwrap().into();
        assert_eq!(labels(&h, "6.54").unwrap(), ["6.54", "[6.5,7.0)", "[6.0,8.0)", "*"]);
        assert_eq!(labels(&h, "3.99").unwrap(), ["3.99", "<4", "<4", "*"]);
        assert_eq!(labels(&h, "8.99").unwrap(), ["8.99", "[8.5,9.0)", "[8.0,9.0)", "*"]);
        assert_eq!(labels(&h, "9").unwrap(), ["9", "9以上", "9以上", "*"]);
    }

    #[test]
    fn what_does_not_nest_is_refused() {
        let nest = |widths: &[&str]| {
            let widths: Vec<Decimal> = widths.iter().map(|w| d(w)).collect();
            Bands::new(&BandsSpec { widths: &widths, ..BandsSpec::default() }).map(|_| ())
        };
        assert_eq!(nest(&[]), Err(HierarchyError::Empty));
        assert_eq!(nest(&["5", "12"]), Err(HierarchyError::BandsDoNotNest { at: 1 }));
        assert_eq!(nest(&["10", "5"]), Err(HierarchyError::BandsDoNotNest { at: 1 }));
        assert_eq!(nest(&["1", "5"]), Err(HierarchyError::BandsDoNotNest { at: 0 }));
        assert_eq!(nest(&["0"]), Err(HierarchyError::BandsDoNotNest { at: 0 }));
        let widths = [d("5")];
        let spec =
            BandsSpec { widths: &widths, bottom: Some(d("9")), top: Some(d("9")), ..BandsSpec::default() };
        assert_eq!(Bands::new(&spec), Err(HierarchyError::BandBounds));
    }

    proptest! {
        /// Two values with one label at a level have one label at every coarser level.
        #[test]
        fn nests(a in -200i64..200, b in -200i64..200, w in 2i64..8, f in 2i64..5, origin in -7i64..7, bottom in -100i64..0, top in 1i64..100) {
            let n = |v: i64| Decimal::new(i128::from(v), 0).unwrap();
            let widths = [n(w), n(w * f), n(w * f * 2)];
            let spec = BandsSpec { widths: &widths, origin: Some(n(origin)), bottom: Some(n(bottom)), top: Some(n(top)), ..BandsSpec::default() };
            let h: Hierarchy = Bands::new(&spec).unwrap().into();
            let (x, y) = (labels(&h, &a.to_string()).unwrap(), labels(&h, &b.to_string()).unwrap());
            let mut same = false;
            for (l, m) in x.iter().zip(&y) {
                prop_assert!(!same || l == m, "{:?} {:?}", x, y);
                same = l == m;
            }
        }
    }
}
