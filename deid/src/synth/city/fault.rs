//! Faults of real municipal files, and how one cell gets one.
//!
//! Why here: each fault is a small function from a clean cell to a spoiled one, or `None` where it
//! cannot strike (no leading zero to lose, no kanji with a variant). Which cell is struck is
//! decided in `emit.rs`; each strike is told to the truth stream.

use super::calendar::{self, EraForm};

/// A fault that can be injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A date in a Japanese era form instead of ISO 8601.
    Wareki,
    /// Full-width digits, letters and signs.
    FullWidth,
    /// A variant of a kanji (髙, 﨑, 邊, 𠮷 …), some outside CP932.
    Variant,
    /// Leading zeros lost, as a spreadsheet does.
    LostZero,
    /// One kanji replaced by a private-use character (外字).
    Gaiji,
    /// The cell blank, or one of the words that mean nothing.
    Blank,
    /// A resident id that nobody has.
    Orphan,
    /// The same person registered a second time, in another spelling.
    Duplicate,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 8] = [
        Self::Wareki,
        Self::FullWidth,
        Self::Variant,
        Self::LostZero,
        Self::Gaiji,
        Self::Blank,
        Self::Orphan,
        Self::Duplicate,
    ];

    /// Truth kind of a row that names the second registration of a person.
    pub(super) const DUPLICATE_REFERENCE: &str = "duplicate_reference";

    /// Code in the truth table and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wareki => "wareki",
            Self::FullWidth => "full_width",
            Self::Variant => "variant_kanji",
            Self::LostZero => "lost_zero",
            Self::Gaiji => "gaiji",
            Self::Blank => "blank",
            Self::Orphan => "orphan",
            Self::Duplicate => "duplicate_person",
        }
    }

    /// Rate of the usual city, in cells (for duplicates: persons) per million that can be struck.
    #[must_use]
    pub const fn usual(self) -> u32 {
        match self {
            Self::Wareki => 20_000,
            Self::FullWidth => 10_000,
            Self::Variant => 40_000,
            Self::LostZero => 5_000,
            Self::Gaiji => 200,
            Self::Blank => 30_000,
            Self::Orphan => 1_000,
            Self::Duplicate => 3_000,
        }
    }
}

/// Rates of all faults, per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Injections([u32; 8]);

impl Injections {
    /// No fault at all: clean tables.
    pub const NONE: Self = Self([0; 8]);

    /// Every fault at its usual rate.
    #[must_use]
    pub fn usual() -> Self {
        Fault::ALL.into_iter().fold(Self::NONE, |rates, fault| rates.with(fault, fault.usual()))
    }

    /// The same with one rate changed (per million, at most 1,000,000).
    #[must_use]
    pub fn with(mut self, fault: Fault, per_million: u32) -> Self {
        if let Some(rate) = self.0.get_mut(fault as usize) {
            *rate = per_million.min(1_000_000);
        }
        self
    }

    /// The rate of a fault, per million.
    #[must_use]
    pub fn rate(&self, fault: Fault) -> u32 {
        self.0.get(fault as usize).copied().unwrap_or(0)
    }

    /// Reads `none`, `usual`, or a comma list of fault codes, each at its usual rate or with
    /// `=` and a rate per million: `wareki,blank=50000`. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "none" => return Some(Self::NONE),
            "usual" => return Some(Self::usual()),
            _ => {}
        }
        text.split(',').try_fold(Self::NONE, |rates, part| {
            let (code, rate) = match part.split_once('=') {
                Some((code, rate)) => (code, Some(rate.parse().ok()?)),
                None => (part, None),
            };
            let fault = Fault::ALL.into_iter().find(|f| f.code() == code.trim())?;
            Some(rates.with(fault, rate.unwrap_or_else(|| fault.usual())))
        })
    }
}

/// What a fault needs besides the cell.
pub(super) struct Context<'a> {
    /// Ordinary kanji and variant, sorted by neither.
    pub(super) variants: &'a [(char, char)],
    /// A resident id that nobody has.
    pub(super) orphan: &'a str,
}

/// Writes the spoiled form of `clean` into `out`; false (and `out` untouched or in part written)
/// where the fault cannot strike this cell. `choice` picks among forms.
pub(super) fn spoil(fault: Fault, clean: &str, choice: u32, context: &Context<'_>, out: &mut String) -> bool {
    match fault {
        Fault::Wareki => wareki(clean, choice, out),
        Fault::FullWidth => full_width(clean, out),
        Fault::Variant => variant(clean, choice, context.variants, out),
        Fault::LostZero => lost_zero(clean, out),
        Fault::Gaiji => gaiji(clean, choice, out),
        Fault::Blank => blank(clean, choice, out),
        Fault::Orphan => {
            out.push_str(context.orphan);
            !clean.is_empty() && clean != context.orphan
        }
        // Duplicates are rows, not cells.
        Fault::Duplicate => false,
    }
}

fn wareki(clean: &str, choice: u32, out: &mut String) -> bool {
    let Some(day) = calendar::parse_iso(clean) else {
        return false;
    };
    let forms = [EraForm::Kanji, EraForm::Dotted, EraForm::Slashed, EraForm::Seven];
    // A date with a time keeps its time after a blank; the seven-digit form has no room for one.
    let time = clean.get(10..).unwrap_or("");
    let among = if time.is_empty() { 4 } else { 3 };
    let form = usize::try_from(choice % among).unwrap_or(0);
    calendar::push_era(out, day, forms.get(form).copied().unwrap_or(EraForm::Kanji));
    out.push_str(time);
    true
}

/// ASCII letters, digits, hyphen, full stop, plus and blank become their full-width forms.
fn full_width(clean: &str, out: &mut String) -> bool {
    out.extend(clean.chars().map(|c| match c {
        ' ' => '\u{3000}',
        '-' | '.' | '+' | '0'..='9' | 'A'..='Z' | 'a'..='z' => {
            char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)
        }
        other => other,
    }));
    out != clean
}

fn variant(clean: &str, choice: u32, variants: &[(char, char)], out: &mut String) -> bool {
    let forms = |c: char| variants.iter().filter(move |(base, _)| *base == c);
    let mut struck = false;
    for c in clean.chars() {
        let n = u32::try_from(forms(c).count()).unwrap_or(0);
        if struck || n == 0 {
            out.push(c);
        } else {
            let i = usize::try_from(choice % n).unwrap_or(0);
            out.push(forms(c).nth(i).map_or(c, |(_, form)| *form));
            struck = true;
        }
    }
    struck
}

fn lost_zero(clean: &str, out: &mut String) -> bool {
    let kept = clean.trim_start_matches('0');
    if kept.len() == clean.len() {
        return false;
    }
    // All zeros become one zero, as in a spreadsheet.
    out.push_str(if kept.is_empty() { "0" } else { kept });
    out != clean
}

/// Private-use characters are U+E000 … U+E01F: the first user-defined area of CP932.
fn gaiji(clean: &str, choice: u32, out: &mut String) -> bool {
    let is_kanji = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let kanji = u32::try_from(clean.chars().filter(|c| is_kanji(*c)).count()).unwrap_or(0);
    if kanji == 0 {
        return false;
    }
    let mut left = choice % kanji;
    let mut struck = false;
    for c in clean.chars() {
        if !is_kanji(c) || struck {
            out.push(c);
        } else if left > 0 {
            left -= 1;
            out.push(c);
        } else {
            struck = true;
            out.push(char::from_u32(0xE000 + choice % 32).unwrap_or(c));
        }
    }
    struck
}

fn blank(clean: &str, choice: u32, out: &mut String) -> bool {
    // Of ten blanks: six empty, and one each of the words that stand for nothing.
    out.push_str(match choice % 10 {
        0 => "NULL",
        1 => "-",
        2 => "不明",
        3 => "\u{3000}",
        _ => "",
    });
    !clean.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoiled(fault: Fault, clean: &str, choice: u32) -> Option<String> {
        let context = Context {
            variants: &[('高', '髙'), ('辺', '邊'), ('辺', '邉'), ('吉', '𠮷')],
            orphan: "0999999999",
        };
        let mut out = String::new();
        spoil(fault, clean, choice, &context, &mut out).then_some(out)
    }

    #[test]
    fn each_fault_strikes_as_described() {
        let cases = [
            (Fault::Wareki, "1980-03-04", 0, Some("昭和55年3月4日")),
            (Fault::Wareki, "1980-03-04", 3, Some("3550304")),
            (Fault::Wareki, "2025-03-04 13:05", 1, Some("R7.3.4 13:05")),
            (Fault::Wareki, "", 0, None),
            (Fault::FullWidth, "305-0001", 0, Some("３０５－０００１")),
            (Fault::FullWidth, "佐藤", 0, None),
            (Fault::Variant, "渡辺\u{3000}高吉", 1, Some("渡邉\u{3000}高吉")),
            (Fault::Variant, "佐藤", 1, None),
            (Fault::LostZero, "0012", 0, Some("12")),
            (Fault::LostZero, "00", 0, Some("0")),
            (Fault::LostZero, "120", 0, None),
            (Fault::LostZero, "0", 0, None),
            (Fault::Gaiji, "佐藤", 1, Some("佐\u{E001}")),
            (Fault::Gaiji, "ハナ", 1, None),
            (Fault::Blank, "x", 4, Some("")),
            (Fault::Blank, "", 4, None),
            (Fault::Orphan, "0000000018", 4, Some("0999999999")),
        ];
        for (fault, clean, choice, expect) in cases {
            let got = spoiled(fault, clean, choice);
            assert_eq!(got.as_deref(), expect, "{fault:?} {clean}");
        }
    }

    #[test]
    fn lists_of_faults() {
        assert_eq!(Injections::parse("none"), Some(Injections::NONE));
        assert_eq!(Injections::parse("usual"), Some(Injections::usual()));
        let some = Injections::NONE.with(Fault::Wareki, Fault::Wareki.usual()).with(Fault::Blank, 50_000);
        assert_eq!(Injections::parse("wareki,blank=50000"), Some(some));
        assert_eq!(Injections::parse("wareki,unknown"), None);
        assert_eq!(Injections::parse("blank=x"), None);
        for fault in Fault::ALL {
            assert_eq!(Injections::usual().rate(fault), fault.usual());
        }
    }
}
