//! Hierarchies: whether they nest, fit the columns that use them, and are used at all.
//!
//! What a CSV hierarchy holds is in its file and is checked where the file is read. The rules are
//! those of [`crate::transform::hierarchy`], stated here on the recipe so that a fault is underlined
//! before any data is opened.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::view::{Hit, View, level_count};
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::{HierarchyKind, Step, ValueType};
use crate::transform::value::period::Period;

pub(super) fn lint(view: &View<'_>, found: &mut Vec<Finding>) {
    let mut hierarchies = BTreeSet::new();
    let mut domains = BTreeSet::new();
    for col in view.columns() {
        for step in &col.column.steps {
            match step {
                Step::Pseudonym { domain, .. } => {
                    domains.insert(domain.as_str());
                }
                Step::Generalize { hierarchy, min, max } => {
                    hierarchies.insert(hierarchy.as_str());
                    let Some(spec) = view.hierarchy(hierarchy) else { continue };
                    if !fits(&spec.kind, &col.column.value_type) {
                        let finding = Finding::own(Code::RecipeTreatmentType, Severity::Error, col.hit());
                        found.push(
                            finding.fact("treatment", "generalize").fact("type", col.column.value_type.id()),
                        );
                    }
                    let highest = level_count(&spec.kind).map(|n| n.saturating_sub(1));
                    if let Some(highest) = highest
                        && [min, max].into_iter().flatten().any(|level| *level > highest)
                    {
                        let finding = Finding::own(Code::RecipeBadValue, Severity::Error, col.hit());
                        found.push(finding.fact("allowed", &format!("level 0..{highest}")));
                    }
                }
                _ => {}
            }
        }
    }
    for (name, spec) in &view.recipe.hierarchies {
        if !nests(&spec.kind) {
            let finding = Finding::own(Code::RecipeHierarchy, Severity::Error, Hit::at(&spec.span));
            found.push(finding.fact("name", name).fact("detail", kind_name(&spec.kind)));
        }
        if !hierarchies.contains(name.as_str()) {
            let finding = Finding::own(Code::DeclaredUnused, Severity::Info, Hit::at(&spec.span));
            found.push(finding.fact("name", &format!("hierarchy.{name}")));
        }
    }
    for (name, domain) in &view.recipe.domains {
        if !domains.contains(name.as_str()) {
            let finding = Finding::own(Code::DeclaredUnused, Severity::Info, Hit::at(&domain.span));
            found.push(finding.fact("name", &format!("domain.{name}")));
        }
    }
}

fn kind_name(kind: &HierarchyKind) -> &'static str {
    match kind {
        HierarchyKind::Bands { .. } => "bands",
        HierarchyKind::Prefix { .. } => "prefix",
        HierarchyKind::Dates { .. } => "dates",
        HierarchyKind::Leaves(_) | HierarchyKind::Groups(_) | HierarchyKind::Levels(_) => "list",
        HierarchyKind::Csv { .. } => "csv",
    }
}

fn fits(kind: &HierarchyKind, value_type: &ValueType) -> bool {
    match kind {
        HierarchyKind::Bands { .. } => matches!(value_type, ValueType::Integer | ValueType::Decimal),
        HierarchyKind::Dates { .. } => matches!(value_type, ValueType::Date(_) | ValueType::DateTime(_)),
        _ => true,
    }
}

/// Whether each level lies within the next.
fn nests(kind: &HierarchyKind) -> bool {
    match kind {
        HierarchyKind::Bands { widths, top, bottom, .. } => {
            !widths.is_empty()
                && widths.iter().zip(widths.iter().skip(1)).all(|(a, b)| b > a && b % a == 0)
                && bottom.zip(*top).is_none_or(|(bottom, top)| bottom < top)
        }
        HierarchyKind::Prefix { lengths } => {
            !lengths.is_empty() && lengths.iter().zip(lengths.iter().skip(1)).all(|(a, b)| b < a)
        }
        HierarchyKind::Dates { levels, style } => {
            let periods: Option<Vec<_>> = levels.iter().map(|l| Period::from_name(l)).collect();
            let Some(periods) = periods else { return false };
            let wareki = style == "wareki";
            !periods.is_empty()
                && (wareki || style == "iso")
                && !(wareki && periods.contains(&Period::Week))
                && periods.iter().zip(periods.iter().skip(1)).all(|(a, b)| a.nests_in(*b))
        }
        HierarchyKind::Leaves(leaves) => are_distinct(leaves.iter().map(String::as_str)),
        HierarchyKind::Groups(groups) => are_distinct(groups.iter().flatten().map(String::as_str)),
        HierarchyKind::Levels(levels) => list_nests(levels),
        HierarchyKind::Csv { .. } => true,
    }
}

/// At least one value, and none twice.
fn are_distinct<'a>(mut values: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    values.all(|value| seen.insert(value)) && !seen.is_empty()
}

/// Every value below is a member of exactly one group.
fn list_nests(levels: &[Vec<(String, Vec<String>)>]) -> bool {
    let mut below: Option<BTreeSet<&str>> = None;
    for level in levels {
        let members: Vec<&str> = level.iter().flat_map(|(_, m)| m).map(String::as_str).collect();
        let distinct: BTreeSet<&str> = members.iter().copied().collect();
        if members.is_empty() || distinct.len() != members.len() || below.is_some_and(|b| b != distinct) {
            return false;
        }
        below = Some(level.iter().map(|(name, _)| name.as_str()).collect());
    }
    below.is_some()
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;

    fn generalized(value_type: &str, hierarchy: &str, step: &str) -> Case {
        Case::column(&format!(
            r#"role = "quasi", item = "iP03", type = "{value_type}", treatment = {{ generalize = {step} }}"#
        ))
        .tail(&format!("[hierarchy.h]\n{hierarchy}\n"))
    }

    #[test]
    fn hierarchies_that_do_not_nest() {
        for (value_type, bad) in [
            ("integer", "bands = { widths = [] }"),
            ("integer", "bands = { widths = [5, 12] }"),
            ("integer", "bands = { widths = [10, 5] }"),
            ("integer", "bands = { widths = [5], top = 10, bottom = 20 }"),
            ("code", "prefix = { lengths = [3, 5] }"),
            ("code", "prefix = { lengths = [3, 3] }"),
            ("date", "dates = { levels = [\"year\", \"month\"] }"),
            ("date", "dates = { levels = [\"moon\"] }"),
            ("date", "dates = { levels = [\"year\"], style = \"lunar\" }"),
            ("date", "dates = { levels = [\"week\"], style = \"wareki\" }"),
            ("date", "dates = { levels = [\"year\", \"fiscal-year\"] }"),
            ("text", "list = { levels = [] }"),
            ("text", "list = { leaves = [] }"),
            ("text", "list = { leaves = [\"a\", \"a\"] }"),
            ("text", "list = { groups = [[\"a\"], [\"b\", \"a\"]] }"),
            ("text", "list = { levels = [ { \"x\" = [\"a\"], \"y\" = [\"a\"] } ] }"),
            ("text", "list = { levels = [ { \"x\" = [\"a\"] }, { \"z\" = [\"y\"] } ] }"),
        ] {
            assert!(generalized(value_type, bad, "\"h\"").fails("D112"), "{bad}");
        }
        for (value_type, good) in [
            ("integer", "bands = { widths = [5, 10, 20], top = 90, bottom = 0 }"),
            ("code", "prefix = { lengths = [5, 3] }"),
            ("date", "dates = { levels = [\"month\", \"quarter\", \"fiscal-year\"], style = \"wareki\" }"),
            (
                "text",
                "list = { levels = [ { \"x\" = [\"a\"], \"y\" = [\"b\"] }, { \"z\" = [\"x\", \"y\"] } ] }",
            ),
            ("text", "list = { leaves = [\"a\", \"b\"] }"),
            ("text", "list = { groups = [[\"a\"], [\"b\", \"c\"]] }"),
            ("text", "csv = \"h.csv\""),
        ] {
            assert!(!generalized(value_type, good, "\"h\"").has("D112"), "{good}");
        }
    }

    #[test]
    fn levels_beyond_the_last() {
        let h = "prefix = { lengths = [5, 3] }";
        assert!(generalized("code", h, "{ hierarchy = \"h\", level = 4 }").fails("D105"));
        assert!(!generalized("code", h, "{ hierarchy = \"h\", level = 3 }").has("D105"));
    }

    #[test]
    fn hierarchy_of_another_type() {
        assert!(generalized("code", "bands = { widths = [5] }", "\"h\"").fails("D115"));
        assert!(generalized("text", "dates = { levels = [\"year\"] }", "\"h\"").fails("D115"));
        assert!(!generalized("date", "dates = { levels = [\"year\"] }", "\"h\"").has("D115"));
    }

    #[test]
    fn declared_and_not_used() {
        let case = Case::column(r#"role = "drop""#);
        assert!(case.clone().tail("[hierarchy.h]\nprefix = { lengths = [1] }").has("D139"));
        assert!(case.tail("[domain.q]\nnormalise = []").has("D139"));
        assert!(!generalized("code", "prefix = { lengths = [5, 3] }", "\"h\"").has("D139"));
    }
}
