//! The `variant-kanji` step: variant and old forms of kanji to one base form.
//!
//! The table `variants.csv` is data (from, to, kind) with a version, because it decides which two
//! spellings are one person: a changed table is a new version and gives new pseudonyms. It holds
//! the old forms (旧字体) of the 常用漢字 that have a single new form, and forms common in family
//! names. Left apart on purpose: 斎 and 斉 (齋→斎 and 齊→斉 are different characters), 辨 瓣 辯 (three
//! characters fell together in 弁), and characters of the Private Use Area (外字), whose meaning
//! is local. Variation selectors (IVS) are removed.

use hashbrown::HashMap;
use std::sync::LazyLock;

/// Version of the table, part of the normalisation id.
pub const TABLE_VERSION: u32 = 1;

/// The table as shipped.
pub const TABLE: &str = include_str!("variants.csv");

static MAP: LazyLock<HashMap<char, char, foldhash::fast::FixedState>> = LazyLock::new(|| {
    TABLE
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split(',').map(|field| field.chars().next());
            Some((fields.next()??, fields.next()??))
        })
        .collect()
});

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}')
}

/// Whether the step leaves `text` as it is.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c >= '\u{180b}' && (is_selector(c) || MAP.contains_key(&c)))
}

/// Appends the folded text.
pub(super) fn fold(text: &str, out: &mut String) {
    out.extend(text.chars().filter(|c| !is_selector(*c)).map(|c| MAP.get(&c).copied().unwrap_or(c)));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn table_is_a_map_to_base_forms() {
        assert!(MAP.len() > 300);
        assert_eq!(MAP.len(), TABLE.lines().count() - 1, "a form stands twice");
        for line in TABLE.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let &[from, to, kind] = fields.as_slice() else { unreachable!("three fields: {line}") };
            assert_eq!((from.chars().count(), to.chars().count()), (1, 1), "{line}");
            assert!(!MAP.contains_key(&to.chars().next().unwrap()), "chain: {line}");
            assert!(["old-form", "name-variant"].contains(&kind));
        }
    }
}
