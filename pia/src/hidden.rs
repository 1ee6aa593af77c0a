//! Which characters cannot be seen, or move what stands beside them.
//!
//! Why here: the reader of a case, the terminal, figures and documents must judge alike. Not here:
//! what becomes of such a character, which is each one's own affair: refused, spelled out, dropped.

/// Whether a character drives terminals, hides itself or reorders its neighbours.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0x00AD | 0x061C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
            | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_not_hidden() {
        assert!("氏名 é 葛\u{e0100} ①~".chars().all(|c| !is_hidden(c)));
        assert!("\0\n\u{7f}\u{ad}\u{200b}\u{202e}\u{2066}\u{feff}\u{ffff}\u{e0041}".chars().all(is_hidden));
    }
}
