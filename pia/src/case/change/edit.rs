//! Steps on TOML that keep what a person wrote around them. Lists of objects may be written as
//! `[[tables]]` or as `[{ … }]`; both are edited as they stand.

use std::collections::BTreeSet;

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, TableLike, Value};

use super::{ChangeError, error};
use crate::case::schema::{KindDef, Type, schema};

/// What is done to each object.
pub(super) type Visit<'v> = &'v mut dyn FnMut(&KindDef, &mut dyn TableLike);

/// A value of a change as a value of a text.
pub(super) fn value(value: &toml::Value) -> Result<Value, ChangeError> {
    value.to_string().parse().map_err(|e: toml_edit::TomlError| error(e.to_string()))
}

/// The id of an object.
pub(super) fn id(object: &dyn TableLike) -> Option<String> {
    object.get("id")?.as_str().map(str::to_owned)
}

/// The tables of a list of objects, or the one table.
pub(super) fn tables(item: &mut Item) -> Vec<&mut dyn TableLike> {
    match item {
        Item::ArrayOfTables(list) => list.iter_mut().map(|table| table as &mut dyn TableLike).collect(),
        Item::Value(Value::Array(list)) => list
            .iter_mut()
            .filter_map(|value| value.as_inline_table_mut())
            .map(|table| table as &mut dyn TableLike)
            .collect(),
        other => other.as_table_like_mut().into_iter().collect(),
    }
}

/// Visits an object and all that are written in it.
pub(super) fn objects(object: &mut dyn TableLike, kind: &KindDef, visit: Visit<'_>) {
    visit(kind, object);
    for key in kind.written() {
        let (Type::Object(inner) | Type::Objects(inner)) = &key.ty else { continue };
        if let (Some(inner), Some(item)) = (schema().kind(inner), object.get_mut(&key.name)) {
            tables(item).into_iter().for_each(|table| objects(table, inner, visit));
        }
    }
}

/// The table that the keys but the last lead to, made where it is missing, and the last key.
fn inside<'o, 'k>(
    object: &'o mut dyn TableLike,
    keys: &[&'k str],
) -> Result<(&'o mut dyn TableLike, &'k str), ChangeError> {
    let (last, before) = keys.split_last().ok_or_else(|| error("a path to a key is needed"))?;
    let mut table = object;
    for key in before {
        let item = table.entry(key).or_insert(Item::Value(Value::InlineTable(InlineTable::new())));
        table = item.as_table_like_mut().ok_or_else(|| error(format!("{key}: not a table")))?;
    }
    Ok((table, last))
}

pub(super) fn set(object: &mut dyn TableLike, keys: &[&str], value: Value) -> Result<(), ChangeError> {
    let (table, key) = inside(object, keys)?;
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        _ => {
            table.insert(key, Item::Value(value));
        }
    }
    Ok(())
}

pub(super) fn remove(object: &mut dyn TableLike, keys: &[&str]) -> Result<(), ChangeError> {
    let (table, key) = inside(object, keys)?;
    table.remove(key).map(|_| ()).ok_or_else(|| error(format!("{}: not there", keys.join("."))))
}

pub(super) fn add(object: &mut dyn TableLike, keys: &[&str], value: Value) -> Result<(), ChangeError> {
    let (table, key) = inside(object, keys)?;
    match table.get_mut(key) {
        Some(Item::ArrayOfTables(_)) => push(table, key, value),
        Some(Item::Value(Value::Array(list))) => {
            list.push(value);
            Ok(())
        }
        None => {
            table.insert(key, Item::Value(Value::Array(Array::from_iter([value]))));
            Ok(())
        }
        Some(_) => Err(error(format!("{}: not a list", keys.join(".")))),
    }
}

/// Appends a table to a list of tables, which is made where it is missing.
pub(super) fn push(table: &mut dyn TableLike, key: &str, value: Value) -> Result<(), ChangeError> {
    let Value::InlineTable(entry) = value else {
        return Err(error(format!("{key}: an object is a table")));
    };
    match table.entry(key).or_insert(Item::ArrayOfTables(ArrayOfTables::new())) {
        Item::ArrayOfTables(list) => list.push(entry.into_table()),
        Item::Value(Value::Array(list)) => list.push(entry),
        _ => return Err(error(format!("{key}: not a list"))),
    }
    Ok(())
}

/// Takes the objects of a kind with an id out of the lists of a table.
pub(super) fn prune(table: &mut dyn TableLike, kind: &str, gone: &str) {
    for (key, item) in table.iter_mut() {
        let holds = key.get() == kind
            || schema()
                .kinds()
                .any(|k| k.key(key.get()).is_some_and(|k| k.ty == Type::Objects(kind.to_owned())));
        if holds {
            retain(item, |object| id(object).is_none_or(|id| id != gone));
        }
    }
}

/// Takes away the answers to a question about the same.
pub(super) fn forget(answers: &mut dyn TableLike, question: &str, about: &BTreeSet<&str>) {
    let Some(item) = answers.get_mut("answer") else { return };
    retain(item, |answer| {
        let listed = answer.get("about").and_then(Item::as_array);
        let have: BTreeSet<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
        answer.get("question").and_then(Item::as_str) != Some(question) || have != *about
    });
}

fn retain(item: &mut Item, keep: impl Fn(&dyn TableLike) -> bool) {
    match item {
        Item::ArrayOfTables(list) => list.retain(|table| keep(table)),
        Item::Value(Value::Array(list)) => {
            list.retain(|value| value.as_inline_table().is_none_or(|table| keep(table)));
        }
        _ => {}
    }
}

/// Takes away references to what is gone.
pub(super) fn unlink(object: &mut dyn TableLike, kind: &KindDef, gone: &BTreeSet<String>) {
    let is_gone = |value: &Value| value.as_str().is_some_and(|id| gone.contains(id));
    for key in kind.written() {
        let Some(Item::Value(value)) = object.get_mut(&key.name) else { continue };
        match (&key.ty, value) {
            (Type::Ref(_), value) if is_gone(value) => {
                object.remove(&key.name);
            }
            (Type::Refs(_) | Type::Evidence, Value::Array(list)) => list.retain(|value| !is_gone(value)),
            _ => {}
        }
    }
}
