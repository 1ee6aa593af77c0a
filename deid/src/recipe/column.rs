//! One column of a table: role, taxonomy item, declared type, steps.

use super::Span;
use super::microaggregate;
use super::reader::{Problems, Value};
use super::treatment::{self, Step};
use crate::codes::Code;
use crate::error::Diagnostic;
use crate::transform::normalise;
use crate::transform::value::ValueType;
use crate::transform::value::date::DateFormat;
use crate::transform::value::datetime::Zone;
use crate::transform::value::number::MAX_DIGITS;

/// What a column is to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Identifies by itself.
    Direct,
    /// Links records of one person or one event.
    Link,
    /// Identifies together with others; counted in k.
    Quasi,
    /// What an attacker wants to learn; counted in l and t.
    Sensitive,
    /// Free text.
    Text,
    /// Neither identifying nor sensitive, published.
    Keep,
    /// Not published.
    Drop,
}

impl Role {
    const ALL: [(&'static str, Self); 7] = [
        ("direct", Self::Direct),
        ("link", Self::Link),
        ("quasi", Self::Quasi),
        ("sensitive", Self::Sensitive),
        ("text", Self::Text),
        ("keep", Self::Keep),
        ("drop", Self::Drop),
    ];

    /// The word used in a recipe.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(_, r)| *r == self).map_or("", |(id, _)| id)
    }
}

/// What happens to a value that does not parse as its declared type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnparsable {
    /// The run stops.
    Error,
    /// The value becomes NULL, and is counted.
    Null,
}

/// One column of a table, as the recipe declares it.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Header text, exactly as in the data.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Taxonomy item of the rule pack, such as `iP03`.
    pub item: Option<String>,
    /// Declared type; text unless declared.
    pub value_type: ValueType,
    /// Normalisation steps before parsing, as written (words of `normalise::Step`).
    pub normalise: Vec<String>,
    /// Policy for values that do not parse.
    pub on_unparsable: OnUnparsable,
    /// Treatment steps in the order of work; `[Drop]` for a dropped column.
    pub steps: Vec<Step>,
    /// Place of the column's name.
    pub span: Span,
}

impl Column {
    /// Whether the column appears in the output.
    #[must_use]
    pub fn is_published(&self) -> bool {
        !self.steps.iter().any(|s| matches!(s, Step::Drop | Step::DropText))
    }

    pub(super) fn parse(name: &str, span: Span, value: Value<'_>, problems: &mut Problems) -> Option<Self> {
        let mut t = value.table(problems)?;
        let role = t.need("role", problems).and_then(|v| {
            let text = v.text(problems)?;
            let role = Role::ALL.iter().find(|(id, _)| *id == text).map(|(_, r)| *r);
            if role.is_none() {
                v.bad("direct, link, quasi, sensitive, text, keep, drop", problems);
            }
            role
        });
        let item = t.text("item", problems).map(str::to_owned);
        let value_type = t.get("type").map_or(Some(ValueType::Text), |v| parse_type(v, problems));
        let normalise = t.get("normalise").map_or(Some(Vec::new()), |v| parse_normalise(v, problems));
        let on_unparsable = match t.get("on_unparsable") {
            None => OnUnparsable::Error,
            Some(v) => match v.text(problems)? {
                "error" => OnUnparsable::Error,
                "null" => OnUnparsable::Null,
                _ => {
                    v.bad("error, null", problems);
                    OnUnparsable::Error
                }
            },
        };
        let steps = match (t.get("treatment"), role) {
            (Some(v), _) => treatment::parse_steps(v, problems),
            (None, Some(Role::Drop)) => Some(vec![Step::Drop]),
            (None, Some(Role::Text)) => Some(vec![Step::DropText]),
            (None, _) => {
                problems.push(
                    Diagnostic::error(Code::RecipeMissingKey).name("key", "treatment").at(value.span()),
                );
                None
            }
        };
        t.finish(problems);
        let column = Self {
            name: name.to_owned(),
            role: role?,
            item,
            value_type: value_type?,
            normalise: normalise?,
            on_unparsable,
            steps: steps?,
            span,
        };
        column.check(value.span(), problems);
        Some(column)
    }

    /// Roles and treatments that do not go together, whatever the legal form.
    fn check(&self, span: Span, problems: &mut Problems) {
        let ok = match self.role {
            Role::Drop => !self.is_published(),
            Role::Quasi => self.steps.iter().all(|s| {
                !matches!(s, Step::Pseudonym { .. } | Step::Mask(_) | Step::DropText | Step::SuppressRare(_))
            }),
            Role::Text => self
                .steps
                .iter()
                .all(|s| matches!(s, Step::Keep | Step::Drop | Step::DropText | Step::Constant(_))),
            Role::Link => {
                self.steps.iter().all(|s| matches!(s, Step::Pseudonym { .. } | Step::Drop | Step::Keep))
            }
            _ => true,
        };
        if !ok {
            problems.push(
                Diagnostic::error(Code::RecipeRoleTreatment)
                    .in_column(&self.name)
                    .name("role", self.role.id())
                    .at(span.clone()),
            );
        }
        // The domain says what is one value; a column that said it too would make a second rule for
        // the same pseudonyms. (A typed column has one canonical text, whatever was normalised.)
        let is_text = !self.value_type.is_typed();
        if is_text
            && !self.normalise.is_empty()
            && self.steps.iter().any(|s| matches!(s, Step::Pseudonym { .. }))
        {
            problems.push(Diagnostic::error(Code::NormalisedTwice).in_column(&self.name).at(span.clone()));
        }
        // Only the search chooses levels, and it sees quasi-identifiers only: elsewhere an open level
        // would mean level 0, the value itself.
        let open = self
            .steps
            .iter()
            .any(|s| matches!(s, Step::Generalize { min, max, .. } if min.is_none() || min != max));
        if self.role != Role::Quasi && open {
            problems.push(
                Diagnostic::error(Code::RecipeMissingKey)
                    .name("key", "level")
                    .in_column(&self.name)
                    .at(span.clone()),
            );
        }
        let before = problems.0.len();
        microaggregate::check(self, &span, problems);
        if problems.0.len() == before {
            treatment::check_order(self, span, problems);
        }
    }
}

/// The words of a list of normalisation steps.
pub(super) fn parse_normalise(v: Value<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    let words = v.texts(problems)?;
    if words.iter().all(|w| normalise::Step::from_name(w).is_some()) {
        return Some(words);
    }
    let known = normalise::Step::NAMES.map(|(name, _)| name).join(", ");
    v.bad(&format!("none, width+case, {known}"), problems);
    None
}

const TYPES: &str = "text, code, integer, decimal, date, datetime, time, { date = \"%Y-%m-%d\" }, \
                     { datetime = [\"…\"], zone = \"…\" }, { code = \"-\" }, { decimal = 2 }";

fn parse_type(v: Value<'_>, problems: &mut Problems) -> Option<ValueType> {
    let iso = || Box::new([DateFormat::Iso]);
    if let Some(text) = v.as_text() {
        return match text {
            "text" => Some(ValueType::Text),
            "code" => Some(ValueType::Code { remove: Box::default() }),
            "integer" => Some(ValueType::Integer),
            "decimal" => Some(ValueType::Decimal { scale: None }),
            "date" => Some(ValueType::Date(iso())),
            "datetime" => Some(ValueType::DateTime { formats: iso(), zone: Zone::Either }),
            "time" => Some(ValueType::Time),
            _ => {
                v.bad(TYPES, problems);
                None
            }
        };
    }
    let mut t = v.table(problems)?;
    let (date, datetime, zone) = (t.get("date"), t.get("datetime"), t.get("zone"));
    let (code, decimal) = (t.get("code"), t.get("decimal"));
    t.finish(problems);
    match (date, datetime, code, decimal) {
        (Some(f), None, None, None) if zone.is_none() => Some(ValueType::Date(parse_formats(f, problems)?)),
        (None, Some(f), None, None) => {
            let zone = zone.map_or(Some(Zone::Either), |z| parse_zone(z, problems));
            Some(ValueType::DateTime { formats: parse_formats(f, problems)?, zone: zone? })
        }
        (None, None, Some(c), None) if zone.is_none() => {
            let remove: Box<[char]> = c.text(problems)?.chars().collect();
            if remove.is_empty() || remove.iter().any(|c| c.is_alphanumeric()) {
                c.bad("- / 〒", problems);
                return None;
            }
            Some(ValueType::Code { remove })
        }
        (None, None, None, Some(n)) if zone.is_none() => {
            let scale = n.integer(0, i64::try_from(MAX_DIGITS).unwrap_or(0), problems)?;
            Some(ValueType::Decimal { scale: u32::try_from(scale).ok() })
        }
        _ => {
            v.bad(TYPES, problems);
            None
        }
    }
}

/// One date format or a list of different ones.
fn parse_formats(v: Value<'_>, problems: &mut Problems) -> Option<Box<[DateFormat]>> {
    let words = if v.is_array() { v.texts(problems)? } else { vec![v.text(problems)?.to_owned()] };
    let formats: Option<Vec<_>> = words.iter().map(|w| DateFormat::from_name(w).ok()).collect();
    match formats {
        Some(f)
            if !f.is_empty() && f.iter().enumerate().all(|(i, a)| !f.iter().skip(i + 1).any(|b| a == b)) =>
        {
            Some(f.into())
        }
        _ => {
            v.bad("iso, wareki, gyymmdd, %Y/%-m/%-d", problems);
            None
        }
    }
}

fn parse_zone(v: Value<'_>, problems: &mut Problems) -> Option<Zone> {
    let text = v.text(problems)?;
    let found = Zone::NAMES.iter().find(|(word, _)| *word == text).map(|(_, zone)| *zone);
    if found.is_none() {
        v.bad(&Zone::NAMES.map(|(word, _)| word).join(", "), problems);
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::recipe::Recipe;

    /// The column `c` of a recipe that declares it like this, or the codes of what is wrong.
    fn column(declaration: &str) -> Result<Column, Vec<Code>> {
        let text = format!(
            "recipe = 1\nid = \"x\"\ntitle = \"x\"\nexchange = \"x\"\nlegal_form = \"安全管理加工\"\n\
             [domain.p]\nnormalise = [\"trim\"]\n[table.t]\nfile = \"t.csv\"\n[table.t.columns]\n\
             \"c\" = {{ {declaration} }}\n"
        );
        match Recipe::parse(&text) {
            Ok(mut recipe) => Ok(recipe.tables.remove(0).columns.remove(0)),
            Err(problems) => Err(problems.iter().map(|d| d.code).collect()),
        }
    }

    fn value_type(declared: &str) -> Result<ValueType, Vec<Code>> {
        column(&format!("role = \"keep\", type = {declared}, treatment = \"keep\"")).map(|c| c.value_type)
    }

    #[test]
    fn every_type_can_be_declared() {
        let canonical = |declared: &str, cell: &str| {
            let mut out = String::new();
            value_type(declared).unwrap().canonical(cell, &mut out).ok().map(|()| out)
        };
        for (declared, cell, expected) in [
            (r#"{ code = "-〒" }"#, "〒305-0801", Some("3050801")),
            (r#"{ decimal = 2 }"#, "1.1", Some("1.10")),
            (r#"{ decimal = 2 }"#, "1.105", None),
            (r#""time""#, "10:30", Some("10:30:00")),
            (r#"{ date = ["iso", "wareki", "gyymmdd"] }"#, "令和5年4月1日", Some("2023-04-01")),
            (r#"{ date = ["iso", "wareki", "gyymmdd"] }"#, "5050401", Some("2023-04-01")),
            (r#"{ date = ["iso", "wareki", "gyymmdd"] }"#, "2023-04-01", Some("2023-04-01")),
            (r#"{ date = "%Y/%-m/%-d" }"#, "2023/4/1", Some("2023-04-01")),
            (r#"{ datetime = ["%Y/%m/%d", "wareki"] }"#, "R5.4.1 10:30", Some("2023-04-01T10:30:00")),
            (r#"{ datetime = "iso", zone = "present" }"#, "2023-04-01T10:30", None),
            (r#"{ datetime = "iso", zone = "absent" }"#, "2023-04-01T10:30Z", None),
            (r#"{ datetime = "iso", zone = "either" }"#, "2023-04-01T10:30Z", Some("2023-04-01T10:30:00Z")),
        ] {
            assert_eq!(canonical(declared, cell).as_deref(), expected, "{declared} {cell}");
        }
    }

    #[test]
    fn a_type_that_means_nothing_is_refused() {
        for bad in [
            r#"{ date = [] }"#,
            r#"{ date = ["iso", "%Y-%m-%d"] }"#,
            r#"{ date = "%Y-%m" }"#,
            r#"{ date = "iso", datetime = "iso" }"#,
            r#"{ date = "iso", zone = "either" }"#,
            r#"{ datetime = "iso", zone = "JST" }"#,
            r#"{ code = "" }"#,
            r#"{ code = "0-" }"#,
            r#"{ decimal = 31 }"#,
            r#""float""#,
        ] {
            assert_eq!(value_type(bad), Err(vec![Code::RecipeBadValue]), "{bad}");
        }
    }

    #[test]
    fn normalisation_is_of_the_column_or_of_the_domain() {
        let given = |rest: &str| column(&format!(r#"normalise = ["width", "trim"], {rest}"#)).map(|_| ());
        assert_eq!(given(r#"role = "quasi", item = "iP04", treatment = "keep""#), Ok(()));
        assert_eq!(given(r#"role = "link", type = "integer", treatment = { pseudonym = "p" }"#), Ok(()));
        for text in ["text", "code"] {
            let rest = format!(r#"role = "link", type = "{text}", treatment = {{ pseudonym = "p" }}"#);
            assert_eq!(given(&rest), Err(vec![Code::NormalisedTwice]));
        }
        let unknown = column(r#"normalise = ["wide"], role = "keep", treatment = "keep""#);
        assert_eq!(unknown.map(|_| ()), Err(vec![Code::RecipeBadValue]));
    }
}
