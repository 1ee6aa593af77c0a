//! Moments and days in the one spelling of the contract; text order is time order.

/// A moment, `2026-11-22T04:05:06Z`, from 1970 to 9998.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(String);

/// A day (UTC), `2026-11-22`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(String);

impl Moment {
    /// Reads a moment; `None` for any other spelling and for moments that do not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (day, clock) = text.strip_suffix('Z')?.split_once('T')?;
        let day = Day::parse(day)?;
        let [h, m, s] = numbers(clock, ':', [2, 2, 2])?;
        let exists = h < 24 && m < 60 && s < 60 && ("1970".."9999").contains(&day.0.as_str());
        exists.then(|| Self(text.to_owned()))
    }

    /// The day of the moment.
    #[must_use]
    pub fn day(&self) -> Day {
        Day(self.0.split('T').next().unwrap_or_default().to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Day {
    /// Reads a day; `None` for any other spelling and for days that do not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        (1..=length).contains(&day).then(|| Self(text.to_owned()))
    }
}

/// Three numbers of fixed width.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[u32; 3]> {
    let mut parts = text.split(separator);
    let mut out = [0; 3];
    for (slot, width) in out.iter_mut().zip(widths) {
        let part = parts.next().filter(|p| p.len() == width && p.bytes().all(|c| c.is_ascii_digit()))?;
        *slot = part.parse().ok()?;
    }
    parts.next().is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        assert_eq!(Moment::parse("2026-11-22T04:05:06Z").map(|m| m.day()), Day::parse("2026-11-22"));
        for wrong in [
            "2026-11-22T04:05:06",
            "2026-11-22T04:05:60Z",
            "2026-11-22T24:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-22T04:05:06.0Z",
            "2026-11-22t04:05:06Z",
            "9999-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-11-22T+4:05:06Z",
            "2026-11-22T04:05:06+00:00Z",
        ] {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
        for right in ["2024-02-29", "2000-02-29", "9999-12-31"] {
            assert!(Day::parse(right).is_some(), "{right}");
        }
        for wrong in
            ["2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-1-01", "2026-01-00"]
        {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }
}
