//! `{ microaggregate = { statistic, digits, group } }`: the numbers of a class become one.
//!
//! Why here: the one treatment that needs the classes. How it counts is
//! said in docs/methods/microaggregate; whether a table has classes in which every record is
//! a person is the pipeline's question.

use super::column::{Column, Role};
use super::reader::{Problems, Value};
use super::treatment::Step;
use super::{Span, ValueType};
use crate::codes::Code;
use crate::error::Diagnostic;

/// What stands for the numbers of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Sum / count.
    Mean,
    /// The middle of the sorted numbers.
    Median,
}

/// What every class publishes of a numeric column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Microaggregate {
    /// Mean or median of the numbers of a class.
    pub statistic: Statistic,
    /// Digits after the point.
    pub digits: u32,
    /// Least number of people of a class who have a number; a class with fewer publishes none.
    /// `None`: k.
    pub group: Option<u64>,
}

impl Microaggregate {
    /// The word used in recipes and manifests.
    #[must_use]
    pub fn statistic_id(&self) -> &'static str {
        match self.statistic {
            Statistic::Mean => "mean",
            Statistic::Median => "median",
        }
    }
}

pub(super) fn parse(v: Value<'_>, problems: &mut Problems) -> Option<Step> {
    let mut t = v.table(problems)?;
    let statistic = t.need("statistic", problems).and_then(|v| match v.text(problems) {
        Some("mean") => Some(Statistic::Mean),
        Some("median") => Some(Statistic::Median),
        _ => {
            v.bad("mean, median", problems);
            None
        }
    });
    let digits = t.need("digits", problems).and_then(|v| v.integer(0, 20, problems));
    let group = t.get("group").map(|v| v.integer(1, 1_000_000, problems));
    t.finish(problems);
    let group = match group {
        None => None,
        Some(n) => Some(u64::try_from(n?).ok()?),
    };
    Some(Step::Microaggregate(Microaggregate {
        statistic: statistic?,
        digits: u32::try_from(digits?).ok()?,
        group,
    }))
}

/// Only numbers have a mean: a declared type, and no label before it. The role says that the column is
/// not counted in k.
pub(super) fn check(column: &Column, span: &Span, problems: &mut Problems) {
    if !column.steps.iter().any(|s| matches!(s, Step::Microaggregate(_))) {
        return;
    }
    let mut fault = |code: Code| {
        let d = Diagnostic::error(code).in_column(&column.name).name("treatment", "microaggregate");
        let d = d.name("role", column.role.id()).name("type", column.value_type.id());
        problems.push(d.at(span.clone()));
    };
    if !matches!(column.role, Role::Keep | Role::Sensitive) {
        fault(Code::RecipeRoleTreatment);
    }
    if !matches!(column.value_type, ValueType::Integer | ValueType::Decimal { .. }) {
        fault(Code::RecipeTreatmentType);
    }
    let before = |s: &Step| match s {
        Step::TopCode { label, .. } | Step::BottomCode { label, .. } => label.is_none(),
        Step::SuppressValues(_) | Step::SuppressRare(_) | Step::Round(_) | Step::Microaggregate(_) => true,
        _ => false,
    };
    let once = column.steps.iter().filter(|s| matches!(s, Step::Microaggregate(_))).count() == 1;
    if !once || !column.steps.iter().all(before) {
        fault(Code::RecipeTreatmentOrder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;

    fn column(declaration: &str) -> Result<Vec<Step>, Vec<Code>> {
        let text = format!(
            "recipe = 1\nid = \"x\"\ntitle = \"x\"\nexchange = \"x\"\nlegal_form = \"安全管理加工\"\n\
             [table.t]\nfile = \"t.csv\"\nnull = [\"NULL\"]\n[table.t.columns]\n\"c\" = {{ {declaration} }}\n"
        );
        match Recipe::parse(&text) {
            Ok(mut recipe) => Ok(recipe.tables.remove(0).columns.remove(0).steps),
            Err(problems) => Err(problems.iter().map(|d| d.code).collect()),
        }
    }

    fn keep(treatment: &str) -> Result<Vec<Step>, Vec<Code>> {
        column(&format!("role = \"keep\", type = \"decimal\", treatment = {treatment}"))
    }

    #[test]
    fn every_parameter_is_read_and_nothing_else() {
        let step = |statistic, digits, group| {
            Ok(vec![Step::Microaggregate(Microaggregate { statistic, digits, group })])
        };
        assert_eq!(
            keep("{ microaggregate = { statistic = \"mean\", digits = 1 } }"),
            step(Statistic::Mean, 1, None)
        );
        let all = "{ microaggregate = { statistic = \"median\", digits = 0, group = 7 } }";
        assert_eq!(keep(all), step(Statistic::Median, 0, Some(7)));
        for (inside, code) in [
            ("statistic = \"mode\", digits = 1", Code::RecipeBadValue),
            ("statistic = \"mean\"", Code::RecipeMissingKey),
            ("digits = 1", Code::RecipeMissingKey),
            ("statistic = \"mean\", digits = 21", Code::RecipeBadValue),
            ("statistic = \"mean\", digits = 1, group = 0", Code::RecipeBadValue),
            ("statistic = \"mean\", digits = 1, k = 5", Code::RecipeUnknownKey),
        ] {
            assert_eq!(keep(&format!("{{ microaggregate = {{ {inside} }} }}")), Err(vec![code]), "{inside}");
        }
    }

    #[test]
    fn it_needs_numbers_comes_last_and_is_not_counted_in_k() {
        let step = "{ microaggregate = { statistic = \"mean\", digits = 1 } }";
        assert!(keep(&format!("[ {{ top_code = 200 }}, {{ round = 5 }}, {step} ]")).is_ok());
        let label = "{ top_code = { at = 200, label = \"tall\" } }";
        assert_eq!(keep(&format!("[ {label}, {step} ]")), Err(vec![Code::RecipeTreatmentOrder]));
        assert_eq!(keep(&format!("[ {step}, {{ round = 5 }} ]")), Err(vec![Code::RecipeTreatmentOrder]));
        assert_eq!(keep(&format!("[ {step}, {step} ]")), Err(vec![Code::RecipeTreatmentOrder]));
        let of = |rest: &str| column(&format!("{rest}, treatment = {step}"));
        assert!(of("role = \"sensitive\", item = \"iE03\", type = \"integer\"").is_ok());
        assert_eq!(
            of("role = \"quasi\", item = \"iP03\", type = \"integer\""),
            Err(vec![Code::RecipeRoleTreatment])
        );
        assert_eq!(of("role = \"keep\""), Err(vec![Code::RecipeTreatmentType]));
        assert_eq!(of("role = \"keep\", type = \"date\""), Err(vec![Code::RecipeTreatmentType]));
    }
}
