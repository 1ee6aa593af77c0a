//! What the item taxonomy (rules/items.toml) says of a code, as far as a case needs it.
//!
//! Why here: items of a case name codes, and the derived fact `item.taxon` gives class, marks and
//! sensitivity to rules. Not here: the default treatments, which are for those who make copies.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bilingual::Bilingual;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Taxon {
    /// `direct`, `quasi`, `sensitive` or `none`.
    pub class: String,
    /// Ids of legal marks.
    pub marks: Vec<String>,
    /// From 1 to 5.
    pub sensitivity: i64,
    /// Its name.
    pub label: Bilingual,
}

/// All entries by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taxonomy {
    taxa: BTreeMap<String, Taxon>,
}

#[derive(Deserialize)]
struct File {
    item: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(flatten)]
    taxon: Taxon,
}

impl Taxonomy {
    /// Reads the text of rules/items.toml.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut taxa = BTreeMap::new();
        for entry in file.item {
            if taxa.insert(entry.id.clone(), entry.taxon).is_some() {
                return Err(format!("{}: twice", entry.id));
            }
        }
        Ok(Self { taxa })
    }

    /// The entry of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Taxon> {
        self.taxa.get(code)
    }

    /// All codes, in order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.taxa.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::case::schema::schema;

    #[test]
    fn the_taxonomy_of_the_pack_fits_the_schema() {
        let taxonomy = Taxonomy::parse(include_str!("../../../rules/items.toml")).unwrap();
        assert_eq!(taxonomy.codes().count(), 75);
        let classes = schema().vocabulary("item-class").unwrap();
        let range = schema().key("taxon", "sensitivity").unwrap().range;
        for code in taxonomy.codes() {
            let taxon = taxonomy.get(code).unwrap();
            assert!(classes.label(&taxon.class).is_some(), "{code}");
            assert!((range.0..=range.1).contains(&taxon.sensitivity), "{code}");
        }
    }

    #[test]
    fn a_code_stands_once() {
        let one = "[[item]]\nid = \"x\"\nclass = \"none\"\nmarks = []\nsensitivity = 1\nlabel.ja = \"あ\"\nlabel.en = \"a\"\n";
        assert!(Taxonomy::parse(one).is_ok());
        assert!(Taxonomy::parse(&format!("{one}{one}")).is_err());
    }
}
