//! One column of a table: role, taxonomy item, declared type, steps.

use super::Span;
use super::reader::{Problems, Value};
use super::treatment::{self, Step};
use crate::codes::Code;
use crate::error::Diagnostic;

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

/// The declared type of a column; text unless declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueType {
    /// Any text; 0012 stays 0012.
    Text,
    /// A code of a code system; like text, never a number.
    Code,
    /// A whole number; canonical text without leading zeros.
    Integer,
    /// An exact decimal.
    Decimal,
    /// A calendar date in the given format (`iso`, a `%`-pattern or `wareki`).
    Date(String),
    /// A date and time in the given format.
    DateTime(String),
}

impl ValueType {
    /// The word used in manifests.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Code => "code",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Date(_) => "date",
            Self::DateTime(_) => "datetime",
        }
    }

    /// Whether a value that is not NULL must parse.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        !matches!(self, Self::Text | Self::Code)
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
    /// Declared type.
    pub value_type: ValueType,
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
        treatment::check_order(self, span, problems);
    }
}

fn parse_type(v: Value<'_>, problems: &mut Problems) -> Option<ValueType> {
    const ALLOWED: &str =
        "text, code, integer, decimal, date, datetime, { date = \"%Y-%m-%d\" }, { datetime = \"…\" }";
    if let Some(text) = v.as_text() {
        return match text {
            "text" => Some(ValueType::Text),
            "code" => Some(ValueType::Code),
            "integer" => Some(ValueType::Integer),
            "decimal" => Some(ValueType::Decimal),
            "date" => Some(ValueType::Date("iso".to_owned())),
            "datetime" => Some(ValueType::DateTime("iso".to_owned())),
            _ => {
                v.bad(ALLOWED, problems);
                None
            }
        };
    }
    let mut t = v.table(problems)?;
    let date = t.text("date", problems).map(str::to_owned);
    let datetime = t.text("datetime", problems).map(str::to_owned);
    t.finish(problems);
    match (date, datetime) {
        (Some(f), None) => Some(ValueType::Date(f)),
        (None, Some(f)) => Some(ValueType::DateTime(f)),
        _ => {
            v.bad(ALLOWED, problems);
            None
        }
    }
}
