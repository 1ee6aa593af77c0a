//! Hierarchies as the recipe declares them: parameters only; `transform::hierarchy` builds them.

use super::Span;
use super::reader::{Problems, Value};
use super::table::is_plain_path;
use crate::codes::Code;
use crate::error::Diagnostic;

/// How the levels of a hierarchy are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HierarchyKind {
    /// Numeric bands of ascending widths.
    Bands {
        /// Width of each level's bands.
        widths: Vec<i64>,
        /// Where bands start.
        origin: i64,
        /// Values at or above become one open band.
        top: Option<i64>,
        /// Values at or below become one open band.
        bottom: Option<i64>,
    },
    /// The first n characters, descending.
    Prefix {
        /// Characters kept at each level.
        lengths: Vec<usize>,
    },
    /// Calendar units, ascending.
    Dates {
        /// Unit of each level.
        levels: Vec<String>,
        /// `iso` or `wareki`.
        style: String,
    },
    /// Leaves without groups: leaf → `*`.
    Leaves(Vec<String>),
    /// One level of groups without names.
    Groups(Vec<Vec<String>>),
    /// Levels of named groups, finest first: (group, its members at the level below).
    Levels(Vec<Vec<(String, Vec<String>)>>),
    /// A file in ARX's format, path relative to the recipe.
    Csv {
        /// Path.
        path: String,
        /// Field separator.
        delimiter: char,
    },
}

/// A named hierarchy of the recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HierarchySpec {
    /// Name.
    pub name: String,
    /// How it is made.
    pub kind: HierarchyKind,
    /// Place of its header.
    pub span: Span,
}

pub(super) fn parse(name: &str, span: Span, v: Value<'_>, problems: &mut Problems) -> Option<HierarchySpec> {
    let mut t = v.table(problems)?;
    let bands = t.get("bands");
    let prefix = t.get("prefix");
    let dates = t.get("dates");
    let list = t.get("list");
    let csv = t.get("csv");
    let delimiter = t.text("delimiter", problems).and_then(|d| d.chars().next()).unwrap_or(';');
    t.finish(problems);
    let kind = match (bands, prefix, dates, list, csv) {
        (Some(v), None, None, None, None) => parse_bands(v, problems),
        (None, Some(v), None, None, None) => parse_prefix(v, problems),
        (None, None, Some(v), None, None) => parse_dates(v, problems),
        (None, None, None, Some(v), None) => parse_list(v, problems),
        (None, None, None, None, Some(v)) => {
            let path = v.text(problems)?;
            if !is_plain_path(path) {
                problems.push(Diagnostic::error(Code::RecipePath).name("path", path).at(v.span()));
                return None;
            }
            Some(HierarchyKind::Csv { path: path.to_owned(), delimiter })
        }
        _ => {
            v.bad("bands | prefix | dates | list | csv", problems);
            None
        }
    }?;
    Some(HierarchySpec { name: name.to_owned(), kind, span })
}

fn parse_bands(v: Value<'_>, problems: &mut Problems) -> Option<HierarchyKind> {
    let mut t = v.table(problems)?;
    let widths = t.need("widths", problems).and_then(|v| {
        let items = v.array(problems)?;
        items.into_iter().map(|n| n.integer(1, 1_000_000_000, problems)).collect::<Option<Vec<_>>>()
    });
    let mut bound = |key| t.get(key).and_then(|n| n.integer(-1_000_000_000_000, 1_000_000_000_000, problems));
    let (origin, top, bottom) = (bound("origin").unwrap_or(0), bound("top"), bound("bottom"));
    t.finish(problems);
    Some(HierarchyKind::Bands { widths: widths?, origin, top, bottom })
}

fn parse_prefix(v: Value<'_>, problems: &mut Problems) -> Option<HierarchyKind> {
    let mut t = v.table(problems)?;
    let lengths = t.need("lengths", problems).and_then(|v| {
        let items = v.array(problems)?;
        items
            .into_iter()
            .map(|n| n.integer(1, 1000, problems).and_then(|n| usize::try_from(n).ok()))
            .collect::<Option<Vec<_>>>()
    });
    t.finish(problems);
    Some(HierarchyKind::Prefix { lengths: lengths? })
}

fn parse_dates(v: Value<'_>, problems: &mut Problems) -> Option<HierarchyKind> {
    let mut t = v.table(problems)?;
    let levels = t.need("levels", problems).and_then(|v| v.texts(problems));
    let style = t.text("style", problems).unwrap_or("iso").to_owned();
    t.finish(problems);
    Some(HierarchyKind::Dates { levels: levels?, style })
}

/// `list = { leaves = ["A", "B"] }`, `{ groups = [["A", "B"], ["C"]] }` or
/// `{ levels = [ { "医科" = ["内科", "外科"], "歯科" = ["歯科"] }, … ] }`.
fn parse_list(v: Value<'_>, problems: &mut Problems) -> Option<HierarchyKind> {
    let mut t = v.table(problems)?;
    let leaves = t.get("leaves");
    let groups = t.get("groups");
    let levels = t.get("levels");
    t.finish(problems);
    match (leaves, groups, levels) {
        (Some(v), None, None) => v.texts(problems).map(HierarchyKind::Leaves),
        (None, Some(v), None) => {
            let items = v.array(problems)?;
            items.into_iter().map(|g| g.texts(problems)).collect::<Option<_>>().map(HierarchyKind::Groups)
        }
        (None, None, Some(v)) => {
            let mut all = Vec::new();
            for item in v.array(problems)? {
                let groups = item.table(problems)?;
                let mut level = Vec::new();
                for (name, _, members) in groups.entries() {
                    level.push((name.to_owned(), members.texts(problems)?));
                }
                all.push(level);
            }
            Some(HierarchyKind::Levels(all))
        }
        _ => {
            v.bad("leaves | groups | levels", problems);
            None
        }
    }
}
