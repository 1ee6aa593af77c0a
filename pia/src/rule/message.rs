//! Messages of rules: `{flow.party_to.name}` is replaced by what the case declares.
//!
//! What comes out holds text of the case as it is: who prints it has to escape it.

use std::sync::Arc;

use crate::bilingual::Bilingual;
use crate::case::schema::{Type, schema};
use crate::case::tree::{Case, ObjectRef, Value};
use crate::words::{Lang, fill};

/// Stands for what is not declared.
const NOTHING: &str = "―";

/// The placeholders of a template.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(path, _)| path)
}

/// The first placeholder that is no path of the iterated kind or of the case.
#[must_use]
pub fn unknown_placeholder<'a>(template: &'a str, kind: Option<&str>) -> Option<&'a str> {
    placeholders(template).find(|path| !is_path(path, kind))
}

fn is_path(path: &str, kind: Option<&str>) -> bool {
    let mut parts = path.split('.');
    let Some(first) = parts.next() else { return false };
    if first != "case" && Some(first) != kind {
        return false;
    }
    let mut current = Some(first.to_owned());
    for key in parts {
        let Some(def) = current.as_deref().and_then(|kind| schema().key(kind, key)) else { return false };
        current = match &def.ty {
            Type::Ref(kind) | Type::Object(kind) => Some(kind.clone()),
            _ => None,
        };
    }
    true
}

/// Fills a template for an object.
#[must_use]
pub fn filled(template: &str, case: &Case, object: Option<ObjectRef<'_>>, lang: Lang) -> String {
    if !template.contains('{') {
        return template.to_owned();
    }
    fill(template, |path| Some(text_at(path, case, object, lang)))
}

/// Fills a text in both languages; where there is nothing to fill, it is shared and not copied.
#[must_use]
pub fn filled_both(text: &Arc<Bilingual>, case: &Case, object: Option<ObjectRef<'_>>) -> Arc<Bilingual> {
    if !text.ja.contains('{') && !text.en.contains('{') {
        return Arc::clone(text);
    }
    Arc::new(Bilingual::of(|lang| filled(text.get(lang), case, object, lang)))
}

fn text_at(path: &str, case: &Case, object: Option<ObjectRef<'_>>, lang: Lang) -> String {
    let mut parts = path.split('.');
    let start = match parts.next() {
        Some("case") => case.root(),
        _ => object,
    };
    let Some(mut current) = start else { return NOTHING.to_owned() };
    let mut parts = parts.peekable();
    while let Some(key) = parts.next() {
        let Some(node) = current.get(key) else { return NOTHING.to_owned() };
        match (&node.value, parts.peek()) {
            (Value::Object(ix), Some(_)) => match case.get(*ix) {
                Some(next) => current = next,
                None => return NOTHING.to_owned(),
            },
            (_, Some(_)) => return NOTHING.to_owned(),
            (value, None) => return text_of(value, current, key, lang),
        }
    }
    current.label(lang).to_owned()
}

fn text_of(value: &Value, of: ObjectRef<'_>, key: &str, lang: Lang) -> String {
    match value {
        Value::Unknown => NOTHING.to_owned(),
        Value::Words { .. } => of.words(key, lang).unwrap_or(NOTHING).to_owned(),
        Value::Text(text) | Value::Other(text) => text.clone(),
        Value::Word(word) => schema().label(of.kind(), key, word, lang).unwrap_or(word).to_owned(),
        Value::Bool(_) => NOTHING.to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Period(period) => period.to_string(),
        Value::Object(ix) => of.case().get(*ix).map_or(NOTHING, |object| object.label(lang)).to_owned(),
        Value::List(nodes) => {
            let all: Vec<String> = nodes.iter().map(|node| text_of(&node.value, of, key, lang)).collect();
            all.join(if lang == Lang::Ja { "、" } else { ", " })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_checked_against_the_schema() {
        assert_eq!(unknown_placeholder("{flow.party_to.name}{case.title}", Some("flow")), None);
        assert_eq!(unknown_placeholder("{flow}", Some("flow")), None);
        assert_eq!(unknown_placeholder("{flow.nmae}", Some("flow")), Some("flow.nmae"));
        assert_eq!(unknown_placeholder("{flow.name.x}", Some("flow")), Some("flow.name.x"));
        assert_eq!(unknown_placeholder("{dataset.name}", Some("flow")), Some("dataset.name"));
        assert_eq!(unknown_placeholder("{flow.name}", None), Some("flow.name"));
    }
}
