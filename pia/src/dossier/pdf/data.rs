//! The dossier as the template gets it: JSON whose every text can be set and whose links all arrive.
//!
//! Why here: typst refuses a link without a target, a target that exists twice and, in PDF/UA, a
//! character without a shape. A dossier of user text may hold all three, and must still print.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::dossier::model::Dossier;
use crate::dossier::text::{drawable, printable, spell};

/// The JSON of the dossier. A later `id` that was used before is null, as is a link to nowhere.
pub(super) fn of(dossier: &Dossier, covers: impl Fn(char) -> bool) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(dossier)?;
    let mut places = BTreeSet::new();
    claim(&mut value, &mut places);
    settle(&mut value, &places, &covers);
    Ok(value)
}

fn claim(value: &mut Value, places: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| claim(item, places)),
        Value::Object(map) => {
            for (key, item) in map {
                match item {
                    Value::String(id) if key == "id" && (id.is_empty() || !places.insert(id.clone())) => {
                        *item = Value::Null;
                    }
                    _ => claim(item, places),
                }
            }
        }
        _ => {}
    }
}

fn settle(value: &mut Value, places: &BTreeSet<String>, covers: &impl Fn(char) -> bool) {
    match value {
        Value::String(text) => *text = shaped(text, covers),
        Value::Array(items) => items.iter_mut().for_each(|item| settle(item, places, covers)),
        Value::Object(map) => {
            for (key, item) in map {
                match item {
                    Value::String(id) if key == "id" || key == "link" => {
                        if !places.contains(id.as_str()) {
                            *item = Value::Null;
                        }
                    }
                    Value::String(svg) if key == "svg" => *svg = drawable(svg, |c| !covers(c)),
                    _ => settle(item, places, covers),
                }
            }
        }
        _ => {}
    }
}

/// The text with hidden characters, and those that the fonts lack, spelled out.
fn shaped(text: &str, covers: &impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push('\u{3000}'),
            c if selector(c) || (covers(c) && !private(c)) => out.push(c),
            c => spell(&mut out, c),
        }
    }
    out
}

/// Chooses a shape of the character before it, and is drawn as nothing when the font has one only.
fn selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Means something else in every font.
fn private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::dossier::sample;

    #[test]
    fn texts_without_shapes_are_spelled() {
        let covers = |c: char| c.is_ascii() || c == '市';
        assert_eq!(shaped("市\ta\u{1f600}\u{e000}\u{202e}", &covers), "市　a<U+1F600><U+E000><U+202E>");
    }

    #[test]
    fn ids_are_unique_and_links_arrive() {
        let value = of(&sample::dossier(), |_| true).unwrap();
        let mut ids = BTreeSet::new();
        let mut links = Vec::new();
        walk(&value, &mut |key, text| match key {
            "id" => assert!(ids.insert(text.to_owned()), "{text} stands twice"),
            "link" => links.push(text.to_owned()),
            _ => {}
        });
        assert!(links.len() > 3);
        assert!(links.iter().all(|link| ids.contains(link)));
        assert!(!ids.contains("nowhere"));
    }

    fn walk(value: &Value, see: &mut impl FnMut(&str, &str)) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
            Value::Object(map) => {
                for (key, item) in map {
                    if let Value::String(text) = item {
                        see(key, text);
                    }
                    walk(item, see);
                }
            }
            _ => {}
        }
    }
}
