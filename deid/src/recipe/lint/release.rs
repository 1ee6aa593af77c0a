//! The gate, what can be recounted, and how a release stands to its input and to other releases.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::view::{Hit, View};
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::{Follows, Role, Step};

pub(super) fn lint(view: &View<'_>, found: &mut Vec<Finding>) {
    let recipe = view.recipe;
    if recipe.follows == Follows::Unsaid {
        found.push(Finding::own(Code::NotAcrossReleases, Severity::Info, Hit::default()));
    }
    for table in &recipe.tables {
        if table.rows.is_none() && table.sha256.is_none() {
            found.push(Finding::own(Code::InputNotPinned, Severity::Info, Hit::table(table)));
        }
    }
    let first_quasi = view.published().find(|c| c.role() == Role::Quasi);
    if let (Some(col), None) = (first_quasi, &recipe.privacy) {
        found.push(Finding::must(Code::NoGate, Hit::at(&col.column.span)));
    }
    not_recountable(view, found);
    no_normalisation(view, found);
}

/// Columns that a reader needs, equal or pseudonymised, to count people again.
fn not_recountable(view: &View<'_>, found: &mut Vec<Finding>) {
    let recipe = view.recipe;
    let (Some(person), Some(_)) = (&recipe.person, &recipe.privacy) else { return };
    let mut needed = BTreeSet::new();
    let key_of = |table: &str| recipe.table(table).and_then(|t| t.key.as_deref());
    if key_of(&person.table) != Some(&person.column) {
        needed.insert((person.table.as_str(), person.column.as_str()));
    }
    for relation in &recipe.relations {
        needed.insert((&relation.child, &relation.column));
        needed.extend(key_of(&relation.parent).map(|key| (relation.parent.as_str(), key)));
    }
    for col in view.columns() {
        let tells_apart = matches!(col.column.steps.as_slice(), [Step::Keep | Step::Pseudonym { .. }]);
        if needed.contains(&(col.table.name.as_str(), col.column.name.as_str())) && !tells_apart {
            found.push(Finding::own(Code::NotRecountable, Severity::Info, col.hit()));
        }
    }
}

/// One finding a domain, however many columns use it.
fn no_normalisation(view: &View<'_>, found: &mut Vec<Finding>) {
    let mut domains = BTreeSet::new();
    for col in view.columns().filter(|c| !c.column.value_type.is_typed()) {
        for step in &col.column.steps {
            if let Step::Pseudonym { domain, .. } = step {
                domains.insert(domain.as_str());
            }
        }
    }
    for (name, domain) in &view.recipe.domains {
        if domain.normalise.is_empty() && domains.contains(name.as_str()) {
            let finding = Finding::own(Code::NoNormalisation, Severity::Warning, Hit::at(&domain.span));
            found.push(finding.fact("domain", name));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;

    const QUASI: &str = r#"role = "quasi", item = "iP04", treatment = "keep""#;

    #[test]
    fn no_gate() {
        assert!(Case::column(QUASI).must("D124"));
        assert!(!Case::column(QUASI).tail("[privacy]\nk = 2").has("D124"));
        assert!(!Case::column(r#"role = "drop""#).has("D124"));
    }

    #[test]
    fn not_across_releases() {
        let case = Case::column(r#"role = "drop""#);
        assert!(case.has("D126"));
        assert!(!case.clone().head("follows = \"none\"").has("D126"));
        assert!(!case.head(&format!("follows = \"{}\"", "0a".repeat(32))).has("D126"));
    }

    #[test]
    fn input_not_pinned() {
        let case = Case::column(r#"role = "drop""#);
        assert!(case.has("D128"));
        assert!(!case.clone().table("rows = 3").has("D128"));
        assert!(!case.table(&format!("sha256 = \"{}\"", "0a".repeat(32))).has("D128"));
    }

    #[test]
    fn no_normalisation() {
        let case = |value_type: &str, domain: &str| {
            Case::column(&format!(
                r#"role = "link", item = "iN03", type = "{value_type}", treatment = {{ pseudonym = "{domain}" }}"#
            ))
            .tail("[domain.raw]\nnormalise = []")
        };
        assert!(case("text", "raw").warns("D122"));
        assert!(case("code", "raw").warns("D122"));
        assert!(!case("integer", "raw").has("D122"), "a typed value has one text");
        assert!(!case("text", "p").has("D122"));
    }

    #[test]
    fn not_recountable() {
        let case = |treatment: &str| {
            Case::column(&format!(r#"role = "link", item = "iN03", treatment = {treatment}"#))
                .table("key = \"c\"")
                .tail("[person]\ntable = \"t\"\n[privacy]\nk = 2\n[[relation]]\nchild = \"u\"\ncolumn = \"c\"\nparent = \"t\"")
                .tail("[table.u]\nfile = \"u.csv\"\n[table.u.columns]\n\"c\" = { role = \"link\", item = \"iN03\", treatment = \"keep\" }\n")
        };
        assert!(case("\"drop\"").has("D125"));
        assert!(!case("{ pseudonym = \"p\" }").has("D125"));
        let alone = Case::column(r#"role = "drop", item = "iN03""#).table("key = \"c\"");
        assert!(
            !alone.tail("[person]\ntable = \"t\"\n[privacy]\nk = 2").has("D125"),
            "one row a person needs no name"
        );
    }
}
