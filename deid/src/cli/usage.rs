//! Wrong usage, said in the language of the session (clap knows English only).

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{say, tell};
use crate::error::Name;
use crate::words::Words;

/// Prints help and version to standard output as clap made them, anything else as one sentence.
pub(super) fn print(words: &Words, error: &Error) {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => say(error.to_string().trim_end()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => tell(error.to_string().trim_end()),
        _ => tell(&sentence(words, error)),
    }
}

fn sentence(words: &Words, error: &Error) -> String {
    let key = match error.kind() {
        ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand => "cli.error.missing",
        ErrorKind::UnknownArgument => "cli.error.unknown",
        ErrorKind::InvalidSubcommand => "cli.error.command",
        ErrorKind::ArgumentConflict => "cli.error.conflict",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
            if shown(error, ContextKind::InvalidValue).is_empty() =>
        {
            "cli.error.no_value"
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "cli.error.value",
        _ => "cli.error.other",
    };
    let argument = match shown(error, ContextKind::InvalidArg) {
        none if none.is_empty() => shown(error, ContextKind::InvalidSubcommand),
        some => some,
    };
    let value = shown(error, ContextKind::InvalidValue);
    let mut text = words.fill(key, &[("argument", &argument), ("value", &value)]);
    let valid = shown(error, ContextKind::ValidValue);
    if !valid.is_empty() {
        text.push_str(&words.fill("cli.help.values", &[("values", &valid)]));
    }
    format!("{}: {text}\n  → {}", words.ui("severity.error"), words.ui("cli.error.hint"))
}

/// What clap knows about one part of the error, made harmless for a terminal.
fn shown(error: &Error, kind: ContextKind) -> String {
    let clean = |text: &str| Name::new(text).to_string();
    match error.get(kind) {
        Some(ContextValue::String(text)) => clean(text),
        Some(ContextValue::Strings(all)) => all.iter().map(|t| clean(t)).collect::<Vec<_>>().join(", "),
        Some(ContextValue::StyledStr(text)) => clean(&text.to_string()),
        _ => String::new(),
    }
}
