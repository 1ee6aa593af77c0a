//! Which object of the new case is which object of the old one.
//!
//! By id; by `renamed_from` where an id changed; objects without an id by what names them (the
//! version of a revision, question and object of an answer), else by the key that they are written
//! under. Never by position.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::schema::{KindDef, schema};
use crate::case::tree::{Case, Ix, ObjectRef, Value};

/// What an object is called in both cases: old ids are written as new ones.
pub(super) type Identity = String;

/// The objects of two cases side by side.
#[derive(Default)]
pub(super) struct Pairing {
    /// Old id → new id, where they differ.
    renamed: BTreeMap<String, String>,
    /// Every object of either case, by identity.
    pub(super) both: BTreeMap<Identity, Pair>,
    of_old: BTreeMap<Ix, Identity>,
    of_new: BTreeMap<Ix, Identity>,
}

/// An object before and after.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pair {
    pub(super) old: Option<Ix>,
    pub(super) new: Option<Ix>,
}

/// Which of the two cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

impl Pairing {
    pub(super) fn of(old: &Case, new: &Case) -> Self {
        let mut pairing = Self {
            renamed: renames(old, new),
            both: BTreeMap::new(),
            of_old: BTreeMap::new(),
            of_new: BTreeMap::new(),
        };
        for (case, side) in [(old, Side::Old), (new, Side::New)] {
            for kind in schema().kinds().filter(|kind| !kind.derived) {
                for object in case.all(&kind.name) {
                    pairing.place(object, kind, side);
                }
            }
        }
        pairing
    }

    /// The new id of an old one.
    pub(super) fn new_id<'a>(&'a self, old: &'a str) -> &'a str {
        self.renamed.get(old).map_or(old, String::as_str)
    }

    /// An id as it is written in the new case.
    pub(super) fn id<'a>(&'a self, id: &'a str, side: Side) -> &'a str {
        match side {
            Side::Old => self.new_id(id),
            Side::New => id,
        }
    }

    /// What an object is called in both cases.
    pub(super) fn identity(&self, object: ObjectRef<'_>, side: Side) -> &str {
        let known = match side {
            Side::Old => &self.of_old,
            Side::New => &self.of_new,
        };
        known.get(&object.ix()).map_or("", String::as_str)
    }

    /// Whether an object of one case is in the other one, too.
    pub(super) fn is_in_both(&self, object: ObjectRef<'_>, side: Side) -> bool {
        self.both
            .get(self.identity(object, side))
            .is_some_and(|pair| pair.old.is_some() && pair.new.is_some())
    }

    fn place(&mut self, object: ObjectRef<'_>, kind: &KindDef, side: Side) {
        let plain = self.compute(object, kind, side);
        let mut identity = plain.clone();
        let mut again = 1;
        // Two objects of one name cannot be told apart; both are kept.
        while self.both.get(&identity).is_some_and(|pair| match side {
            Side::Old => pair.old.is_some(),
            Side::New => pair.new.is_some(),
        }) {
            again += 1;
            identity = format!("{plain} {again}");
        }
        let pair = self.both.entry(identity.clone()).or_default();
        match side {
            Side::Old => {
                pair.old = Some(object.ix());
                self.of_old.insert(object.ix(), identity);
            }
            Side::New => {
                pair.new = Some(object.ix());
                self.of_new.insert(object.ix(), identity);
            }
        }
    }

    fn compute(&self, object: ObjectRef<'_>, kind: &KindDef, side: Side) -> Identity {
        if kind.name == "case" {
            return kind.name.clone();
        }
        if kind.has_id() {
            return format!("{}:{}", kind.name, self.id(object.id(), side));
        }
        let parent = object.parent().and_then(|parent| {
            let kind = schema().kind(parent.kind())?;
            Some((self.compute(parent, kind, side), parent.id()))
        });
        let (above, above_id) = parent.unwrap_or_default();
        if kind.named_by.is_empty() {
            let below = object.id().strip_prefix(above_id).unwrap_or(object.id());
            return format!("{above}{below}");
        }
        let names: Vec<String> = kind.named_by.iter().map(|key| self.name(object, key, side)).collect();
        format!("{above}/{}:{}", kind.name, names.join(" "))
    }

    fn name(&self, object: ObjectRef<'_>, key: &str, side: Side) -> String {
        match object.get(key).map(|node| &node.value) {
            Some(Value::List(_)) => {
                let mut all: Vec<&str> =
                    object.texts(key).into_iter().map(|text| self.id(text, side)).collect();
                all.sort_unstable();
                all.join(",")
            }
            _ => self.id(object.text(key).unwrap_or_default(), side).to_owned(),
        }
    }
}

/// Old ids that are other ids now. Only ids that the other case does not have any more can have
/// been renamed, and each only once; a rename taken back is one, too.
fn renames(old: &Case, new: &Case) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let mut note = |from: ObjectRef<'_>, to: ObjectRef<'_>| {
        let free = new.find_any(from.id()).is_none() && old.find_any(to.id()).is_none();
        if free && !renamed.contains_key(from.id()) && taken.insert(to.id().to_owned()) {
            renamed.insert(from.id().to_owned(), to.id().to_owned());
        }
    };
    for kind in schema().kinds().filter(|kind| kind.key("renamed_from").is_some()) {
        for after in new.all(&kind.name) {
            if let Some(before) = after.text("renamed_from").and_then(|id| old.find(&kind.name, id)) {
                note(before, after);
            }
        }
        for before in old.all(&kind.name) {
            if let Some(after) = before.text("renamed_from").and_then(|id| new.find(&kind.name, id)) {
                note(before, after);
            }
        }
    }
    renamed
}
