//! What the manifest says of one column: what it is, and what was done to it.

use std::collections::BTreeMap;

use crate::manifest::table::{Column, Parameter, Role as RoleWord, Treatment};
use crate::recipe::{self, MaskShape, Role, Step};

/// A column of the recipe in the words of the manifest.
pub(super) fn column(column: &recipe::Column) -> Column {
    Column {
        name: column.name.clone(),
        role: match column.role {
            Role::Direct => RoleWord::Direct,
            Role::Link => RoleWord::Link,
            Role::Quasi => RoleWord::Quasi,
            Role::Sensitive => RoleWord::Sensitive,
            Role::Text => RoleWord::Text,
            Role::Keep => RoleWord::Keep,
            Role::Drop => RoleWord::Drop,
        },
        item: column.item.clone(),
        value_type: column.value_type.id().to_owned(),
        normalisation: Some(super::compile::normaliser(&column.normalise))
            .filter(|n| !n.is_none())
            .map(|n| n.id()),
        published: column.is_published(),
        treatments: column.steps.iter().map(treatment).collect(),
    }
}

/// A treatment with the parameters that may be published: never a list of values, a constant or
/// a label, which can be data.
pub(super) fn treatment(step: &Step) -> Treatment {
    let mut parameters = BTreeMap::new();
    let mut text = |key: &str, value: &str| {
        parameters.insert(key.to_owned(), Parameter::Text(value.to_owned()));
    };
    match step {
        Step::Keep | Step::Drop | Step::DropText | Step::Constant(_) => {}
        Step::Mask(m) => match &m.shape {
            MaskShape::Ends { first, last, fixed } => {
                for (key, n) in [("first", *first), ("last", *last)] {
                    if n > 0 {
                        text(key, &n.to_string());
                    }
                }
                if first + last == 0 {
                    text("kept", "none");
                }
                if let Some(n) = fixed {
                    text("fixed", &n.to_string());
                }
            }
            MaskShape::Pattern(p) => text("pattern", p),
        },
        Step::Pseudonym { domain, form, .. } => {
            text("domain", domain);
            text("form", form.id());
        }
        Step::Generalize { hierarchy, .. } => text("hierarchy", hierarchy),
        Step::Round(base) => text("base", base),
        Step::TopCode { at, .. } | Step::BottomCode { at, .. } => text("at", at),
        Step::DateTruncate { unit, style } => {
            text("unit", unit);
            text("style", style.id());
        }
        Step::DateShift { min_days, max_days } => {
            parameters.insert("min-days".to_owned(), Parameter::Integer(i64::from(*min_days)));
            parameters.insert("max-days".to_owned(), Parameter::Integer(i64::from(*max_days)));
        }
        Step::SuppressValues(values) => {
            let n = i64::try_from(values.len()).unwrap_or(i64::MAX);
            parameters.insert("listed".to_owned(), Parameter::Integer(n));
        }
        Step::Microaggregate(m) => {
            parameters.insert("statistic".to_owned(), Parameter::Text(m.statistic_id().to_owned()));
            parameters.insert("digits".to_owned(), Parameter::Integer(i64::from(m.digits)));
            if let Some(group) = m.group.and_then(|n| i64::try_from(n).ok()) {
                parameters.insert("group".to_owned(), Parameter::Integer(group));
            }
        }
        Step::SuppressRare(n) => {
            let n = i64::try_from(*n).unwrap_or(i64::MAX);
            parameters.insert("rarer-than".to_owned(), Parameter::Integer(n));
        }
    }
    Treatment { id: step.id().to_owned(), parameters }
}
