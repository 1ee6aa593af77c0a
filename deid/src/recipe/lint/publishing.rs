//! What is published as it is, or nearly.

use super::finding::Finding;
use super::view::{Hit, View};
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::{Order, Role, Step, ValueType};
use crate::rulepack::{Item, ItemClass};

pub(super) fn lint(view: &View<'_>, found: &mut Vec<Finding>) {
    for table in &view.recipe.tables {
        if table.order == Order::Keep {
            found.push(Finding::must(Code::OrderKept, Hit::table(table)));
        }
    }
    for col in view.published() {
        let direct = col.item.is_some_and(|i| i.class == ItemClass::Direct);
        match col.role() {
            Role::Link if col.is_kept() => found.push(Finding::must(Code::LinkKept, col.hit())),
            Role::Link => {}
            Role::Text if col.is_kept() => found.push(Finding::must(Code::FreeTextKept, col.hit())),
            Role::Direct if col.is_kept() => found.push(Finding::must(Code::DirectKept, col.hit())),
            _ if direct && col.is_kept() => found.push(Finding::must(Code::DirectKept, col.hit())),
            _ if col.item.is_some_and(is_free_text)
                && col.is_kept()
                && col.column.value_type == ValueType::Text =>
            {
                found.push(Finding::must(Code::FreeTextKept, col.hit()));
            }
            _ => {}
        }
        let shows = |s: &Step| match s {
            Step::Mask(m) => !m.hides_all(),
            _ => false,
        };
        if (col.role() == Role::Direct || direct) && col.column.steps.iter().any(shows) {
            found.push(Finding::own(Code::DirectMasked, Severity::Warning, col.hit()));
        }
    }
}

/// Items whose first default is to drop the text, whatever role the recipe gives them.
fn is_free_text(item: &Item) -> bool {
    item.pseudonymised.first().is_some_and(|t| t == "drop_text")
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;

    #[test]
    fn order_kept() {
        let case = Case::column(r#"role = "drop""#);
        assert!(case.clone().table(r#"order = "keep""#).must("D120"));
        assert!(!case.table(r#"order = "shuffle""#).has("D120"));
    }

    #[test]
    fn free_text_kept() {
        assert!(Case::column(r#"role = "text", item = "iE03", treatment = "keep""#).must("D121"));
        assert!(Case::column(r#"role = "sensitive", item = "iM03", treatment = "keep""#).must("D121"));
        assert!(!Case::column(r#"role = "text", item = "iE03", treatment = { constant = "-" }"#).has("D121"));
        assert!(!Case::column(r#"role = "text", item = "iE03""#).has("D121"));
        assert!(
            !Case::column(r#"role = "sensitive", item = "iC03", type = "code", treatment = "keep""#)
                .has("D121")
        );
    }

    #[test]
    fn direct_kept() {
        assert!(Case::column(r#"role = "direct", item = "iP01", treatment = "keep""#).must("D127"));
        assert!(Case::column(r#"role = "quasi", item = "iP05", treatment = "keep""#).must("D127"));
        assert!(Case::column(r#"role = "keep", item = "iP07", treatment = "keep""#).must("D127"));
        assert!(!Case::column(r#"role = "direct", item = "iP01", treatment = "drop""#).has("D127"));
        assert!(!Case::column(r#"role = "quasi", item = "iP04", treatment = "keep""#).has("D127"));
    }

    #[test]
    fn link_kept() {
        assert!(Case::column(r#"role = "link", item = "iN03", treatment = "keep""#).must("D136"));
        assert!(
            !Case::column(r#"role = "link", item = "iN03", treatment = { pseudonym = "p" }"#).has("D136")
        );
    }

    #[test]
    fn direct_masked() {
        let masked = |mask: &str| {
            Case::column(&format!(r#"role = "direct", item = "iP07", treatment = {{ mask = {mask} }}"#))
        };
        assert!(masked("{ last = 4 }").warns("D137"));
        assert!(masked("\"all\"").warns("D137"), "the length remains");
        assert!(!masked("{ fixed = 4 }").has("D137"));
        assert!(!Case::column(r#"role = "keep", item = "iV03", treatment = { mask = "all" }"#).has("D137"));
    }
}
