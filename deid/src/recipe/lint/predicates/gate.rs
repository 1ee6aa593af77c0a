//! What the recipe gates, against what the pack asks for.

use super::super::view::{Col, Hit, View};
use crate::recipe::Role;
use crate::rulepack::Params;

/// No gate, or a k below the limit.
pub(super) fn k_below<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let least = params.k_min.unwrap_or(u64::MAX);
    match &view.recipe.privacy {
        None => vec![Hit::at(&view.recipe.legal_form_span)],
        Some(p) if p.k < least => vec![Hit::at(&p.span)],
        Some(_) => Vec::new(),
    }
}

/// A published sensitive column of a marked item without l, or with an l below the limit.
pub(super) fn l_below<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let least = params.l_min.unwrap_or(u64::MAX);
    let limits = view.recipe.privacy.as_ref().map(|p| &p.l);
    gated(view, params)
        .filter(|c| limits.and_then(|l| l.get(&key(c))).is_none_or(|l| *l < least))
        .map(|c| c.hit())
        .collect()
}

/// A published sensitive column of a marked item without t.
pub(super) fn t_missing<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let limits = view.recipe.privacy.as_ref().map(|p| &p.t);
    gated(view, params).filter(|c| limits.is_none_or(|t| !t.contains_key(&key(c)))).map(|c| c.hit()).collect()
}

fn key(col: &Col<'_>) -> (String, String) {
    (col.table.name.clone(), col.column.name.clone())
}

/// Other roles are not counted in l and t; a role weaker than the item is a lint of its own.
fn gated<'a>(view: &View<'a>, params: &Params) -> impl Iterator<Item = Col<'a>> {
    view.published().filter(|c| c.role() == Role::Sensitive && c.is_marked(&params.marks) && !c.is_removed())
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;

    const DISEASE: &str =
        r#"role = "sensitive", item = "iM01", treatment = { suppress = { rarer_than = 5 } }"#;

    #[test]
    fn k_below() {
        for (form, code) in [("匿名加工情報", "DL409"), ("行政機関等匿名加工情報", "DL509")]
        {
            let case = Case::column(r#"role = "quasi", item = "iP04", treatment = "keep""#).form(form);
            assert!(case.fails(code), "no gate");
            assert!(case.clone().tail("[privacy]\nk = 9").fails(code));
            assert!(!case.tail("[privacy]\nk = 10").has(code));
        }
    }

    #[test]
    fn l_below() {
        for (form, code) in [("匿名加工情報", "DL410"), ("行政機関等匿名加工情報", "DL510")]
        {
            let case = Case::column(DISEASE).form(form);
            assert!(case.fails(code));
            assert!(case.clone().tail("[privacy]\nk = 10\nl = { t = { c = 1 } }").fails(code));
            assert!(!case.tail("[privacy]\nk = 10\nl = { t = { c = 2 } }").has(code));
            assert!(
                !Case::column(r#"role = "sensitive", item = "iV01", treatment = "keep""#)
                    .form(form)
                    .has(code)
            );
        }
    }

    #[test]
    fn t_missing() {
        for (form, code) in [("匿名加工情報", "DL411"), ("行政機関等匿名加工情報", "DL511")]
        {
            let case = Case::column(DISEASE).form(form);
            assert!(case.warns(code));
            assert!(!case.tail("[privacy]\nk = 10\nt = { t = { c = 0.5 } }").has(code));
        }
    }
}
