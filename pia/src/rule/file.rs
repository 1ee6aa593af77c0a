//! One rule file: TOML → [`Rule`], strict in keys, everything that is wrong collected.

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::expr::{Expr, Names, Scope, Ty, is_iterable};
use super::fault::{FaultCode, PackFault, within};
use super::message::unknown_placeholder;
use super::types::{Cite, Expected, Gate, Role, Rule, RuleTest, Severity};
use crate::bilingual::Bilingual;
use crate::case::change::Change;
use crate::case::schema::schema;

/// A TOML date, or a text that is one.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?;
    written.to_string().parse().map_err(|_| serde::de::Error::custom("not a date (YYYY-MM-DD)"))
}

/// The date of a citation of a law.
pub(super) fn some_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    date(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: u32,
    id: Spanned<String>,
    version: u32,
    area: String,
    gate: Gate,
    severity: Severity,
    title: Bilingual,
    for_each: Option<Spanned<String>>,
    applies: Option<Spanned<String>>,
    when: Spanned<String>,
    message: Spanned<Bilingual>,
    unknown: Option<Spanned<Bilingual>>,
    remedy: Spanned<Bilingual>,
    role: Role,
    #[serde(default)]
    settles: Vec<Spanned<String>>,
    #[serde(default)]
    questions: Vec<Spanned<String>>,
    #[serde(default, rename = "cite")]
    cites: Vec<Spanned<Cite>>,
    #[serde(default, rename = "test")]
    tests: Vec<RawTest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTest {
    name: String,
    base: String,
    #[serde(default)]
    change: Vec<Change>,
    expect: Expected,
    at: Option<String>,
}

/// What citations may name.
pub(super) struct Known<'a> {
    pub(super) laws: &'a dyn Fn(&str) -> bool,
    pub(super) forces: &'a dyn Fn(&str) -> bool,
    pub(super) verified: &'a dyn Fn(&str) -> bool,
}

impl Known<'_> {
    /// Adds the faults of a citation.
    pub(super) fn check(&self, file: &str, span: &Range<usize>, cite: &Cite, faults: &mut Vec<PackFault>) {
        let mut fault = |code, detail: &str| faults.push(PackFault::error(file, span.clone(), code, detail));
        if !(self.laws)(&cite.law) {
            fault(FaultCode::UnknownLaw, &cite.law);
        }
        if !(self.forces)(&cite.force) {
            fault(FaultCode::UnknownForce, &cite.force);
        }
        if !(self.verified)(&cite.verified) {
            fault(FaultCode::UnknownVerified, &cite.verified);
        }
        // What is no law has no state of the law; everything else says which one was read.
        if cite.is_own() == cite.as_of.is_some() {
            fault(if cite.is_own() { FaultCode::UnknownField } else { FaultCode::Missing }, "as_of");
        }
        if cite.note.as_ref().is_some_and(Bilingual::is_incomplete) {
            fault(FaultCode::Language, &cite.law);
        }
    }
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    names: &'a Names,
    faults: &'a mut Vec<PackFault>,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, code: FaultCode, detail: impl Into<String>) {
        self.faults.push(PackFault::error(self.path, span, code, detail));
    }

    fn condition(&mut self, source: &Spanned<String>, kind: Option<&str>) -> Expr {
        let variables = kind.map(|kind| (kind.to_owned(), Ty::Object(kind.to_owned()))).into_iter().collect();
        let scope = Scope { names: self.names, variables, regime: false };
        Expr::condition(source.get_ref(), &scope).unwrap_or_else(|error| {
            let span = within(self.text, &source.span(), source.get_ref(), &error.at);
            self.fault(span, error.code, error.detail);
            Expr::never()
        })
    }

    fn words(&mut self, words: &Spanned<Bilingual>, kind: Option<&str>) {
        let (span, words) = (words.span(), words.get_ref());
        if words.is_incomplete() {
            self.fault(span.clone(), FaultCode::Language, "");
        }
        for template in [&words.ja, &words.en] {
            if let Some(path) = unknown_placeholder(template, kind) {
                self.fault(span.clone(), FaultCode::Placeholder, path);
            }
        }
    }

    fn names(&mut self, raw: &Raw, kind: Option<&str>) {
        if let Some(written) = &raw.for_each
            && !kind.is_some_and(is_iterable)
        {
            self.fault(written.span(), FaultCode::UnknownKind, written.get_ref());
        }
        let stem = self.path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml"));
        let id = raw.id.get_ref();
        if stem != Some(id) || self.path != format!("checks/{}/{id}.toml", raw.area) {
            self.fault(raw.id.span(), FaultCode::FileName, id);
        }
        let kinds = schema().vocabulary("evidence-kind");
        for kind in &raw.settles {
            if kinds.is_none_or(|kinds| kinds.label(kind.get_ref()).is_none()) {
                self.fault(kind.span(), FaultCode::UnknownEvidenceKind, kind.get_ref());
            }
        }
        for question in &raw.questions {
            if !self.names.questions.contains_key(question.get_ref()) {
                self.fault(question.span(), FaultCode::UnknownQuestion, question.get_ref());
            }
        }
    }

    fn tests(&mut self, raw: &Raw) {
        let id = raw.id.get_ref();
        let has = |expected: &[Expected]| raw.tests.iter().any(|test| expected.contains(&test.expect));
        let (fires, silent) = (has(&[Expected::Unmet]), has(&[Expected::Met, Expected::Na]));
        // A rule that cannot block by itself fires as "to be confirmed".
        let from_memory = raw.severity == Severity::Block
            && !raw.cites.is_empty()
            && raw.cites.iter().all(|cite| cite.get_ref().is_from_memory());
        let fires_open = from_memory && has(&[Expected::Unknown]);
        if !fires && !fires_open {
            self.fault(raw.id.span(), FaultCode::NoFiringTest, id);
        }
        if !silent {
            self.fault(raw.id.span(), FaultCode::NoSilentTest, id);
        }
        if raw.cites.is_empty() {
            self.fault(raw.id.span(), FaultCode::NoCite, id);
        }
    }
}

/// Reads a rule; `None` when it is not even TOML of the right shape.
pub(super) fn read(
    path: &str,
    text: &str,
    names: &Names,
    known: &Known<'_>,
    faults: &mut Vec<PackFault>,
) -> Option<Rule> {
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            faults.push(PackFault::toml(path, &error));
            return None;
        }
    };
    let mut reader = Reader { path, text, names, faults };
    if raw.format != 1 {
        reader.fault(0..0, FaultCode::Format, raw.format.to_string());
    }
    let for_each = raw.for_each.as_ref().map(|kind| kind.get_ref().clone());
    let kind = for_each.as_deref();
    reader.names(&raw, kind);
    reader.tests(&raw);
    let title = Spanned::new(raw.id.span(), raw.title);
    reader.words(&title, kind);
    reader.words(&raw.message, kind);
    reader.words(&raw.remedy, kind);
    if let Some(unknown) = &raw.unknown {
        reader.words(unknown, kind);
    }
    let applies = raw.applies.as_ref().map(|source| reader.condition(source, kind));
    let when = reader.condition(&raw.when, kind);
    for cite in &raw.cites {
        known.check(path, &cite.span(), cite.get_ref(), reader.faults);
    }
    Some(Rule {
        place: raw.when.span(),
        id: raw.id.into_inner(),
        version: raw.version,
        area: raw.area,
        gate: raw.gate,
        severity: raw.severity,
        title: title.into_inner().into(),
        for_each,
        applies,
        when,
        message: raw.message.into_inner().into(),
        unknown: raw.unknown.map(|unknown| unknown.into_inner().into()),
        remedy: raw.remedy.into_inner().into(),
        role: raw.role,
        settles: raw.settles.into_iter().map(Spanned::into_inner).collect(),
        questions: raw.questions.into_iter().map(Spanned::into_inner).collect(),
        cites: raw.cites.into_iter().map(Spanned::into_inner).collect(),
        tests: raw.tests.into_iter().map(RawTest::finish).collect(),
        file: path.to_owned(),
    })
}

impl RawTest {
    fn finish(self) -> RuleTest {
        let Self { name, base, change, expect, at } = self;
        RuleTest { name, base, change, expect, at }
    }
}
