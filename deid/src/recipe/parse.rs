//! Text → [`Recipe`], collecting every problem instead of the first.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeTable;

use super::reader::{Problems, Table};
use super::table::is_identifier;
use super::{
    Acknowledgement, Domain, Follows, LegalForm, Maker, Recipe, Step, column, hierarchy, privacy, secret,
    table,
};
use crate::codes::Code;
use crate::error::Diagnostic;

/// Largest recipe that is read, bytes.
const MAX_BYTES: usize = 1 << 20;
/// Deepest nesting of brackets; a real recipe needs five.
const MAX_DEPTH: usize = 32;

impl Recipe {
    /// Parses and checks a recipe.
    ///
    /// # Errors
    /// Every problem found, in the order of the text; never a part of a recipe.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        if text.len() > MAX_BYTES || depth(text) > MAX_DEPTH {
            return Err(Diagnostic::error(Code::RecipeSyntax).name("detail", "size or depth").into());
        }
        let root = DeTable::parse(text).map_err(|e| {
            let mut d = Diagnostic::error(Code::RecipeSyntax).name("detail", e.message());
            if let Some(span) = e.span() {
                d = d.at(span);
            }
            Vec::from(d)
        })?;
        let mut problems = Problems::default();
        secret::find(root.get_ref(), &mut problems);
        let recipe = build(Table::new(root.get_ref(), root.span()), &mut problems);
        match recipe {
            Some(recipe) if problems.0.is_empty() => Ok(recipe),
            _ => {
                let mut all = problems.0;
                all.sort_by_key(|d| d.place.span.as_ref().map_or(usize::MAX, |s| s.start));
                Err(all)
            }
        }
    }
}

fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0_usize);
    for b in text.bytes() {
        match b {
            b'[' | b'{' => {
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn identifier(t: &mut Table<'_>, key: &'static str, needed: bool, problems: &mut Problems) -> Option<String> {
    let v = if needed { t.need(key, problems) } else { t.get(key) }?;
    let text = v.text(problems)?;
    if !is_identifier(text) {
        v.bad("[a-z0-9_-]{1,64}", problems);
        return None;
    }
    Some(text.to_owned())
}

fn build(mut root: Table<'_>, problems: &mut Problems) -> Option<Recipe> {
    let version = root.need("recipe", problems)?;
    if version.as_integer() != Some(1) {
        problems.push(Diagnostic::error(Code::RecipeVersion).number("supported", 1).at(version.span()));
        return None;
    }
    let id = identifier(&mut root, "id", true, problems);
    let title = root.need_text("title", problems).map(str::to_owned);
    let exchange = identifier(&mut root, "exchange", true, problems);
    let recipient = identifier(&mut root, "recipient", false, problems);
    let link_group = identifier(&mut root, "link_group", false, problems);
    let legal = root.need("legal_form", problems).and_then(|v| {
        let form = LegalForm::parse(v.text(problems)?);
        if form.is_none() {
            v.bad(&LegalForm::ALL.map(|(id, _)| id).join(", "), problems);
        }
        Some((form?, v.span()))
    });
    let maker = root.get("maker").and_then(|v| {
        let maker = Maker::parse(v.text(problems)?);
        if maker.is_none() {
            v.bad(&Maker::ALL.map(|(id, _)| id).join(", "), problems);
        }
        maker
    });
    let demo = root.flag("demo", problems);
    let follows = root.get("follows").map_or(Follows::Unsaid, |v| match v.text(problems) {
        Some("none") | None => Follows::First,
        Some(text) => {
            if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                v.bad("none, [0-9a-f]{64}", problems);
            }
            Follows::Release(text.to_owned())
        }
    });

    let mut domains = BTreeMap::new();
    if let Some(t) = root.table("domain", problems) {
        for (name, span, v) in t.entries() {
            if !is_identifier(name) {
                v.bad("[a-z0-9_-]{1,64}", problems);
            }
            let Some(mut d) = v.table(problems) else { continue };
            let normalise =
                d.get("normalise").and_then(|v| column::parse_normalise(v, problems)).unwrap_or_default();
            d.finish(problems);
            domains.insert(name.to_owned(), Domain { normalise, span });
        }
    }
    let mut hierarchies = BTreeMap::new();
    // A hierarchy that is declared and broken is one fault, not one more for each column.
    let mut declared = BTreeSet::new();
    if let Some(t) = root.table("hierarchy", problems) {
        for (name, span, v) in t.entries() {
            declared.insert(name);
            if let Some(h) = hierarchy::parse(name, span, v, problems) {
                hierarchies.insert(name.to_owned(), h);
            }
        }
    }
    let mut tables = Vec::new();
    if let Some(t) = root.need("table", problems).and_then(|v| v.table(problems)) {
        for (name, span, v) in t.entries() {
            tables.extend(table::parse(name, span, v, problems));
        }
    }
    let relations: Vec<_> = root
        .array("relation", problems)
        .into_iter()
        .filter_map(|v| privacy::parse_relation(v, &tables, problems))
        .collect();
    let person = root.table("person", problems).and_then(|t| privacy::parse_person(t, &tables, problems));
    let privacy = root.table("privacy", problems).and_then(|t| privacy::parse(t, &tables, problems));
    let acknowledged = root
        .array("acknowledge", problems)
        .into_iter()
        .filter_map(|v| {
            let mut t = v.table(problems)?;
            let code = t.need_text("code", problems).map(str::to_owned);
            let reason = t.need("reason", problems).and_then(|v| {
                let text = v.text(problems)?.trim();
                if text.is_empty() || text.chars().count() > 500 {
                    v.bad("1..500", problems);
                    return None;
                }
                Some(text.to_owned())
            });
            let table = t.text("table", problems).map(str::to_owned);
            let column = t.text("column", problems).map(str::to_owned);
            t.finish(problems);
            Some(Acknowledgement { code: code?, table, column, reason: reason?, span: v.span() })
        })
        .collect();
    root.finish(problems);

    let (legal_form, legal_form_span) = legal?;
    let recipe = Recipe {
        id: id?,
        title: title?,
        exchange: exchange?,
        recipient,
        link_group,
        legal_form,
        legal_form_span,
        maker,
        demo,
        follows,
        tables,
        domains,
        hierarchies,
        relations,
        person,
        privacy,
        acknowledged,
    };
    check_references(&recipe, &declared, problems);
    privacy::check_shape(&recipe.relations, recipe.person.as_ref(), problems);
    Some(recipe)
}

/// The two sides of a relation must become pseudonyms of one domain, or the files do not join.
fn check_domains(recipe: &Recipe, problems: &mut Problems) {
    let domain = |table: &str, column: &str| {
        let steps = &recipe.table(table)?.column(column)?.steps;
        steps.iter().find_map(|s| match s {
            Step::Pseudonym { domain, .. } => Some(domain.clone()),
            _ => None,
        })
    };
    for relation in &recipe.relations {
        let key = recipe.table(&relation.parent).and_then(|t| t.key.clone()).unwrap_or_default();
        let sides = (domain(&relation.child, &relation.column), domain(&relation.parent, &key));
        if let (Some(child), Some(parent)) = sides
            && child != parent
        {
            problems.push(
                Diagnostic::error(Code::RelationDomains)
                    .in_table(&relation.child)
                    .in_column(&relation.column)
                    .at(relation.span.clone()),
            );
        }
    }
}

/// A cell that a treatment turns into NULL needs a text for NULL in CSV; and where NULL is written
/// as nothing, a record of one single column would be a blank line, which no reader takes for one.
fn check_null(table: &super::TableSpec, problems: &mut Problems) {
    if table.output.kind != super::FileKind::Csv {
        return;
    }
    let mut published = table.columns.iter().filter(|c| c.is_published());
    if let (Some(only), None, Some("")) =
        (published.next(), published.next(), table.output.null.first().map(String::as_str))
        // A key is never NULL.
        && table.key.as_ref() != Some(&only.name)
    {
        problems.push(
            Diagnostic::error(Code::NullBlankLine)
                .in_table(&table.name)
                .in_column(&only.name)
                .at(table.span.clone()),
        );
    }
    if !table.output.null.is_empty() {
        return;
    }
    for column in table.columns.iter().filter(|c| c.is_published()) {
        let makes_null = column.on_unparsable == super::OnUnparsable::Null
            || column.steps.iter().any(|s| {
                matches!(s, Step::SuppressValues(_) | Step::SuppressRare(_) | Step::Microaggregate(_))
            });
        if makes_null {
            problems.push(
                Diagnostic::error(Code::RecipeMissingKey)
                    .name("key", "null")
                    .in_table(&table.name)
                    .in_column(&column.name)
                    .at(column.span.clone()),
            );
        }
    }
}

fn check_references(recipe: &Recipe, hierarchies: &BTreeSet<&str>, problems: &mut Problems) {
    check_domains(recipe, problems);
    for demand in recipe.privacy.iter().flat_map(|p| &p.models) {
        if let super::PrivacyModel::THierarchical { hierarchy, .. } = &demand.model
            && !hierarchies.contains(hierarchy.as_str())
        {
            let unknown = Diagnostic::error(Code::RecipeUnknownReference).name("name", hierarchy);
            problems.push(unknown.at(demand.span.clone()));
        }
    }
    let (mut files, mut outputs) = (BTreeSet::new(), BTreeSet::new());
    for table in &recipe.tables {
        check_null(table, problems);
        let published = table.output.file.to_lowercase();
        if !files.insert(table.file.to_lowercase()) || !outputs.insert(published) {
            problems.push(
                Diagnostic::error(Code::RecipeBadValue)
                    .name("allowed", "one table per file")
                    .at(table.span.clone()),
            );
        }
        for column in &table.columns {
            for step in &column.steps {
                let missing = match step {
                    Step::Generalize { hierarchy, .. } if !hierarchies.contains(hierarchy.as_str()) => {
                        hierarchy
                    }
                    Step::Pseudonym { domain, .. } if !recipe.domains.contains_key(domain) => domain,
                    _ => continue,
                };
                problems.push(
                    Diagnostic::error(Code::RecipeUnknownReference)
                        .name("name", missing)
                        .in_column(&column.name)
                        .at(column.span.clone()),
                );
            }
        }
    }
}
