//! How fine values are published, as far as a recipe can tell.
//!
//! A recipe tells the coarsest level that is *sure*: a search may choose the lowest level that is
//! allowed, so `min` counts and `max` does not. What a CSV hierarchy does at level 1 or more is not
//! known here and is taken to be coarse enough.

use std::collections::BTreeSet;

use super::super::view::{Col, Hit, View};
use crate::recipe::{HierarchyKind, MaskShape, Role, Step};
use crate::rulepack::{Params, Unit};
use crate::transform::value::number::Decimal;
use crate::transform::value::period::Period;

/// How fine a date is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grain {
    /// To this period.
    Period(Period),
    /// Coarser than any period, or not to be told from the recipe.
    Beyond,
}

/// The hierarchy of a `generalize` step and its lowest level, if above 0.
fn raised<'a>(view: &View<'a>, step: &Step) -> Option<(&'a HierarchyKind, usize)> {
    let Step::Generalize { hierarchy, min, .. } = step else { return None };
    let level = min.filter(|m| *m > 0)?;
    Some((&view.hierarchy(hierarchy)?.kind, level))
}

fn grain_of_date(view: &View<'_>, col: &Col<'_>) -> Grain {
    let of_step = |step: &Step| match step {
        // Of an hour the day remains.
        Step::DateTruncate { unit, .. } => Grain::Period(Period::from_name(unit).unwrap_or(Period::Day)),
        _ => match raised(view, step) {
            None => Grain::Period(Period::Day),
            Some((HierarchyKind::Dates { levels, .. }, level)) => {
                levels.get(level - 1).map_or(Grain::Beyond, |p| Grain::Period(*p))
            }
            // Prefixes of the canonical text YYYY-MM-DD.
            Some((HierarchyKind::Prefix { lengths }, level)) => match lengths.get(level - 1) {
                Some(8..) => Grain::Period(Period::Day),
                Some(5..) => Grain::Period(Period::Month),
                Some(4) => Grain::Period(Period::Year),
                _ => Grain::Beyond,
            },
            Some(_) => Grain::Beyond,
        },
    };
    col.column.steps.iter().map(of_step).max().unwrap_or(Grain::Period(Period::Day))
}

/// Leading characters that may be published.
fn prefix_length(view: &View<'_>, col: &Col<'_>) -> usize {
    let of_step = |step: &Step| match step {
        Step::Mask(mask) => match &mask.shape {
            MaskShape::Ends { first, last: 0, .. } => *first,
            MaskShape::Ends { .. } | MaskShape::Pattern(_) => usize::MAX,
        },
        _ => match raised(view, step) {
            None => usize::MAX,
            Some((HierarchyKind::Prefix { lengths }, level)) => lengths.get(level - 1).copied().unwrap_or(0),
            Some(_) => 0,
        },
    };
    col.column.steps.iter().map(of_step).min().unwrap_or(usize::MAX)
}

/// A column of a listed item may be published finer than its limit.
pub(super) fn quasi_too_fine<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let is_finer = |c: &Col<'a>| {
        let id = c.column.item.as_deref().unwrap_or_default();
        params.finest.iter().filter(|f| f.item == id).any(|f| match f.unit {
            Unit::Date(finest) => grain_of_date(view, c) < Grain::Period(finest),
            Unit::Prefix(finest) => prefix_length(view, c) > finest,
            Unit::Address => !c.column.steps.iter().any(|s| raised(view, s).is_some()),
        })
    };
    view.published().filter(|c| !c.is_removed() && is_finer(c)).map(|c| c.hit()).collect()
}

fn listed<'a>(view: &View<'a>, items: &BTreeSet<String>) -> impl Iterator<Item = Col<'a>> {
    view.published()
        .filter(move |c| !c.is_removed() && c.column.item.as_ref().is_some_and(|i| items.contains(i)))
}

/// A date column of a listed item may be published finer than the limit. Only columns *declared* as
/// dates are seen: the same items also hold departments and names of institutions.
pub(super) fn dates_exact<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let finest = params.finest_period.map_or(Grain::Beyond, Grain::Period);
    listed(view, &params.items)
        .filter(|c| c.column.value_type.has_date())
        .filter(|c| grain_of_date(view, c) < finest)
        .map(|c| c.hit())
        .collect()
}

/// A column of a listed item in which very high ages stay visible. A CSV hierarchy at level 1 or
/// more may put them into one, and is not asked further.
pub(super) fn top_code_missing<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let age = params.age.and_then(|a| i64::try_from(a).ok()).unwrap_or(i64::MAX);
    let number = |text: &str| text.parse::<f64>().ok();
    // A year of birth is a number too; its open end is at the bottom.
    let below = |at: Decimal, limit: i64| {
        Decimal::new(i128::from(limit), 0).is_some_and(|limit| at.compare(limit).is_le())
    };
    let low_enough = |at: Decimal| below(at, age) || !below(at, 1000);
    let is_handled = |step: &Step| match step {
        Step::TopCode { at, .. } => {
            number(at).is_some_and(|at| number(&age.to_string()).is_some_and(|age| at <= age))
        }
        Step::BottomCode { .. } => true,
        _ => match raised(view, step) {
            Some((HierarchyKind::Bands { top, bottom, .. }, _)) => {
                top.as_ref().is_some_and(|(at, _)| low_enough(*at))
                    || bottom.as_ref().is_some_and(|(at, _)| !below(*at, 1000))
            }
            // Prefixes and dates have no open end.
            Some((HierarchyKind::Prefix { .. } | HierarchyKind::Dates { .. }, _)) | None => false,
            Some(_) => true,
        },
    };
    listed(view, &params.items).filter(|c| !c.column.steps.iter().any(is_handled)).map(|c| c.hit()).collect()
}

/// A sensitive column of a marked item has none of the listed treatments. A `generalize` that may
/// stay at level 0 is none.
pub(super) fn rare_value_unhandled<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let is_handled = |step: &Step| {
        let raises = !matches!(step, Step::Generalize { .. }) || raised(view, step).is_some();
        raises && params.handled_by.contains(step.id())
    };
    view.published()
        .filter(|c| c.role() == Role::Sensitive && c.is_marked(&params.marks))
        .filter(|c| !c.column.steps.iter().any(is_handled))
        .map(|c| c.hit())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;

    const FORMS: [(&str, &str); 3] =
        [("仮名加工情報", "DL304"), ("匿名加工情報", "DL403"), ("行政機関等匿名加工情報", "DL503")];

    fn column(item: &str, value_type: &str, treatment: &str, hierarchy: &str, form: &str) -> Case {
        let case = Case::column(&format!(
            r#"role = "quasi", item = "{item}", type = "{value_type}", treatment = {treatment}"#
        ));
        let case = case.form(form);
        if hierarchy.is_empty() { case } else { case.tail(&format!("[hierarchy.h]\n{hierarchy}")) }
    }

    #[test]
    fn birth_date_too_fine() {
        let dates = "dates = { levels = [\"week\"] }\n";
        let fine = "dates = { levels = [\"month\", \"year\"] }\n";
        for (form, code) in FORMS {
            for (treatment, hierarchy) in [
                ("\"keep\"", ""),
                ("{ date_truncate = \"day\" }", ""),
                ("{ date_shift = { days = 30 } }", ""),
                ("{ generalize = \"h\" }", fine),
                ("{ generalize = { hierarchy = \"h\", min = 0, max = 2 } }", fine),
                ("{ generalize = { hierarchy = \"h\", level = 1 } }", dates),
                ("{ generalize = { hierarchy = \"h\", level = 1 } }", "prefix = { lengths = [9] }"),
            ] {
                let case = column("iP03", "date", treatment, hierarchy, form);
                assert!(case.warns(code), "{form} {treatment} {hierarchy}");
            }
            for (treatment, hierarchy) in [
                ("{ date_truncate = \"month\" }", ""),
                ("{ date_truncate = \"year\" }", ""),
                ("{ generalize = { hierarchy = \"h\", min = 1 } }", fine),
                ("{ generalize = { hierarchy = \"h\", level = 3 } }", fine),
                ("{ generalize = { hierarchy = \"h\", level = 1 } }", "prefix = { lengths = [7] }"),
                ("{ generalize = { hierarchy = \"h\", level = 1 } }", "csv = \"h.csv\""),
            ] {
                let case = column("iP03", "date", treatment, hierarchy, form);
                assert!(!case.has(code), "{form} {treatment} {hierarchy}");
            }
        }
    }

    #[test]
    fn postal_code_too_fine() {
        let postal = "prefix = { lengths = [5, 3] }";
        for (form, code) in [("匿名加工情報", "DL403"), ("行政機関等匿名加工情報", "DL503")]
        {
            let case =
                |step: &str, h: &str| column("iP06", "code", &format!("{{ generalize = {step} }}"), h, form);
            assert!(case("\"h\"", postal).warns(code));
            assert!(case("{ hierarchy = \"h\", min = 1 }", postal).warns(code));
            assert!(!case("{ hierarchy = \"h\", min = 2 }", postal).has(code));
            assert!(!case("{ hierarchy = \"h\", level = 3 }", postal).has(code));
            assert!(!case("{ hierarchy = \"h\", level = 1 }", "prefix = { lengths = [3] }").has(code));
        }
        assert!(
            !column("iP06", "code", "\"keep\"", "", "仮名加工情報").has("DL304"),
            "no limit in this form"
        );
        for (mask, fires) in [("{ first = 4 }", true), ("{ first = 3 }", false), ("{ last = 1 }", true)] {
            let masked = format!(r#"role = "direct", item = "iP06", treatment = {{ mask = {mask} }}"#);
            assert_eq!(Case::column(&masked).form("匿名加工情報").has("DL403"), fires, "{mask}");
        }
    }

    #[test]
    fn address_too_fine() {
        for (form, code) in FORMS {
            for item in ["iP05", "iE02"] {
                let csv = "csv = \"towns.csv\"";
                assert!(column(item, "text", "\"keep\"", "", form).warns(code));
                assert!(column(item, "text", "{ generalize = \"h\" }", csv, form).warns(code));
                let raised = "{ generalize = { hierarchy = \"h\", min = 1 } }";
                assert!(!column(item, "text", raised, csv, form).has(code), "{form} {item}");
            }
        }
    }

    #[test]
    fn dates_exact() {
        for (form, code) in [("匿名加工情報", "DL412"), ("行政機関等匿名加工情報", "DL512")]
        {
            let case = |value_type: &str, treatment: &str| column("iE01", value_type, treatment, "", form);
            assert!(case("date", "\"keep\"").warns(code));
            assert!(case("datetime", "\"keep\"").warns(code));
            assert!(case("date", "{ date_shift = { days = 100 } }").warns(code), "intervals remain");
            assert!(!case("date", "{ date_truncate = \"month\" }").has(code));
            assert!(
                !case("date", "[ { date_shift = { days = 100 } }, { date_truncate = \"month\" } ]").has(code)
            );
            assert!(!case("date", "\"drop\"").has(code));
        }
    }

    #[test]
    fn top_code_missing() {
        for (form, code) in [("匿名加工情報", "DL408"), ("行政機関等匿名加工情報", "DL508")]
        {
            let level = "{ generalize = { hierarchy = \"h\", min = 1 } }";
            let bands = |top: &str| format!("bands = {{ widths = [5, 10]{top} }}");
            assert!(column("iP03", "date", "{ date_truncate = \"year\" }", "", form).warns(code));
            assert!(column("iP03", "integer", level, &bands(""), form).warns(code));
            assert!(column("iP03", "integer", level, &bands(", top = 100"), form).warns(code));
            assert!(
                column("iP03", "integer", "{ generalize = \"h\" }", &bands(", top = 90"), form).warns(code)
            );
            assert!(column("iP03", "integer", "{ top_code = 95 }", "", form).warns(code));
            assert!(!column("iP03", "integer", level, &bands(", top = 90"), form).has(code));
            assert!(!column("iP03", "integer", "{ top_code = 90 }", "", form).has(code));
            assert!(!column("iP03", "integer", "{ bottom_code = 1936 }", "", form).has(code));
            assert!(!column("iP03", "date", level, "csv = \"h.csv\"", form).has(code));
            assert!(!column("iP03", "date", "\"drop\"", "", form).has(code));
        }
    }

    #[test]
    fn rare_value_unhandled() {
        for (form, code) in [("匿名加工情報", "DL407"), ("行政機関等匿名加工情報", "DL507")]
        {
            let case = |item: &str, treatment: &str| {
                Case::column(&format!(r#"role = "sensitive", item = "{item}", treatment = {treatment}"#))
                    .form(form)
                    .tail("[hierarchy.h]\nprefix = { lengths = [3, 1] }")
            };
            assert!(case("iM01", "\"keep\"").fails(code));
            let unchanged = "{ generalize = { hierarchy = \"h\", level = 0 } }";
            assert!(case("iM01", unchanged).fails(code), "level 0 is the value itself");
            assert!(case("iM01", "{ mask = { first = 3 } }").fails(code));
            assert!(!case("iM01", "{ generalize = { hierarchy = \"h\", level = 1 } }").has(code));
            assert!(!case("iM01", "{ suppress = { rarer_than = 5 } }").has(code));
            assert!(!case("iV01", "\"keep\"").has(code), "not marked");
            let quasi = r#"role = "quasi", item = "iM01", treatment = "keep""#;
            assert!(!Case::column(quasi).form(form).has(code), "k counts it");
        }
    }
}
