//! Hierarchy files in ARX's format: `;` (or another sign) between levels, no header, leaf first, `*`
//! last.
//!
//! Strict where ARX is not: ragged and blank rows, a leaf twice, a value with two parents and a
//! last level other than `*` are errors with the row number. Quotes are as in RFC 4180 (`"a;b"`,
//! `""` for a quote). LF or CRLF; a byte order mark is skipped. The text is UTF-8 here: decoding
//! belongs to `io`.

use super::{HierarchyError, Tree};
use std::borrow::Cow;

/// What a row says about NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NullRow<'a> {
    /// Every row is a value; the empty leaf is the empty text `""`. NULL cells need no row: NULL
    /// is its own leaf up to `*`.
    #[default]
    None,
    /// The row whose leaf is this text stands for NULL (ARX writes `NULL`). It is checked for its
    /// length, then left out: it is no leaf and counts in no share.
    Named(&'a str),
}

/// Reads a hierarchy from the text of a file whose levels are separated by `delimiter` (not a quote
/// or line end).
///
/// # Errors
/// [`HierarchyError`] with the row number (rows count from 1; a quoted line break counts as part
/// of its row).
pub fn from_arx_csv(text: &str, delimiter: char, null: NullRow<'_>) -> Result<Tree, HierarchyError> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Vec::new();
    let mut levels = None;
    let mut row = 0;
    while !rest.is_empty() {
        row += 1;
        let (fields, tail) = read_row(rest, delimiter).ok_or(HierarchyError::BrokenQuote { row })?;
        rest = tail;
        if fields.len() == 1 && fields.first().is_some_and(|f| f.is_empty()) {
            return Err(HierarchyError::BlankRow { row });
        }
        if *levels.get_or_insert(fields.len()) != fields.len() {
            return Err(HierarchyError::Ragged { row });
        }
        let is_null = matches!(null, NullRow::Named(name) if fields.first().is_some_and(|f| f == name));
        if !is_null {
            rows.push((row, fields));
        }
    }
    Tree::from_rows(rows)
}

/// The fields of the first row and the text after its line end; `None` for a broken quote.
fn read_row(text: &str, delimiter: char) -> Option<(Vec<Cow<'_, str>>, &str)> {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let (field, tail) = if let Some(quoted) = rest.strip_prefix('"') {
            read_quoted(quoted)?
        } else {
            let end = rest.find([delimiter, '\n', '"']).unwrap_or(rest.len());
            let (field, tail) = rest.split_at_checked(end)?;
            if tail.starts_with('"') {
                return None;
            }
            let field =
                if tail.starts_with(delimiter) { field } else { field.strip_suffix('\r').unwrap_or(field) };
            (Cow::Borrowed(field), tail)
        };
        fields.push(field);
        if let Some(tail) = tail.strip_prefix(delimiter) {
            rest = tail;
            continue;
        }
        let tail = tail.strip_prefix('\r').unwrap_or(tail);
        return match tail.strip_prefix('\n') {
            Some(next) => Some((fields, next)),
            None if tail.is_empty() => Some((fields, "")),
            None => None,
        };
    }
}

/// The rest of a field after its opening quote, and the text after its closing quote.
fn read_quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (part, tail) = rest.split_once('"')?;
        field.push_str(part);
        match tail.strip_prefix('"') {
            Some(tail) => {
                field.push('"');
                rest = tail;
            }
            None => return Some((Cow::Owned(field), tail)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]
    use super::super::Hierarchy;
    use super::*;

    fn labels(text: &str, leaf: &str) -> Vec<String> {
        let h: Hierarchy = from_arx_csv(text, ';', NullRow::None).unwrap().into();
        (0..h.levels())
            .map(|level| {
                let mut out = String::new();
                h.label(leaf, level, &mut out).unwrap();
                out
            })
            .collect()
    }

    #[test]
    fn reads_what_arx_writes() {
        let text = "\u{feff}1;0-4;*\r\n2;0-4;*\r\n5;\"5;9\";*\r\n\"say \"\"x\"\"\";5\u{ff5e};*";
        assert_eq!(labels(text, "1"), ["1", "0-4", "*"]);
        assert_eq!(labels(text, "5"), ["5", "5;9", "*"]);
        assert_eq!(labels(text, "say \"x\""), ["say \"x\"", "5\u{ff5e}", "*"]);
        assert_eq!(labels(";none;*\nNA;none;*\n", ""), ["", "none", "*"]);
    }

    #[test]
    fn faults_have_their_row() {
        let fault = |text| from_arx_csv(text, ';', NullRow::None).unwrap_err();
        assert_eq!(fault(""), HierarchyError::Empty);
        assert_eq!(fault("a;*\nb;x;*\n"), HierarchyError::Ragged { row: 2 });
        assert_eq!(fault("a;*\n\nb;*\n"), HierarchyError::BlankRow { row: 2 });
        assert_eq!(fault("a;*\nb;*\na;*\n"), HierarchyError::DuplicateLeaf { row: 3 });
        assert_eq!(fault("a;x;p;*\nb;y;p;*\nc;x;q;*\n"), HierarchyError::TwoParents { row: 3, level: 1 });
        assert_eq!(fault("a;x\n"), HierarchyError::LastNotStar { row: 1 });
        assert_eq!(fault("a\n"), HierarchyError::LastNotStar { row: 1 });
        assert_eq!(fault("a;*\n\"b;*\n"), HierarchyError::BrokenQuote { row: 2 });
        assert_eq!(fault("a;*\n\"b\"c;*\n"), HierarchyError::BrokenQuote { row: 2 });
        assert_eq!(fault("a;*\nb\"c;*\n"), HierarchyError::BrokenQuote { row: 2 });
    }

    #[test]
    fn a_null_row_is_no_leaf() {
        let text = "a;x;*\nNULL;y;*\n";
        let tree = from_arx_csv(text, ';', NullRow::Named("NULL")).unwrap();
        assert_eq!(tree, from_arx_csv("a;x;*\n", ';', NullRow::None).unwrap());
        let comma = from_arx_csv("a;b,x,*\r\n\"c,d\",x,*\r\n", ',', NullRow::None).unwrap();
        let quoted = from_arx_csv("\"a;b\";x;*\nc,d;x;*\n", ';', NullRow::None).unwrap();
        assert_eq!(comma, quoted, "the separator is the one that was declared");
        let fault = from_arx_csv("a;x;*\nNULL;*\n", ';', NullRow::Named("NULL"));
        assert_eq!(fault, Err(HierarchyError::Ragged { row: 2 }));
    }

    #[test]
    fn arx_files_load_with_their_leaves() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/arx/hierarchies");
        let Ok(entries) = std::fs::read_dir(dir) else {
            eprintln!("skipped: no ARX hierarchies here");
            return;
        };
        let mut found = 0;
        for entry in entries {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let h: Hierarchy = from_arx_csv(&text, ';', NullRow::None).unwrap().into();
            let name = path.file_name().unwrap().to_str().unwrap();
            let expected = match name {
                "adult_hierarchy_age.csv" => Some((5, 100)),
                "adult_hierarchy_education.csv" => Some((4, 16)),
                "adult_hierarchy_native-country.csv" => Some((3, 41)),
                "atus_hierarchy_Age.csv" => Some((6, 101)),
                "atus_hierarchy_Birthplace.csv" => Some((3, 155)),
                _ => None,
            };
            if let Some(expected) = expected {
                assert_eq!((h.levels(), h.declared_leaves().unwrap().len()), expected, "{name}");
                found += 1;
            }
        }
        assert_eq!(found, 5);
    }
}
