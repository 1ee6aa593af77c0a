//! What a run needs of each table, worked out once: the way to the person, the counted columns.

use crate::codes::Code;
use crate::error::Diagnostic;
use crate::recipe::{Orphans, Recipe, Role, Step, TableSpec};

/// How a row finds its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PersonSource {
    /// No notion of a person: every row is one.
    EachRow,
    /// The column itself names the person (the person table).
    Column(usize),
    /// Through the parent's key.
    Parent {
        /// Column of this table that refers to the parent.
        column: usize,
        /// Index of the parent in [`Layout::tables`].
        table: usize,
        /// What to do with rows without a parent.
        orphans: Orphans,
    },
}

/// One table of the run.
#[derive(Debug, Clone)]
pub(crate) struct TableLayout<'r> {
    pub(crate) spec: &'r TableSpec,
    pub(crate) person: PersonSource,
    /// Columns counted in k, as indices into the recipe's columns.
    pub(crate) quasi: Vec<usize>,
    /// First attribute of this table in the exchange's list.
    pub(crate) first_attribute: usize,
    /// Published sensitive columns.
    pub(crate) sensitive: Vec<usize>,
    /// Key column, when other tables refer to it or its uniqueness is declared.
    pub(crate) key: Option<usize>,
    /// Whether other tables refer to this one.
    pub(crate) is_parent: bool,
}

impl TableLayout<'_> {
    /// Whether the key of the table names the person.
    pub(crate) fn key_is_person(&self) -> bool {
        matches!(self.person, PersonSource::Column(c) if Some(c) == self.key)
    }
}

/// All tables, parents before children.
#[derive(Debug, Clone)]
pub(crate) struct Layout<'r> {
    pub(crate) tables: Vec<TableLayout<'r>>,
    pub(crate) attributes: usize,
}

impl<'r> Layout<'r> {
    /// Works out the layout.
    ///
    /// # Errors
    /// A table with counted columns and no path to the declared person.
    pub(crate) fn new(recipe: &'r Recipe) -> Result<Self, Vec<Diagnostic>> {
        let mut order: Vec<usize> = Vec::new();
        while order.len() < recipe.tables.len() {
            let before = order.len();
            for (i, table) in recipe.tables.iter().enumerate() {
                let ready = recipe.parent_of(&table.name).is_none_or(|r| {
                    order.iter().any(|o| recipe.tables.get(*o).is_some_and(|t| t.name == r.parent))
                });
                if ready && !order.contains(&i) {
                    order.push(i);
                }
            }
            if order.len() == before {
                return Err(Diagnostic::error(Code::RecipeRelationShape).into());
            }
        }
        let mut layout = Self { tables: Vec::new(), attributes: 0 };
        let mut problems = Vec::new();
        for index in order {
            let Some(spec) = recipe.tables.get(index) else { continue };
            layout.add(recipe, spec, &mut problems);
        }
        if problems.is_empty() { Ok(layout) } else { Err(problems) }
    }

    fn add(&mut self, recipe: &'r Recipe, spec: &'r TableSpec, problems: &mut Vec<Diagnostic>) {
        let column = |name: &str| spec.columns.iter().position(|c| c.name == name);
        let counted = |role: Role| -> Vec<usize> {
            let wanted = spec.columns.iter().enumerate().filter(|(_, c)| {
                // One number for a whole class says as much of everybody: nothing is left to be diverse.
                let same = |s: &Step| matches!(s, Step::Constant(_) | Step::Microaggregate(_));
                c.role == role && c.is_published() && !c.steps.iter().any(same)
            });
            wanted.map(|(i, _)| i).collect()
        };
        let quasi = counted(Role::Quasi);
        let sensitive = counted(Role::Sensitive);
        let own_person =
            recipe.person.as_ref().filter(|p| p.table == spec.name).and_then(|p| column(&p.column));
        let person = match (own_person, recipe.parent_of(&spec.name)) {
            (Some(c), _) => PersonSource::Column(c),
            (None, Some(r)) => {
                let table = self.tables.iter().position(|t| t.spec.name == r.parent);
                match (column(&r.column), table) {
                    (Some(column), Some(table)) => PersonSource::Parent { column, table, orphans: r.orphans },
                    _ => PersonSource::EachRow,
                }
            }
            (None, None) => {
                if recipe.person.is_some() && !(quasi.is_empty() && sensitive.is_empty()) {
                    problems.push(
                        Diagnostic::error(Code::RecipeNoPersonPath)
                            .in_table(&spec.name)
                            .at(spec.span.clone()),
                    );
                }
                PersonSource::EachRow
            }
        };
        let first_attribute = self.attributes;
        self.attributes += quasi.len();
        self.tables.push(TableLayout {
            spec,
            person,
            quasi,
            first_attribute,
            sensitive,
            key: spec.key.as_deref().and_then(column),
            is_parent: recipe.relations.iter().any(|r| r.parent == spec.name),
        });
    }
}
