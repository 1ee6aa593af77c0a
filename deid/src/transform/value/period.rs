//! Periods that a day is coarsened to, and their labels (ISO or 和暦).
//!
//! One place for both `date_truncate` and date hierarchies, so that the two write the same label
//! for the same period. Quarters and halves are of the calendar year and 和暦 labels name the
//! months (`令和5年1-3月`), because 第1四半期 means April–June in a fiscal reading. All labels can
//! be encoded in CP932 (hence `-` and not U+301C).
//!
//! 和暦 periods split where an era changes: 1989-01 is 昭和64年1月 up to the 7th and 平成元年1月
//! from the 8th. A fiscal year (年度, April–March) is never split; it carries the era in force on
//! 31 December of the year it starts in, so 2019年度 is 令和元年度, as the ministries agreed in 2019.

use super::civil::{Date, push_year, push2};
use super::era::era_of;

/// A period of the calendar, finest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// The day itself.
    Day,
    /// ISO 8601 week (Monday–Sunday).
    Week,
    /// Calendar month.
    Month,
    /// January–March, April–June, July–September, October–December.
    Quarter,
    /// January–June, July–December.
    Half,
    /// Calendar year.
    Year,
    /// Fiscal year of Japan, April–March.
    FiscalYear,
    /// Five years; ISO 2020–2024, 和暦 昭和50-54年 (years 1–4 stand alone).
    FiveYears,
    /// Ten years; ISO 2020–2029, 和暦 昭和50年代 (years 1–9 stand alone).
    Decade,
}

/// How periods are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// `2023-04`, `2023-Q2`, `2023-H1`, `2023`, `FY2023`, `2020-2024`, `2020-2029`, `2023-W13`.
    #[default]
    Iso,
    /// 令和5年4月, 令和5年4-6月, 令和5年, 令和5年度, 令和5-9年, 令和1-9年, 昭和50年代.
    Wareki,
}

impl Style {
    /// All styles with the words used in a recipe.
    pub const NAMES: [(&'static str, Style); 2] = [("iso", Style::Iso), ("wareki", Style::Wareki)];

    /// The word used in recipes and manifests.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::NAMES.iter().find(|(_, s)| *s == self).map_or("", |(id, _)| id)
    }
}

/// The day has no label in the asked style (和暦 before 1873-01-01, fiscal years before 1873-04-01, or a week in 和暦).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the day has no label in this style")]
pub struct NoLabel;

impl Period {
    /// All periods with the names used in a recipe.
    pub const NAMES: [(&'static str, Period); 9] = [
        ("day", Period::Day),
        ("week", Period::Week),
        ("month", Period::Month),
        ("quarter", Period::Quarter),
        ("half", Period::Half),
        ("year", Period::Year),
        ("fiscal-year", Period::FiscalYear),
        ("5-years", Period::FiveYears),
        ("decade", Period::Decade),
    ];

    /// The period of a recipe's word, e.g. `5-years`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, p)| *p)
    }

    /// Whether every period of this kind lies within exactly one period of kind `coarser`.
    ///
    /// A week lies in nothing; a fiscal year lies in nothing and holds only days, months and
    /// quarters (a calendar half crosses 1 April).
    #[must_use]
    pub fn nests_in(self, coarser: Self) -> bool {
        use Period::{Day, FiscalYear, Half, Month, Quarter, Week, Year};
        match (self, coarser) {
            (a, b) if a == b => false,
            (Day, _) => true,
            (Week | FiscalYear, _) | (_, Day | Week) => false,
            (Month | Quarter, FiscalYear) => true,
            (Half | Year | Period::FiveYears | Period::Decade, FiscalYear) => false,
            (a, b) => a < b,
        }
    }

    /// Appends the label of the period that holds `date`.
    ///
    /// # Errors
    /// [`NoLabel`] for 和暦 before 1873-01-01 and for weeks in 和暦; nothing is appended then.
    pub fn label(self, date: Date, style: Style, out: &mut String) -> Result<(), NoLabel> {
        match style {
            Style::Iso => {
                self.iso(date, out);
                Ok(())
            }
            Style::Wareki => self.wareki(date, out),
        }
    }

    fn iso(self, date: Date, out: &mut String) {
        let year = date.year();
        match self {
            Period::Day => date.write_iso(out),
            Period::Week => {
                let (year, week) = date.iso_week();
                push_year(year, out);
                out.push_str("-W");
                push2(week, out);
            }
            Period::Month => {
                push_year(year, out);
                out.push('-');
                push2(date.month(), out);
            }
            Period::Quarter => {
                push_year(year, out);
                out.push_str("-Q");
                push_small(date.month().div_ceil(3), out);
            }
            Period::Half => {
                push_year(year, out);
                out.push_str(if date.month() <= 6 { "-H1" } else { "-H2" });
            }
            Period::Year => push_year(year, out),
            Period::FiscalYear => {
                out.push_str("FY");
                push_year(fiscal_year(date), out);
            }
            Period::FiveYears => push_span(year - year % 5, 5, out),
            Period::Decade => push_span(year - year % 10, 10, out),
        }
    }

    fn wareki(self, date: Date, out: &mut String) -> Result<(), NoLabel> {
        let dated = if self == Period::FiscalYear {
            Date::new(fiscal_year(date), 12, 31).ok_or(NoLabel)?
        } else {
            date
        };
        let (era, year) = era_of(dated).ok_or(NoLabel)?;
        if self == Period::Week {
            return Err(NoLabel);
        }
        out.push_str(era.name);
        match self {
            Period::FiveYears | Period::Decade => {
                let width = if self == Period::Decade { 10 } else { 5 };
                let first = year - year % width;
                if width == 10 && first > 0 {
                    push_small(first, out);
                    out.push_str("年代");
                } else {
                    push_small(first.max(1), out);
                    out.push('-');
                    push_small(first + width - 1, out);
                    out.push('年');
                }
                return Ok(());
            }
            _ if year == 1 => out.push('元'),
            _ => push_small(year, out),
        }
        out.push_str(if self == Period::FiscalYear { "年度" } else { "年" });
        let month = date.month();
        match self {
            Period::Day | Period::Month => {
                push_small(month, out);
                out.push('月');
            }
            Period::Quarter | Period::Half => {
                let width = if self == Period::Quarter { 3 } else { 6 };
                let first = (month - 1) / width * width + 1;
                push_small(first, out);
                out.push('-');
                push_small(first + width - 1, out);
                out.push('月');
            }
            _ => {}
        }
        if self == Period::Day {
            push_small(date.day(), out);
            out.push('日');
        }
        Ok(())
    }
}

/// The calendar year in which the fiscal year (April–March) of `date` starts.
#[must_use]
pub fn fiscal_year(date: Date) -> i32 {
    date.year() - i32::from(date.month() < 4)
}

fn push_span(first: i32, width: i32, out: &mut String) {
    push_year(first, out);
    out.push('-');
    push_year(first + width - 1, out);
}

/// Appends a number without leading zeros.
fn push_small(n: u32, out: &mut String) {
    if n >= 1000 {
        push2(n / 1000 % 10 * 10 + n / 100 % 10, out);
        push2(n % 100, out);
    } else if n >= 100 {
        out.push((b'0' + (n / 100) as u8) as char);
        push2(n % 100, out);
    } else if n >= 10 {
        push2(n, out);
    } else {
        out.push((b'0' + n as u8) as char);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::collections::HashMap;

    fn label(p: Period, style: Style, y: i32, m: u32, d: u32) -> String {
        let mut out = String::new();
        p.label(Date::new(y, m, d).unwrap(), style, &mut out).unwrap();
        out
    }

    #[test]
    fn labels() {
        let iso = |p, y, m, d| label(p, Style::Iso, y, m, d);
        assert_eq!(iso(Period::Month, 2023, 4, 1), "2023-04");
        assert_eq!(iso(Period::Quarter, 2023, 4, 1), "2023-Q2");
        assert_eq!(iso(Period::Half, 2023, 7, 1), "2023-H2");
        assert_eq!(iso(Period::Year, 2023, 4, 1), "2023");
        assert_eq!(iso(Period::FiscalYear, 2024, 3, 31), "FY2023");
        assert_eq!(iso(Period::FiveYears, 1984, 3, 31), "1980-1984");
        assert_eq!(iso(Period::Decade, 1989, 3, 31), "1980-1989");
        assert_eq!(iso(Period::Week, 2021, 1, 3), "2020-W53");
        let wareki = |p, y, m, d| label(p, Style::Wareki, y, m, d);
        assert_eq!(wareki(Period::Day, 2023, 4, 1), "令和5年4月1日");
        assert_eq!(wareki(Period::Month, 2019, 5, 1), "令和元年5月");
        assert_eq!(wareki(Period::Month, 2019, 4, 30), "平成31年4月");
        assert_eq!(wareki(Period::Quarter, 2023, 2, 1), "令和5年1-3月");
        assert_eq!(wareki(Period::Half, 2023, 12, 1), "令和5年7-12月");
        assert_eq!(wareki(Period::Year, 1980, 1, 1), "昭和55年");
        assert_eq!(wareki(Period::Year, 1989, 1, 7), "昭和64年");
        assert_eq!(wareki(Period::Year, 1989, 1, 8), "平成元年");
        assert_eq!(wareki(Period::FiscalYear, 2019, 4, 1), "令和元年度");
        assert_eq!(wareki(Period::FiscalYear, 1989, 1, 7), "昭和63年度");
        assert_eq!(wareki(Period::FiscalYear, 1989, 4, 1), "平成元年度");
        assert_eq!(wareki(Period::FiveYears, 1980, 1, 1), "昭和55-59年");
        assert_eq!(wareki(Period::FiveYears, 2019, 5, 1), "令和1-4年");
        assert_eq!(wareki(Period::Decade, 1980, 1, 1), "昭和50年代");
        assert_eq!(wareki(Period::Decade, 2023, 1, 1), "令和1-9年");
        let mut out = String::new();
        let old = Date::new(1872, 1, 1).unwrap();
        assert_eq!(Period::Year.label(old, Style::Wareki, &mut out), Err(NoLabel));
        assert_eq!(out, "");
    }

    /// Over every day from fiscal 1873 to 2050 the declared nesting is exactly the observed one.
    #[test]
    fn nesting_is_what_the_calendar_shows() {
        let first = Date::new(1873, 4, 1).unwrap().days();
        let last = Date::new(2050, 12, 31).unwrap().days();
        for style in [Style::Iso, Style::Wareki] {
            let mut table: Vec<Vec<String>> = Vec::new();
            for days in first..=last {
                let date = Date::from_days(days).unwrap();
                let mut row = Vec::new();
                for (_, period) in Period::NAMES {
                    let mut out = String::new();
                    if period.label(date, style, &mut out).is_err() {
                        assert!(style == Style::Wareki && period == Period::Week);
                    }
                    row.push(out);
                }
                table.push(row);
            }
            for (a, (_, fine)) in Period::NAMES.iter().enumerate() {
                for (b, (_, coarse)) in Period::NAMES.iter().enumerate() {
                    if a == b || style == Style::Wareki && (*fine == Period::Week || *coarse == Period::Week)
                    {
                        continue;
                    }
                    let mut parent: HashMap<&str, &str> = HashMap::new();
                    let mut nests = true;
                    for row in &table {
                        let p = parent.entry(&row[a]).or_insert(&row[b]);
                        nests &= *p == row[b];
                    }
                    assert_eq!(nests, fine.nests_in(*coarse), "{fine:?} in {coarse:?}, {style:?}");
                }
            }
        }
    }
}
