//! How the published file is written, where it shall differ from the input: `[table.NAME.output]`.
//!
//! What is not said here is kept as found in the input. Resolved while the recipe is read: the kind
//! of file and its name are known then; encoding and line ends of the input are only known when it
//! is opened, so they stay open. Absent: policies (formula cells, unmappable characters, order),
//! which belong to the table whatever the file.

use super::reader::{Problems, Value};
use super::table::{FileFormat, is_plain_path, is_publishable, parse_delimiter};
use crate::codes::Code;
use crate::error::Diagnostic;

/// Kinds of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Delimited text.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object per line.
    NdJson,
}

impl FileKind {
    /// All kinds with the words used in recipes, which are also the usual file extensions.
    pub const NAMES: [(&'static str, Self); 3] =
        [("csv", Self::Csv), ("parquet", Self::Parquet), ("ndjson", Self::NdJson)];

    fn word(self) -> &'static str {
        Self::NAMES.iter().find(|(_, k)| *k == self).map_or("", |(word, _)| word)
    }
}

/// Line ends of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnding {
    /// Line feed.
    Lf,
    /// Carriage return and line feed.
    CrLf,
}

/// The published file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub file: String,
    /// Its kind.
    pub kind: FileKind,
    /// CSV: declared encoding (`utf-8`, `utf-8-bom`, `utf-16`, `cp932`, `euc-jp`); `None` = the
    /// input's, or UTF-8 if the input is no CSV.
    pub encoding: Option<String>,
    /// CSV: field separator; `None` = the input's, or a comma.
    pub delimiter: Option<u8>,
    /// CSV: line ends; `None` = the input's, or LF.
    pub line_ending: Option<LineEnding>,
    /// CSV: texts that mean NULL, the first of which is written; by default the table's.
    pub null: Vec<String>,
}

const ENCODINGS: [&str; 5] = ["utf-8", "utf-8-bom", "utf-16", "cp932", "euc-jp"];

/// Reads `[table.NAME.output]` of a table with this file, format and NULL texts.
pub(super) fn parse(
    v: Option<Value<'_>>,
    file: &str,
    input: &FileFormat,
    null: &[String],
    problems: &mut Problems,
) -> Option<Output> {
    let kept = Output {
        file: file.to_owned(),
        kind: input.kind(),
        encoding: None,
        delimiter: None,
        line_ending: None,
        null: null.to_vec(),
    };
    let Some(v) = v else { return Some(kept) };
    let mut t = v.table(problems)?;
    let kind = t.get("format").map_or(Some(input.kind()), |f| {
        let text = f.text(problems)?;
        let found = FileKind::NAMES.iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind);
        if found.is_none() {
            f.bad(&FileKind::NAMES.map(|(word, _)| word).join(", "), problems);
        }
        found
    });
    let name = t.get("file");
    let (encoding, delimiter) = (t.get("encoding"), t.get("delimiter"));
    let (line_ending, texts) = (t.get("line_ending"), t.get("null"));
    t.finish(problems);
    let kind = kind?;
    if kind != FileKind::Csv {
        for v in [encoding, delimiter, line_ending, texts].into_iter().flatten() {
            v.bad("format = \"csv\"", problems);
        }
    }
    let encoding = match encoding {
        None => None,
        Some(v) => {
            let text = v.text(problems)?;
            if !ENCODINGS.contains(&text) {
                v.bad(&ENCODINGS.join(", "), problems);
                return None;
            }
            Some(text.to_owned())
        }
    };
    let delimiter = match delimiter {
        None => None,
        Some(v) => Some(parse_delimiter(v, problems)?),
    };
    let line_ending = match line_ending {
        None => None,
        Some(v) => match v.text(problems)? {
            "lf" => Some(LineEnding::Lf),
            "crlf" => Some(LineEnding::CrLf),
            _ => {
                v.bad("lf, crlf", problems);
                return None;
            }
        },
    };
    let null = match texts {
        None => kept.null,
        Some(v) => v.texts(problems)?,
    };
    // A file of another kind may hold NULL, and CSV has none unless the recipe says how it is written.
    if kind == FileKind::Csv && input.kind() != FileKind::Csv && null.is_empty() {
        problems.push(Diagnostic::error(Code::RecipeMissingKey).name("key", "null").at(v.span()));
    }
    let file = match name {
        None if kind == input.kind() => kept.file,
        None => {
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            format!("{stem}.{}", kind.word())
        }
        Some(v) => {
            let text = v.text(problems)?;
            if !is_plain_path(text) || !is_publishable(text) {
                problems.push(Diagnostic::error(Code::RecipePath).name("path", text).at(v.span()));
                return None;
            }
            text.to_owned()
        }
    };
    Some(Output { file, kind, encoding, delimiter, line_ending, null })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::recipe::Recipe;

    /// The output of a table whose file is `file`, or the codes of what is wrong.
    fn output(file: &str, lines: &str) -> Result<Output, Vec<Code>> {
        let text = format!(
            "recipe = 1\nid = \"x\"\ntitle = \"x\"\nexchange = \"x\"\nlegal_form = \"安全管理加工\"\n\
             [table.t]\nfile = \"{file}\"\n[table.t.output]\n{lines}\n[table.t.columns]\n\
             \"c\" = {{ role = \"keep\", treatment = \"keep\" }}\n\"d\" = {{ role = \"keep\", treatment = \"keep\" }}\n"
        );
        match Recipe::parse(&text) {
            Ok(mut recipe) => Ok(recipe.tables.remove(0).output),
            Err(problems) => Err(problems.iter().map(|d| d.code).collect()),
        }
    }

    #[test]
    fn what_is_not_said_is_kept() {
        let kept = output("t.csv", "").unwrap();
        assert_eq!((kept.file.as_str(), kept.kind, kept.encoding), ("t.csv", FileKind::Csv, None));
        let other = output("t.csv", "format = \"parquet\"").unwrap();
        assert_eq!((other.file.as_str(), other.kind), ("t.parquet", FileKind::Parquet));
        let named = output("t.csv", "format = \"ndjson\"\nfile = \"people.jsonl\"").unwrap();
        assert_eq!((named.file.as_str(), named.kind), ("people.jsonl", FileKind::NdJson));
        let all = "encoding = \"cp932\"\ndelimiter = \"\\t\"\nline_ending = \"crlf\"\nnull = [\"-\"]";
        let all = output("t.csv", all).unwrap();
        assert_eq!(all.encoding.as_deref(), Some("cp932"));
        assert_eq!((all.delimiter, all.line_ending), (Some(b'\t'), Some(LineEnding::CrLf)));
        assert_eq!(all.null, ["-"]);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for (file, lines, code) in [
            ("t.csv", "format = \"xlsx\"", Code::RecipeBadValue),
            ("t.csv", "encoding = \"latin1\"", Code::RecipeBadValue),
            ("t.csv", "delimiter = \"::\"", Code::RecipeBadValue),
            ("t.csv", "line_ending = \"cr\"", Code::RecipeBadValue),
            ("t.csv", "format = \"parquet\"\nencoding = \"utf-8\"", Code::RecipeBadValue),
            ("t.ndjson", "line_ending = \"lf\"", Code::RecipeBadValue),
            ("t.csv", "file = \"../t.csv\"", Code::RecipePath),
            ("t.csv", "file = \"report.html\"", Code::RecipePath),
            ("t.csv", "bom = true", Code::RecipeUnknownKey),
            ("t.parquet", "format = \"csv\"", Code::RecipeMissingKey),
            ("t.ndjson", "format = \"csv\"", Code::RecipeMissingKey),
        ] {
            assert_eq!(output(file, lines).unwrap_err(), [code], "{file} {lines}");
        }
        assert!(output("t.parquet", "format = \"csv\"\nnull = [\"\"]").is_ok());
    }
}
