//! `deid measure`: any file, also one that `deid` did not write.

mod figures;
mod text;

use std::collections::BTreeMap;
use std::path::Path;

use super::arguments::{MeasureArguments, OutputFormat};
use super::{Outcome, Session, load, say};
use crate::codes::Code;
use crate::error::{Diagnostic, Exit, Result};
use crate::io::publish::shown;
use crate::measure::population::JAPAN;
use crate::pipeline::survey::{Question, survey};
use crate::recipe::{CsvFormat, FileFormat};

pub(super) fn run(session: &Session, a: &MeasureArguments) -> Outcome {
    let hierarchies = match &a.hierarchies {
        Some(folder) => hierarchies(folder, &a.quasi)?,
        None => BTreeMap::new(),
    };
    let question = Question {
        quasi: &a.quasi,
        sensitive: &a.sensitive,
        person: a.person.as_deref(),
        hierarchies: &hierarchies,
        threshold: share(a.threshold, "--threshold")?,
        gs_factor: share(a.gs_factor, "--gs-factor")?,
        population: population(a)?,
        population_file: a.population_file.as_deref(),
        subsets: a.subsets,
        threads: session.threads,
    };
    let answer = survey(&a.file, a.source.as_deref(), &format(a)?, &question)?;
    match session.format {
        OutputFormat::Json => say(&figures::json(&answer, a).to_string()),
        OutputFormat::Text => say(&text::text(&session.words, &answer, a)),
    }
    Ok(Exit::Done)
}

/// `japan`, or a number of people.
fn population(a: &MeasureArguments) -> Result<Option<u64>> {
    let Some(text) = a.population.as_deref() else { return Ok(None) };
    match text.parse::<u64>() {
        Ok(n) if n > 0 => Ok(Some(n)),
        _ if text == "japan" => Ok(Some(JAPAN)),
        _ => Err(not_allowed("--population", "1 …, japan")),
    }
}

fn share(value: f64, option: &str) -> Result<f64> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(not_allowed(option, "0 … 1")) }
}

fn not_allowed(option: &str, allowed: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::UsageValue).name("option", option).name("allowed", allowed))
}

fn format(a: &MeasureArguments) -> Result<FileFormat> {
    let extension = a.file.extension().and_then(|e| e.to_str()).unwrap_or_default();
    Ok(match extension {
        "parquet" => FileFormat::Parquet,
        "ndjson" | "jsonl" => FileFormat::NdJson,
        _ => {
            let delimiter = match a.delimiter.as_bytes() {
                [b] if b.is_ascii() => *b,
                b"\\t" => b'\t',
                _ => return Err(not_allowed("--delimiter", ", ; \\t |")),
            };
            FileFormat::Csv(CsvFormat { encoding: a.encoding.clone(), delimiter, skip_rows: 0 })
        }
    })
}

/// `COLUMN.csv` or `…hierarchy_COLUMN.csv` for each column that has one.
fn hierarchies(folder: &Path, columns: &[String]) -> Result<BTreeMap<String, String>> {
    let fail = || Box::new(Diagnostic::error(Code::InputUnreadable).in_file(shown(folder)));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|_| fail())? {
        names.push(entry.map_err(|_| fail())?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let mut found = BTreeMap::new();
    for column in columns {
        let plain = format!("{column}.csv");
        let arx = format!("hierarchy_{column}.csv");
        let name = names.iter().find(|n| **n == plain).or_else(|| names.iter().find(|n| n.ends_with(&arx)));
        if let Some(name) = name {
            found.insert(column.clone(), load::text_file(&folder.join(name), Code::RecipeHierarchy)?);
        }
    }
    Ok(found)
}
