//! Facts that follow from what a case declares; pia/schema/derived.toml lists them.
//!
//! Filled in once when a case is read, so that rules and documents see them like declared keys.
//! A fact that rests on something declared unknown is unknown itself. Their place is that of the
//! declaration they come from. Deliberately absent: anything that needs a judgement.

use std::collections::BTreeMap;

use super::taxonomy::Taxonomy;
use super::tree::{Case, Ix, Node, Object, ObjectRef, Place, Value};

/// Derived facts by object and key.
type Facts = BTreeMap<(Ix, &'static str), Node>;

/// Fills in the derived facts of every object.
pub(super) fn derive(case: &mut Case, taxonomy: &Taxonomy) {
    let mut facts = Facts::new();
    pointers(case, &mut facts);
    flows(case, &mut facts);
    backwards(case, &mut facts);
    let mut taxa = Vec::new();
    let items: Vec<ObjectRef<'_>> = case.all("item").collect();
    for item in items {
        if let Some(taxon) = taxon(item, taxonomy) {
            let next = u32::try_from(case.objects.len() + taxa.len()).unwrap_or(u32::MAX);
            facts.insert((item.ix(), "taxon"), node(Value::Object(Ix(next)), &taxon.place));
            taxa.push(taxon);
        }
    }
    let first = case.objects.len();
    case.objects.extend(taxa);
    let added = (first..case.objects.len()).filter_map(|i| u32::try_from(i).ok()).map(Ix);
    case.by_kind.insert("taxon".to_owned(), added.collect());
    for ((ix, key), fact) in facts {
        if let Some(object) = usize::try_from(ix.0).ok().and_then(|i| case.objects.get_mut(i)) {
            object.derived.insert(key.to_owned(), fact);
        }
    }
}

fn node(value: Value, place: &Place) -> Node {
    Node { value, place: place.clone() }
}

/// From what stands inside an object to the object.
fn pointers(case: &Case, facts: &mut Facts) {
    let inside = [("capacity", "party"), ("item", "dataset"), ("measure", "system"), ("legal", "flow")];
    for (kind, key) in inside {
        for object in case.all(kind) {
            if let Some(parent) = object.parent() {
                facts.insert((object.ix(), key), node(Value::Object(parent.ix()), object.place()));
            }
        }
    }
    for legal in case.all("legal") {
        let end = if legal.text("side") == Some("takes") { "to" } else { "from" };
        if let Some(flow) = legal.parent()
            && let Some(capacity) = flow.get(end)
        {
            facts.insert((legal.ix(), "capacity"), capacity.clone());
        }
    }
}

/// What a flow carries, through what, of how many people, between which parties.
fn flows(case: &Case, facts: &mut Facts) {
    for flow in case.all("flow") {
        for (end, key) in [("from", "party_from"), ("to", "party_to")] {
            if let Some(party) = flow.one(end).and_then(ObjectRef::parent) {
                facts.insert((flow.ix(), key), node(Value::Object(party.ix()), flow.place()));
            }
        }
        if let Some(declared) = flow.get("dataset")
            && let Some(dataset) = flow.one("dataset")
        {
            let groups = dataset.many("subjects");
            let most = groups.iter().filter_map(|g| g.one("people")?.int("max")).fold(0, i64::saturating_add);
            facts.insert((flow.ix(), "people_max"), node(Value::Int(most), &declared.place));
            facts.insert((flow.ix(), "items"), items(flow, dataset));
        }
        facts.insert((flow.ix(), "systems"), systems(flow));
    }
}

fn items(flow: ObjectRef<'_>, dataset: ObjectRef<'_>) -> Node {
    let narrowed = flow.get("only_items");
    if let Some(node) = narrowed
        && node.value == Value::Unknown
    {
        return node.clone();
    }
    let only = flow.many("only_items");
    // An empty list narrows nothing: to be safe, the flow carries all.
    let all = if only.is_empty() { dataset.many("items") } else { only };
    let used = all.into_iter().filter(|item| matches!(item.text("status"), Some("adopted" | "coarser")));
    let list = used.map(|item| node(Value::Object(item.ix()), item.place())).collect();
    node(Value::List(list), narrowed.map_or(flow.place(), |node| &node.place))
}

fn systems(flow: ObjectRef<'_>) -> Node {
    let mut list: Vec<Node> = Vec::new();
    for declared in ["source_system", "via", "target_system"].iter().filter_map(|key| flow.get(key)) {
        let passed = match &declared.value {
            Value::Unknown => return declared.clone(),
            Value::List(passed) => passed.clone(),
            _ => vec![declared.clone()],
        };
        for system in passed {
            if !list.iter().any(|have| have.value == system.value) {
                list.push(system);
            }
        }
    }
    node(Value::List(list), flow.place())
}

/// Who points at an object. Flows stand in order of their ids, each once.
fn backwards(case: &Case, facts: &mut Facts) {
    let mut found: BTreeMap<(Ix, &'static str), Vec<Node>> = BTreeMap::new();
    for (kind, key) in [
        ("capacity", "flows_in"),
        ("capacity", "flows_out"),
        ("dataset", "flows"),
        ("consent", "flows"),
        ("purpose", "flows"),
        ("system", "flows"),
        ("party", "engages"),
    ] {
        for object in case.all(kind) {
            found.insert((object.ix(), key), Vec::new());
        }
    }
    let mut push = |to: Option<Ix>, key: &'static str, from: ObjectRef<'_>| {
        if let Some(list) = to.and_then(|to| found.get_mut(&(to, key))) {
            let entry = node(Value::Object(from.ix()), from.place());
            if list.last() != Some(&entry) {
                list.push(entry);
            }
        }
    };
    for flow in case.all("flow") {
        push(flow.one("from").map(ObjectRef::ix), "flows_out", flow);
        push(flow.one("to").map(ObjectRef::ix), "flows_in", flow);
        push(flow.one("dataset").map(ObjectRef::ix), "flows", flow);
        for purpose in flow.many("purposes") {
            push(Some(purpose.ix()), "flows", flow);
        }
        for legal in flow.many("legal") {
            push(legal.one("consent").map(ObjectRef::ix), "flows", flow);
        }
        for key in ["source_system", "target_system"] {
            push(flow.one(key).map(ObjectRef::ix), "flows", flow);
        }
        for system in flow.many("via") {
            push(Some(system.ix()), "flows", flow);
        }
    }
    for party in case.all("party") {
        push(party.one("engaged_by").map(ObjectRef::ix), "engages", party);
    }
    for ((ix, key), list) in found {
        let place = case.get(ix).map(|object| object.place().clone()).unwrap_or_default();
        facts.insert((ix, key), Node { value: Value::List(list), place });
    }
}

fn taxon(item: ObjectRef<'_>, taxonomy: &Taxonomy) -> Option<Object> {
    let code = item.get("code")?;
    let taxon = taxonomy.get(item.text("code")?)?;
    let fact = |value: Value| node(value, &code.place);
    let marks = taxon.marks.iter().map(|mark| fact(Value::Text(mark.clone()))).collect();
    let label = Value::Words { ja: taxon.label.ja.clone(), en: Some(taxon.label.en.clone()) };
    let fields = [
        ("code", code.value.clone()),
        ("class", Value::Word(taxon.class.clone())),
        ("marks", Value::List(marks)),
        ("sensitivity", Value::Int(taxon.sensitivity)),
        ("label", label),
    ];
    Some(Object {
        kind: "taxon".to_owned(),
        id: format!("{}.taxon", item.id()),
        parent: Some(item.ix()),
        derived: fields.map(|(key, value)| (key.to_owned(), fact(value))).into(),
        fields: BTreeMap::new(),
        place: code.place.clone(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::case::change::{Change, apply};
    use crate::case::fixture::{base, reading, taxonomy};
    use crate::case::read::read;
    use crate::case::schema::{Type, schema};

    fn shown(object: ObjectRef<'_>, key: &str) -> String {
        let case = object.case();
        let one = |value: &Value| match value {
            Value::Object(ix) => case.get(*ix).unwrap().id().to_owned(),
            Value::Text(text) | Value::Word(text) => text.clone(),
            Value::Int(number) => number.to_string(),
            Value::Words { ja, .. } => ja.clone(),
            other => format!("{other:?}"),
        };
        match &object.get(key).unwrap().value {
            Value::List(list) => list.iter().map(|node| one(&node.value)).collect::<Vec<_>>().join(" "),
            other => one(other),
        }
    }

    #[test]
    fn the_facts_of_the_good_case() {
        let case = reading().case;
        for (kind, id, key, expected) in [
            ("capacity", "C2", "party", "P2"),
            ("capacity", "C1", "flows_in", "F2"),
            ("capacity", "C1", "flows_out", "F1"),
            ("party", "P1", "engages", "P2"),
            ("party", "P2", "engages", ""),
            ("system", "S1", "flows", "F1"),
            ("measure", "M1", "system", "S1"),
            ("purpose", "U1", "flows", "F1 F2"),
            ("consent", "K1", "flows", "F1"),
            ("dataset", "D1", "flows", "F1 F2"),
            ("item", "I2", "dataset", "D1"),
            ("legal", "F1-L1", "flow", "F1"),
            ("legal", "F1-L1", "capacity", "C1"),
            ("legal", "F2-L1", "capacity", "C1"),
            ("flow", "F1", "items", "I1"),
            ("flow", "F2", "items", "I1"),
            ("flow", "F1", "systems", "S1"),
            ("flow", "F2", "systems", ""),
            ("flow", "F1", "people_max", "50"),
            ("flow", "F1", "party_from", "P1"),
            ("flow", "F1", "party_to", "P2"),
        ] {
            assert_eq!(shown(case.find(kind, id).unwrap(), key), expected, "{kind} {id} {key}");
        }
        let taxon = case.find("item", "I2").unwrap().one("taxon").unwrap();
        assert_eq!((taxon.kind(), shown(taxon, "class").as_str()), ("taxon", "quasi"));
        assert_eq!(shown(taxon, "label"), "生年月日");
    }

    #[test]
    fn every_derived_key_is_computed_and_of_its_type() {
        let case = reading().case;
        let mut seen = 0;
        for kind in schema().kinds() {
            for key in kind.keys().filter(|key| key.derived) {
                let object = case.all(&kind.name).next().unwrap();
                let fits = match (&key.ty, &object.get(&key.name).unwrap().value) {
                    (Type::Ref(kind) | Type::Object(kind), Value::Object(ix)) => {
                        case.get(*ix).unwrap().kind() == kind
                    }
                    (Type::Refs(kind), Value::List(list)) => list.iter().all(|node| match node.value {
                        Value::Object(ix) => case.get(ix).unwrap().kind() == kind,
                        _ => false,
                    }),
                    (Type::Int, Value::Int(_)) | (Type::Texts, Value::List(_)) => true,
                    (Type::Enum(_), Value::Word(_)) | (Type::Words, Value::Words { .. }) => true,
                    (Type::ItemCode, Value::Text(_)) => true,
                    _ => false,
                };
                assert!(fits, "{}.{}", kind.name, key.name);
                assert!(object.fields().all(|(name, _)| name != key.name), "{}.{}", kind.name, key.name);
                seen += 1;
            }
        }
        assert_eq!(seen, 23);
    }

    #[test]
    fn a_fact_about_something_unknown_is_unknown() {
        let set = |path: &str, to: &str| Change::Set { set: path.to_owned(), to: to.into() };
        let changes = [set("flow.F1.only_items", "unknown"), set("flow.F1.via", "unknown")];
        let case = read(&apply(&base(), &changes).unwrap(), &taxonomy()).unwrap().case;
        let flow = case.find("flow", "F1").unwrap();
        assert_eq!(flow.get("items").unwrap().value, Value::Unknown);
        assert_eq!(flow.get("systems").unwrap().value, Value::Unknown);
        assert_eq!(flow.int("people_max"), Some(50));
    }
}
