//! The documentation pages of methods, embedded as text (`deid explain METHOD`).
//!
//! One source for docs/ and the binary: a page that is missing in either language does not
//! compile. Codes of findings have their pages elsewhere.

/// A page in both languages (Markdown).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Name of the method, also the file name under docs/methods.
    pub name: &'static str,
    /// Japanese text.
    pub ja: &'static str,
    /// English text.
    pub en: &'static str,
}

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        &[$(Page {
            name: $name,
            ja: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/methods/", $name, ".ja.md")),
            en: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/methods/", $name, ".en.md")),
        }),*]
    };
}

/// All pages, in reading order.
pub const PAGES: &[Page] = pages![
    "keep",
    "drop",
    "constant",
    "mask",
    "pseudonym",
    "generalize",
    "round",
    "top_code",
    "bottom_code",
    "date_truncate",
    "date_shift",
    "suppress",
    "drop_text",
    "types",
    "normalise",
    "formula",
    "hierarchy",
    "k-anonymity",
    "privacy-models",
    "l-diversity",
    "l-diversity.entropy",
    "l-diversity.recursive",
    "t-closeness",
    "t-closeness.ordered",
    "t-closeness.hierarchical",
    "beta-likeness",
    "delta-disclosure",
    "average-risk",
    "sample-uniqueness",
    "population-uniqueness",
    "k-map",
    "delta-presence",
    "risk",
    "uniqueness",
    "journalist",
    "population-uniques",
    "pitman",
    "zayatz",
    "snb",
    "subsets",
    "attack",
    "utility",
    "loss",
    "granularity",
    "non-uniform-entropy",
    "precision",
    "discernibility",
    "average-class-size",
    "ambiguity",
    "squared-error",
    "suppression",
    "search",
    "local_recoding",
    "cell_suppression",
    "microaggregate",
];

/// The page of a method.
#[must_use]
pub fn page(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

#[cfg(test)]
mod tests {
    use super::super::treatment::TREATMENTS;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn treatments_have_unique_ids_and_pages() {
        let ids: BTreeSet<_> = TREATMENTS.iter().collect();
        assert_eq!(ids.len(), TREATMENTS.len());
        for id in TREATMENTS {
            assert!(page(id).is_some(), "{id}");
        }
    }

    #[test]
    fn pages_are_complete_in_both_languages() {
        let names: BTreeSet<_> = PAGES.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), PAGES.len());
        for p in PAGES {
            for (text, limits) in [(p.ja, "## 約束しないこと"), (p.en, "## What it does not promise")]
            {
                assert!(text.starts_with("# "), "{}: no title", p.name);
                assert!(text.contains(limits), "{}: {limits}", p.name);
                let example = ["```toml", "```sh"].iter().any(|fence| text.contains(fence));
                assert!(example, "{}: no example", p.name);
            }
            assert_eq!(
                p.ja.matches("\n## ").count(),
                p.en.matches("\n## ").count(),
                "{}: the languages have different sections",
                p.name
            );
        }
    }

    /// Japanese pages are printed and mailed by offices: nothing outside CP932.
    #[test]
    fn japanese_pages_encode_in_cp932() {
        for p in PAGES {
            for line in p.ja.lines() {
                let (_, _, lossy) = encoding_rs::SHIFT_JIS.encode(line);
                assert!(!lossy, "{}: {line}", p.name);
            }
        }
    }

    #[test]
    fn examples_are_toml() {
        for p in PAGES {
            for text in [p.ja, p.en] {
                let blocks = text.split("```toml\n").skip(1);
                for block in blocks.filter_map(|b| b.split("```").next()) {
                    let parsed = block.parse::<toml::Table>();
                    assert!(parsed.is_ok(), "{}: {parsed:?}", p.name);
                }
            }
        }
    }
}
