//! Reads rules/questions/: TOML → [`Catalogue`], strict in keys, everything that is wrong collected.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::catalogue::{
    AnswerFault, AnswerType, Catalogue, Choice, Contradicts, Criterion, Level, Question, Section,
    THRESHOLD_MOST,
};
use super::view::Stage;
use super::written::{
    Named, WrittenContradicts, WrittenFault, WrittenFile, WrittenQuestion, WrittenSection, WrittenVerdict,
    WrittenWords,
};
use crate::case::schema::schema;
use crate::rule::expr::{Expr, Names, Refused, Scope, Ty, is_iterable};
use crate::rule::fault::{FaultCode, PackFault, within};
use crate::rule::message::unknown_placeholder;
use crate::rule::pack::Texts;
use crate::rule::{Bilingual, Role, Severity};
use crate::words::fill;

const FILES: [(&str, Stage); 2] =
    [("questions/threshold.toml", Stage::Threshold), ("questions/full.toml", Stage::Full)];
const VERDICT: &str = "questions/verdict.toml";
const WORDS: &str = "questions/words.toml";
/// Findings about answers that are not about their type.
pub(super) const OTHER_FAULTS: [&str; 4] = ["override", "override-no-reason", "fact-open", "two-answers"];

/// Reads the questions out of the texts of a pack whose names are known.
///
/// # Errors
/// Everything that is wrong with the files, in order of files and places.
pub fn read(texts: &Texts, names: &Names) -> Result<Catalogue, Vec<PackFault>> {
    let mut reader = Reader {
        texts,
        names,
        laws: ids(texts.get("laws.toml"), "law", "id"),
        forces: ids(texts.get("pack.toml"), "force", "id"),
        codes: ids(texts.get("pack.toml"), "verified", "code"),
        ids: BTreeSet::new(),
        faults: Vec::new(),
    };
    let catalogue = reader.catalogue();
    let mut faults = reader.faults;
    if faults.is_empty() {
        return Ok(catalogue);
    }
    faults.sort_by(|a, b| (&a.file, a.span.start, a.code).cmp(&(&b.file, b.span.start, b.code)));
    Err(faults)
}

struct Reader<'a> {
    texts: &'a Texts,
    names: &'a Names,
    laws: BTreeSet<String>,
    forces: BTreeSet<String>,
    codes: BTreeSet<String>,
    /// Ids of sections, questions, contradictions and criteria; each may stand once.
    ids: BTreeSet<String>,
    faults: Vec<PackFault>,
}

impl Reader<'_> {
    fn catalogue(&mut self) -> Catalogue {
        let mut catalogue = Catalogue::default();
        let (units, answer_faults) = self.words();
        catalogue.answer_faults = answer_faults;
        for (path, stage) in FILES {
            let Some(file) = self.parse::<WrittenFile>(path, |file| file.format) else { continue };
            let sections: Vec<String> =
                file.section.iter().map(|section| section.id.get_ref().clone()).collect();
            for section in file.section {
                self.section(&mut catalogue, path, stage, section);
            }
            if stage == Stage::Threshold
                && let Some(extra) = file.question.get(THRESHOLD_MOST)
            {
                let count = file.question.len().to_string();
                self.fault(path, extra.id.span(), FaultCode::TooMany, count);
            }
            for question in file.question {
                if !sections.contains(question.section.get_ref()) {
                    let span = question.section.span();
                    self.fault(path, span, FaultCode::UnknownSection, question.section.get_ref());
                }
                let read = self.question(path, stage, question, &units);
                catalogue.questions.extend(read);
            }
        }
        self.verdict(&mut catalogue);
        self.cycles(&catalogue.questions);
        catalogue
    }

    fn fault(&mut self, path: &str, span: Range<usize>, code: FaultCode, detail: impl Into<String>) {
        self.faults.push(PackFault::error(path, span, code, detail));
    }

    fn parse<T: DeserializeOwned>(&mut self, path: &str, format: impl Fn(&T) -> u32) -> Option<T> {
        let Some(text) = self.texts.get(path) else {
            self.fault(path, 0..0, FaultCode::Missing, path);
            return None;
        };
        match toml::from_str(text) {
            Ok(read) => {
                if format(&read) != 1 {
                    self.fault(path, 0..0, FaultCode::Format, format(&read).to_string());
                }
                Some(read)
            }
            Err(error) => {
                self.faults.push(PackFault::toml(path, &error));
                None
            }
        }
    }

    fn once(&mut self, path: &str, of: &str, id: &Spanned<String>) {
        if !self.ids.insert(format!("{of} {}", id.get_ref())) {
            self.fault(path, id.span(), FaultCode::Duplicate, id.get_ref());
        }
    }

    fn both(&mut self, path: &str, span: Range<usize>, id: &str, words: &Bilingual) {
        if words.is_incomplete() {
            self.fault(path, span, FaultCode::Language, id);
        }
    }

    fn named(&mut self, path: &str, of: &str, written: Vec<Named>) -> Vec<Choice> {
        let mut all = Vec::with_capacity(written.len());
        for Named { id, ja, en } in written {
            self.once(path, of, &id);
            let label = Bilingual { ja, en };
            self.both(path, id.span(), id.get_ref(), &label);
            all.push(Choice { id: id.into_inner(), label });
        }
        all
    }

    fn words(&mut self) -> (Vec<Choice>, BTreeMap<String, AnswerFault>) {
        let Some(words) = self.parse::<WrittenWords>(WORDS, |words| words.format) else {
            return (Vec::new(), BTreeMap::new());
        };
        let units = self.named(WORDS, "unit", words.unit);
        let mut faults = BTreeMap::new();
        for WrittenFault { id, severity, title, message, remedy } in words.fault {
            self.once(WORDS, "fault", &id);
            for text in [&title, &message, &remedy] {
                self.both(WORDS, id.span(), id.get_ref(), text);
            }
            let wanted = |path: &str| ["question", "answer", "derived"].contains(&path);
            for text in [&message.ja, &message.en] {
                if let Some(bad) = placeholders(text).into_iter().find(|path| !wanted(path)) {
                    self.fault(WORDS, id.span(), FaultCode::Placeholder, bad);
                }
            }
            faults.insert(id.into_inner(), AnswerFault { severity, title, message, remedy });
        }
        for id in Refused::ALL.iter().map(|refused| refused.id()).chain(OTHER_FAULTS) {
            if !faults.contains_key(id) {
                self.fault(WORDS, 0..0, FaultCode::Missing, id);
            }
        }
        (units, faults)
    }

    fn section(&mut self, catalogue: &mut Catalogue, path: &str, stage: Stage, written: WrittenSection) {
        self.once(path, "section", &written.id);
        self.both(path, written.id.span(), written.id.get_ref(), &written.title);
        if written.stage != stage.id() {
            self.fault(path, written.id.span(), FaultCode::UnknownSection, &written.stage);
        }
        catalogue.sections.push(Section { id: written.id.into_inner(), stage, title: written.title });
    }

    /// An expression with objects of the given kinds as variables.
    fn expr(&mut self, path: &str, source: &Spanned<String>, kinds: &[&str], value: bool) -> Option<Expr> {
        let variables =
            kinds.iter().map(|kind| ((*kind).to_owned(), Ty::Object((*kind).to_owned()))).collect();
        let scope = Scope { names: self.names, variables, regime: false };
        let text = source.get_ref();
        match if value { Expr::value(text, &scope) } else { Expr::condition(text, &scope) } {
            Ok(expr) => Some(expr),
            Err(error) => {
                let file = self.texts.get(path).map_or("", String::as_str);
                let span = within(file, &source.span(), text, &error.at);
                self.fault(path, span, error.code, error.detail);
                None
            }
        }
    }

    fn question(
        &mut self,
        path: &str,
        stage: Stage,
        written: WrittenQuestion,
        units: &[Choice],
    ) -> Option<Question> {
        let span = written.id.span();
        let id = written.id.get_ref().clone();
        self.once(path, "question", &written.id);
        self.once(path, "number", &written.number);
        if written.stage.get_ref() != stage.id() {
            self.fault(path, written.stage.span(), FaultCode::UnknownSection, written.stage.get_ref());
        }
        let kind = written.for_each.as_ref().map(|kind| kind.get_ref().clone());
        if let Some(written) = written.for_each.as_ref().filter(|kind| !is_iterable(kind.get_ref())) {
            self.fault(path, written.span(), FaultCode::UnknownKind, written.get_ref());
            return None;
        }
        let Some(ty) = AnswerType::parse(written.ty.get_ref()) else {
            self.fault(path, written.ty.span(), FaultCode::TypeMismatch, written.ty.get_ref());
            return None;
        };
        if matches!(ty, AnswerType::Choice | AnswerType::Multi) != (written.options.len() > 1) {
            self.fault(path, span.clone(), FaultCode::Options, &id);
        }
        let unit = self.unit(path, &span, ty, written.unit.as_ref(), units);
        if (ty == AnswerType::Reference)
            != written.to.as_ref().is_some_and(|kind| schema().kind(kind.get_ref()).is_some())
        {
            self.fault(path, span.clone(), FaultCode::UnknownKind, &id);
        }
        if written.judged && written.role != Role::Officer {
            self.fault(path, span.clone(), FaultCode::NotOfficer, &id);
        }
        for text in [&written.text, &written.why, &written.good, &written.bad] {
            self.both(path, text.span(), &id, text.get_ref());
        }
        if let Some(when) = written.when.as_ref().filter(|when| when.get_ref().trim() == "false") {
            self.fault(path, when.span(), FaultCode::DeadQuestion, &id);
        }
        self.refer(path, &written);
        let kinds: Vec<&str> = kind.as_deref().into_iter().collect();
        let when = written.when.as_ref().and_then(|source| self.expr(path, source, &kinds, false));
        let derive = written.derive.as_ref().and_then(|source| self.expr(path, source, &kinds, true));
        let suggest = written.suggest.as_ref().and_then(|source| self.expr(path, source, &kinds, true));
        let of = self.names.questions.get(&id).map(|asked| asked.ty.clone());
        for (source, expr) in [(&written.derive, &derive), (&written.suggest, &suggest)] {
            if let (Some(source), Some(expr), Some(of)) = (source, expr, &of)
                && !fits(expr.ty(), of)
            {
                self.fault(path, source.span(), FaultCode::TypeMismatch, expr.ty().name());
            }
        }
        let contradicts = written
            .contradicts
            .into_iter()
            .filter_map(|contradicts| self.contradicts(path, kind.as_deref(), contradicts))
            .collect();
        let options = self.named(path, &format!("option {id}"), written.options);
        Some(Question {
            id,
            number: written.number.into_inner(),
            section: written.section.into_inner(),
            stage,
            ty,
            options,
            unit,
            to: written.to.map(Spanned::into_inner),
            for_each: kind,
            when,
            derive,
            suggest,
            contradicts,
            judged: written.judged,
            role: written.role,
            gate: written.gate,
            rules: written.rules.into_iter().map(Spanned::into_inner).collect(),
            text: written.text.into_inner(),
            why: written.why.into_inner(),
            good: written.good.into_inner(),
            bad: written.bad.into_inner(),
            evidence: written.evidence.into_iter().map(Spanned::into_inner).collect(),
            cites: written.cites.into_iter().map(Spanned::into_inner).collect(),
        })
    }

    fn unit(
        &mut self,
        path: &str,
        question: &Range<usize>,
        ty: AnswerType,
        written: Option<&Spanned<String>>,
        units: &[Choice],
    ) -> Option<Choice> {
        let found = written.and_then(|unit| units.iter().find(|have| have.id == *unit.get_ref()));
        if (ty == AnswerType::Quantity) != found.is_some() || written.is_some() != found.is_some() {
            let span = written.map_or(question.clone(), Spanned::span);
            self.fault(path, span, FaultCode::UnknownUnit, written.map_or("", |unit| unit.get_ref()));
        }
        found.cloned()
    }

    /// Rules, kinds of evidence and laws that a question names.
    fn refer(&mut self, path: &str, written: &WrittenQuestion) {
        let rule = |id: &str| {
            let end = format!("/{id}.toml");
            self.texts.keys().any(|path| path.starts_with("checks/") && path.ends_with(&end))
        };
        let kinds = schema().vocabulary("evidence-kind");
        let mut wrong: Vec<(Range<usize>, FaultCode, String)> = Vec::new();
        for id in written.rules.iter().filter(|id| !rule(id.get_ref())) {
            wrong.push((id.span(), FaultCode::UnknownRule, id.get_ref().clone()));
        }
        for kind in &written.evidence {
            if kinds.is_none_or(|kinds| kinds.label(kind.get_ref()).is_none()) {
                wrong.push((kind.span(), FaultCode::UnknownEvidenceKind, kind.get_ref().clone()));
            }
        }
        for cite in &written.cites {
            let (span, cite) = (cite.span(), cite.get_ref());
            for (known, code, name) in [
                (&self.laws, FaultCode::UnknownLaw, &cite.law),
                (&self.forces, FaultCode::UnknownForce, &cite.force),
                (&self.codes, FaultCode::UnknownVerified, &cite.verified),
            ] {
                if !known.contains(name) {
                    wrong.push((span.clone(), code, name.clone()));
                }
            }
            if cite.note.as_ref().is_some_and(Bilingual::is_incomplete) {
                wrong.push((span, FaultCode::Language, cite.law.clone()));
            }
        }
        for (span, code, detail) in wrong {
            self.fault(path, span, code, detail);
        }
    }

    fn contradicts(
        &mut self,
        path: &str,
        kind: Option<&str>,
        written: WrittenContradicts,
    ) -> Option<Contradicts> {
        self.once(path, "contradiction", &written.id);
        let message = Bilingual { ja: written.ja, en: written.en };
        let span = written.id.span();
        self.both(path, span.clone(), written.id.get_ref(), &message);
        let with = written.with.as_ref().map(|with| with.get_ref().as_str());
        if let Some(written) = &written.with
            && (!is_iterable(written.get_ref()) || with == kind)
        {
            self.fault(path, written.span(), FaultCode::UnknownKind, written.get_ref());
            return None;
        }
        let kinds: Vec<&str> = kind.into_iter().chain(with).collect();
        for text in [&message.ja, &message.en] {
            for placeholder in placeholders(text) {
                let one = format!("{{{placeholder}}}");
                let known = kinds.iter().any(|kind| unknown_placeholder(&one, Some(kind)).is_none());
                if !known && unknown_placeholder(&one, None).is_some() {
                    self.fault(path, span.clone(), FaultCode::Placeholder, placeholder);
                }
            }
        }
        let when = self.expr(path, &written.when, &kinds, false)?;
        Some(Contradicts {
            id: written.id.into_inner(),
            with: written.with.map(Spanned::into_inner),
            when,
            severity: written.severity.unwrap_or(Severity::Major),
            message,
        })
    }

    fn verdict(&mut self, catalogue: &mut Catalogue) {
        let Some(verdict) = self.parse::<WrittenVerdict>(VERDICT, |verdict| verdict.format) else { return };
        let levels = self.named(VERDICT, "level", verdict.level);
        for criterion in verdict.criterion {
            self.once(VERDICT, "criterion", &criterion.id);
            let label = Bilingual { ja: criterion.ja, en: criterion.en };
            self.both(VERDICT, criterion.id.span(), criterion.id.get_ref(), &label);
            if !levels.iter().any(|level| level.id == *criterion.level.get_ref()) {
                let span = criterion.level.span();
                self.fault(VERDICT, span, FaultCode::UnknownWord, criterion.level.get_ref());
            }
            let Some(when) = self.expr(VERDICT, &criterion.when, &[], false) else { continue };
            catalogue.criteria.push(Criterion {
                id: criterion.id.into_inner(),
                level: criterion.level.into_inner(),
                when,
                label,
            });
        }
        catalogue.levels = levels.into_iter().map(|Choice { id, label }| Level { id, label }).collect();
    }

    /// Questions whose condition or derivation needs, in the end, their own answer.
    fn cycles(&mut self, questions: &[Question]) {
        let needs: BTreeMap<&str, Vec<&str>> = questions
            .iter()
            .map(|question| {
                let exprs = question.when.iter().chain(&question.derive);
                (question.id.as_str(), exprs.flat_map(Expr::questions).collect())
            })
            .collect();
        for question in questions {
            let mut open: Vec<&str> = needs.get(question.id.as_str()).cloned().unwrap_or_default();
            let mut seen = BTreeSet::new();
            while let Some(next) = open.pop() {
                if next == question.id {
                    let path = FILES.iter().find(|(_, stage)| *stage == question.stage).map_or("", |f| f.0);
                    self.fault(path, 0..0, FaultCode::Cycle, &question.id);
                    break;
                }
                if seen.insert(next) {
                    open.extend(needs.get(next).into_iter().flatten());
                }
            }
        }
    }
}

/// Whether a derived value is one of the question's.
fn fits(value: &Ty, of: &Ty) -> bool {
    match (value, of) {
        (Ty::Any | Ty::Null, _) | (_, Ty::Any) => true,
        (Ty::Literal(_) | Ty::Word(_) | Ty::Text, Ty::Text | Ty::Word(_)) => true,
        (Ty::List(value), Ty::List(of)) => fits(value, of),
        (value, of) => value == of,
    }
}

/// What stands in braces.
fn placeholders(text: &str) -> Vec<String> {
    let found = std::cell::RefCell::new(Vec::new());
    let _ = fill(text, |name| {
        found.borrow_mut().push(name.to_owned());
        None
    });
    found.into_inner()
}

/// Ids of the entries of a list in a file that `rule::pack` has checked.
fn ids(text: Option<&String>, list: &str, key: &str) -> BTreeSet<String> {
    let table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    let entries = table.get(list).and_then(toml::Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.get(key)?.as_str().map(str::to_owned)).collect()
}
