//! Wrong usage, said in the language of the session (clap knows English only).

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::terminal::one_line;
use crate::words::Words;

/// Columns of what was typed that are repeated.
const MOST: usize = 60;

/// The sentence for the screen and what to do next.
pub(super) fn sentence(error: &Error, words: &Words) -> String {
    let key = match error.kind() {
        ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand => "cli.error-missing",
        ErrorKind::UnknownArgument => "cli.error-unknown",
        ErrorKind::InvalidSubcommand => "cli.error-command",
        ErrorKind::ArgumentConflict => "cli.error-conflict",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "cli.error-value",
        _ => "cli.error-other",
    };
    let argument = match shown(error, ContextKind::InvalidArg) {
        none if none.is_empty() => shown(error, ContextKind::InvalidSubcommand),
        some => some,
    };
    let value = shown(error, ContextKind::InvalidValue);
    let mut text = words.fill(key, &[("argument", &argument), ("value", &value)]);
    let valid = shown(error, ContextKind::ValidValue);
    if !valid.is_empty() {
        text.push_str(&words.fill("cli.error-valid", &[("values", &valid)]));
    }
    format!("{text}\n  → {}", words.ui("cli.error-hint"))
}

/// What clap knows about one part of the error, made harmless for a terminal.
fn shown(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => one_line(text, MOST),
        Some(ContextValue::Strings(all)) => {
            all.iter().map(|text| one_line(text, MOST)).collect::<Vec<_>>().join(", ")
        }
        Some(ContextValue::StyledStr(text)) => one_line(&text.to_string(), MOST),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::arguments::Arguments;
    use crate::words::Lang;

    #[test]
    fn every_kind_of_wrong_usage_has_a_sentence_in_both_languages() {
        let wrong: [(&[&str], &str); 7] = [
            (&["pia", "check"], "<CASE>"),
            (&["pia", "chekc", "case"], "chekc"),
            (&["pia", "check", "case", "--frmat"], "--frmat"),
            (&["pia", "check", "case", "--format", "xml"], "sarif"),
            (&["pia", "report", "case", "--out"], "--out"),
            (&["pia", "ask", "case", "--next", "--next"], "--next"),
            (&["pia", "ask", "case", "--role", "a\u{202e}b"], "--role"),
        ];
        for (arguments, part) in wrong {
            let Err(error) = Arguments::command().try_get_matches_from(arguments) else {
                unreachable!("{arguments:?} is accepted");
            };
            let said = [Lang::Ja, Lang::En].map(|lang| sentence(&error, &Words::load(lang)));
            for text in &said {
                assert!(text.contains(part), "{text}");
                assert!(!text.contains("cli.error") && !text.contains('\u{202e}'), "{text}");
            }
            assert_ne!(said.first(), said.last());
            assert!(said.first().is_some_and(|ja| !ja.is_ascii()));
        }
    }
}
