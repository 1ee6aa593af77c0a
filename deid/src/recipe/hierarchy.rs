//! Hierarchies as the recipe declares them. One that is written in the recipe is built while it is
//! read, so that what does not nest is underlined there; a file is read and built later.

use super::Span;
use super::reader::{Problems, Value};
use super::table::{is_plain_path, parse_delimiter};
use super::treatment::{parse_amount, parse_style};
use crate::codes::Code;
use crate::error::Diagnostic;
use crate::transform::hierarchy::{
    BandStyle, Bands, BandsSpec, Dates, Hierarchy, HierarchyError, NullRow, Prefix, from_arx_csv, list,
};
use crate::transform::value::number::Decimal;
use crate::transform::value::period::{Period, Style};

/// How the levels of a hierarchy are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HierarchyKind {
    /// Numeric bands of ascending widths.
    Bands {
        /// Width of each level's bands.
        widths: Vec<Decimal>,
        /// Where bands start.
        origin: Decimal,
        /// Values at or above become one open band, with its label.
        top: Option<(Decimal, Option<String>)>,
        /// Values below become one open band, with its label.
        bottom: Option<(Decimal, Option<String>)>,
        /// How the ends of a band are written.
        style: BandStyle,
    },
    /// The first n characters, descending.
    Prefix {
        /// Characters kept at each level.
        lengths: Vec<usize>,
    },
    /// Calendar units, ascending.
    Dates {
        /// Unit of each level.
        levels: Vec<Period>,
        /// How periods are written.
        style: Style,
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
        /// Leaf of the row that stands for NULL.
        null: Option<String>,
    },
}

impl HierarchyKind {
    /// The hierarchy. `file` = the text of a CSV file.
    ///
    /// # Errors
    /// Why it cannot be built.
    pub fn build(&self, file: &str) -> Result<Hierarchy, HierarchyError> {
        Ok(match self {
            Self::Bands { widths, origin, top, bottom, style } => Bands::new(&BandsSpec {
                widths,
                origin: Some(*origin),
                bottom: bottom.as_ref().map(|(at, _)| *at),
                top: top.as_ref().map(|(at, _)| *at),
                bottom_label: bottom.as_ref().and_then(|(_, label)| label.as_deref()),
                top_label: top.as_ref().and_then(|(_, label)| label.as_deref()),
                style: *style,
            })?
            .into(),
            Self::Prefix { lengths } => Prefix::new(lengths)?.into(),
            Self::Dates { levels, style } => Dates::new(levels, *style)?.into(),
            Self::Leaves(leaves) => list::flat(&borrowed(leaves))?.into(),
            Self::Groups(groups) => {
                let groups: Vec<Vec<&str>> = groups.iter().map(|g| borrowed(g)).collect();
                let slices: Vec<&[&str]> = groups.iter().map(Vec::as_slice).collect();
                list::groups(&slices)?.into()
            }
            Self::Levels(levels) => {
                let owned: Vec<Vec<(&str, Vec<&str>)>> = levels
                    .iter()
                    .map(|l| l.iter().map(|(name, members)| (name.as_str(), borrowed(members))).collect())
                    .collect();
                let groups: Vec<Vec<list::Group<'_>>> = owned
                    .iter()
                    .map(|l| l.iter().map(|(name, members)| ((*name).into(), members.as_slice())).collect())
                    .collect();
                let slices: Vec<&[list::Group<'_>]> = groups.iter().map(Vec::as_slice).collect();
                list::levels(&slices)?.into()
            }
            Self::Csv { delimiter, null, .. } => {
                let null = null.as_deref().map_or(NullRow::None, NullRow::Named);
                from_arx_csv(file, *delimiter, null)?.into()
            }
        })
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
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
    // Only a file has these.
    let (delimiter, null) = match csv {
        Some(_) => (t.get("delimiter"), t.get("null")),
        None => (None, None),
    };
    t.finish(problems);
    let kind = match (bands, prefix, dates, list, csv) {
        (Some(v), None, None, None, None) => parse_bands(v, problems),
        (None, Some(v), None, None, None) => parse_prefix(v, problems),
        (None, None, Some(v), None, None) => parse_dates(v, problems),
        (None, None, None, Some(v), None) => parse_list(v, problems),
        (None, None, None, None, Some(v)) => parse_csv(v, delimiter, null, problems),
        _ => {
            v.bad("bands | prefix | dates | list | csv", problems);
            None
        }
    }?;
    if !matches!(kind, HierarchyKind::Csv { .. })
        && let Err(e) = kind.build("")
    {
        let d = Diagnostic::error(Code::RecipeHierarchy).name("name", name).name("detail", &*e.to_string());
        problems.push(d.at(span));
        return None;
    }
    Some(HierarchySpec { name: name.to_owned(), kind, span })
}

fn parse_csv(
    v: Value<'_>,
    delimiter: Option<Value<'_>>,
    null: Option<Value<'_>>,
    problems: &mut Problems,
) -> Option<HierarchyKind> {
    let path = v.text(problems)?;
    if !is_plain_path(path) {
        problems.push(Diagnostic::error(Code::RecipePath).name("path", path).at(v.span()));
        return None;
    }
    let delimiter = delimiter.map_or(Some(b';'), |d| parse_delimiter(d, problems));
    let null = match null {
        Some(n) => Some(n.text(problems)?.to_owned()),
        None => None,
    };
    Some(HierarchyKind::Csv { path: path.to_owned(), delimiter: char::from(delimiter?), null })
}

fn parse_bands(v: Value<'_>, problems: &mut Problems) -> Option<HierarchyKind> {
    fn number(v: Value<'_>, problems: &mut Problems) -> Option<Decimal> {
        let text = parse_amount(v, problems)?;
        let number = Decimal::parse(&text).ok();
        if number.is_none() {
            v.bad("100, \"0.5\"", problems);
        }
        number
    }
    let mut t = v.table(problems)?;
    let widths = t.need("widths", problems).and_then(|v| {
        let items = v.array(problems)?;
        items.into_iter().map(|n| number(n, problems)).collect::<Option<Vec<_>>>()
    });
    let origin = t.get("origin").map_or(Decimal::new(0, 0), |n| number(n, problems));
    let mut end = |at: &'static str, label: &'static str, problems: &mut Problems| match t.get(at) {
        // A label without its end is an unknown key.
        None => Some(None),
        Some(n) => {
            let label = t.text(label, problems).map(str::to_owned);
            Some(Some((number(n, problems)?, label)))
        }
    };
    let (top, bottom) = (end("top", "top_label", problems), end("bottom", "bottom_label", problems));
    let style = t.get("ends").map_or(Some(BandStyle::Closed), |v| match v.text(problems)? {
        "closed" => Some(BandStyle::Closed),
        "half-open" => Some(BandStyle::HalfOpen),
        _ => {
            v.bad("closed, half-open", problems);
            None
        }
    });
    t.finish(problems);
    Some(HierarchyKind::Bands { widths: widths?, origin: origin?, top: top?, bottom: bottom?, style: style? })
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
    let levels = t.need("levels", problems).and_then(|v| {
        let levels: Option<Vec<_>> = v.texts(problems)?.iter().map(|l| Period::from_name(l)).collect();
        if levels.is_none() {
            v.bad(&Period::NAMES.map(|(word, _)| word).join(", "), problems);
        }
        levels
    });
    let style = t.get("style").map_or(Some(Style::Iso), |s| parse_style(s, problems));
    t.finish(problems);
    Some(HierarchyKind::Dates { levels: levels?, style: style? })
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use crate::codes::Code;
    use crate::recipe::{HierarchySpec, Recipe};

    /// The hierarchy of a recipe with these lines, or the codes of what is wrong.
    fn hierarchy(lines: &str) -> Result<HierarchySpec, Vec<Code>> {
        let text = format!(
            "recipe = 1\nid = \"x\"\ntitle = \"x\"\nexchange = \"x\"\nlegal_form = \"安全管理加工\"\n\
             [hierarchy.h]\n{lines}\n[table.t]\nfile = \"t.csv\"\n[table.t.columns]\n\"c\" = {{ role = \"drop\" }}\n"
        );
        match Recipe::parse(&text) {
            Ok(mut recipe) => Ok(recipe.hierarchies.remove("h").unwrap()),
            Err(problems) => Err(problems.iter().map(|d| d.code).collect()),
        }
    }

    fn labels(lines: &str, file: &str, leaf: &str) -> Vec<String> {
        let built = hierarchy(lines).unwrap().kind.build(file).unwrap();
        let mut all = Vec::new();
        for level in 0..built.levels() {
            let mut out = String::new();
            built.label(leaf, level, &mut out).unwrap();
            all.push(out);
        }
        all
    }

    #[test]
    fn what_does_not_nest_is_refused() {
        for bad in [
            "bands = { widths = [] }",
            "bands = { widths = [5, 12] }",
            "bands = { widths = [10, 5] }",
            "bands = { widths = [5], top = 10, bottom = 20 }",
            "prefix = { lengths = [3, 5] }",
            "prefix = { lengths = [3, 3] }",
            "dates = { levels = [\"year\", \"month\"] }",
            "dates = { levels = [\"week\"], style = \"wareki\" }",
            "dates = { levels = [\"year\", \"fiscal-year\"] }",
            "list = { levels = [] }",
            "list = { leaves = [] }",
            "list = { leaves = [\"a\", \"a\"] }",
            "list = { groups = [[\"a\"], [\"b\", \"a\"]] }",
            "list = { levels = [ { \"x\" = [\"a\"], \"y\" = [\"a\"] } ] }",
            "list = { levels = [ { \"x\" = [\"a\"] }, { \"z\" = [\"y\"] } ] }",
        ] {
            assert_eq!(hierarchy(bad).unwrap_err(), [Code::RecipeHierarchy], "{bad}");
        }
        for (bad, code) in [
            ("dates = { levels = [\"moon\"] }", Code::RecipeBadValue),
            ("dates = { levels = [\"year\"], style = \"lunar\" }", Code::RecipeBadValue),
            ("bands = { widths = [5], ends = \"open\" }", Code::RecipeBadValue),
            ("bands = { widths = [5], top_label = \"x\" }", Code::RecipeUnknownKey),
            ("csv = \"h.csv\"\ndelimiter = \"\\\"\"", Code::RecipeBadValue),
            ("prefix = { lengths = [3] }\ndelimiter = \",\"", Code::RecipeUnknownKey),
        ] {
            assert_eq!(hierarchy(bad).unwrap_err(), [code], "{bad}");
        }
        for good in [
            "bands = { widths = [5, 10, 20], top = 90, bottom = 0 }",
            "prefix = { lengths = [5, 3] }",
            "dates = { levels = [\"month\", \"quarter\", \"fiscal-year\"], style = \"wareki\" }",
            "list = { levels = [ { \"x\" = [\"a\"], \"y\" = [\"b\"] }, { \"z\" = [\"x\", \"y\"] } ] }",
            "list = { leaves = [\"a\", \"b\"] }",
            "list = { groups = [[\"a\"], [\"b\", \"c\"]] }",
            "csv = \"h.csv\"",
        ] {
            assert!(hierarchy(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn every_parameter_of_a_hierarchy_arrives() {
        let bands = "bands = { widths = [\"0.5\", 2], origin = 0, top = 9, top_label = \"9以上\", \
                     bottom = 4, bottom_label = \"4未満\", ends = \"half-open\" }";
        assert_eq!(labels(bands, "", "6.54"), ["6.54", "[6.5,7.0)", "[6.0,8.0)", "*"]);
        assert_eq!(labels(bands, "", "9.1"), ["9.1", "9以上", "9以上", "*"]);
        assert_eq!(labels(bands, "", "3"), ["3", "4未満", "4未満", "*"]);
        let csv = "csv = \"h.csv\"\ndelimiter = \"\\t\"\nnull = \"NULL\"";
        assert_eq!(labels(csv, "a;b\tx\t*\nNULL\tx\t*\n", "a;b"), ["a;b", "x", "*"]);
        let null = hierarchy(csv).unwrap().kind.build("a\tx\t*\nNULL\tx\t*\n").unwrap();
        assert_eq!(null.declared_leaves().unwrap().len(), 1, "the row of NULL is no leaf");
    }
}
