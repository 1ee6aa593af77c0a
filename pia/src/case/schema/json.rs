//! JSON Schemas of the files of a case, for editors and other programs that write them.
//!
//! What one file alone can show is here: keys, types, words, forms. References between objects,
//! circles and order of dates are told by `case::read` only.

use serde_json::{Map, Value, json};

use super::{KeyDef, KindDef, Shape, Type, schema};
use crate::case::read::FILES;

/// File name (below docs/schema/) and schema of each file of a case.
#[must_use]
pub fn json_schemas() -> Vec<(String, Value)> {
    FILES.iter().map(|file| (file_name(file), file_schema(file))).collect()
}

fn file_name(file: &str) -> String {
    let stem = file.trim_end_matches(".toml").trim_end_matches("/index");
    if stem == "case" { "case.schema.json".to_owned() } else { format!("case-{stem}.schema.json") }
}

fn file_schema(file: &str) -> Value {
    let mut defs = Map::new();
    let mut top = Map::new();
    for kind in schema().kinds_of_file(file) {
        define(kind, &mut defs);
        let reference = reference(&kind.name);
        if kind.single {
            top.insert("$ref".to_owned(), json!(format!("#/$defs/{}", kind.name)));
        } else {
            let lists = top.entry("properties").or_insert_with(|| json!({}));
            if let Some(lists) = lists.as_object_mut() {
                lists.insert(kind.name.clone(), json!({ "type": "array", "items": reference }));
            }
            top.insert("additionalProperties".to_owned(), json!(false));
        }
    }
    top.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    top.insert("title".to_owned(), json!(file));
    top.insert("type".to_owned(), json!("object"));
    top.insert("$defs".to_owned(), Value::Object(defs));
    Value::Object(top)
}

fn reference(kind: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{kind}") })
}

fn define(kind: &KindDef, defs: &mut Map<String, Value>) {
    if defs.contains_key(&kind.name) {
        return;
    }
    let mut properties = Map::new();
    // Reserved first: a kind may hold others that hold it.
    defs.insert(kind.name.clone(), Value::Null);
    for key in kind.written() {
        if let Type::Object(inner) | Type::Objects(inner) = &key.ty
            && let Some(inner) = schema().kind(inner)
        {
            define(inner, defs);
        }
        properties.insert(key.name.clone(), property(key));
    }
    let needed: Vec<&str> = kind.written().filter(|key| key.need).map(|key| key.name.as_str()).collect();
    let described = json!({
        "description": format!("{} / {}", kind.text.ja, kind.text.en),
        "type": "object",
        "additionalProperties": false,
        "required": needed,
        "properties": properties,
    });
    defs.insert(kind.name.clone(), described);
}

fn property(key: &KeyDef) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let id = json!({ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9._-]{0,63}$" });
    let text = match key.shape {
        Shape::Free => json!({ "type": "string", "pattern": "\\S", "maxLength": 10000 }),
        Shape::Id | Shape::About => id.clone(),
        Shape::Path => json!({ "type": "string", "pattern": "^[^/.\\\\:][^\\\\:]*$", "maxLength": 255 }),
        Shape::Country => json!({ "type": "string", "pattern": "^[A-Z]{2}$" }),
    };
    let words = |name: &str| {
        let words: Vec<&str> =
            schema().vocabulary(name).into_iter().flat_map(super::Vocabulary::ids).collect();
        json!({ "enum": words })
    };
    let value = match &key.ty {
        Type::Id | Type::Ref(_) => id,
        Type::Text => text,
        Type::Texts => list(text),
        Type::Words => json!({ "anyOf": [text, {
            "type": "object",
            "additionalProperties": false,
            "required": ["ja"],
            "properties": { "ja": text, "en": text },
        }] }),
        Type::Enum(of) => words(of),
        Type::Enums(of) => list(words(of)),
        Type::Tri => json!({ "enum": ["yes", "no", "unknown", true, false] }),
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int => json!({ "type": "integer", "minimum": key.range.0, "maximum": key.range.1 }),
        Type::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Type::Period => json!({ "type": "string", "pattern": "^P[0-9TYMWDHS.]+$" }),
        Type::Refs(_) | Type::Evidence => list(id),
        Type::Object(of) => reference(of),
        Type::Objects(of) => list(reference(of)),
        Type::Sha256 => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
        Type::ItemCode => json!({ "type": "string" }),
        Type::Any => json!({}),
    };
    let open = !key.need && !matches!(key.ty, Type::Tri | Type::Any | Type::Id);
    let value = if open { json!({ "anyOf": [{ "const": "unknown" }, value] }) } else { value };
    let mut value = value;
    if let Some(map) = value.as_object_mut() {
        map.insert("description".to_owned(), json!(format!("{} / {}", key.text.ja, key.text.en)));
    }
    value
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::page::page;
    use super::*;
    use crate::case::change::{Change, apply};
    use crate::case::fixture::base;
    use crate::case::read::RawFile;
    use crate::words::Lang;

    fn as_json(value: &toml::Value) -> Value {
        match value {
            toml::Value::Datetime(when) => json!(when.to_string()),
            toml::Value::Array(list) => list.iter().map(as_json).collect(),
            toml::Value::Table(table) => table.iter().map(|(k, v)| (k.clone(), as_json(v))).collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }

    fn valid(files: &[RawFile]) -> Vec<bool> {
        let check = |(file, (_, schema)): (&RawFile, &(String, Value))| {
            let table: toml::Value = toml::from_str(std::str::from_utf8(&file.bytes).unwrap()).unwrap();
            jsonschema::validator_for(schema).unwrap().is_valid(&as_json(&table))
        };
        files.iter().zip(&json_schemas()).map(check).collect()
    }

    #[test]
    fn the_good_case_fits_and_slips_do_not() {
        assert_eq!(valid(&base()), [true; 4]);
        let set = |path: &str, to: toml::Value| Change::Set { set: path.to_owned(), to };
        for (file, change) in [
            (0, set("case.phase", "unknown".into())),
            (0, set("case.pilot.participants.most", 5.into())),
            (1, set("flow.F1.relation", "entrusted".into())),
            (1, set("flow.F1.id", "F 1".into())),
            (1, Change::Remove { remove: "flow.F1.stage".to_owned() }),
            (3, set("evidence.E1.file", "../x".into())),
        ] {
            let files = apply(&base(), std::slice::from_ref(&change));
            assert!(!valid(&files.unwrap())[file], "{change:?}");
        }
        let open = [set("flow.F1.encrypted", "unknown".into()), set("flow.F1.via", "unknown".into())];
        assert_eq!(valid(&apply(&base(), &open).unwrap()), [true; 4]);
    }

    #[test]
    fn the_pages_are_those_of_the_schema() {
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let mut pages =
            vec![("case.md".to_owned(), page(Lang::En)), ("ja/case.md".to_owned(), page(Lang::Ja))];
        pages.extend(json_schemas().into_iter().map(|(name, schema)| {
            (format!("schema/{name}"), serde_json::to_string_pretty(&schema).unwrap() + "\n")
        }));
        for (name, wanted) in pages {
            let path = docs.join(&name);
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &wanted).unwrap();
            }
            let found = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                found == wanted,
                "docs/{name} is out of step: BLESS=1 cargo test -p pia --lib case::schema"
            );
        }
    }
}
