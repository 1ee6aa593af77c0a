//! Hierarchies: whether they fit the columns that use them, and are used at all.
//!
//! Whether one nests is found where it is built: while the recipe is read, or its CSV file.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::view::{Hit, View, level_count};
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::{HierarchyKind, PrivacyModel, Step, ValueType};

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
    for demand in view.recipe.privacy.iter().flat_map(|p| &p.models) {
        if let PrivacyModel::THierarchical { hierarchy, .. } = &demand.model {
            hierarchies.insert(hierarchy.as_str());
        }
    }
    for (name, spec) in &view.recipe.hierarchies {
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

fn fits(kind: &HierarchyKind, value_type: &ValueType) -> bool {
    match kind {
        HierarchyKind::Bands { .. } => value_type.is_numeric(),
        HierarchyKind::Dates { .. } => value_type.has_date(),
        _ => true,
    }
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
