//! Questions as conditions see them: id, type, options, and what derives an answer.
//!
//! The room `question` reads these files whole; here only what the type check needs is taken, and
//! what is missing or odd is left for that room to complain about.

use std::collections::BTreeMap;

use super::expr::{Asked, Expr, Library, Scope, Ty};
use super::fault::{FaultCode, PackFault};

/// Folder of the questions in the pack.
pub(super) const FOLDER: &str = "questions/";

/// An expression of a question that is still text.
pub(super) struct Pending {
    file: String,
    question: String,
    for_each: Option<String>,
    source: String,
    /// When the question applies, not what derives its answer.
    applies: bool,
}

/// All of them.
pub(super) type Derivations = Vec<Pending>;

/// Enters the questions of all files.
pub(super) fn read(
    texts: &BTreeMap<String, String>,
    library: &mut Library,
    faults: &mut Vec<PackFault>,
) -> Derivations {
    let mut derivations = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| path.starts_with(FOLDER) && path.ends_with(".toml")) {
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                faults.push(PackFault::toml(path, &error));
                continue;
            }
        };
        for question in table.get("question").and_then(toml::Value::as_array).into_iter().flatten() {
            let word = |key: &str| question.get(key).and_then(toml::Value::as_str).map(str::to_owned);
            let Some(id) = word("id") else { continue };
            let options = question.get("options").and_then(toml::Value::as_array);
            let asked = Asked {
                ty: ty(&id, word("type").as_deref(), word("to").as_deref()),
                judged: question.get("judged").and_then(toml::Value::as_bool) == Some(true),
                for_each: word("for_each"),
                options: options
                    .into_iter()
                    .flatten()
                    .filter_map(|option| option.get("id").and_then(toml::Value::as_str))
                    .map(str::to_owned)
                    .collect(),
                unit: word("unit"),
            };
            for (key, applies) in [("derive", false), ("when", true)] {
                let Some(source) = word(key) else { continue };
                let (file, question, for_each) = (path.clone(), id.clone(), asked.for_each.clone());
                derivations.push(Pending { file, question, for_each, source, applies });
            }
            if library.names.questions.insert(id.clone(), asked).is_some() {
                faults.push(PackFault::error(path, 0..0, FaultCode::Duplicate, id));
            }
        }
    }
    derivations
}

fn ty(id: &str, written: Option<&str>, to: Option<&str>) -> Ty {
    match written {
        Some("yn") => Ty::Bool,
        Some("choice") => Ty::option_of(id),
        Some("multi") => Ty::List(Box::new(Ty::option_of(id))),
        Some("quantity") => Ty::Int,
        Some("date") => Ty::Date,
        Some("text") => Ty::Text,
        Some("reference") => to.map_or(Ty::Any, |kind| Ty::Object(kind.to_owned())),
        Some("evidence") => Ty::List(Box::new(Ty::Object("evidence".to_owned()))),
        _ => Ty::Any,
    }
}

/// Checks the expressions, once all names are known.
pub(super) fn derive(derivations: Derivations, library: &mut Library, faults: &mut Vec<PackFault>) {
    for Pending { file, question, for_each, source, applies } in derivations {
        let variables = for_each.map(|kind| (kind.clone(), Ty::Object(kind))).into_iter().collect();
        let scope = Scope { names: &library.names, variables, regime: false };
        let checked = if applies { Expr::condition(&source, &scope) } else { Expr::value(&source, &scope) };
        match checked {
            Ok(expr) if applies => {
                library.applies.insert(question, expr);
            }
            Ok(expr) => {
                library.derived.insert(question, expr);
            }
            Err(error) => {
                let detail = format!("{question}: {} ({})", error.detail, error.at.start);
                faults.push(PackFault::error(&file, 0..0, error.code, detail));
            }
        }
    }
}
