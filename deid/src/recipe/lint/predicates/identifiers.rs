//! What identifies by itself, and codes that link.

use super::super::view::{Col, Hit, View};
use crate::recipe::{Role, Step};
use crate::rulepack::{ItemClass, Params};
use crate::transform::value::period::Period;

/// A column of the listed roles is treated in any other way than the allowed ones; or its item
/// identifies by itself and a weaker role publishes it without making it coarser. Link columns of
/// such an item are left to the conditions on codes.
pub(super) fn direct_not_removed<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    view.published()
        .filter(|c| {
            if params.roles.contains(&c.role()) {
                return !c.only(&params.allowed);
            }
            let direct = c.item.is_some_and(|i| i.class == ItemClass::Direct);
            direct && c.role() != Role::Link && !c.only(&params.allowed) && !is_surely_coarser(c)
        })
        .map(|c| c.hit())
        .collect()
}

/// Whether no cell can be published as fine as it was read.
fn is_surely_coarser(col: &Col<'_>) -> bool {
    col.column.steps.iter().any(|s| match s {
        Step::Generalize { min, .. } => min.is_some_and(|m| m > 0),
        Step::Round(_) => true,
        Step::DateTruncate { unit, .. } => Period::from_name(unit).is_some_and(|p| p > Period::Day),
        _ => false,
    })
}

/// A column of a marked item is treated in any other way than the allowed ones.
pub(super) fn marked_kept<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    view.published()
        .filter(|c| c.is_marked(&params.marks) && !c.only(&params.allowed))
        .map(|c| c.hit())
        .collect()
}

/// As [`marked_kept`], and a pseudonym is allowed only with a key that does not last: from a key
/// that does, the code can be made again.
pub(super) fn link_code_kept<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let key_is_fine = params.keys.contains(&view.key_lifetime());
    view.published()
        .filter(|c| c.is_marked(&params.marks))
        .filter(|c| !c.only(&params.allowed) || (c.uses_pseudonym() && !key_is_fine))
        .map(|c| c.hit())
        .collect()
}

/// A pseudonym of an item of which every value can be tried, with a key that lasts.
pub(super) fn low_entropy_pseudonym<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    if !params.keys.contains(&view.key_lifetime()) {
        return Vec::new();
    }
    view.published()
        .filter(|c| c.uses_pseudonym())
        .filter(|c| c.item.and_then(|i| i.entropy).is_some_and(|e| params.entropy.contains(&e)))
        .map(|c| c.hit())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;
    use crate::rulepack::KeyLifetime;

    const FORMS: [(&str, &str, &str); 3] = [
        ("仮名加工情報", "DL301", "DL302"),
        ("匿名加工情報", "DL402", "DL404"),
        ("行政機関等匿名加工情報", "DL502", "DL504"),
    ];

    #[test]
    fn direct_not_removed() {
        for (form, code, _) in FORMS {
            for bad in [
                r#"role = "direct", item = "iP01", treatment = "keep""#,
                r#"role = "direct", item = "iP01", treatment = { mask = { first = 1 } }"#,
                r#"role = "keep", item = "iP01", treatment = "keep""#,
                r#"role = "sensitive", item = "iP07", treatment = { mask = { last = 4 } }"#,
                r#"role = "quasi", item = "iP05", treatment = "keep""#,
                r#"role = "quasi", item = "iP05", treatment = { generalize = "h" }"#,
            ] {
                let h = if bad.contains("\"h\"") { "[hierarchy.h]\ncsv = \"h.csv\"" } else { "" };
                assert!(Case::column(bad).form(form).tail(h).fails(code), "{form}: {bad}");
            }
            for good in [
                r#"role = "direct", item = "iP01", treatment = "drop""#,
                r#"role = "direct", item = "iP01", treatment = { pseudonym = "p" }"#,
                r#"role = "quasi", item = "iP05", treatment = { generalize = { hierarchy = "h", min = 1 } }"#,
                r#"role = "quasi", item = "iP04", treatment = "keep""#,
                r#"role = "link", item = "iN03", treatment = "keep""#,
            ] {
                let h = if good.contains("\"h\"") { "[hierarchy.h]\ncsv = \"h.csv\"" } else { "" };
                assert!(!Case::column(good).form(form).tail(h).has(code), "{form}: {good}");
            }
        }
    }

    #[test]
    fn identification_code_kept() {
        for (form, _, code) in FORMS {
            let case = |treatment: &str| {
                Case::column(&format!(r#"role = "direct", item = "iN06", treatment = {treatment}"#))
                    .form(form)
            };
            assert!(case("{ mask = { last = 2 } }").fails(code), "{form}");
            assert!(!case("{ pseudonym = \"p\" }").has(code), "{form}");
        }
        let safety = |treatment: &str| {
            Case::column(&format!(r#"role = "link", item = "iN06", treatment = {treatment}"#))
        };
        assert!(safety("\"keep\"").warns("DL202"));
        assert!(!safety("\"drop\"").has("DL202"));
    }

    #[test]
    fn financial_kept() {
        let case = |treatment: &str| {
            Case::column(&format!(r#"role = "direct", item = "iN12", treatment = {treatment}"#))
        };
        assert!(case("{ mask = { last = 4 } }").warns("DL203"));
        assert!(case("{ mask = { last = 4 } }").form("仮名加工情報").fails("DL303"));
        assert!(!case("\"drop\"").has("DL203"));
        assert!(!case("\"drop\"").form("仮名加工情報").has("DL303"));
    }

    #[test]
    fn link_code_kept() {
        for (form, code) in [("匿名加工情報", "DL405"), ("行政機関等匿名加工情報", "DL505")]
        {
            let case = |treatment: &str| {
                Case::column(&format!(r#"role = "link", item = "iN07", treatment = {treatment}"#)).form(form)
            };
            assert!(case("\"keep\"").fails(code));
            assert!(case("{ pseudonym = \"p\" }").key(KeyLifetime::File).fails(code));
            assert!(!case("{ pseudonym = \"p\" }").has(code));
            assert!(!case("{ pseudonym = \"p\" }").key(KeyLifetime::MemoryOnly).has(code));
            assert!(!case("\"drop\"").key(KeyLifetime::File).has(code));
        }
    }

    #[test]
    fn low_entropy_pseudonym() {
        let case = |item: &str| {
            Case::column(&format!(r#"role = "link", item = "{item}", treatment = {{ pseudonym = "p" }}"#))
        };
        assert!(case("iN03").has("DL103"));
        assert!(case("iN03").key(KeyLifetime::File).has("DL103"));
        assert!(!case("iN03").key(KeyLifetime::MemoryOnly).has("DL103"));
        assert!(!case("iN03").form("匿名加工情報").has("DL103"), "the form has no lasting key");
        assert!(!case("iN09").has("DL103"), "medium");
    }
}
