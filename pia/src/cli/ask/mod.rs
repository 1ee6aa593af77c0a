//! `pia ask`: walks the questionnaire in the terminal, one question after the other.
//!
//! Only questions that apply and are open are asked; what was answered is written at once, so the
//! walk can be left at any time and taken up again. Everything goes line by line through a reader
//! and a writer, without colour or cursor, so that it can be scripted and read aloud.

mod desk;
mod next;
mod page;
mod record;
#[cfg(test)]
mod tests;
mod typed;

use std::collections::BTreeSet;
use std::io::{BufRead, Write};

use jiff::civil::Date;
use toml_edit::{Array, InlineTable, Value};

use crate::case::read::{self, RawFile};
use crate::error::Exit;
use crate::question::view::Asked;
use crate::question::{AnswerType, Catalogue, Question};
use crate::rule::expr::Computed;
use crate::rule::{Gate, Pack};
use crate::words::Words;

use super::arguments::{Ask, Format};
use super::output::{self, Failure};
use super::session;
use desk::{ANSWERS, OnDisk, Shelf, View, Wanted};
use record::{Record, Said, record};
use typed::{Typed, understand};

/// Runs the command on the terminal.
pub(super) fn run(arguments: &Ask, words: &Words) -> Exit {
    output::finish(start(arguments, words))
}

fn start(arguments: &Ask, words: &Words) -> Result<Exit, Failure> {
    let pack = session::pack(arguments.rules.as_deref(), words)?;
    let catalogue = crate::question::read(&pack.texts, &pack.library.names)
        .map_err(|faults| session::pack_faults(&faults, words))?;
    let risks = crate::risk::catalogue::read(&pack.texts, &pack.library.names)
        .map_err(|faults| session::pack_faults(&faults, words))?;
    let wanted = Wanted {
        section: arguments.section.clone(),
        role: arguments.role.map(Into::into),
        question: arguments.question.clone(),
        again: arguments.again,
        until: arguments.gate.map(Into::into),
    };
    known(&catalogue, &wanted, words)?;
    let at = match arguments.date.as_deref() {
        None | Some("today") => jiff::Zoned::now().date(),
        Some(text) => text.parse().map_err(|_| Failure {
            text: words.fill("cli.bad-date", &[("date", text)]),
            exit: Exit::Unusable,
        })?,
    };
    let shelf = OnDisk(arguments.case.clone());
    if arguments.next || arguments.format == Format::Json {
        let view = View::read(&shelf, &pack, &catalogue, &risks, words)?;
        let found = next::next(&view, &pack, &catalogue, &wanted);
        output::result(&serde_json::to_string_pretty(&found).unwrap_or_default());
        return Ok(if view.count(&wanted) == 0 { Exit::Done } else { Exit::Findings });
    }
    let mut walk = Walk {
        shelf: &shelf,
        pack: &pack,
        catalogue: &catalogue,
        risks: &risks,
        words,
        wanted,
        by: arguments.by.clone(),
        at,
    };
    walk.walk(&mut std::io::stdin().lock(), &mut std::io::stdout().lock())
}

/// Refuses a section or question that the pack does not have.
fn known(catalogue: &Catalogue, wanted: &Wanted, words: &Words) -> Result<(), Failure> {
    let refuse = |key: &str, id: &str, all: Vec<&str>| Failure {
        text: words.fill(key, &[("id", id), ("all", &all.join(", "))]),
        exit: Exit::Unusable,
    };
    if let Some(id) = wanted.section.as_deref().filter(|id| catalogue.section(id).is_none()) {
        let all = catalogue.sections.iter().map(|section| section.id.as_str()).collect();
        return Err(refuse("ask.no-section", id, all));
    }
    if let Some(id) = wanted.question.as_deref().filter(|id| catalogue.question(id).is_none()) {
        let all = catalogue.questions.iter().map(|question| question.id.as_str()).collect();
        return Err(refuse("ask.no-question", id, all));
    }
    Ok(())
}

/// A walk through the questionnaire.
struct Walk<'a> {
    shelf: &'a dyn Shelf,
    pack: &'a Pack,
    catalogue: &'a Catalogue,
    risks: &'a crate::risk::Catalogue,
    words: &'a Words,
    wanted: Wanted,
    /// Who answers; asked for before the first answer is written.
    by: Option<String>,
    /// The day of the answers.
    at: Date,
}

/// What came out of one question.
enum Step {
    /// Leave.
    Stop,
    /// Later, or written.
    Done,
    /// One object after the other.
    Each,
}

/// A line that was read, or the end of the input.
type Line = Option<String>;

fn line(input: &mut dyn BufRead) -> Line {
    let mut bytes = Vec::new();
    match input.read_until(b'\n', &mut bytes) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(String::from_utf8_lossy(&bytes).trim().to_owned()),
    }
}

fn tell(out: &mut dyn Write, text: &str) {
    // A closed pipe is not an error of ours; the input ends soon after.
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

impl Walk<'_> {
    fn walk(&mut self, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Exit, Failure> {
        let mut done: BTreeSet<(String, Option<String>)> = BTreeSet::new();
        let mut each: Option<String> = None;
        loop {
            let view = View::read(self.shelf, self.pack, self.catalogue, self.risks, self.words)?;
            let mut group = view.next(&self.wanted, &done);
            let Some(question) = group.first().and_then(|asked| self.catalogue.question(&asked.id)) else {
                break;
            };
            let alone = each.as_deref() == Some(question.id.as_str());
            if alone {
                group.truncate(1);
            }
            let section = self
                .catalogue
                .section(&question.section)
                .map_or("", |section| section.title.get(self.words.lang));
            let left = view.count_from(&self.wanted, question.gate);
            tell(out, &page::page(&view, self.pack, question, section, &group, left, self.words));
            match self.ask(&view, question, &group, alone, input, out)? {
                Step::Stop => break,
                Step::Each => each = Some(question.id.clone()),
                Step::Done => {
                    done.extend(group.iter().map(|asked| (asked.id.clone(), asked.object.clone())));
                }
            }
        }
        self.wanted.question = None;
        let view = View::read(self.shelf, self.pack, self.catalogue, self.risks, self.words)?;
        let (open, facts) = (view.count(&self.wanted), view.fact_open());
        self.wanted.until = Some(Gate::Acceptance);
        let later = view.count(&self.wanted).saturating_sub(open);
        let counts = [("open", open.to_string()), ("facts", facts.to_string()), ("later", later.to_string())];
        let counts: Vec<(&str, &str)> = counts.iter().map(|(key, value)| (*key, value.as_str())).collect();
        tell(out, &format!("\n{}\n", self.words.fill("ask.end", &counts)));
        Ok(if open == 0 { Exit::Done } else { Exit::Findings })
    }

    /// Asks one question until the line is understood and the answer can be written.
    fn ask(
        &mut self,
        view: &View,
        question: &Question,
        group: &[&Asked],
        alone: bool,
        input: &mut dyn BufRead,
        out: &mut dyn Write,
    ) -> Result<Step, Failure> {
        let known = view.known(question);
        loop {
            tell(out, "> ");
            let Some(typed) = line(input) else { return Ok(Step::Stop) };
            let (said, reason) = match understand(question, &known, &typed) {
                Typed::Skip => return Ok(Step::Done),
                Typed::Stop => return Ok(Step::Stop),
                Typed::Each if group.len() > 1 => return Ok(Step::Each),
                Typed::Each | Typed::Odd => {
                    tell(out, &format!("{}\n", self.words.ui("ask.odd")));
                    continue;
                }
                Typed::Proposed => match view.proposed(self.pack, question, group) {
                    // What follows from the flows need not be written down again.
                    Some(_) if question.derive.is_some() => return Ok(Step::Done),
                    Some(found) => match value(view, question, &found) {
                        Some(value) => (Said::Value(value), None),
                        None => continue,
                    },
                    None => {
                        tell(out, &format!("{}\n", self.words.ui("ask.no-proposal")));
                        continue;
                    }
                },
                Typed::FactOpen => match self.who_finds_out(input, out) {
                    Some(said) => (said, None),
                    None => return Ok(Step::Stop),
                },
                Typed::NotApplicable => (Said::NotApplicable, None),
                Typed::Answer(value, reason) => (Said::Value(value), reason),
            };
            let Some(reason) = self.reason(question, &said, reason, input, out) else {
                return Ok(Step::Stop);
            };
            if reason.is_none() && needs_reason(question, &said) {
                tell(out, &format!("{}\n", self.words.ui("ask.reason-missing")));
                return Ok(Step::Done);
            }
            let Some(evidence) = self.evidence(view, question, &said, input, out) else {
                return Ok(Step::Stop);
            };
            let Some(by) = self.by(input, out) else { return Ok(Step::Stop) };
            let record = Record {
                question: question.id.clone(),
                about: Vec::new(),
                said,
                reason,
                judged: question.judged,
                by,
                at: self.at,
                evidence,
            };
            if self.write(&record, &view.targets(&question.id, group, alone), out)? {
                return Ok(Step::Done);
            }
        }
    }

    fn prompt(&self, key: &str, input: &mut dyn BufRead, out: &mut dyn Write) -> Line {
        tell(out, &format!("  {}> ", self.words.ui(key)));
        line(input)
    }

    /// Who finds out, and until when; `None`: the input ended.
    fn who_finds_out(&self, input: &mut dyn BufRead, out: &mut dyn Write) -> Option<Said> {
        let owner = self.prompt("ask.owner", input, out)?;
        let due = loop {
            let typed = self.prompt("ask.due", input, out)?;
            match typed.parse::<Date>() {
                Ok(day) => break Some(day),
                Err(_) if typed.is_empty() => break None,
                Err(_) => tell(out, &format!("{}\n", self.words.ui("ask.odd"))),
            }
        };
        Some(Said::FactOpen { owner: (!owner.is_empty()).then_some(owner), due })
    }

    /// The reason; `None`: the input ended.
    fn reason(
        &self,
        question: &Question,
        said: &Said,
        typed: Option<String>,
        input: &mut dyn BufRead,
        out: &mut dyn Write,
    ) -> Option<Option<String>> {
        if typed.is_some() {
            return Some(typed);
        }
        let key = match (needs_reason(question, said), question.ty) {
            (true, _) => "ask.reason-needed",
            (false, AnswerType::Text | AnswerType::Evidence | AnswerType::Reference) => return Some(None),
            (false, _) => "ask.reason",
        };
        let reason = self.prompt(key, input, out)?;
        Some((!reason.is_empty()).then_some(reason))
    }

    /// Evidence beside an answer; `None`: the input ended.
    fn evidence(
        &self,
        view: &View,
        question: &Question,
        said: &Said,
        input: &mut dyn BufRead,
        out: &mut dyn Write,
    ) -> Option<Vec<String>> {
        let wanted = !question.evidence.is_empty()
            && question.ty != AnswerType::Evidence
            && matches!(said, Said::Value(_));
        let known = if question.to.is_none() { view.known(question) } else { Vec::new() };
        if !wanted || known.is_empty() {
            return Some(Vec::new());
        }
        tell(out, &page::known(view, question, self.words));
        loop {
            let typed = self.prompt("ask.evidence", input, out)?;
            match typed::ids(&known, &typed) {
                Some(ids) => return Some(ids),
                None => tell(out, &format!("{}\n", self.words.ui("ask.odd"))),
            }
        }
    }

    /// Who answers; asked once. `None`: the input ended.
    fn by(&mut self, input: &mut dyn BufRead, out: &mut dyn Write) -> Option<String> {
        while self.by.as_deref().is_none_or(|by| by.trim().is_empty()) {
            self.by = Some(self.prompt("ask.by", input, out)?);
        }
        self.by.clone()
    }

    /// Writes an answer for all groups of objects; false: it cannot be read back, so nothing was.
    fn write(&self, answer: &Record, targets: &[Vec<String>], out: &mut dyn Write) -> Result<bool, Failure> {
        // Somebody may have edited the file while the question was on the screen.
        let mut files = self.shelf.files(self.words)?;
        let text = files.iter().find(|file| file.name == ANSWERS).map_or(&[][..], |file| &file.bytes);
        let mut text = String::from_utf8_lossy(text).into_owned();
        for about in targets {
            text = record(&text, &Record { about: about.clone(), ..answer.clone() }).map_err(|error| {
                Failure { text: self.words.fill("ask.not-written", &[("why", &error)]), exit: Exit::Unusable }
            })?;
        }
        files.retain(|file| file.name != ANSWERS);
        files.push(RawFile::new(ANSWERS, &text));
        if let Err(found) = read::read(&files, &self.pack.taxonomy) {
            let why = super::findings::diagnostics(&found.diagnostics, &found.files, self.words);
            tell(out, &format!("{}\n", self.words.fill("ask.not-written", &[("why", &why)])));
            return Ok(false);
        }
        self.shelf.save(&text, self.words)?;
        tell(out, &format!("  {}\n", self.words.ui("ask.written")));
        Ok(true)
    }
}

/// Legal evaluations, 非該当, and answers against the flows say why.
fn needs_reason(question: &Question, said: &Said) -> bool {
    let not_applicable = matches!(said, Said::NotApplicable);
    let value = matches!(said, Said::Value(_));
    not_applicable || (value && (question.judged || question.derive.is_some()))
}

/// A proposed value as it is written.
fn value(view: &View, question: &Question, found: &Computed) -> Option<Value> {
    Some(match found {
        Computed::Bool(flag) => (*flag).into(),
        Computed::Int(number) => match &question.unit {
            None => (*number).into(),
            Some(unit) => {
                let mut table = InlineTable::new();
                table.insert("value", (*number).into());
                table.insert("unit", unit.id.as_str().into());
                Value::InlineTable(table)
            }
        },
        Computed::Text(text) => text.as_str().into(),
        Computed::Date(date) => record::date(*date)?,
        Computed::Object(ix) => view.case.get(*ix)?.id().into(),
        Computed::List(all) => {
            let all: Option<Array> = all.iter().map(|one| value(view, question, one)).collect();
            Value::Array(all?)
        }
        Computed::Period(_) | Computed::Null | Computed::Unknown(_) => return None,
    })
}
