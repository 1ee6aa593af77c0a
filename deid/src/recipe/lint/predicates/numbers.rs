//! Numbers whose very use the law restricts.

use super::super::view::{Hit, View};
use crate::rulepack::Params;

/// A marked column is treated in any other way than the allowed ones. For 個人番号 only dropping is
/// allowed: a code in its place is 個人番号 too (番号法2条5項・9項).
pub(super) fn marked_not_dropped<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    view.published()
        .filter(|c| c.is_marked(&params.marks) && !c.only(&params.allowed))
        .map(|c| c.hit())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::recipe::LegalForm;
    use crate::recipe::lint::testing::{Case, ack};

    #[test]
    fn my_number_may_only_be_dropped_in_every_form() {
        for (form, _) in LegalForm::ALL {
            for treatment in [
                "\"keep\"",
                "{ pseudonym = \"p\" }",
                "{ mask = \"all\" }",
                "{ constant = \"X\" }",
                "{ suppress = { rarer_than = 5 } }",
            ] {
                let case =
                    Case::column(&format!(r#"role = "direct", item = "iN01", treatment = {treatment}"#))
                        .form(form);
                assert!(case.fails("DL101"), "{form} {treatment}");
                assert!(case.tail(&ack("DL101", "")).fails("DL101"), "{form} {treatment}");
            }
            for dropped in [r#"role = "drop""#, r#"role = "direct", treatment = "drop""#, r#"role = "text""#]
            {
                assert!(
                    !Case::column(&format!("{dropped}, item = \"iN01\"")).form(form).has("DL101"),
                    "{form}"
                );
            }
        }
    }

    #[test]
    fn disclosure_restricted_not_dropped() {
        let case = |treatment: &str| {
            Case::column(&format!(r#"role = "link", item = "iN04", treatment = {treatment}"#))
        };
        assert!(case("{ pseudonym = \"p\" }").warns("DL102"));
        assert!(!case("\"drop\"").has("DL102"));
    }
}
