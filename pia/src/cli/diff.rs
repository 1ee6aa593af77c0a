//! `pia diff OLD NEW`: what changed between two versions of a case, and how much it matters.

use crate::error::Exit;
use crate::review::{Changes, State, Weights, diff, json, lines, rows};
use crate::words::Words;

use super::arguments::{Diff, DiffFormat};
use super::output::{Failure, finish, result};
use super::session::{Session, pack};
use super::terminal::{harmless, one_line, table as columns};

/// Columns of a cell of the official table on a terminal; JSON holds the whole text.
const CELL: usize = 44;

pub(super) fn run(arguments: &Diff, words: &Words) -> Exit {
    finish(compare(arguments, words))
}

fn compare(arguments: &Diff, words: &Words) -> Result<Exit, Failure> {
    let pack = pack(arguments.rules.as_deref(), words)?;
    let date = arguments.date.as_deref();
    let old = Session::of(&arguments.old, pack.clone(), date, words)?;
    let new = Session::of(&arguments.new, pack, date, words)?;
    result(&match arguments.format {
        DiffFormat::Text => text(&old, &new, words)?,
        DiffFormat::Table => official(&table(&old, &new, words)?, words),
        DiffFormat::Json => json(&changes(&old, &new, words)?, words).to_string(),
    });
    Ok(Exit::Done)
}

/// What changed, weighed by the pack of the newer session.
fn changes(old: &Session, new: &Session, words: &Words) -> Result<Changes, Failure> {
    let weights = Weights::of(&new.pack.texts).map_err(|error| Failure {
        text: words.fill("diff.bad-weights", &[("detail", &harmless(&error.0))]),
        exit: Exit::Unusable,
    })?;
    Ok(diff(&state(old), &state(new), &weights))
}

/// What changed, line by line.
pub(super) fn text(old: &Session, new: &Session, words: &Words) -> Result<String, Failure> {
    Ok(harmless(&lines(&changes(old, new, words)?, words).join("\n")))
}

/// Rows of the official table: 項目, 変更前, 変更後, 重要/軽微.
pub(super) fn table(old: &Session, new: &Session, words: &Words) -> Result<Vec<[String; 4]>, Failure> {
    Ok(rows(&changes(old, new, words)?, words))
}

fn state(session: &Session) -> State<'_> {
    State {
        case: &session.case,
        judgement: &session.judgement,
        standing: &session.questions,
        assessment: &session.risks,
        evidence: &session.evidence,
    }
}

/// The official table in columns.
fn official(rows: &[[String; 4]], words: &Words) -> String {
    if rows.is_empty() {
        return words.ui("diff.none").to_owned();
    }
    let header = ["diff.column-what", "diff.column-before", "diff.column-after", "diff.column-weight"];
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| one_line(cell, CELL)).collect()).collect();
    columns(&header.map(|key| words.ui(key)), &cells)
}
