//! `deid key new | show | public | destroy`. No command prints a secret.

use std::path::Path;

use serde_json::{Value, json};

use super::arguments::{KeyArguments, KeyCommand, KeyKindArgument, OutputFormat};
use super::{Outcome, Session, load, say, tell};
use crate::codes::Code;
use crate::crypto::{KeyFile, KeyFileError, KeyKind, Label};
use crate::error::{Diagnostic, Exit, Result};
use crate::io::key_destroy::{destroy, is_same_file, withdraw};
use crate::io::key_file::read_secret;
use crate::io::publish::{shown, write_private};
use crate::manifest::destroy::KeyDestruction;
use crate::manifest::sign;

pub(super) fn run(session: &Session, arguments: &KeyArguments) -> Outcome {
    let done = match &arguments.command {
        KeyCommand::New { kind, label, out } => new(session, *kind, label, out),
        KeyCommand::Show { file } => show(session, file),
        KeyCommand::Public { file, out } => public(session, file, out.as_deref()),
        KeyCommand::Destroy { file, by, sign, record, time } => {
            let order = Order { file, by, sign, record, time: time.as_deref() };
            end(session, &order)
        }
    };
    done.map(|()| Exit::Done).map_err(|problem| vec![*problem])
}

/// The diagnostic of a key file that cannot be used.
pub(super) fn blame(error: &KeyFileError, file: &Path) -> Box<Diagnostic> {
    let code = match error {
        KeyFileError::Kind | KeyFileError::PublicGiven | KeyFileError::SecretGiven => Code::KeyKind,
        KeyFileError::Key(_) => Code::Internal,
        _ => Code::KeyUnreadable,
    };
    Box::new(Diagnostic::error(code).in_file(shown(file)))
}

fn read(file: &Path) -> Result<KeyFile> {
    KeyFile::parse(read_secret(file)?.as_bytes()).map_err(|e| blame(&e, file))
}

fn new(session: &Session, kind: KeyKindArgument, label: &str, out: &Path) -> Result<()> {
    let kind = match kind {
        KeyKindArgument::Root => KeyKind::Root,
        KeyKindArgument::Signing => KeyKind::Signing,
    };
    let label = Label::new(label).map_err(|_| Diagnostic::error(Code::KeyLabel))?;
    let key = KeyFile::generate(kind, label).map_err(|e| blame(&e, out))?;
    write_private(out, key.to_text().as_bytes(), false)?;
    let mut facts = describe(&key);
    insert(&mut facts, "file", shown(out).as_str());
    print(session, &facts, "key.new.done");
    Ok(())
}

fn show(session: &Session, file: &Path) -> Result<()> {
    print(session, &describe(&read(file)?), "key.show.done");
    Ok(())
}

fn public(session: &Session, file: &Path, out: Option<&Path>) -> Result<()> {
    let key = read(file)?;
    let text = key.public().map_err(|e| blame(&e, file))?.to_text();
    let mut facts = describe(&key);
    match out {
        Some(out) => {
            write_private(out, text.as_bytes(), false)?;
            insert(&mut facts, "file", shown(out).as_str());
            print(session, &facts, "key.public.done");
        }
        None if session.format == OutputFormat::Json => {
            insert(&mut facts, "public", &text);
            say(&facts.to_string());
        }
        None => say(text.trim_end()),
    }
    Ok(())
}

/// What `destroy` was asked for.
struct Order<'a> {
    file: &'a Path,
    by: &'a str,
    sign: &'a Path,
    record: &'a Path,
    time: Option<&'a str>,
}

/// The record comes first: a key that is gone without a record could never be told from one that
/// was lost. If then nothing can be done to the key, the record is taken back, because it would
/// be untrue.
fn end(session: &Session, order: &Order<'_>) -> Result<()> {
    let usage = |option: &str, allowed: &str| {
        let allowed = session.words.ui(allowed);
        Box::new(Diagnostic::error(Code::UsageValue).name("option", option).name("allowed", allowed))
    };
    let by = Label::new(order.by).map_err(|_| usage("--by", "key.destroy.by_allowed"))?;
    let at = load::time(order.time)?;
    let key = read(order.file)?;
    if is_same_file(order.file, order.sign) {
        return Err(usage("--sign", "key.destroy.sign_allowed"));
    }
    let signer = read(order.sign)?.into_signing().map_err(|e| blame(&e, order.sign))?;
    let statement = KeyDestruction::statement(&key.id(), &by, at.clone(), &signer);
    let record = sign(&statement, &signer).map_err(|_| Diagnostic::error(Code::Internal))?;
    write_private(order.record, &record, false)?;

    let destroyed = destroy(order.file);
    if !destroyed.removed {
        if !destroyed.overwritten {
            withdraw(order.record);
        }
        return Err(Box::new(
            Diagnostic::error(Code::OutputFailed).in_file(shown(order.file)).name("step", "unlink"),
        ));
    }
    let mut facts = describe(&key);
    insert(&mut facts, "record", shown(order.record).as_str());
    insert(&mut facts, "by", by.as_str());
    insert(&mut facts, "time", at.as_str());
    insert(&mut facts, "signer", signer.public().id().as_str());
    if let Some(map) = facts.as_object_mut() {
        map.insert("overwritten".to_owned(), destroyed.overwritten.into());
        map.insert("demo_signer".to_owned(), signer.is_demo().into());
    }
    print(session, &facts, "key.destroy.done");
    if session.format == OutputFormat::Text {
        if !destroyed.overwritten {
            tell(session.words.ui("key.destroy.not_overwritten"));
        }
        if signer.is_demo() {
            tell(session.words.ui("key.destroy.demo_signer"));
        }
        tell(session.words.ui("key.destroy.limits"));
    }
    Ok(())
}

fn describe(key: &KeyFile) -> Value {
    json!({ "kind": key.kind().word(), "id": key.id().as_str(), "label": key.label().as_str() })
}

fn insert(facts: &mut Value, name: &str, text: &str) {
    if let Some(map) = facts.as_object_mut() {
        map.insert(name.to_owned(), text.into());
    }
}

/// The facts as JSON, or in the sentence `key`.
fn print(session: &Session, facts: &Value, key: &str) {
    if session.format == OutputFormat::Json {
        say(&facts.to_string());
        return;
    }
    let texts: Vec<(&str, &str)> = facts
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    say(&session.words.fill(key, &texts));
}
