//! What every section needs while it is written: words, labels, dates and anchors.

use crate::case::schema::{Shape, schema};
use crate::case::tree::{ObjectRef, Value};
use crate::dossier::calendar;
use crate::dossier::model::{Anchor, Block, Column, Inline, Row, Style, Table};
use crate::evidence::status::Class;
use crate::question::view::Asked;
use crate::rule::citation::{self, Named};
use crate::rule::{Bilingual, Cite};
use crate::words::{Lang, Words};

use super::Inputs;

/// The inputs, and how to say things in one language.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) words: &'a Words,
}

impl<'a> Context<'a> {
    pub(super) fn lang(&self) -> Lang {
        self.words.lang
    }

    /// A text of the dossier's word file.
    pub(super) fn t(&self, key: &'a str) -> &'a str {
        self.words.ui(key)
    }

    pub(super) fn fill(&self, key: &str, facts: &[(&str, &str)]) -> String {
        self.words.fill(key, facts)
    }

    pub(super) fn both(&self, text: &'a Bilingual) -> &'a str {
        text.get(self.lang())
    }

    /// The label of a word of the vocabulary.
    pub(super) fn word(&self, vocabulary: &str, id: &str) -> String {
        schema()
            .vocabulary(vocabulary)
            .and_then(|known| known.label(id))
            .map_or_else(|| id.to_owned(), |text| text.get(self.lang()).to_owned())
    }

    /// The last digits of the digest over all inputs, as they stand on every page.
    pub(super) fn digest_tail(&self) -> &'a str {
        let digest = self.inputs.digest;
        digest.len().checked_sub(8).and_then(|from| digest.get(from..)).unwrap_or(digest)
    }

    pub(super) fn day(&self, date: jiff::civil::Date) -> String {
        calendar::day(date, self.lang())
    }

    pub(super) fn count(&self, value: usize) -> String {
        value.to_string()
    }

    /// What is printed where nothing was declared.
    pub(super) fn undeclared(&self) -> Inline {
        Inline::default().with(self.t("undeclared"), Style::Tag)
    }

    /// Any declared value in words; the mark of the undeclared where there is none.
    pub(super) fn value(&self, object: ObjectRef<'a>, key: &str) -> Inline {
        let Some(node) = object.get(key) else { return self.undeclared() };
        match &node.value {
            Value::Unknown => Inline::default().with(self.t("stated-unknown"), Style::Tag),
            value => Inline::text(self.plain(object, key, value)),
        }
    }

    /// A value as text; empty when it is not declared.
    pub(super) fn say(&self, object: ObjectRef<'a>, key: &str) -> String {
        object.get(key).map_or_else(String::new, |node| self.plain(object, key, &node.value))
    }

    fn plain(&self, object: ObjectRef<'a>, key: &str, value: &Value) -> String {
        match value {
            Value::Unknown => self.t("stated-unknown").to_owned(),
            Value::Text(text) if is_country(object, key) => self.country(text),
            Value::Text(text) | Value::Other(text) => text.clone(),
            Value::Words { ja, en } => match self.lang() {
                Lang::Ja => ja.clone(),
                Lang::En => en.clone().unwrap_or_else(|| ja.clone()),
            },
            Value::Word(id) => {
                let vocabulary = schema().key(object.kind(), key).and_then(|def| def.ty.vocabulary());
                vocabulary.map_or_else(|| id.clone(), |name| self.word(name, id))
            }
            Value::Bool(true) => self.t("yes").to_owned(),
            Value::Bool(false) => self.t("no").to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Date(date) => self.day(*date),
            Value::Period(period) => self.period(*period),
            Value::Object(ix) => {
                object.case().get(*ix).map_or_else(String::new, |object| object.label(self.lang()).to_owned())
            }
            Value::List(nodes) if nodes.is_empty() => self.t("none").to_owned(),
            Value::List(nodes) => {
                let each: Vec<String> =
                    nodes.iter().map(|node| self.plain(object, key, &node.value)).collect();
                // Sentences stand in lines of their own; words in a row.
                let sentences = each.iter().any(|text| text.ends_with(['。', '.']));
                each.join(if sentences { "\n" } else { self.t("list-separator") })
            }
        }
    }

    /// A country by its name where the words have it, else by its code.
    pub(super) fn country(&self, code: &str) -> String {
        let key = format!("country.{code}");
        let name = self.words.ui(&key);
        if name == key { code.to_owned() } else { name.to_owned() }
    }

    /// A period in words, such as 「3か月」.
    pub(super) fn period(&self, period: crate::case::period::Period) -> String {
        let span = period.span();
        let mut parts = Vec::new();
        for (count, key) in [
            (i64::from(span.get_years()), "years"),
            (i64::from(span.get_months()), "months"),
            (i64::from(span.get_weeks()), "weeks"),
            (i64::from(span.get_days()), "days"),
            (i64::from(span.get_hours()), "hours"),
            (span.get_minutes(), "minutes"),
        ] {
            if count != 0 {
                parts.push(self.fill(&format!("period.{key}"), &[("n", &count.to_string())]));
            }
        }
        if parts.is_empty() { period.to_string() } else { parts.concat().trim_end().to_owned() }
    }

    /// The place in a law.
    pub(super) fn place_in_law(&self, cite: &Cite) -> String {
        cite.place(self.words)
    }

    /// A citation in one line, with its force; one that rests on memory says so.
    pub(super) fn cite(&self, cite: &Cite) -> String {
        let law = self.inputs.law_name(&cite.law, self.lang());
        let force = self.inputs.force_name(&cite.force, self.lang());
        // 「市の既定値（法定値ではない）」 says its force itself.
        if law.starts_with(&force) {
            return law;
        }
        let mark = if cite.is_from_memory() { self.t("cite.from-memory") } else { "" };
        cite.line(&Named { law: &law, force: &force, mark }, self.words)
    }

    /// "第27条第1項第2号".
    pub(super) fn article(&self, article: &str, paragraph: &str, item: &str) -> String {
        citation::article(article, paragraph, item, self.words)
    }

    pub(super) fn cites(&self, cites: &[Cite]) -> String {
        let each: Vec<String> = cites.iter().map(|cite| self.cite(cite)).collect();
        each.join("\n")
    }

    /// The word for an id, such as `severity.block`.
    pub(super) fn word_of(&self, group: &str, id: &str) -> String {
        self.words.ui(&format!("{group}.{id}")).to_owned()
    }

    /// 実測, 書面 or 自己申告.
    pub(super) fn class(&self, class: Class) -> String {
        self.word_of("class", class.id())
    }

    /// A flow, a party, anything, by its id: "F03 救急隊による医療情報の閲覧".
    ///
    /// What has an id only for machines is named after what people know: a capacity after its party,
    /// a legal basis after its flow, an answer after its question.
    pub(super) fn named(&self, id: &str) -> String {
        let Some(object) = self.inputs.case.find_any(id) else { return id.to_owned() };
        if self.is_root(object) {
            return self.t("whole-case").to_owned();
        }
        match (object.kind(), object.parent()) {
            ("capacity", Some(party)) => self.named(party.id()),
            ("legal", Some(flow)) => self.fill(
                "basis.named",
                &[
                    ("flow", &self.named(flow.id())),
                    ("side", &self.say(object, "side")),
                    ("when", &self.say(object, "when")),
                ],
            ),
            ("measure", Some(system)) => self.fill("measure.named", &[("system", &self.named(system.id()))]),
            ("answer", _) => {
                let question = object.text("question").unwrap_or_default();
                let number = self.asked(question, None).map_or(question, |asked| asked.number.as_str());
                let about = self.short_ids(object.texts("about"));
                let facts = [("n", number), ("about", &*about)];
                self.fill(if about.is_empty() { "answer.named" } else { "answer.named-about" }, &facts)
            }
            _ if object.label(self.lang()) != id => format!("{id} {}", object.label(self.lang())),
            _ => id.to_owned(),
        }
    }

    /// The id that people read in the tables: "P01" for a capacity of it, "F04" for its legal basis.
    pub(super) fn short_id(&self, id: &str) -> String {
        let Some(object) = self.inputs.case.find_any(id) else { return id.to_owned() };
        if self.is_root(object) {
            return self.t("whole-case").to_owned();
        }
        match (object.kind(), object.parent()) {
            ("capacity" | "legal", Some(parent)) => parent.id().to_owned(),
            ("answer", _) => self.named(id),
            _ => id.to_owned(),
        }
    }

    /// An answer that is a date or the id of something, as people write it.
    pub(super) fn readable(&self, words: &str) -> String {
        words.parse().map_or_else(|_| self.named(words), |date| self.day(date))
    }

    fn is_root(&self, object: ObjectRef<'_>) -> bool {
        self.inputs.case.root().is_some_and(|root| root.ix() == object.ix())
    }

    /// The ids of several objects as people read them, each once.
    pub(super) fn short_ids<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> String {
        let mut all: Vec<String> = Vec::new();
        for id in ids {
            let short = self.short_id(id);
            if !all.contains(&short) {
                all.push(short);
            }
        }
        all.join(self.t("list-separator"))
    }

    /// An object, a part of one, or a key of one in words: "D4 救急の記録 保存期間 根拠".
    pub(super) fn spoken(&self, id: &str) -> String {
        self.spoken_beside(id, "")
    }

    /// As [`Self::spoken`], without the name of an object that is named beside it.
    pub(super) fn spoken_beside(&self, id: &str, named: &str) -> String {
        if id == named {
            return String::new();
        }
        let Some((parent, key)) = id.rsplit_once('.') else { return self.named(id) };
        let label = self
            .inputs
            .case
            .find_any(parent)
            .and_then(|object| schema().key(object.kind(), key))
            .map(|def| def.text.get(self.lang()));
        label.map_or_else(
            || id.to_owned(),
            |label| format!("{} {label}", self.spoken_beside(parent, named)).trim_start().to_owned(),
        )
    }

    /// A question as it was put: about this object, or about any.
    pub(super) fn asked(&self, question: &str, object: Option<&str>) -> Option<&'a Asked> {
        let all = &self.inputs.questions.asked;
        all.iter()
            .find(|asked| asked.id == question && asked.object.as_deref() == object)
            .or_else(|| all.iter().find(|asked| asked.id == question))
    }

    /// "質問 20「…」"; the id where the questionnaire does not know it.
    pub(super) fn question(&self, question: &str) -> String {
        self.asked(question, None).map_or_else(
            || question.to_owned(),
            |asked| {
                let facts = [("n", asked.number.as_str()), ("text", self.both(&asked.text))];
                self.fill("question.named", &facts)
            },
        )
    }

    pub(super) fn heading(&self, id: &str, number: &str, key: &'a str) -> Block {
        Block::Heading {
            id: Anchor::new(id),
            level: 2,
            number: number.to_owned(),
            text: self.t(key).to_owned(),
        }
    }

    pub(super) fn paragraph(&self, id: &str, text: impl Into<Inline>) -> Block {
        Block::Paragraph { id: Anchor::new(id), text: text.into() }
    }

    pub(super) fn fields(&self, id: &str, caption: &'a str, rows: Vec<(&'a str, Inline)>) -> Block {
        Block::Fields {
            id: Anchor::new(id),
            caption: if caption.is_empty() { String::new() } else { self.t(caption).to_owned() },
            rows: rows.into_iter().map(|(key, value)| (self.t(key).to_owned(), value)).collect(),
        }
    }

    /// A table whose caption, headers (`<key>.<column>`) and empty text come from the word file.
    pub(super) fn table(
        &self,
        id: &str,
        key: &str,
        columns: &[(&str, u16)],
        rows: Vec<Row>,
        sheet: Option<&str>,
    ) -> Block {
        let headers = columns
            .iter()
            .map(|(column, width)| Column {
                header: self.words.ui(&format!("{key}.{column}")).to_owned(),
                width: *width,
                number: false,
            })
            .collect();
        Block::Table(Table {
            id: Anchor::new(id),
            caption: self.words.ui(&format!("{key}.caption")).to_owned(),
            columns: headers,
            rows,
            sheet: sheet.map(|name| self.words.ui(&format!("sheet.{name}")).to_owned()),
            empty: self.t("nothing").to_owned(),
        })
    }
}

/// Whether a key holds codes of countries.
fn is_country(object: ObjectRef<'_>, key: &str) -> bool {
    schema().key(object.kind(), key).is_some_and(|def| def.shape == Shape::Country)
}

/// A row with an id.
pub(super) fn row(id: impl AsRef<str>, cells: Vec<Inline>) -> Row {
    Row { id: Some(Anchor::new(id.as_ref())), cells }
}
