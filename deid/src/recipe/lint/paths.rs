//! Ways to the person that counting and date shifting need.

use super::finding::Finding;
use super::view::{Hit, View};
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::Step;

pub(super) fn lint(view: &View<'_>, found: &mut Vec<Finding>) {
    let recipe = view.recipe;
    let mut lost = |hit: Hit<'_>| found.push(Finding::own(Code::RecipeNoPersonPath, Severity::Error, hit));
    match (&recipe.person, &recipe.privacy) {
        (Some(person), _) => {
            for table in recipe.tables.iter().filter(|t| t.name != person.table) {
                if recipe.parent_of(&table.name).is_none() {
                    lost(Hit::table(table));
                }
            }
        }
        // Several tables and nobody says who is whom: there is nothing to count.
        (None, Some(privacy)) if recipe.tables.len() > 1 => lost(Hit::at(&privacy.span)),
        (None, None) if recipe.tables.len() > 1 => {
            for col in view.columns() {
                if col.column.steps.iter().any(|s| matches!(s, Step::DateShift { .. })) {
                    lost(col.hit());
                }
            }
        }
        (None, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;

    const SECOND: &str = "[table.u]\nfile = \"u.csv\"\n[table.u.columns]\n\"c\" = { role = \"drop\" }\n";

    #[test]
    fn a_table_that_leads_to_nobody() {
        let case = Case::column(r#"role = "drop""#).table("key = \"c\"").tail(SECOND);
        let person = "[person]\ntable = \"t\"\n";
        assert!(case.clone().tail(person).fails("D109"));
        let related = "[[relation]]\nchild = \"u\"\ncolumn = \"c\"\nparent = \"t\"\n";
        assert!(!case.clone().tail(person).tail(related).has("D109"));
        assert!(case.clone().tail("[privacy]\nk = 2\n").fails("D109"));
        assert!(!case.has("D109"));
    }

    #[test]
    fn a_date_shift_needs_a_person() {
        let shifted =
            r#"role = "quasi", item = "iE01", type = "date", treatment = { date_shift = { days = 9 } }"#;
        assert!(Case::column(shifted).tail(SECOND).fails("D109"));
        assert!(!Case::column(shifted).has("D109"), "one table without [person]: one row a person");
    }
}
