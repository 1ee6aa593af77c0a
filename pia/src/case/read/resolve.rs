//! Objects → a case: ids are unique, references are followed, the arena has one order.
//!
//! The order is by kind and natural order of ids, so that a case does not depend on how its files
//! are arranged, down to the last index.

use std::collections::BTreeMap;

use super::problems::Problems;
use crate::case::natural_order;
use crate::case::schema::{KeyDef, Schema, Shape, Type};
use crate::case::tree::{Case, Ix, Node, Object, Value};
use crate::codes::Code;
use crate::error::Diagnostic;

/// Follows all references. The case is whole only if no error was told; its files are still missing.
pub(super) fn resolve(mut objects: Vec<Object>, schema: &Schema, problems: &mut Problems<'_>) -> Case {
    arrange(&mut objects);
    let by_id = ids(&objects, problems);
    let renamed = renamed(&objects);
    for at in 0..objects.len() {
        // Taken out for as long as its references are followed: they may lead to any object.
        let Some(object) = objects.get_mut(at) else { continue };
        let mut fields = std::mem::take(&mut object.fields);
        if let Some(kind) = objects.get(at).and_then(|object| schema.kind(&object.kind)) {
            let mut links = Links { objects: &objects, by_id: &by_id, renamed: &renamed, problems };
            for key in kind.written() {
                if let Some(node) = fields.get_mut(&key.name) {
                    links.follow(key, node);
                }
            }
        }
        if let Some(object) = objects.get_mut(at) {
            object.fields = fields;
        }
    }
    let mut by_kind: BTreeMap<String, Vec<Ix>> = BTreeMap::new();
    for (ix, object) in (0..).map(Ix).zip(&objects) {
        match by_kind.get_mut(&object.kind) {
            Some(all) => all.push(ix),
            None => {
                by_kind.insert(object.kind.clone(), vec![ix]);
            }
        }
    }
    Case { files: Vec::new(), objects, by_kind, by_id }
}

/// Ids that objects gave up, each with the objects that had it, in order of the arena.
fn renamed(objects: &[Object]) -> Vec<(String, Ix)> {
    let old = |object: &Object| match object.fields.get("renamed_from").map(|node| &node.value) {
        Some(Value::Text(old)) => Some(old.clone()),
        _ => None,
    };
    (0..).map(Ix).zip(objects).filter_map(|(ix, object)| Some((old(object)?, ix))).collect()
}

/// Sorts the arena and points what stands inside others to its new index.
fn arrange(objects: &mut Vec<Object>) {
    let mut order: Vec<usize> = (0..objects.len()).collect();
    let key = |i: &usize| {
        objects.get(*i).map(|o| (o.kind.as_str(), o.id.as_str(), o.place.file, o.place.span.start))
    };
    order.sort_by(|a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) => {
            a.0.cmp(b.0).then_with(|| natural_order(a.1, b.1)).then_with(|| (a.2, a.3).cmp(&(b.2, b.3)))
        }
        _ => std::cmp::Ordering::Equal,
    });
    let mut place = vec![Ix(0); order.len()];
    for (new, old) in (0..).zip(&order) {
        if let Some(slot) = place.get_mut(*old) {
            *slot = Ix(new);
        }
    }
    let moved = |ix: Ix| usize::try_from(ix.0).ok().and_then(|i| place.get(i)).copied().unwrap_or(ix);
    let mut sorted: Vec<Object> =
        order.iter().filter_map(|i| objects.get_mut(*i).map(std::mem::take)).collect();
    for object in &mut sorted {
        object.parent = object.parent.map(moved);
        for node in object.fields.values_mut() {
            match &mut node.value {
                Value::Object(ix) => *ix = moved(*ix),
                Value::List(list) => {
                    for node in list.iter_mut() {
                        if let Value::Object(ix) = &mut node.value {
                            *ix = moved(*ix);
                        }
                    }
                    if list.iter().all(|node| matches!(node.value, Value::Object(_))) {
                        // Objects written in place: in the order of their ids, like the arena.
                        list.sort_by_key(|node| match node.value {
                            Value::Object(ix) => Some(ix),
                            _ => None,
                        });
                    }
                }
                _ => {}
            }
        }
    }
    *objects = sorted;
}

/// The index of ids; ids that stand twice, or again after they were given up, are told.
fn ids(objects: &[Object], problems: &mut Problems<'_>) -> BTreeMap<String, Ix> {
    let mut by_id: BTreeMap<String, Ix> = BTreeMap::new();
    // What stands first in the files is the first, whatever the order of the arena.
    let mut order: Vec<(Ix, &Object)> = (0..).map(Ix).zip(objects).collect();
    order.sort_by_key(|(_, object)| (object.kind == "tombstone", object.place.file, object.place.span.start));
    let get = |ix: Ix| usize::try_from(ix.0).ok().and_then(|i| objects.get(i));
    for (ix, object) in &order {
        let Some(first) = by_id.get(&object.id).and_then(|ix| get(*ix)) else {
            by_id.insert(object.id.clone(), *ix);
            continue;
        };
        let at = |o: &Object| o.fields.get("id").map_or(o.place.clone(), |node| node.place.clone());
        if object.kind == "tombstone" && first.kind != "tombstone" {
            let label = problems.spot(&at(object));
            let fault = Diagnostic::error(Code::RetiredId).name("id", &first.id);
            problems.at(&at(first), fault.label(label, "label.retired"));
        } else {
            let label = problems.spot(&at(first));
            let fault = Diagnostic::error(Code::DuplicateId).name("id", &object.id);
            problems.at(&at(object), fault.label(label, "label.first"));
        }
    }
    for (_, object) in &order {
        let Some(node) = object.fields.get("renamed_from") else { continue };
        let Value::Text(old) = &node.value else { continue };
        let Some(holder) = by_id.get(old).and_then(|ix| get(*ix)) else { continue };
        if holder.kind != "tombstone" {
            let label = problems.spot(&node.place);
            let place = holder.fields.get("id").map_or(&holder.place, |node| &node.place);
            let fault = Diagnostic::error(Code::RetiredId).name("id", old);
            problems.at(place, fault.label(label, "label.retired"));
        }
    }
    by_id
}

struct Links<'a, 'p, 'f> {
    objects: &'a [Object],
    by_id: &'a BTreeMap<String, Ix>,
    renamed: &'a [(String, Ix)],
    problems: &'p mut Problems<'f>,
}

impl Links<'_, '_, '_> {
    fn get(&self, id: &str) -> Option<(Ix, &Object)> {
        let ix = *self.by_id.get(id)?;
        Some((ix, self.objects.get(usize::try_from(ix.0).ok()?)?))
    }

    /// Turns the ids of a value into indices.
    fn follow(&mut self, key: &KeyDef, node: &mut Node) {
        match (&key.ty, &mut node.value) {
            (Type::Ref(kind), Value::Text(_)) => self.one(kind, key, node),
            (Type::Refs(kind), Value::List(list)) => list.iter_mut().for_each(|n| self.one(kind, key, n)),
            (Type::Evidence, Value::List(list)) => list.iter_mut().for_each(|n| self.one("evidence", key, n)),
            (Type::Text, Value::Text(_)) if key.shape == Shape::About => self.about(node),
            (Type::Texts, Value::List(list)) if key.shape == Shape::About => {
                list.iter().for_each(|n| self.about(n));
            }
            _ => {}
        }
    }

    fn one(&mut self, kind: &str, key: &KeyDef, node: &mut Node) {
        let Value::Text(id) = &node.value else { return };
        let fault = match self.get(id) {
            Some((ix, object)) if object.kind == kind => {
                node.value = Value::Object(ix);
                return;
            }
            Some((_, object)) if object.kind != "tombstone" => {
                Diagnostic::error(Code::WrongKind).own("found", [object.kind.as_str()])
            }
            _ => self.meant(Diagnostic::error(Code::UnknownReference), id, Some(kind)),
        };
        let fault = fault.own("key", [key.name.as_str()]).own("kind", [kind]).name("id", id);
        self.problems.at(&node.place, fault);
    }

    /// What an answer or a document is about may be gone: it is kept, and told.
    fn about(&mut self, node: &Node) {
        let Value::Text(id) = &node.value else { return };
        if self.get(id).is_none_or(|(_, object)| object.kind == "tombstone") {
            let warning = self.meant(Diagnostic::warning(Code::AboutNothing), id, None).name("id", id);
            self.problems.at(&node.place, warning);
        }
    }

    /// Adds the id that was meant: the new one of a renamed object, else the nearest.
    fn meant(&self, fault: Diagnostic, id: &str, kind: Option<&str>) -> Diagnostic {
        if !self.problems.room(fault.severity) {
            return fault;
        }
        let fits = |object: &&Object| kind.is_none_or(|kind| object.kind == kind);
        let renamed = self
            .renamed
            .iter()
            .filter(|(old, _)| old == id)
            .find_map(|(_, ix)| self.objects.get(usize::try_from(ix.0).ok()?).filter(fits));
        let known = || self.objects.iter().filter(fits);
        match renamed {
            Some(object) => fault.name("nearest", &object.id),
            None => self.problems.near(fault, id, known().map(|object| object.id.as_str())),
        }
    }
}
