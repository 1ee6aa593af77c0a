//! One table: its file, its format, its policies, its columns.

use std::collections::BTreeMap;

use super::Span;
use super::column::Column;
use super::output::{self, FileKind, Output};
use super::reader::{Problems, Table, Value};
use crate::codes::Code;
use crate::error::Diagnostic;

/// How a CSV file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFormat {
    /// Declared encoding label (`utf-8`, `utf-16`, `cp932`, `euc-jp`); `None` = detect safely.
    pub encoding: Option<String>,
    /// Field separator.
    pub delimiter: u8,
    /// Title lines above the header.
    pub skip_rows: u32,
}

/// The format of a table's file; the output keeps it unless told otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFormat {
    /// Delimited text.
    Csv(CsvFormat),
    /// Apache Parquet, flat columns.
    Parquet,
    /// One flat JSON object per line, UTF-8.
    NdJson,
}

impl FileFormat {
    /// The kind of file.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        match self {
            Self::Csv(_) => FileKind::Csv,
            Self::Parquet => FileKind::Parquet,
            Self::NdJson => FileKind::NdJson,
        }
    }
}

/// The order of published records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// A keyed order of the published bytes: nothing of the input's order survives.
    Shuffle,
    /// The input's order (must be acknowledged).
    Keep,
}

/// What to do with a cell that a spreadsheet would run as a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaPolicy {
    /// The run stops.
    Refuse,
    /// An apostrophe is put in front; counted.
    Prefix,
}

/// What to do with a character that the output encoding does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnmappablePolicy {
    /// The run stops.
    Refuse,
    /// 〓 is written; counted.
    Geta,
    /// Known look-alikes are folded (〜 → ～), anything else stops the run.
    Fold,
}

/// One table of the exchange.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSpec {
    /// Name in the recipe, `[a-z0-9_-]{1,64}`.
    pub name: String,
    /// File name within the data folder.
    pub file: String,
    /// Format.
    pub format: FileFormat,
    /// Texts that mean NULL in CSV.
    pub null: Vec<String>,
    /// The published file.
    pub output: Output,
    /// Column whose value is unique and never NULL; what children refer to.
    pub key: Option<String>,
    /// Order of the published records.
    pub order: Order,
    /// Formula cells.
    pub formula: FormulaPolicy,
    /// Characters the encoding lacks.
    pub unmappable: UnmappablePolicy,
    /// Declared number of records.
    pub rows: Option<u64>,
    /// Declared SHA-256 of the file, hex.
    pub sha256: Option<String>,
    /// Columns in the order of the recipe.
    pub columns: Vec<Column>,
    /// Place of the table's header.
    pub span: Span,
}

impl TableSpec {
    /// The column with this header.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}

/// Whether `text` may name a table, recipe, exchange or recipient.
pub(super) fn is_identifier(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// Whether `text` is one path component or a relative path of plain components.
pub(super) fn is_plain_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && !text.contains(['\\', ':', '\0'])
        && !text.chars().any(char::is_control)
        && text.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

/// Whether a published file may have the name of this input: one component, since the manifest
/// names plain files only, and none of the files that a run writes about itself.
pub(super) fn is_publishable(text: &str) -> bool {
    let name = text.to_lowercase();
    !name.contains('/')
        && !name.starts_with('.')
        && !name.ends_with(".dsse.json")
        && !matches!(name.as_str(), "decision.json" | "report.html" | "report.en.html")
}

pub(super) fn parse(name: &str, span: Span, value: Value<'_>, problems: &mut Problems) -> Option<TableSpec> {
    if !is_identifier(name) {
        problems.push(
            Diagnostic::error(Code::RecipeBadValue).name("allowed", "[a-z0-9_-]{1,64}").at(span.clone()),
        );
    }
    let mut t = value.table(problems)?;
    let file = t.need("file", problems).and_then(|v| {
        let text = v.text(problems)?;
        if is_plain_path(text) && is_publishable(text) {
            return Some(text.to_owned());
        }
        problems.push(Diagnostic::error(Code::RecipePath).name("path", text).at(v.span()));
        None
    });
    let format = parse_format(&mut t, file.as_deref().unwrap_or(""), problems);
    let null = t.get("null").and_then(|v| v.texts(problems)).unwrap_or_default();
    let key = t.get("key").and_then(|v| Some((v.text(problems)?.to_owned(), v.span())));
    let order = choice(&mut t, "order", &[("shuffle", Order::Shuffle), ("keep", Order::Keep)], problems);
    let formula = choice(
        &mut t,
        "formula",
        &[("refuse", FormulaPolicy::Refuse), ("prefix", FormulaPolicy::Prefix)],
        problems,
    );
    let unmappable = choice(
        &mut t,
        "unmappable",
        &[
            ("refuse", UnmappablePolicy::Refuse),
            ("geta", UnmappablePolicy::Geta),
            ("fold", UnmappablePolicy::Fold),
        ],
        problems,
    );
    let rows =
        t.get("rows").and_then(|v| v.integer(1, i64::MAX, problems)).and_then(|n| u64::try_from(n).ok());
    let sha256 = t.get("sha256").and_then(|v| {
        let text = v.text(problems)?;
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Some(text.to_owned());
        }
        v.bad("[0-9a-f]{64}", problems);
        None
    });
    let columns = t.need("columns", problems).and_then(|v| v.table(problems)).map_or_else(Vec::new, |c| {
        c.entries()
            .into_iter()
            .filter_map(|(name, span, value)| Column::parse(name, span, value, problems))
            .collect()
    });
    let output = t.get("output");
    t.finish(problems);
    let (file, format) = (file?, format?);
    let output = output::parse(output, &file, &format, &null, problems);
    let table = TableSpec {
        name: name.to_owned(),
        file,
        format,
        null,
        output: output?,
        key: key.as_ref().map(|(k, _)| k.clone()),
        order,
        formula,
        unmappable,
        rows,
        sha256,
        columns,
        span,
    };
    if let Some((k, key_span)) = key
        && table.column(&k).is_none()
    {
        problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", &k).at(key_span));
    }
    same_header_twice(&table, problems);
    Some(table)
}

/// TOML refuses the same key twice; headers that are equal only after folding are refused here.
fn same_header_twice(table: &TableSpec, problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    for (i, column) in table.columns.iter().enumerate() {
        let position = i as u64 + 1;
        if let Some(other) = seen.insert(fold_header(&column.name), position) {
            problems.push(
                Diagnostic::error(Code::HeaderDuplicate)
                    .in_table(&table.name)
                    .in_column(&column.name)
                    .number("position", position)
                    .number("other", other)
                    .at(column.span.clone()),
            );
        }
    }
}

/// The form in which two headers must differ: NFKC, lower case, no surrounding space.
#[must_use]
pub fn fold_header(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfkc().flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

fn parse_format(t: &mut Table<'_>, file: &str, problems: &mut Problems) -> Option<FileFormat> {
    let by_name = match file.rsplit('.').next() {
        Some("parquet") => "parquet",
        Some("ndjson" | "jsonl") => "ndjson",
        _ => "csv",
    };
    let declared = t.get("format");
    let kind = match declared {
        None => by_name,
        Some(v) => v.text(problems)?,
    };
    let encoding = t.get("encoding");
    let delimiter = t.get("delimiter");
    let skip = t.get("skip_rows").and_then(|v| v.integer(0, 1000, problems)).unwrap_or(0);
    if kind != "csv" {
        for v in [encoding, delimiter].into_iter().flatten() {
            v.bad("format = \"csv\"", problems);
        }
    }
    match kind {
        "parquet" => Some(FileFormat::Parquet),
        "ndjson" => Some(FileFormat::NdJson),
        "csv" => {
            let encoding = encoding.and_then(|v| {
                let text = v.text(problems)?;
                if matches!(text, "utf-8" | "utf-16" | "cp932" | "euc-jp") {
                    return Some(text.to_owned());
                }
                v.bad("utf-8, utf-16, cp932, euc-jp", problems);
                None
            });
            let delimiter = delimiter.map_or(Some(b','), |v| parse_delimiter(v, problems))?;
            Some(FileFormat::Csv(CsvFormat {
                encoding,
                delimiter,
                skip_rows: u32::try_from(skip).unwrap_or(0),
            }))
        }
        _ => {
            if let Some(v) = declared {
                v.bad("csv, parquet, ndjson", problems);
            }
            None
        }
    }
}

/// A field separator: one ASCII character.
pub(super) fn parse_delimiter(v: Value<'_>, problems: &mut Problems) -> Option<u8> {
    let text = v.text(problems)?;
    match text.as_bytes() {
        [b] if b.is_ascii() && !matches!(b, b'"' | b'\r' | b'\n' | 0) => Some(*b),
        _ => {
            v.bad(", ; \\t |", problems);
            None
        }
    }
}

/// One of a closed set; the first entry is the default.
fn choice<T>(t: &mut Table<'_>, key: &'static str, all: &[(&'static str, T)], problems: &mut Problems) -> T
where
    T: DefaultChoice + Copy,
{
    let Some(v) = t.get(key) else { return T::DEFAULT };
    let Some(text) = v.text(problems) else { return T::DEFAULT };
    match all.iter().find(|(id, _)| *id == text) {
        Some((_, found)) => *found,
        None => {
            v.bad(&all.iter().map(|(id, _)| *id).collect::<Vec<_>>().join(", "), problems);
            T::DEFAULT
        }
    }
}

/// The safe choice when a recipe says nothing.
trait DefaultChoice {
    const DEFAULT: Self;
}

impl DefaultChoice for Order {
    const DEFAULT: Self = Self::Shuffle;
}

impl DefaultChoice for FormulaPolicy {
    const DEFAULT: Self = Self::Refuse;
}

impl DefaultChoice for UnmappablePolicy {
    const DEFAULT: Self = Self::Refuse;
}
