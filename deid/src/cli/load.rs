//! Reading what several commands need: the recipe with its hierarchy files, keys, times.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::arguments::RootArguments;
use super::render::{self, SourceText};
use super::{Outcome, Session};
use crate::codes::Code;
use crate::crypto::{KeyFile, KeyKind, Label, RootKey, SigningKey};
use crate::error::{Diagnostic, Exit, Name, Result};
use crate::io::key_file::read_secret;
use crate::io::source::open_regular;
use crate::manifest::UtcTime;
use crate::recipe::{HierarchyKind, Recipe};
use crate::rulepack::RulePack;

/// Largest text file (recipe, hierarchy, decision) that is read, bytes.
const MAX_TEXT: u64 = 64 << 20;

/// A recipe with everything it refers to.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) recipe: Recipe,
    pub(super) hierarchy_files: BTreeMap<String, String>,
}

impl Loaded {
    /// The text that spans point into.
    pub(super) fn source(&self) -> SourceText<'_> {
        SourceText { name: &self.name, text: &self.text }
    }
}

/// Reads a UTF-8 text file.
pub(super) fn text_file(path: &Path, code: Code) -> Result<String> {
    let name = Name::new(&path.to_string_lossy());
    let fail = || Box::new(Diagnostic::error(code).in_file(name.clone()).name("detail", "-"));
    let file = open_regular(path, &name).map_err(|_| fail())?;
    let mut text = String::new();
    file.take(MAX_TEXT + 1).read_to_string(&mut text).map_err(|_| fail())?;
    if text.len() as u64 > MAX_TEXT {
        return Err(fail());
    }
    Ok(text)
}

/// Opens a recipe for a command: what is wrong with it is shown, and the exit status is that of wrong
/// usage, whatever is wrong.
pub(super) fn open(session: &Session, path: &Path) -> std::result::Result<Loaded, Exit> {
    recipe(path).map_err(|(problems, text)| {
        let name = path.to_string_lossy();
        render::problems(session, &problems, Some(&SourceText { name: &name, text: &text }));
        Exit::Usage
    })
}

/// What a command does with a recipe; its problems are shown with the places underlined.
pub(super) fn with_recipe(
    session: &Session,
    path: &Path,
    work: impl FnOnce(&Loaded) -> std::result::Result<(), Vec<Diagnostic>>,
) -> Outcome {
    let loaded = match open(session, path) {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    Ok(match work(&loaded) {
        Ok(()) => Exit::Done,
        Err(problems) => {
            render::problems(session, &problems, Some(&loaded.source()));
            problems.iter().map(Diagnostic::exit).max().unwrap_or(Exit::Fault)
        }
    })
}

/// Reads a recipe; on problems gives them with the text that their spans point into.
fn recipe(path: &Path) -> std::result::Result<Loaded, (Vec<Diagnostic>, String)> {
    let text = text_file(path, Code::RecipeUnreadable).map_err(|e| (Vec::from(*e), String::new()))?;
    let recipe = match Recipe::parse(&text) {
        Ok(recipe) => recipe,
        Err(problems) => return Err((problems, text)),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut hierarchy_files = BTreeMap::new();
    for spec in recipe.hierarchies.values() {
        if let HierarchyKind::Csv { path, .. } = &spec.kind {
            match text_file(&folder.join(path), Code::RecipeHierarchy) {
                Ok(content) => {
                    hierarchy_files.insert(path.clone(), content);
                }
                Err(e) => {
                    let d = e.name("name", &spec.name).name("detail", "-").at(spec.span.clone());
                    return Err((vec![d], text));
                }
            }
        }
    }
    Ok(Loaded { name: path.to_string_lossy().into_owned(), text, recipe, hierarchy_files })
}

/// The rule pack: embedded, or the files of a folder.
pub(super) fn rule_pack(folder: Option<&Path>) -> std::result::Result<RulePack, Vec<Diagnostic>> {
    let Some(folder) = folder else { return RulePack::embedded() };
    let unreadable = |path: &Path| {
        Vec::from(Diagnostic::error(Code::RulePackUnreadable).in_file(&*path.to_string_lossy()))
    };
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).map_err(|_| unreadable(&next))? {
            let path = entry.map_err(|_| unreadable(&next))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let text = text_file(&path, Code::RulePackUnreadable)?;
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(name, text);
            }
        }
    }
    RulePack::parse(&files)
}

/// The root key of a run. `None` when none was given and none is required.
pub(super) fn root(arguments: &RootArguments, recipe: &Recipe, required: bool) -> Result<Option<RootKey>> {
    if recipe.legal_form.memory_only_keys() {
        if arguments.key.is_some() || arguments.demo_key && !recipe.demo {
            let d = Diagnostic::error(Code::KeyMemoryOnly).name("form", recipe.legal_form.id());
            return Err(Box::new(d.at(recipe.legal_form_span.clone())));
        }
        return RootKey::ephemeral().map(Some).map_err(|_| Box::new(Diagnostic::error(Code::Internal)));
    }
    if arguments.demo_key {
        if !recipe.demo {
            return Err(Box::new(Diagnostic::error(Code::DemoKeyRefused)));
        }
        return Ok(Some(RootKey::demo()));
    }
    match &arguments.key {
        Some(path) => {
            let key = key_file(path)?.into_root().map_err(|_| wrong_kind(path))?;
            if key.is_demo() && !recipe.demo {
                return Err(Box::new(Diagnostic::error(Code::DemoKeyRefused)));
            }
            Ok(Some(key))
        }
        None if required => Err(Box::new(Diagnostic::error(Code::KeyMissing))),
        None => Ok(None),
    }
}

/// The key that signs: the one given, the demo signer for demo runs, or one made for this run
/// alone (its manifest is intact or not, but nobody vouches for it).
pub(super) fn signer(path: Option<&Path>, demo: bool) -> Result<(SigningKey, bool)> {
    let internal = || Box::new(Diagnostic::error(Code::Internal));
    match path {
        Some(path) => Ok((key_file(path)?.into_signing().map_err(|_| wrong_kind(path))?, false)),
        None if demo => SigningKey::demo().map(|k| (k, false)).map_err(|_| internal()),
        None => {
            let label = Label::new("one run").map_err(|_| internal())?;
            let key = KeyFile::generate(KeyKind::Signing, label).and_then(KeyFile::into_signing);
            key.map(|k| (k, true)).map_err(|_| internal())
        }
    }
}

fn key_file(path: &Path) -> Result<KeyFile> {
    let text = read_secret(path)?;
    KeyFile::parse(text.as_bytes())
        .map_err(|_| Box::new(Diagnostic::error(Code::KeyUnreadable).in_file(&*path.to_string_lossy())))
}

fn wrong_kind(path: &Path) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::KeyKind).in_file(&*path.to_string_lossy()))
}

/// The time of a run: the argument, else the clock (only here, at the edge).
pub(super) fn time(argument: Option<&str>) -> Result<UtcTime> {
    let bad = || {
        Box::new(
            Diagnostic::error(Code::UsageValue)
                .name("option", "--time")
                .name("allowed", "YYYY-MM-DDThh:mm:ssZ"),
        )
    };
    match argument {
        Some(text) => UtcTime::parse(text).ok_or_else(bad),
        None => {
            let now =
                std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(|_| bad())?;
            i64::try_from(now.as_secs()).ok().and_then(UtcTime::from_unix_seconds).ok_or_else(bad)
        }
    }
}

/// `512M`, `2G`, `1048576`.
pub(super) fn memory(text: &str) -> Result<u64> {
    let bad = || {
        Box::new(
            Diagnostic::error(Code::UsageValue).name("option", "--max-memory").name("allowed", "64M, 2G"),
        )
    };
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'K' | b'k') => (text.get(..text.len() - 1), 1 << 10),
        Some(b'M' | b'm') => (text.get(..text.len() - 1), 1 << 20),
        Some(b'G' | b'g') => (text.get(..text.len() - 1), 1 << 30),
        _ => (Some(text), 1),
    };
    let n: u64 = digits.and_then(|d| d.parse().ok()).ok_or_else(bad)?;
    n.checked_mul(unit).filter(|n| *n >= 16 << 20).ok_or_else(bad)
}
