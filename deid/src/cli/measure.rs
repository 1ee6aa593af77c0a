//! `deid measure`: any file, also one that `deid` did not write.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::arguments::{MeasureArguments, OutputFormat};
use super::table::Table;
use super::{Outcome, Session, load, say};
use crate::codes::Code;
use crate::error::{Diagnostic, Exit, Result};
use crate::io::publish::shown;
use crate::pipeline::survey::{Question, Survey, survey};
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
        threshold: a.threshold,
        threads: session.threads,
    };
    let answer = survey(&a.file, a.source.as_deref(), &format(a)?, &question)?;
    let figures = figures(&answer, a);
    if session.format == OutputFormat::Json {
        let mut value = Map::new();
        for f in &figures {
            value.insert(f.id.clone(), f.value.clone());
        }
        say(&Value::Object(value).to_string());
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&["measure.figure", "measure.value"].map(|k| session.words.ui(k)));
    for f in &figures {
        let shown = match &f.value {
            Value::Null => session
                .words
                .ui(if f.needs_source { "measure.needs-source" } else { "measure.nothing" })
                .to_owned(),
            other => other.to_string(),
        };
        table.row(&[f.id.clone(), shown]);
    }
    say(&table.to_text());
    Ok(Exit::Done)
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
                _ => {
                    let d = Diagnostic::error(Code::UsageValue).name("option", "--delimiter");
                    return Err(Box::new(d.name("allowed", ", ; \\t |")));
                }
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

/// One figure under the id of its definition.
struct Figure {
    id: String,
    value: Value,
    needs_source: bool,
}

fn figures(s: &Survey, a: &MeasureArguments) -> Vec<Figure> {
    let mut all = Vec::new();
    let mut add = |id: &str, value: Value, needs_source: bool| {
        all.push(Figure { id: id.to_owned(), value, needs_source });
    };
    let r = s.risk.as_ref();
    add("rows", json!(s.records), false);
    add("rows.suppressed-in-file", json!(s.starred), false);
    add("people", json!(s.people), false);
    add("k-anonymity", json!(s.k.k), false);
    add("k-anonymity.classes", json!(s.k.classes), false);
    add("k-anonymity.average-class", json!(s.k.average_class), false);
    add("risk.highest", json!(r.map(|r| r.highest)), false);
    add("risk.share-at-highest", json!(r.map(|r| r.share_at_highest)), false);
    add("risk.lowest", json!(r.map(|r| r.lowest)), false);
    add("risk.mean-over-people", json!(r.map(|r| r.mean_over_people)), false);
    add("risk.mean-over-classes", json!(r.map(|r| r.mean_over_classes)), false);
    add(&format!("risk.share-over-{}", a.threshold), json!(s.over_threshold), false);
    add("risk.sample-uniques", json!(r.map(|r| r.unique)), false);
    add("risk.share-unique", json!(r.map(|r| r.share_unique)), false);
    for (name, l, own, source) in &s.sensitive {
        add(&format!("l-diversity.distinct[{name}]"), json!(l), false);
        add(&format!("t-closeness.equal.published[{name}]"), json!(own), false);
        add(&format!("t-closeness.equal.input[{name}]"), json!(source), true);
    }
    let u = s.utility.as_ref();
    let f = u.map(|u| &u.figures);
    add("source.rows", json!(u.map(|u| u.records.0)), true);
    add("source.suppressed", json!(u.map(|u| u.records.1)), true);
    for (name, level) in u.into_iter().flat_map(|u| &u.levels) {
        add(&format!("source.level[{name}]"), json!(level), true);
    }
    add("utility.discernibility", json!(f.map(|f| f.discernibility)), true);
    add("utility.average-class-size", json!(f.map(|f| f.average_class_size)), true);
    add("utility.granularity", json!(f.map(|f| f.granularity.mean)), true);
    for (name, value) in a.quasi.iter().zip(f.into_iter().flat_map(|f| &f.granularity.attributes)) {
        add(&format!("utility.granularity[{name}]"), json!(value), true);
    }
    add("utility.non-uniform-entropy", json!(f.map(|f| f.non_uniform_entropy.mean)), true);
    add("utility.generalization-intensity", json!(f.map(|f| f.generalization_intensity.mean)), true);
    add("utility.missings", json!(f.map(|f| f.missings.mean)), true);
    add("utility.ambiguity", json!(f.map(|f| f.ambiguity)), true);
    add("utility.record-squared-error", json!(f.map(|f| f.record_squared_error)), true);
    add("utility.sse-sst", json!(f.map(|f| f.sse_sst)), true);
    all
}
