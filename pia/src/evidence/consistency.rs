//! Whether a statement of the right shape can be true at all. Order as in docs/manifest.md.

use super::error::EvidenceError;
use super::node::Node;
use super::run_manifest::{Figure, Gate, Limit, Measure, ModelLimit, RunManifest, ratio};
use super::{key_id, names};
use std::collections::HashSet;

pub(super) fn check(statement: &Node, run: &RunManifest) -> Result<(), EvidenceError> {
    use EvidenceError as E;
    let said = statement.at("predicate");
    let tables = said.at("tables").items();
    let faults = [
        (run.subjects.is_empty(), E::SubjectNone),
        (run.subjects.iter().any(|(name, _)| !names::is_plain_file(name)), E::SubjectName),
        (has_twin(run.subjects.iter().map(|(name, _)| name.to_lowercase())), E::SubjectDuplicate),
        (tables_collide(tables), E::TableDuplicate),
        (
            tables.iter().any(|t| !run.subjects.iter().any(|(name, _)| name == t.at("file").text())),
            E::TableFileUnlisted,
        ),
        (tables.iter().any(names_strange_column), E::ColumnUnknown),
        (said.at("relations").items().iter().any(|r| !relation_ends(r, tables)), E::ColumnUnknown),
        (tables.iter().any(loses_someone), E::CountsInconsistent),
        (said.at("measures").items().iter().any(|m| !is_placed(m, tables)), E::MeasureInconsistent),
        (claims_too_much(said.at("decision").at("search")), E::DecisionInconsistent),
        (!said.at("gate").is_null() && !said.at("gate").at("passed").is_true(), E::GateNotPassed),
        (
            run.gate.as_ref().is_some_and(|gate| !bears_out(gate, said, tables, &run.measures)),
            E::GateInconsistent,
        ),
        (uses_demo_key(said) && !run.demo, E::DemoUnmarked),
        (breaks_legal_form(said, tables), E::LegalFormInconsistent),
        (run.assessed_across_releases && run.follows.is_none(), E::ReleasesInconsistent),
    ];
    faults.into_iter().find(|(fault, _)| *fault).map_or(Ok(()), |(_, error)| Err(error))
}

fn has_twin<T: std::hash::Hash + Eq>(mut names: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    names.any(|name| !seen.insert(name))
}

fn texts<'a>(items: &'a [Node], key: &'a str) -> impl Iterator<Item = &'a str> {
    items.iter().map(move |item| item.at(key).text())
}

fn tables_collide(tables: &[Node]) -> bool {
    has_twin(texts(tables, "id"))
        || has_twin(texts(tables, "file"))
        || tables.iter().any(|t| has_twin(texts(t.at("columns").items(), "name")))
}

fn column<'a>(table: &'a Node, name: &str) -> Option<&'a Node> {
    table.at("columns").items().iter().find(|c| c.at("name").text() == name)
}

fn names_strange_column(table: &Node) -> bool {
    let hidden = |name: &Node| column(table, name.text()).is_none_or(|c| !c.at("published").is_true());
    let person = table.at("person_column");
    let person_strange = || {
        column(table, person.at("name").text()).is_none_or(|c| c.at("published") != person.at("published"))
    };
    table.at("quasi").items().iter().any(hidden)
        || table.at("sensitive").items().iter().any(hidden)
        || (!person.is_null() && person_strange())
}

fn relation_ends(relation: &Node, tables: &[Node]) -> bool {
    let end = |side: &str, columns: &str| {
        let id = relation.at(side).text();
        let table = tables.iter().find(|t| t.at("id").text() == id);
        let names = relation.at(columns).items();
        let known = table.is_some_and(|t| names.iter().all(|n| column(t, n.text()).is_some()));
        known.then_some(names.len())
    };
    let (child, parent) = (end("child", "child_columns"), end("parent", "parent_columns"));
    child.is_some_and(|n| n > 0) && child == parent
}

fn loses_someone(table: &Node) -> bool {
    let lost = |counts: &Node| {
        let count = |key| counts.at(key).count().unwrap_or(0);
        count("in") != count("out") + count("suppressed")
    };
    lost(table.at("rows")) || (!table.at("people").is_null() && lost(table.at("people")))
}

fn is_placed(measure: &Node, tables: &[Node]) -> bool {
    let table = measure.at("table");
    if measure.at("scope").text() == "joined" {
        table.is_null()
    } else {
        !table.is_null() && texts(tables, "id").any(|id| id == table.text())
    }
}

/// What is said of the search does not fit together: a gap that is not loss − bound, or a proof and
/// something that is left open.
fn claims_too_much(search: &Node) -> bool {
    let figure = |key| ratio(search.at(key).text()).unwrap_or(-1);
    let (loss, bound, gap) = (figure("loss"), figure("bound"), figure("gap"));
    let proven = search.at("proven").is_true();
    !search.is_null()
        && (bound < 0
            || gap < 0
            || loss - bound != gap
            || (proven && gap != 0)
            || proven != search.at("stopped").is_null())
}

/// Whether the figures of single tables meet the limits, and those that are limited exist.
fn bears_out(gate: &Gate, said: &Node, tables: &[Node], measures: &[Measure]) -> bool {
    let of = |definition: &str| -> Vec<&Measure> {
        measures.iter().filter(|m| m.table.is_some() && m.definition == definition).collect()
    };
    let k = of("k-anonymity");
    let unmeasured = tables.iter().any(|t| {
        let id = t.at("id").text();
        !t.at("quasi").items().is_empty() && !k.iter().any(|m| m.table.as_deref() == Some(id))
    });
    let reference = said.at("gate").at("t_reference");
    let t = of(&format!("t-closeness.equal.{}", reference.text()));
    !k.is_empty()
        && !unmeasured
        && k.iter().all(|m| is_enough(m, &gate.k))
        && all_kept(&gate.l, tables, &of("l-diversity.distinct"), is_enough)
        && all_kept(&gate.t, tables, &t, is_near)
        && gate.t.is_empty() == reference.is_null()
        && models_kept(&gate.models, tables, measures)
}

/// Each limit is the only one of its figure, is about a table and, where it names one, a sensitive column
/// of it, and there are figures of it, none of which breaks it.
fn models_kept(limits: &[ModelLimit], tables: &[Node], measures: &[Measure]) -> bool {
    let is_placed = |limit: &ModelLimit| {
        let Some(table) = tables.iter().find(|t| t.at("id").text() == limit.table) else { return false };
        let sensitive = table.at("sensitive").items();
        limit.column.as_ref().is_none_or(|column| sensitive.iter().any(|n| n.text() == column))
    };
    let is_kept = |limit: &ModelLimit| {
        let own: Vec<_> = measures.iter().filter(|m| limit.is_about(m)).collect();
        !own.is_empty() && own.iter().all(|m| limit.is_kept_by(m))
    };
    !has_twin(limits.iter().map(|l| (&l.definition, &l.table, &l.column)))
        && limits.iter().all(|l| is_placed(l) && is_kept(l))
}

fn is_enough(measure: &Measure, least: &u64) -> bool {
    match measure.value {
        Some(Figure::Count(n)) => n >= *least,
        Some(Figure::Ratio(_)) => false,
        None => true,
    }
}

fn is_near(measure: &Measure, greatest: &i128) -> bool {
    match measure.value {
        Some(Figure::Ratio(x)) => x <= *greatest,
        Some(Figure::Count(_)) => false,
        None => true,
    }
}

/// Each limit is the only one of its column, the column is sensitive, and there are figures of
/// this column alone, none of which breaks the limit.
fn all_kept<T>(
    limits: &[Limit<T>],
    tables: &[Node],
    figures: &[&Measure],
    keeps: fn(&Measure, &T) -> bool,
) -> bool {
    let is_sensitive = |limit: &Limit<T>| {
        let named = |t: &&Node| t.at("id").text() == limit.table;
        let list = tables.iter().find(named).map(|t| t.at("sensitive").items());
        list.is_some_and(|names| names.iter().any(|n| n.text() == limit.column))
    };
    let is_kept = |limit: &Limit<T>| {
        let about = |m: &&&Measure| {
            m.table.as_deref() == Some(limit.table.as_str())
                && matches!(m.columns.as_slice(), [only] if *only == limit.column)
        };
        let own: Vec<_> = figures.iter().filter(about).collect();
        !own.is_empty() && own.iter().all(|m| keeps(m, &limit.limit))
    };
    !has_twin(limits.iter().map(|l| (&l.table, &l.column)))
        && limits.iter().all(|l| is_sensitive(l) && is_kept(l))
}

fn uses_demo_key(said: &Node) -> bool {
    let signer = std::iter::once(said.at("signer").at("id").text());
    signer.chain(texts(said.at("keys").items(), "id")).any(key_id::is_demo)
}

fn breaks_legal_form(said: &Node, tables: &[Node]) -> bool {
    match said.at("legal_form").text() {
        "匿名加工情報" | "行政機関等匿名加工情報" => {
            let root = |key: &&Node| key.at("kind").text() == "root";
            said.at("keys").items().iter().filter(root).any(|key| key.at("lifetime").text() != "memory")
        }
        "統計" => !tables.is_empty(),
        _ => false,
    }
}
