//! One question on the screen: text, why, law, samples, what may be typed.

use crate::question::view::Asked;
use crate::question::{AnswerType, Question};
use crate::rule::Pack;
use crate::rule::expr::Computed;
use crate::words::Words;

use super::super::say;
use super::super::terminal::{harmless, labelled, one_line};
use super::desk::View;

/// Most objects and evidence that are listed by name.
const LISTED: usize = 12;

/// The page of a question; `left`: how many questions are still open at its gate, and at later ones.
pub(super) fn page(
    view: &View,
    pack: &Pack,
    question: &Question,
    section: &str,
    group: &[&Asked],
    left: (usize, usize),
    words: &Words,
) -> String {
    let lang = words.lang;
    let label = |key: &str| words.ui(&format!("ask.{key}")).to_owned();
    let role = words.ui(&format!("role.{}", question.role.id())).to_owned();
    let gate = crate::case::schema::schema()
        .vocabulary("gate")
        .and_then(|gates| gates.label(question.gate.id()))
        .map_or("", |text| text.get(lang));
    let mut out = format!(
        "\n{}\n{}\n",
        words.fill(
            if left.1 > 0 { "ask.head-later" } else { "ask.head" },
            &[
                ("gate", gate),
                ("section", section),
                ("left", &left.0.to_string()),
                ("later", &left.1.to_string()),
            ],
        ),
        words.fill(
            "ask.question",
            &[
                ("number", &question.number),
                ("text", question.text.get(lang)),
                ("role", &role),
                ("gate", gate),
            ],
        )
    );
    if let Some(objects) = objects(group, words) {
        out.push_str(&labelled(&label("objects"), &objects));
    }
    out.push_str(&labelled(&label("why"), question.why.get(lang)));
    for cite in &question.cites {
        out.push_str(&labelled(&label("law"), &say::cite(pack, cite, words)));
    }
    out.push_str(&labelled(&label("good"), question.good.get(lang)));
    out.push_str(&labelled(&label("bad"), question.bad.get(lang)));
    if let Some(proposed) = view.proposed(pack, question, group) {
        let key = if question.derive.is_some() { "derived" } else { "proposed" };
        out.push_str(&labelled(&label(key), &value(view, question, &proposed, words)));
    }
    let before: Vec<&str> =
        group.iter().filter_map(|asked| Some(asked.given.as_ref()?.words.get(lang))).collect();
    if let Some(first) = before.first() {
        out.push_str(&labelled(&label("before"), first));
    }
    for (index, option) in question.options.iter().enumerate() {
        out.push_str(&format!("    {}  {}\n", index + 1, option.label.get(lang)));
    }
    if matches!(question.ty, AnswerType::Evidence | AnswerType::Reference) {
        out.push_str(&known(view, question, words));
    }
    out.push_str(&hint(question, group, words));
    out
}

/// The objects that the answer will be about.
fn objects(group: &[&Asked], words: &Words) -> Option<String> {
    let names: Vec<String> = group
        .iter()
        .filter_map(|asked| {
            let name = asked.object_label.as_ref()?.get(words.lang);
            let id = asked.object.as_deref()?;
            Some(if name == id { id.to_owned() } else { format!("{id} {}", one_line(name, 40)) })
        })
        .collect();
    if names.is_empty() {
        return None;
    }
    let shown: Vec<String> = names.iter().take(LISTED).cloned().collect();
    let mut text = shown.join(words.ui("ask.between"));
    if names.len() > LISTED {
        text.push_str(&words.fill("ask.more", &[("n", &(names.len() - LISTED).to_string())]));
    }
    if names.len() > 1 {
        text.push_str(words.ui("ask.all-at-once"));
    }
    Some(text)
}

/// Ids that may be named, with numbers.
pub(super) fn known(view: &View, question: &Question, words: &Words) -> String {
    let all = view.known(question);
    if all.is_empty() {
        return format!("    {}\n", words.ui("ask.no-evidence"));
    }
    let mut out = String::new();
    for (index, id) in all.iter().take(LISTED).enumerate() {
        let title = view.case.find_any(id).map_or("", |object| object.label(words.lang));
        out.push_str(&format!("    {}  {id}  {}\n", index + 1, one_line(title, 60)));
    }
    if all.len() > LISTED {
        out.push_str(&format!(
            "    {}\n",
            words.fill("ask.more", &[("n", &(all.len() - LISTED).to_string())])
        ));
    }
    out
}

/// What may be typed.
fn hint(question: &Question, group: &[&Asked], words: &Words) -> String {
    let unit = question.unit.as_ref().map_or("", |unit| unit.label.get(words.lang));
    let kind = words.fill(&format!("ask.type-{}", question.ty.id()), &[("unit", unit)]);
    let each = if group.len() > 1 { words.ui("ask.hint-each") } else { "" };
    let states = match question.ty {
        AnswerType::Text => words.ui("ask.hint-text"),
        _ => words.ui("ask.hint"),
    };
    format!("  {kind}{states}{each}\n")
}

/// A proposed value in words.
fn value(view: &View, question: &Question, value: &Computed, words: &Words) -> String {
    match value {
        Computed::Bool(true) => words.ui("answer.yes").to_owned(),
        Computed::Bool(false) => words.ui("answer.no").to_owned(),
        Computed::Int(number) => {
            let unit = question.unit.as_ref().map_or("", |unit| unit.label.get(words.lang));
            format!("{number} {unit}")
        }
        Computed::Text(text) => question
            .option(text)
            .map_or_else(|| harmless(text), |option| option.label.get(words.lang).to_owned()),
        Computed::Date(date) => date.to_string(),
        Computed::Period(period) => period.to_string(),
        Computed::Object(ix) => {
            view.case.get(*ix).map_or_else(String::new, |object| harmless(object.label(words.lang)))
        }
        Computed::List(all) => {
            let all: Vec<String> = all.iter().map(|one| self::value(view, question, one, words)).collect();
            all.join(words.ui("ask.between"))
        }
        Computed::Null => words.ui("answer.not-applicable").to_owned(),
        Computed::Unknown(_) => words.ui("answer.unknown").to_owned(),
    }
}
