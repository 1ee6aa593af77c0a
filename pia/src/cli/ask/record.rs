//! Writes one answer into answers.toml, around what people wrote there.
//!
//! An answer about the same objects is replaced where it stands; comments and order survive.

use std::collections::BTreeSet;

use jiff::civil::Date;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// What is said.
#[derive(Debug, Clone)]
pub(super) enum Said {
    Value(Value),
    /// 未確認, who finds out, and until when.
    FactOpen {
        owner: Option<String>,
        due: Option<Date>,
    },
    /// 非該当
    NotApplicable,
}

/// One answer to be written.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) question: String,
    /// Ids; empty: all objects.
    pub(super) about: Vec<String>,
    pub(super) said: Said,
    pub(super) reason: Option<String>,
    /// A legal evaluation.
    pub(super) judged: bool,
    pub(super) by: String,
    pub(super) at: Date,
    pub(super) evidence: Vec<String>,
}

/// The key under which answers stand.
const KEY: &str = "answer";

/// The text of answers.toml with the answer in it.
///
/// # Errors
/// The text is not TOML, or answers are not a list of tables there.
pub(super) fn record(text: &str, record: &Record) -> Result<String, String> {
    let (mark, body) = match text.strip_prefix('\u{FEFF}') {
        Some(body) => ("\u{FEFF}", body),
        None => ("", text),
    };
    let crlf = body.contains("\r\n");
    let mut document: DocumentMut = body.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let written = match document.get_mut(KEY) {
        None => appended(body, record),
        Some(Item::ArrayOfTables(tables)) => {
            let place = tables.iter().position(|table| is_about(table, record));
            match place.and_then(|place| tables.get_mut(place)) {
                Some(table) => {
                    write(table, record);
                    document.to_string()
                }
                None => appended(body, record),
            }
        }
        Some(Item::Value(Value::Array(entries))) => {
            let place = entries
                .iter()
                .position(|entry| entry.as_inline_table().is_some_and(|table| is_about(table, record)));
            let found = place.and_then(|place| entries.get_mut(place)).and_then(Value::as_inline_table_mut);
            match found {
                Some(table) => write(table, record),
                None => {
                    let mut table = InlineTable::new();
                    write(&mut table, record);
                    entries.push(table);
                }
            }
            document.to_string()
        }
        _ => return Err(KEY.to_owned()),
    };
    // New lines end with \n.
    let written = if crlf { written.replace("\r\n", "\n").replace('\n', "\r\n") } else { written };
    Ok(format!("{mark}{written}"))
}

/// The text with a new entry at its end, behind whatever comments stand there.
fn appended(text: &str, record: &Record) -> String {
    let mut table = Table::new();
    write(&mut table, record);
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{text}{gap}[[{KEY}]]\n{table}")
}

/// Whether an entry answers the same question about the same objects.
fn is_about(table: &dyn TableLike, record: &Record) -> bool {
    let about: BTreeSet<&str> =
        table.get("about").and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let wanted: BTreeSet<&str> = record.about.iter().map(String::as_str).collect();
    table.get("question").and_then(Item::as_str) == Some(record.question.as_str()) && about == wanted
}

fn write(table: &mut dyn TableLike, record: &Record) {
    let texts = |all: &[String]| Value::Array(all.iter().map(String::as_str).collect::<Array>());
    let list = |all: &[String]| (!all.is_empty()).then(|| texts(all));
    let (value, state, owner, due) = match &record.said {
        Said::Value(value) => (Some(value.clone()), None, None, None),
        Said::FactOpen { owner, due } => (None, Some("unknown"), owner.clone(), *due),
        Said::NotApplicable => (None, Some("not-applicable"), None, None),
    };
    let source = if record.judged { "judged" } else { "declared" };
    set(table, "question", Some(record.question.as_str().into()));
    set(table, "about", list(&record.about));
    set(table, "value", value);
    set(table, "state", state.map(Value::from));
    set(table, "reason", record.reason.as_deref().map(Value::from));
    set(table, "source", Some(source.into()));
    set(table, "by", Some(record.by.as_str().into()));
    set(table, "at", date(record.at));
    set(table, "evidence", list(&record.evidence));
    set(table, "owner", owner.map(Value::from));
    set(table, "due", due.and_then(date));
}

/// A TOML date, not a text.
pub(super) fn date(day: Date) -> Option<Value> {
    day.to_string().parse().ok()
}

/// Replaces a value and keeps the comment behind it; `None` takes the key away.
fn set(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    let Some(mut value) = value else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn yes(question: &str, about: &[&str]) -> Record {
        Record {
            question: question.to_owned(),
            about: about.iter().map(|id| (*id).to_owned()).collect(),
            said: Said::Value(true.into()),
            reason: Some("確かめた。".to_owned()),
            judged: false,
            by: "担当".to_owned(),
            at: "2025-11-20".parse().unwrap(),
            evidence: Vec::new(),
        }
    }

    const WRITTEN: &str = "# 前書き\n\n[[answer]]\n# この回答の注\nquestion = \"q.a\"\nvalue = false # 電話で聞いた\nsource = \"declared\"\nby = \"x\"\nat = 2025-01-01\n\n# 次の注\n[[answer]]\nquestion = \"q.b\"\nabout = [\"F2\", \"F1\"]\nstate = \"unknown\"\nowner = \"y\"\ndue = 2025-12-01\nsource = \"declared\"\nby = \"x\"\nat = 2025-01-01\n";

    #[test]
    fn an_answer_is_replaced_where_it_stands() {
        let text = record(WRITTEN, &yes("q.a", &[])).unwrap();
        assert!(text.contains("# 前書き") && text.contains("# この回答の注") && text.contains("# 次の注"));
        assert!(text.contains("value = true # 電話で聞いた"), "{text}");
        assert!(text.contains("at = 2025-11-20"));
        assert_eq!(text.matches("[[answer]]").count(), 2);
        let text = record(&text, &yes("q.b", &["F1", "F2"])).unwrap();
        assert!(!text.contains("state =") && !text.contains("owner =") && !text.contains("due ="), "{text}");
        assert_eq!(text.matches("[[answer]]").count(), 2);
    }

    #[test]
    fn a_new_answer_comes_last_and_writing_twice_changes_nothing() {
        for start in ["", "# 空\n", WRITTEN, "answer = []\n"] {
            let once = record(start, &yes("q.c", &["F1"])).unwrap();
            assert!(once.starts_with(start.trim_end_matches("answer = []\n")), "{once}");
            assert_eq!(record(&once, &yes("q.c", &["F1"])).unwrap(), once);
            let table: toml::Table = once.parse().unwrap();
            assert!(!table.get("answer").unwrap().as_array().unwrap().is_empty());
        }
    }

    #[test]
    fn marks_and_line_ends_stay() {
        let windows = format!("\u{FEFF}{}", WRITTEN.replace('\n', "\r\n"));
        let text = record(&windows, &yes("q.c", &[])).unwrap();
        assert!(text.starts_with('\u{FEFF}'));
        assert!(!text.replace("\r\n", "").contains('\n'));
        assert!(record("answer = 3", &yes("q.c", &[])).is_err());
        assert!(record("answer = [", &yes("q.c", &[])).is_err());
    }
}
