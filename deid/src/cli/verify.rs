//! `deid verify`: intact — signature, digests, figures counted again — and, where asked, trusted.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::arguments::{OutputFormat, VerifyArguments};
use super::{Outcome, Session, load, say};
use crate::codes::Code;
use crate::crypto::PublicKeyFile;
use crate::error::{Diagnostic, Exit, Result};
use crate::io::publish::{MANIFEST_FILE, shown, write_private};
use crate::manifest::remeasure::{Recount, Remeasurement, file_name, verifier_of};
use crate::manifest::statement::Tool;
use crate::manifest::trust::TrustedKey;
use crate::manifest::verdict::{CheckId, Outcome as Held, Verdict};
use crate::manifest::{
    RunManifest, Sha256Hex, Signer, Subject, TrustedKeys, sign, verify_intact, verify_trusted,
};

pub(super) fn run(session: &Session, a: &VerifyArguments) -> Outcome {
    let time = load::time(a.time.as_deref())?;
    let bytes = read(&a.folder.join(MANIFEST_FILE))?;
    let intact = verify_intact::<RunManifest>(&bytes);
    let mut verdict = Verdict::default();
    verdict.record(CheckId::Document, Held::of(&intact));
    let mut problems = Vec::new();
    let mut recounts = Vec::new();
    let mut attested = 0;
    match &intact {
        Err(e) => problems
            .push(Diagnostic::error(Code::SignatureInvalid).name("detail", e.id()).in_file(MANIFEST_FILE)),
        Ok(intact) => {
            let files = digests(&a.folder)?;
            match intact.check_subjects(&files) {
                Ok(()) => verdict.record(CheckId::Subjects, Held::Held),
                Err(e) => {
                    verdict.record(CheckId::Subjects, Held::Failed(e.id().to_owned()));
                    problems.extend(subject_problems(&intact.statement().subject, &files));
                }
            }
            if problems.is_empty() {
                match crate::pipeline::verify::recount(
                    &intact.statement().predicate,
                    &a.folder,
                    session.threads,
                ) {
                    Ok((all, only)) => {
                        let wrong: Vec<&Recount> = all.iter().filter(|r| !r.agrees()).collect();
                        let held =
                            if wrong.is_empty() { Held::Held } else { Held::Failed("differs".to_owned()) };
                        verdict.record(CheckId::Recount, held);
                        problems.extend(wrong.into_iter().map(mismatch));
                        recounts = all;
                        attested = only;
                    }
                    Err(d) => {
                        verdict.record(CheckId::Recount, Held::NotPossible(d.code.as_str().to_owned()));
                        problems.push(*d);
                    }
                }
            }
        }
    }
    if !a.trust.is_empty() {
        let keys = trusted(&a.trust)?;
        match verify_trusted::<RunManifest>(&bytes, &keys, &time) {
            Ok(_) => verdict.record(CheckId::Trust, Held::Held),
            Err(e) => {
                verdict.record(CheckId::Trust, Held::Failed(e.id().to_owned()));
                problems.push(Diagnostic::error(Code::Untrusted).name("detail", e.id()));
            }
        }
    }
    let holds = verdict.all_asked_hold() && problems.is_empty();
    let mut written = None;
    if let (Some(path), Ok(intact)) = (&a.countersign, &intact) {
        if !verdict.is_intact() {
            problems.push(
                Diagnostic::error(Code::RecountMismatch)
                    .name("measure", "-")
                    .name("found", "-")
                    .name("wanted", "-"),
            );
        } else {
            let (key, _) = load::signer(Some(path), false)?;
            let statement = Remeasurement {
                time,
                tool: Tool { name: "deid".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
                verifier: Signer::of(&key),
                run_signer: intact.signer().clone(),
                files: intact.statement().subject.clone(),
                agrees: recounts.iter().all(Recount::agrees),
                recounts: recounts.clone(),
                attested_only: attested,
            }
            .about(intact.payload_sha256().clone());
            let envelope = sign(&statement, &key)
                .map_err(|e| Diagnostic::error(Code::Internal).name("detail", e.id()))?;
            let path = a.folder.join(file_name(&key.public().id()));
            write_private(&path, &envelope, false)?;
            written = Some(path);
        }
    }
    let payload = intact.as_ref().ok().map(|i| i.payload_sha256().as_str());
    print(session, a, &verdict, &problems, &recounts, attested, written.as_deref(), payload);
    Ok(if holds { Exit::Done } else { problems.iter().map(Diagnostic::exit).max().unwrap_or(Exit::NotMet) })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|_| Box::new(Diagnostic::error(Code::ManifestUnreadable).in_file(shown(path))))
}

/// SHA-256 of every file of the folder, the manifest and its re-measurements apart.
fn digests(folder: &Path) -> Result<BTreeMap<String, Sha256Hex>> {
    use sha2::{Digest, Sha256};
    let fail = || Box::new(Diagnostic::error(Code::InputUnreadable).in_file(shown(folder)));
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|_| fail())? {
        let entry = entry.map_err(|_| fail())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == MANIFEST_FILE || verifier_of(&name).is_some() {
            continue;
        }
        let mut file = crate::io::source::open_regular(&entry.path(), &crate::error::Name::new(&name))?;
        let mut hash = Sha256::new();
        let mut block = vec![0; 1 << 20];
        loop {
            use std::io::Read;
            let n = file.read(&mut block).map_err(|_| fail())?;
            if n == 0 {
                break;
            }
            hash.update(block.get(..n).unwrap_or_default());
        }
        files.insert(name, Sha256Hex::from_bytes(hash.finalize().into()));
    }
    Ok(files)
}

fn subject_problems(subjects: &[Subject], files: &BTreeMap<String, Sha256Hex>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for s in subjects {
        if files.get(&s.name) != Some(&s.digest.sha256) {
            problems.push(Diagnostic::error(Code::SubjectMismatch).name("name", &s.name));
        }
    }
    for name in files.keys().filter(|n| !subjects.iter().any(|s| s.name == **n)) {
        problems.push(Diagnostic::error(Code::SubjectExtra).name("name", name));
    }
    problems
}

fn mismatch(r: &Recount) -> Diagnostic {
    let text = |f: Option<crate::manifest::measure::Figure>| {
        f.and_then(|f| serde_json::to_string(&f).ok()).unwrap_or_else(|| "-".to_owned())
    };
    let mut d = Diagnostic::error(Code::RecountMismatch)
        .name("measure", &r.definition)
        .name("found", &*text(r.counted))
        .name("wanted", &*text(r.stated));
    if let Some(table) = &r.table {
        d = d.in_table(table);
    }
    d
}

/// Pins given on the command line: whoever names the file vouches for it, without a period.
fn trusted(paths: &[std::path::PathBuf]) -> Result<TrustedKeys> {
    let fail = |path: &Path| Box::new(Diagnostic::error(Code::KeyUnreadable).in_file(shown(path)));
    let mut keys = Vec::new();
    for path in paths {
        let text = load::text_file(path, Code::KeyUnreadable)?;
        let file = PublicKeyFile::parse(text.as_bytes()).map_err(|_| fail(path))?;
        keys.push(TrustedKey::from(file));
    }
    TrustedKeys::new(keys).map_err(|_| Box::new(Diagnostic::error(Code::KeyUnreadable)))
}

#[expect(clippy::too_many_arguments, reason = "what was found, each once")]
fn print(
    session: &Session,
    a: &VerifyArguments,
    verdict: &Verdict,
    problems: &[Diagnostic],
    recounts: &[Recount],
    attested: u64,
    countersigned: Option<&Path>,
    payload: Option<&str>,
) {
    let words = &session.words;
    if session.format == OutputFormat::Json {
        let value = json!({
            "intact": verdict.is_intact(),
            "payload_sha256": payload,
            "trusted": if a.trust.is_empty() { None } else { Some(verdict.is_trusted()) },
            "checks": verdict.checks(),
            "recounted": recounts.len(),
            "agree": recounts.iter().filter(|r| r.agrees()).count(),
            "attested_only": attested,
            "countersigned": countersigned.map(|p| p.to_string_lossy().into_owned()),
            "problems": problems.iter().map(|d| super::render::to_json(words, d)).collect::<Vec<_>>(),
        });
        say(&value.to_string());
        return;
    }
    for check in verdict.checks() {
        let key = match check.id {
            CheckId::Document => "verify.check.document",
            CheckId::Subjects => "verify.check.subjects",
            CheckId::Recount => "verify.check.recount",
            CheckId::Trust => "verify.check.trust",
        };
        let state = match check.outcome {
            Held::Held => "verify.state.held",
            Held::Failed(_) => "verify.state.failed",
            Held::NotAsked => "verify.state.not-asked",
            Held::NotPossible(_) => "verify.state.not-possible",
        };
        say(&format!("{}: {}", words.ui(key), words.ui(state)));
    }
    if let Some(digest) = payload {
        say(&words.fill("verify.payload", &[("digest", digest)]));
    }
    say(&words.fill(
        "verify.figures",
        &[
            ("agree", &recounts.iter().filter(|r| r.agrees()).count().to_string()),
            ("recounted", &recounts.len().to_string()),
            ("attested", &attested.to_string()),
        ],
    ));
    if let Some(path) = countersigned {
        say(&words.fill("verify.countersigned", &[("path", &path.to_string_lossy())]));
    }
    super::render::problems(session, problems, None);
    let intact = if verdict.is_intact() { "verify.intact" } else { "verify.not-intact" };
    say(words.ui(intact));
    if !a.trust.is_empty() {
        say(words.ui(if verdict.is_trusted() { "verify.trusted" } else { "verify.not-trusted" }));
    }
}
