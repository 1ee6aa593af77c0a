//! `kind.id.key…`: which object of the texts a change is about.

use toml_edit::TableLike;

use super::{ChangeError, Texts, edit, error};
use crate::case::schema::{KindDef, schema};

/// An object and the keys behind it.
pub(super) struct Target<'p> {
    /// Its kind.
    pub(super) kind: &'p str,
    /// Its id; empty for the case itself.
    pub(super) id: String,
    /// The rest of the path.
    pub(super) keys: Vec<&'p str>,
}

impl<'p> Target<'p> {
    /// Takes a path apart. Ids may hold dots, so the longest id that is there counts.
    pub(super) fn parse(path: &'p str, texts: &mut Texts) -> Result<Self, ChangeError> {
        let (kind, rest) = path.split_once('.').unwrap_or((path, ""));
        let found = schema().kind(kind).ok_or_else(|| error(format!("{path}: no kind {kind}")))?;
        let keys = |rest: &'p str| rest.split('.').filter(|key| !key.is_empty()).collect();
        if found.single {
            return Ok(Self { kind, id: String::new(), keys: keys(rest) });
        }
        let mut best: Option<(String, &'p str)> = None;
        texts.each(&mut |have, object| {
            let Some(id) = edit::id(object).filter(|_| have.name == kind) else { return };
            let Some(tail) = rest.strip_prefix(id.as_str()) else { return };
            let longer = best.as_ref().is_none_or(|(other, _)| id.len() > other.len());
            if longer && (tail.is_empty() || tail.starts_with('.')) {
                best = Some((id, tail));
            }
        });
        let (id, rest) = best.ok_or_else(|| error(format!("{path}: no such {kind}")))?;
        Ok(Self { kind, id, keys: keys(rest) })
    }

    /// Whether this is the object.
    pub(super) fn is(&self, kind: &KindDef, object: &dyn TableLike) -> bool {
        kind.name == self.kind && (kind.single || edit::id(object).as_ref() == Some(&self.id))
    }
}
