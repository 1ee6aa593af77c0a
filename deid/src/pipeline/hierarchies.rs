//! Declared hierarchies → built ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::codes::Code;
use crate::error::Diagnostic;
use crate::recipe::{HierarchyKind, Recipe};
use crate::transform::hierarchy::{
    BandStyle, Bands, BandsSpec, Dates, Hierarchy, HierarchyError, NullRow, Prefix, from_arx_csv, list,
};
use crate::transform::value::number::Decimal;
use crate::transform::value::period::{Period, Style};

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
        match build_one(&spec.kind, files) {
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

fn refs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn decimal(n: i64) -> Result<Decimal, HierarchyError> {
    Decimal::new(i128::from(n), 0).ok_or(HierarchyError::BandBounds)
}

fn build_one(kind: &HierarchyKind, files: &BTreeMap<String, String>) -> Result<Hierarchy, HierarchyError> {
    match kind {
        HierarchyKind::Bands { widths, origin, top, bottom } => {
            let widths = widths.iter().map(|w| decimal(*w)).collect::<Result<Vec<_>, _>>()?;
            Ok(Bands::new(&BandsSpec {
                widths: &widths,
                origin: Some(decimal(*origin)?),
                bottom: bottom.map(decimal).transpose()?,
                top: top.map(decimal).transpose()?,
                bottom_label: None,
                top_label: None,
                style: BandStyle::Closed,
            })?
            .into())
        }
        HierarchyKind::Prefix { lengths } => Ok(Prefix::new(lengths)?.into()),
        HierarchyKind::Dates { levels, style } => {
            let periods = levels
                .iter()
                .map(|l| Period::from_name(l).ok_or(HierarchyError::Empty))
                .collect::<Result<Vec<_>, _>>()?;
            let style = if style == "wareki" { Style::Wareki } else { Style::Iso };
            Ok(Dates::new(&periods, style)?.into())
        }
        HierarchyKind::Leaves(leaves) => Ok(list::flat(&refs(leaves))?.into()),
        HierarchyKind::Groups(groups) => {
            let groups: Vec<Vec<&str>> = groups.iter().map(|g| refs(g)).collect();
            let slices: Vec<&[&str]> = groups.iter().map(Vec::as_slice).collect();
            Ok(list::groups(&slices)?.into())
        }
        HierarchyKind::Levels(levels) => {
            let owned: Vec<Vec<(&str, Vec<&str>)>> =
                levels.iter().map(|l| l.iter().map(|(n, m)| (n.as_str(), refs(m))).collect()).collect();
            let groups: Vec<Vec<list::Group<'_>>> =
                owned.iter().map(|l| l.iter().map(|(n, m)| ((*n).into(), m.as_slice())).collect()).collect();
            let slices: Vec<&[list::Group<'_>]> = groups.iter().map(Vec::as_slice).collect();
            Ok(list::levels(&slices)?.into())
        }
        HierarchyKind::Csv { path, .. } => {
            let text = files.get(path).map_or("", String::as_str);
            Ok(from_arx_csv(text, NullRow::default())?.into())
        }
    }
}
