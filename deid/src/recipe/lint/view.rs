//! What lints look at: columns with their items, and what is known of the run.

use crate::recipe::{Column, HierarchyKind, HierarchySpec, LegalForm, Recipe, Role, Span, Step, TableSpec};
use crate::rulepack::{Item, KeyLifetime, RulePack};

/// What can be known of a run before it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintContext {
    /// Where the keys of the run will live; `None` = not decided yet. Then the legal form decides:
    /// in memory where it allows nothing else, otherwise a file is assumed.
    pub key_lifetime: Option<KeyLifetime>,
    /// Whether the command line names a recipient.
    pub recipient: bool,
}

/// Where a condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Hit<'a> {
    pub(crate) table: Option<&'a str>,
    pub(crate) column: Option<&'a str>,
    pub(crate) span: Option<Span>,
}

impl<'a> Hit<'a> {
    pub(super) fn table(table: &'a TableSpec) -> Self {
        Self { table: Some(&table.name), column: None, span: Some(table.span.clone()) }
    }

    pub(super) fn at(span: &Span) -> Self {
        Self { span: Some(span.clone()), ..Self::default() }
    }
}

/// One column with its table and its item, where the pack has it.
#[derive(Clone, Copy)]
pub(super) struct Col<'a> {
    pub(super) table: &'a TableSpec,
    pub(super) column: &'a Column,
    pub(super) item: Option<&'a Item>,
}

impl<'a> Col<'a> {
    pub(super) fn hit(&self) -> Hit<'a> {
        Hit {
            table: Some(&self.table.name),
            column: Some(&self.column.name),
            span: Some(self.column.span.clone()),
        }
    }

    pub(super) fn role(&self) -> Role {
        self.column.role
    }

    pub(super) fn is_published(&self) -> bool {
        self.column.is_published()
    }

    /// Published cell by cell as it was read.
    pub(super) fn is_kept(&self) -> bool {
        matches!(self.column.steps.as_slice(), [Step::Keep])
    }

    /// Nothing of a cell but its equality with others can be seen.
    pub(super) fn is_removed(&self) -> bool {
        self.column
            .steps
            .iter()
            .any(|s| matches!(s, Step::Drop | Step::DropText | Step::Constant(_) | Step::Pseudonym { .. }))
    }

    pub(super) fn uses_pseudonym(&self) -> bool {
        self.column.steps.iter().any(|s| matches!(s, Step::Pseudonym { .. }))
    }

    /// Whether every step is one of the treatments; dropping free text is dropping.
    pub(super) fn only(&self, treatments: &std::collections::BTreeSet<String>) -> bool {
        self.column.steps.iter().all(|s| {
            let id = if matches!(s, Step::DropText) { "drop" } else { s.id() };
            treatments.contains(id) || treatments.contains(s.id())
        })
    }

    /// Whether the item carries one of the marks.
    pub(super) fn is_marked(&self, marks: &std::collections::BTreeSet<String>) -> bool {
        self.item.is_some_and(|i| !i.marks.is_disjoint(marks))
    }
}

/// A recipe together with what it is judged by.
pub(super) struct View<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) context: &'a LintContext,
    pack: &'a RulePack,
}

impl<'a> View<'a> {
    pub(super) fn new(recipe: &'a Recipe, pack: &'a RulePack, context: &'a LintContext) -> Self {
        Self { recipe, context, pack }
    }

    /// All columns of all tables, in the order of the recipe.
    pub(super) fn columns(&self) -> impl Iterator<Item = Col<'a>> {
        let pack = self.pack;
        self.recipe.tables.iter().flat_map(move |table| {
            table.columns.iter().map(move |column| Col {
                table,
                column,
                item: column.item.as_deref().and_then(|id| pack.item(id)),
            })
        })
    }

    pub(super) fn published(&self) -> impl Iterator<Item = Col<'a>> {
        self.columns().filter(Col::is_published)
    }

    pub(super) fn hierarchy(&self, name: &str) -> Option<&'a HierarchySpec> {
        self.recipe.hierarchies.get(name)
    }

    /// The lifetime of the run's keys, as known or as the form has it.
    pub(super) fn key_lifetime(&self) -> KeyLifetime {
        self.context.key_lifetime.unwrap_or_else(|| {
            let lasting =
                self.pack.form(self.recipe.legal_form).is_some_and(|f| f.keys.contains(&KeyLifetime::File));
            if lasting { KeyLifetime::File } else { KeyLifetime::MemoryOnly }
        })
    }

    /// Whether the form publishes files of rows.
    pub(super) fn form_has_rows(&self) -> bool {
        self.pack
            .form(self.recipe.legal_form)
            .map_or(self.recipe.legal_form != LegalForm::Statistics, |f| f.rows)
    }
}

/// Number of levels of a hierarchy, the value itself and `*` included; `None` where only its file
/// knows.
pub(super) fn level_count(kind: &HierarchyKind) -> Option<usize> {
    match kind {
        HierarchyKind::Bands { widths, .. } => Some(widths.len() + 2),
        HierarchyKind::Prefix { lengths } => Some(lengths.len() + 2),
        HierarchyKind::Dates { levels, .. } => Some(levels.len() + 2),
        HierarchyKind::Leaves(_) => Some(2),
        HierarchyKind::Groups(_) => Some(3),
        HierarchyKind::Levels(levels) => Some(levels.len() + 2),
        HierarchyKind::Csv { .. } => None,
    }
}
