//! Whether the taxonomy can see what a column is.
//!
//! The checks of a legal form read items. A published column without an item is invisible to them,
//! and a role weaker than the item takes a column out of k, l and t; neither may pass unnoticed.

use super::finding::Finding;
use super::view::{Col, View};
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::Role;
use crate::rulepack::ItemClass;

pub(super) fn lint(view: &View<'_>, found: &mut Vec<Finding>) {
    for col in view.columns() {
        match (&col.column.item, col.item) {
            (Some(id), None) => {
                found
                    .push(Finding::own(Code::RecipeUnknownItem, Severity::Error, col.hit()).fact("item", id));
            }
            (None, _) if !col.is_published() => {}
            (None, _) if col.role() == Role::Keep => {
                found
                    .push(Finding::own(Code::ItemMissing, Severity::Warning, col.hit()).fact("role", "keep"));
            }
            (None, _) => {
                found.push(Finding::must(Code::ItemMissing, col.hit()).fact("role", col.role().id()))
            }
            (Some(_), Some(item)) => {
                if is_weaker(&col, item.class) {
                    let finding = Finding::own(Code::RoleWeakerThanItem, Severity::Warning, col.hit());
                    found.push(finding.fact("role", col.role().id()).fact("item", &item.id));
                }
            }
        }
    }
}

/// A kept direct identifier has its own, stronger lint.
fn is_weaker(col: &Col<'_>, class: ItemClass) -> bool {
    if !col.is_published() || col.is_removed() || (class == ItemClass::Direct && col.is_kept()) {
        return false;
    }
    match col.role() {
        Role::Keep => class != ItemClass::None,
        Role::Sensitive => matches!(class, ItemClass::Direct | ItemClass::Quasi),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;

    #[test]
    fn unknown_item() {
        assert!(Case::column(r#"role = "drop", item = "iP99""#).fails("D114"));
        assert!(!Case::column(r#"role = "drop", item = "iP01""#).has("D114"));
    }

    #[test]
    fn item_missing() {
        for role in ["direct", "link", "quasi", "sensitive", "text"] {
            assert!(Case::column(&format!(r#"role = "{role}", treatment = "keep""#)).must("D135"), "{role}");
            assert!(!Case::column(&format!(r#"role = "{role}", treatment = "drop""#)).has("D135"), "{role}");
        }
        let keep = Case::column(r#"role = "keep", treatment = "keep""#);
        assert!(keep.warns("D135") && !keep.must("D135"));
        assert!(!Case::column(r#"role = "quasi", item = "iP04", treatment = "keep""#).has("D135"));
    }

    #[test]
    fn role_weaker_than_item() {
        assert!(Case::column(r#"role = "keep", item = "iP04", treatment = "keep""#).warns("D138"));
        assert!(Case::column(r#"role = "keep", item = "iM01", treatment = "keep""#).warns("D138"));
        assert!(Case::column(r#"role = "sensitive", item = "iP04", treatment = "keep""#).warns("D138"));
        assert!(Case::column(r#"role = "keep", item = "iP05", treatment = { mask = "all" }"#).warns("D138"));
        assert!(
            !Case::column(r#"role = "keep", item = "iP05", treatment = "keep""#).has("D138"),
            "D127 says more"
        );
        assert!(!Case::column(r#"role = "keep", item = "iV03", treatment = "keep""#).has("D138"));
        assert!(!Case::column(r#"role = "quasi", item = "iP04", treatment = "keep""#).has("D138"));
        assert!(!Case::column(r#"role = "keep", item = "iP04", treatment = { constant = "-" }"#).has("D138"));
    }
}
