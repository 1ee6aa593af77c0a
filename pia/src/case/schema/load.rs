//! Schema files → [`Schema`], strict: what is not understood is a mistake.
//!
//! Read with spans, because the order of the keys in the file is their order in documents.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Absent, KeyDef, KindDef, Schema, Shape, Type, Vocabulary};
use crate::bilingual::Bilingual;

type Node<'a> = Spanned<DeValue<'a>>;

/// Reads the three files of a schema.
///
/// # Errors
/// What is wrong, for the person who edits the schema.
pub(super) fn schema(case: &str, derived: &str, vocabulary: &str) -> Result<Schema, String> {
    let mut kinds = kinds(case, "object", false)?;
    for extra in self::kinds(derived, "derived", true)? {
        match kinds.iter_mut().find(|kind| kind.name == extra.name) {
            Some(kind) => extra.keys.into_iter().for_each(|key| push_key(kind, key)),
            None => kinds.push(KindDef { derived: true, ..extra }),
        }
    }
    let schema = Schema { kinds, vocabularies: vocabularies(vocabulary)? };
    check(&schema)?;
    Ok(schema)
}

fn push_key(kind: &mut KindDef, key: KeyDef) {
    kind.by_name.insert(key.name.clone(), kind.keys.len());
    kind.keys.push(key);
}

fn kinds(text: &str, top: &str, derived: bool) -> Result<Vec<KindDef>, String> {
    let file = DeTable::parse(text).map_err(|e| e.to_string())?.into_inner();
    let mut kinds = Vec::new();
    for (name, node) in in_order(&file) {
        match name {
            "format" => {}
            name if name == top => {
                for (kind, node) in in_order(table(node, name)?) {
                    kinds.push(one_kind(kind, table(node, kind)?, derived)?);
                }
            }
            other => return Err(format!("{other}: not known")),
        }
    }
    Ok(kinds)
}

fn one_kind(name: &str, node: &DeTable<'_>, derived: bool) -> Result<KindDef, String> {
    let mut kind = KindDef {
        name: name.to_owned(),
        file: None,
        single: false,
        derived: false,
        named_by: Vec::new(),
        ordered: Vec::new(),
        text: texts(node, name, derived)?,
        keys: Vec::new(),
        by_name: BTreeMap::new(),
    };
    for (key, value) in in_order(node) {
        match key {
            "ja" | "en" => {}
            "file" => kind.file = Some(string(value, name)?),
            "single" => kind.single = value.get_ref().as_bool().ok_or_else(|| format!("{name}.single"))?,
            "named_by" => kind.named_by = strings(value, name)?,
            "ordered" => {
                for pair in value.get_ref().as_array().into_iter().flatten() {
                    match strings(pair, name)?.as_slice() {
                        [first, second] => kind.ordered.push((first.clone(), second.clone())),
                        _ => return Err(format!("{name}.ordered: pairs")),
                    }
                }
            }
            "key" => {
                for (key, node) in in_order(table(value, name)?) {
                    push_key(&mut kind, one_key(name, key, table(node, key)?, derived)?);
                }
            }
            other => return Err(format!("{name}.{other}: not known")),
        }
    }
    Ok(kind)
}

fn one_key(kind: &str, name: &str, node: &DeTable<'_>, derived: bool) -> Result<KeyDef, String> {
    let place = format!("{kind}.{name}");
    let find = |key: &str| node.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v);
    for (key, _) in in_order(node) {
        if !["type", "of", "to", "need", "absent", "shape", "min", "max", "ja", "en"].contains(&key) {
            return Err(format!("{place}: {key} is not known"));
        }
    }
    let word = |key: &str| {
        find(key).map_or_else(|| Err(format!("{place}: {key} is missing")), |node| string(node, &place))
    };
    let ty = match word("type")?.as_str() {
        "id" => Type::Id,
        "text" => Type::Text,
        "words" => Type::Words,
        "enum" => Type::Enum(word("of")?),
        "enums" => Type::Enums(word("of")?),
        "tri" => Type::Tri,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "date" => Type::Date,
        "period" => Type::Period,
        "ref" => Type::Ref(word("to")?),
        "refs" => Type::Refs(word("to")?),
        "texts" => Type::Texts,
        "object" => Type::Object(word("of")?),
        "objects" => Type::Objects(word("of")?),
        "sha256" => Type::Sha256,
        "item-code" => Type::ItemCode,
        "evidence" => Type::Evidence,
        "any" => Type::Any,
        other => return Err(format!("{place}: no type {other}")),
    };
    let absent = match find("absent").map(|node| string(node, &place)).transpose()?.as_deref() {
        None | Some("unknown") => Absent::Unknown,
        Some("none") => Absent::None,
        Some(other) => return Err(format!("{place}: absent {other}")),
    };
    let shape = match find("shape").map(|node| string(node, &place)).transpose()?.as_deref() {
        None => Shape::Free,
        Some("id") => Shape::Id,
        Some("about") => Shape::About,
        Some("path") => Shape::Path,
        Some("country") => Shape::Country,
        Some(other) => return Err(format!("{place}: shape {other}")),
    };
    let bound = |key: &str, default: i64| {
        find(key).map_or(Ok(default), |node| match node.get_ref() {
            DeValue::Integer(n) => n.as_str().parse::<i64>().map_err(|_| format!("{place}.{key}")),
            _ => Err(format!("{place}.{key}")),
        })
    };
    Ok(KeyDef {
        name: name.to_owned(),
        ty,
        need: find("need").is_some_and(|node| node.get_ref().as_bool() == Some(true)),
        absent,
        shape,
        range: (bound("min", 0)?, bound("max", i64::from(u32::MAX))?),
        derived,
        text: texts(node, &place, false)?,
    })
}

fn vocabularies(text: &str) -> Result<BTreeMap<String, Vocabulary>, String> {
    let file = DeTable::parse(text).map_err(|e| e.to_string())?.into_inner();
    let mut found = BTreeMap::new();
    for (name, node) in in_order(&file).into_iter().filter(|(name, _)| *name != "format") {
        if name != "enum" {
            return Err(format!("{name}: not known"));
        }
        for (name, node) in in_order(table(node, name)?) {
            let mut words = Vec::new();
            for (id, node) in in_order(table(node, name)?) {
                words.push((id.to_owned(), texts(table(node, id)?, id, false)?));
            }
            found.insert(name.to_owned(), Vocabulary { name: name.to_owned(), words });
        }
    }
    Ok(found)
}

/// Whatever one part of the schema names, another part has.
fn check(schema: &Schema) -> Result<(), String> {
    for kind in schema.kinds() {
        let known = |key: &String| kind.key(key).is_some();
        if !kind.named_by.iter().chain(kind.ordered.iter().flat_map(|(a, b)| [a, b])).all(known) {
            return Err(format!("{}: named_by or ordered names no key", kind.name));
        }
        let in_list = |other: &KindDef| other.keys().any(|key| key.ty == Type::Objects(kind.name.clone()));
        let listed = (kind.file.is_some() && !kind.single) || schema.kinds().any(in_list);
        if listed && !kind.has_id() && kind.named_by.is_empty() {
            return Err(format!("{}: neither id nor named_by", kind.name));
        }
        for key in kind.keys() {
            if key.ty.kind().is_some_and(|name| schema.kind(name).is_none())
                || key.ty.vocabulary().is_some_and(|name| schema.vocabulary(name).is_none())
            {
                return Err(format!("{}.{}: names nothing", kind.name, key.name));
            }
        }
    }
    Ok(())
}

/// The entries of a table in the order in which they were written.
fn in_order<'a>(table: &'a DeTable<'_>) -> Vec<(&'a str, &'a Node<'a>)> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, node)| (key.span().start, key.get_ref().as_ref(), node)).collect();
    entries.sort_by_key(|(start, ..)| *start);
    entries.into_iter().map(|(_, key, node)| (key, node)).collect()
}

fn table<'a>(node: &'a Node<'a>, place: &str) -> Result<&'a DeTable<'a>, String> {
    node.get_ref().as_table().ok_or_else(|| format!("{place}: a table"))
}

fn string(node: &Node<'_>, place: &str) -> Result<String, String> {
    node.get_ref().as_str().map(str::to_owned).ok_or_else(|| format!("{place}: a text"))
}

fn strings(node: &Node<'_>, place: &str) -> Result<Vec<String>, String> {
    let list = node.get_ref().as_array().ok_or_else(|| format!("{place}: a list"))?;
    list.iter().map(|node| string(node, place)).collect()
}

fn texts(node: &DeTable<'_>, place: &str, optional: bool) -> Result<Bilingual, String> {
    let get = |lang: &str| {
        let found = node.iter().find(|(key, _)| key.get_ref() == lang).map(|(_, node)| string(node, place));
        match found {
            Some(text) => text,
            None if optional => Ok(String::new()),
            None => Err(format!("{place}: {lang} is missing")),
        }
    };
    Ok(Bilingual { ja: get("ja")?, en: get("en")? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::schema;
    use super::*;

    const WORDS: &str = "[enum.e]\nx = { ja = \"エ\", en = \"x\" }\n";

    fn load(case: &str) -> Result<Schema, String> {
        super::schema(case, "format = 1", WORDS)
    }

    #[test]
    fn the_embedded_schema_is_whole() {
        let schema = schema();
        assert!(schema.kinds().count() > 25);
        let from = schema.key("flow", "from").unwrap();
        assert_eq!(from.ty, Type::Ref("capacity".to_owned()));
        assert!(from.need && !from.derived);
        assert!(schema.key("flow", "people_max").unwrap().derived);
        assert_eq!(schema.key("flow", "nothing"), None);
        assert_eq!(schema.kind("flow").unwrap().keys().next().unwrap().name, "id");
        assert_eq!(schema.vocabulary("gate").unwrap().ids().next(), Some("submission"));
    }

    #[test]
    fn mistakes_in_a_schema_are_told() {
        let head = "[object.a]\nja = \"あ\"\nen = \"a\"\n[object.a.key]\n";
        assert!(load(&format!("{head}k = {{ type = \"enum\", of = \"e\", ja = \"\", en = \"\" }}")).is_ok());
        for bad in [
            "k = { type = \"enum\", of = \"f\", ja = \"\", en = \"\" }",
            "k = { type = \"ref\", to = \"b\", ja = \"\", en = \"\" }",
            "k = { type = \"number\", ja = \"\", en = \"\" }",
            "k = { type = \"text\", en = \"\" }",
            "k = { type = \"text\", color = 1, ja = \"\", en = \"\" }",
            "k = { type = \"objects\", of = \"a\", ja = \"\", en = \"\" }",
        ] {
            assert!(load(&format!("{head}{bad}")).is_err(), "{bad}");
        }
    }
}
