//! Normalisation: making a **matching copy** of a cell, as the recipe declares.
//!
//! The copy is what pseudonyms and typed parsing read; a kept cell is published as it was.
//! Full-width and half-width 山田 are one person only if the recipe says so, and the id of the
//! declared set goes into the subkey and the manifest, so that pseudonyms made under different
//! rules never meet.
//!
//! Steps, always in this order, repeated until nothing changes (so the copy is a fixed point):
//! `width` → `case` → `variant-kanji` → `kana` → `trim`. `trim` removes Unicode white space at both
//! ends (U+3000 included), never inside. Default: none, with a warning by the linter.
//!
//! Deliberately absent: locale rules, transliteration, name matching beyond declared folds.

mod kana;
pub mod variants;
mod width;

use std::fmt::Write as _;

/// Version of the meaning of the steps; part of every id.
pub const VERSION: u32 = 1;

/// One step of normalisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// NFKC, hyphens between digits.
    Width,
    /// Lower case.
    Case,
    /// Variant and old kanji to base forms; variation selectors removed.
    VariantKanji,
    /// Half-width kana to full width, hiragana to katakana.
    Kana,
    /// White space at both ends removed.
    Trim,
}

impl Step {
    /// All steps with the names used in a recipe and in the id.
    pub const NAMES: [(&'static str, Step); 5] = [
        ("width", Step::Width),
        ("case", Step::Case),
        ("variant-kanji", Step::VariantKanji),
        ("kana", Step::Kana),
        ("trim", Step::Trim),
    ];

    /// The steps of a recipe's word: one of [`Step::NAMES`], `width+case`, or `none`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<&'static [Step]> {
        Some(match name {
            "none" => &[],
            "width" => &[Step::Width],
            "case" => &[Step::Case],
            "width+case" => &[Step::Width, Step::Case],
            "variant-kanji" => &[Step::VariantKanji],
            "kana" => &[Step::Kana],
            "trim" => &[Step::Trim],
            _ => return None,
        })
    }
}

/// A declared set of steps with its scratch buffers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normaliser {
    width: bool,
    case: bool,
    variants: bool,
    kana: bool,
    trim: bool,
    front: String,
    back: String,
}

impl Normaliser {
    /// The set of `steps`; an empty slice is "none". Order and repetition do not matter.
    #[must_use]
    pub fn new(steps: &[Step]) -> Self {
        Self {
            width: steps.contains(&Step::Width),
            case: steps.contains(&Step::Case),
            variants: steps.contains(&Step::VariantKanji),
            kana: steps.contains(&Step::Kana),
            trim: steps.contains(&Step::Trim),
            ..Self::default()
        }
    }

    /// Whether no step is declared.
    #[must_use]
    pub fn is_none(&self) -> bool {
        !(self.width || self.case || self.variants || self.kana || self.trim)
    }

    /// The versioned id of the set, e.g. `n1:width+case+variant-kanji@1+trim` or `n1:none`.
    ///
    /// Two sets with the same id give the same copy of every text. Only lower-case ASCII.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = format!("n{VERSION}:");
        let steps = [
            (self.width, "width"),
            (self.case, "case"),
            (self.variants, "variant-kanji"),
            (self.kana, "kana"),
            (self.trim, "trim"),
        ];
        let mut first = true;
        for (_, name) in steps.iter().filter(|(on, _)| *on) {
            if !first {
                id.push('+');
            }
            first = false;
            id.push_str(name);
            if *name == "variant-kanji" {
                let _ = write!(id, "@{}", variants::TABLE_VERSION);
            }
        }
        if first {
            id.push_str("none");
        }
        id
    }

    /// The matching copy of `text`: `text` itself where no step would change it.
    #[inline]
    pub fn apply<'a>(&'a mut self, text: &'a str) -> &'a str {
        if self.is_plain(text) {
            return if self.trim { text.trim() } else { text };
        }
        self.fold(text)
    }

    #[inline]
    fn is_plain(&self, text: &str) -> bool {
        (!self.width || width::is_plain(text))
            && (!self.case || width::is_lower(text))
            && (!self.variants || variants::is_plain(text))
            && (!self.kana || kana::is_plain(text))
    }

    #[cold]
    fn fold(&mut self, text: &str) -> &str {
        self.front.clear();
        self.front.push_str(text);
        // A pass can open work for an earlier step (a removed selector lets two marks compose),
        // so passes repeat; two suffice for all but contrived text, the bound is a safeguard.
        for _ in 0..8 {
            let mut changed = false;
            for (step, is_plain) in self.folds().into_iter().flatten() {
                if is_plain(&self.front) {
                    continue;
                }
                self.back.clear();
                step(&self.front, &mut self.back);
                changed |= self.front != self.back;
                std::mem::swap(&mut self.front, &mut self.back);
            }
            if !changed {
                break;
            }
        }
        if self.trim { self.front.trim() } else { &self.front }
    }

    fn folds(&self) -> [Option<Fold>; 4] {
        [
            self.width.then_some((width::fold as FoldFn, width::is_plain as IsPlain)),
            self.case.then_some((width::lower, width::is_lower)),
            self.variants.then_some((variants::fold, variants::is_plain)),
            self.kana.then_some((kana::fold, kana::is_plain)),
        ]
    }
}

/// A step and the cheap test whether it leaves a text alone.
type Fold = (FoldFn, IsPlain);
type FoldFn = fn(&str, &mut String);
type IsPlain = fn(&str) -> bool;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn with(steps: &[Step], text: &str) -> String {
        Normaliser::new(steps).apply(text).to_owned()
    }

    fn sets() -> Vec<Vec<Step>> {
        (0..32u32)
            .map(|bits| {
                let on = Step::NAMES.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
                on.map(|(_, (_, step))| *step).collect()
            })
            .collect()
    }

    #[test]
    fn none_changes_nothing() {
        for text in ["", "NA", " 山田　", "ﾔﾏﾀﾞ", "髙﨑", "辻\u{e0100}"] {
            assert_eq!(with(&[], text), text);
        }
    }

    #[test]
    fn width_and_case() {
        let f = |t| with(&[Step::Width, Step::Case], t);
        assert_eq!(f("ＡＢＣ１２３"), "abc123");
        assert_eq!(with(&[Step::Width], "ＡＢＣ１２３"), "ABC123");
        assert_eq!(with(&[Step::Case], "ÀＢc"), "àｂc");
        assert_eq!(f("ｶﾞｷﾞ"), "ガギ");
        assert_eq!(f("㋿5年"), "令和5年");
        assert_eq!(f("０９０ー１２３４－５６７８"), "090-1234-5678");
        assert_eq!(f("029−868‐1111"), "029-868-1111");
        assert_eq!(f("データ－１"), "データ-1");
        assert_eq!(f("データー"), "データー");
        assert_eq!(f("1ー"), "1ー");
        assert_eq!(f("〜"), f("～"));
        assert_eq!(f("髙﨑"), "髙﨑");
        assert_eq!(f("山田太郎"), "山田太郎");
    }

    #[test]
    fn kana_and_variants_and_trim() {
        let kana = |t| with(&[Step::Kana], t);
        assert_eq!(kana("ｻｸﾗ"), "サクラ");
        assert_eq!(kana("さくら"), "サクラ");
        assert_eq!(kana("ﾊﾟﾊﾞｳﾞ"), "パバヴ");
        assert_eq!(kana("か\u{3099}"), "ガ");
        assert_eq!(kana("ＡＢ山田"), "ＡＢ山田");
        let variants = |t| with(&[Step::VariantKanji], t);
        assert_eq!(variants("髙﨑邊邉濵德𠮷"), "高崎辺辺浜徳吉");
        assert_eq!(variants("辻\u{e0100}"), "辻");
        assert_ne!(variants("齋藤"), variants("齊藤"));
        assert_eq!(with(&[Step::Trim], "　山田 太郎 \t"), "山田 太郎");
    }

    #[test]
    fn id_names_the_set_and_its_versions() {
        assert_eq!(Normaliser::new(&[]).id(), "n1:none");
        assert_eq!(
            Normaliser::new(&[Step::Trim, Step::VariantKanji, Step::Case, Step::Width, Step::Kana]).id(),
            "n1:width+case+variant-kanji@1+kana+trim"
        );
        let ids: std::collections::BTreeSet<String> =
            sets().iter().map(|s| Normaliser::new(s).id()).collect();
        assert_eq!(ids.len(), 32);
    }

    #[test]
    fn every_character_alone_reaches_a_fixed_point_and_fast_paths_tell_the_truth() {
        let mut all = Normaliser::new(&Step::NAMES.map(|(_, step)| step));
        let mut text = String::new();
        for c in (0..=0x3_1000u32).filter_map(char::from_u32) {
            text.clear();
            text.push(c);
            let once = all.apply(&text).to_owned();
            assert_eq!(all.apply(&once), once, "{:04x}", c as u32);
            for (fold, is_plain) in [
                (width::fold as FoldFn, width::is_plain as IsPlain),
                (width::lower, width::is_lower),
                (variants::fold, variants::is_plain),
                (kana::fold, kana::is_plain),
            ] {
                if is_plain(&text) {
                    let mut out = String::new();
                    fold(&text, &mut out);
                    assert_eq!(out, text, "{:04x}", c as u32);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn idempotent(text in "[ -~\u{3000}-\u{30ff}\u{ff00}-\u{ff9f}髙邉々一0-9ー\u{300}-\u{36f}\u{3099}\u{309a}\u{e0100}]{0,12}") {
            for set in sets() {
                let once = with(&set, &text);
                prop_assert_eq!(with(&set, &once), once.clone(), "{:?}", set);
            }
        }

        #[test]
        fn idempotent_on_any_text(text in any::<String>()) {
            for set in sets() {
                let once = with(&set, &text);
                prop_assert_eq!(with(&set, &once), once.clone(), "{:?}", set);
            }
        }

        #[test]
        fn fast_path_agrees_with_the_slow_one(text in "[a-cA-C0-9ーァ-ヶぁ-ゖ一-丂髙 -]{0,10}") {
            for (fold, is_plain) in [
                (width::fold as FoldFn, width::is_plain as IsPlain),
                (width::lower, width::is_lower),
                (variants::fold, variants::is_plain),
                (kana::fold, kana::is_plain),
            ] {
                if is_plain(&text) {
                    let mut out = String::new();
                    fold(&text, &mut out);
                    prop_assert_eq!(&out, &text);
                }
            }
        }
    }
}
