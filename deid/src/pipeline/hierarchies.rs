//! Declared hierarchies → built ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::codes::Code;
use crate::error::Diagnostic;
use crate::recipe::{HierarchyKind, Recipe};
use crate::transform::hierarchy::Hierarchy;

/// The built hierarchies of a recipe by name.
pub(crate) type Hierarchies = BTreeMap<String, Arc<Hierarchy>>;

/// Builds every hierarchy. `files` holds the text of each CSV hierarchy by its path in the recipe.
///
/// # Errors
/// One diagnostic per hierarchy that cannot be built.
pub(crate) fn build(
    recipe: &Recipe,
    files: &BTreeMap<String, String>,
) -> Result<Hierarchies, Vec<Diagnostic>> {
    let mut built = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, spec) in &recipe.hierarchies {
        let file = match &spec.kind {
            HierarchyKind::Csv { path, .. } => files.get(path).map_or("", String::as_str),
            _ => "",
        };
        match spec.kind.build(file) {
            Ok(h) => {
                built.insert(name.clone(), Arc::new(h));
            }
            Err(e) => problems.push(
                Diagnostic::error(Code::RecipeHierarchy)
                    .name("name", name)
                    .name("detail", &*e.to_string())
                    .at(spec.span.clone()),
            ),
        }
    }
    if problems.is_empty() { Ok(built) } else { Err(problems) }
}
