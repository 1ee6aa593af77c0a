//! `pia report`: the dossier in five formats, with a list of digests.

use std::collections::BTreeMap;

use crate::bilingual::Bilingual;
use crate::digest::sha256;
use crate::dossier::assemble::{Inputs, Structure, assemble};
use crate::dossier::labels::Labels;
use crate::dossier::model::Dossier;
use crate::error::Exit;
use crate::io::publish;
use crate::words::{Lang, Words};

use super::arguments::{Document, Format, Report};
use super::output::{Failure, finish, result};
use super::session::{Session, unusable};

/// Names the folder as an output of this program; lists all files with their digests.
const SUMS: &str = "SHA256SUMS";

pub(super) fn run(arguments: &Report, words: &Words) -> Exit {
    finish(report(arguments, words))
}

fn report(arguments: &Report, words: &Words) -> Result<Exit, Failure> {
    let session = Session::open(&arguments.case, words)?;
    let changes = match &arguments.previous {
        Some(previous) => {
            let earlier = Session::of(previous, session.pack.clone(), arguments.case.date.as_deref(), words)?;
            Some(super::diff::table(&earlier, &session, words)?)
        }
        None => None,
    };
    let dossier = dossier(&session, changes.as_deref(), words)?;
    let mut wanted = arguments.documents.clone();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        wanted = vec![Document::Html, Document::Pdf, Document::Docx, Document::Xlsx, Document::Json];
    }
    let mut files = documents(&session, &dossier, &wanted, words)?;
    let sums: String = files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect();
    files.push((SUMS.to_owned(), sums.into_bytes()));
    publish::folder(&arguments.out, &files, arguments.replace.then_some(SUMS))
        .map_err(|found| unusable(&[*found], &[], words, Exit::Fault))?;
    let names: Vec<String> =
        files.iter().map(|(name, _)| arguments.out.join(name).display().to_string()).collect();
    result(&match arguments.format {
        Format::Text => {
            super::findings::summary(&session, words)
                + &format!("\n{}\n{}\n", words.ui("report.files"), names.join("\n"))
        }
        Format::Json => serde_json::json!({
            "state": session.judgement.state.id(),
            "digest": session.digest,
            "files": names,
        })
        .to_string(),
    });
    Ok(Exit::Done)
}

/// The dossier of a session.
pub(super) fn dossier(
    session: &Session,
    changes: Option<&[[String; 4]]>,
    words: &Words,
) -> Result<Dossier, Failure> {
    let lang = words.lang;
    let laws: BTreeMap<String, Bilingual> =
        session.pack.laws.iter().map(|(id, law)| (id.clone(), law.label.clone())).collect();
    let taxa = session.taxa();
    let inputs = Inputs {
        case: &session.case,
        judgement: &session.judgement,
        questions: &session.questions,
        risks: &session.risks,
        evidence: &session.evidence,
        laws: &laws,
        forces: &session.pack.forces,
        verified: &session.pack.verified,
        taxa: &taxa,
        pack: (session.pack.label.get(lang).to_owned(), session.pack.version.clone()),
        today: session.today,
        digests: &session.digests,
        digest: &session.digest,
        changes,
    };
    let text = |path: &str| session.pack.texts.get(path).map(String::as_str).unwrap_or_default();
    let broken = |error: crate::dossier::assemble::StructureError| Failure {
        text: words.fill("report.bad-structure", &[("detail", &error.to_string())]),
        exit: Exit::Unusable,
    };
    let structure = Structure::parse(text("dossier/structure.toml")).map_err(broken)?;
    let own = Words::of(lang, text(&format!("dossier/words.{}.toml", lang.id())));
    assemble(&inputs, &structure, &own).map_err(broken)
}

fn documents(
    session: &Session,
    dossier: &Dossier,
    wanted: &[Document],
    words: &Words,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let labels = Words::of(
        words.lang,
        match words.lang {
            Lang::Ja => include_str!("../../i18n/dossier-labels.ja.toml"),
            Lang::En => include_str!("../../i18n/dossier-labels.en.toml"),
        },
    );
    let labels = Labels::of(|key| labels.ui(key));
    let mut files = Vec::with_capacity(wanted.len());
    for document in wanted {
        let (name, made) = match document {
            Document::Html => (
                "dossier.html",
                crate::dossier::html::render(dossier, &labels)
                    .map(String::into_bytes)
                    .map_err(|e| e.to_string()),
            ),
            Document::Json => {
                ("dossier.json", crate::dossier::json::render(dossier).map_err(|e| e.to_string()))
            }
            Document::Xlsx => ("dossier.xlsx", xlsx(session, dossier, &labels)),
            Document::Pdf => ("dossier.pdf", pdf(session, dossier)),
            Document::Docx => ("dossier.docx", docx(session, dossier)),
        };
        let bytes = made.map_err(|detail| Failure {
            text: words.fill("report.not-made", &[("file", name), ("detail", &detail)]),
            exit: Exit::Fault,
        })?;
        files.push((name.to_owned(), bytes));
    }
    Ok(files)
}

#[cfg(feature = "xlsx")]
fn xlsx(session: &Session, dossier: &Dossier, labels: &Labels<'_>) -> Result<Vec<u8>, String> {
    crate::dossier::xlsx::render(dossier, labels, session.today).map_err(|error| error.to_string())
}

#[cfg(not(feature = "xlsx"))]
fn xlsx(_: &Session, _: &Dossier, _: &Labels<'_>) -> Result<Vec<u8>, String> {
    Err("xlsx".to_owned())
}

#[cfg(feature = "pdf")]
fn pdf(session: &Session, dossier: &Dossier) -> Result<Vec<u8>, String> {
    use crate::dossier::{fonts::Fonts, pdf};
    let own = session.pack.texts.get("dossier/dossier.typ").map_or(pdf::TEMPLATE, String::as_str);
    pdf::render(dossier, &Fonts::embedded(), own, session.today).map_err(|error| error.to_string())
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &Session, _: &Dossier) -> Result<Vec<u8>, String> {
    Err("pdf".to_owned())
}

#[cfg(feature = "docx")]
fn docx(session: &Session, dossier: &Dossier) -> Result<Vec<u8>, String> {
    use crate::dossier::{docx, fonts::Fonts};
    docx::render(dossier, &Fonts::embedded(), session.today).map_err(|error| error.to_string())
}

#[cfg(not(feature = "docx"))]
fn docx(_: &Session, _: &Dossier) -> Result<Vec<u8>, String> {
    Err("docx".to_owned())
}

#[cfg(all(test, feature = "pdf"))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;
    use crate::cli::arguments::CaseArguments;
    use crate::dossier::pdf::tests::pages;

    #[test]
    fn the_summary_of_a_case_is_two_pages_and_the_contents_follow() {
        // The longest in each language; only the first chapters are set, because setting all takes long.
        for (name, lang) in [("health-return", Lang::Ja), ("care-link", Lang::Ja), ("emergency", Lang::En)] {
            let words = Words::load(lang);
            let case = format!("{}/../fixtures/cases/{name}", env!("CARGO_MANIFEST_DIR"));
            let case = CaseArguments { case: case.into(), rules: None, date: None };
            let session = Session::open(&case, &words).unwrap_or_else(|_| panic!("{name}"));
            let mut dossier = dossier(&session, None, &words).unwrap_or_else(|_| panic!("{name}"));
            dossier.sections.truncate(4);
            let begins = pages(&dossier, &["summary-1", "summary-2", "revisions"]);
            assert_eq!(begins, [2, 3, 5], "{name} {}", lang.id());
        }
    }
}
