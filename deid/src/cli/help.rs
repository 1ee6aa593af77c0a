//! `--help` in the language of the session.
//!
//! Sentences are found by command and argument: `cli.run.key` is the argument `key` of `deid run`,
//! `cli.any.time` an argument that means the same wherever it stands. clap writes its headings,
//! defaults and possible values in English only, so they are written here.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};

use crate::words::Words;

/// Prefix of arguments that mean the same in every command.
const ANY: &str = "cli.any";

/// The whole tree of commands in one language. `prefix` is the key of the root, `cli`.
pub(super) fn localise(command: Command, words: &Words, prefix: &str) -> Command {
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new("help").short('h').long("help").global(true).action(ArgAction::Help))
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version));
    translate(command, words, prefix)
}

fn translate(mut command: Command, words: &Words, prefix: &str) -> Command {
    command = command.about(words.ui(prefix).to_owned());
    let ids: Vec<String> = command.get_arguments().map(|a| a.get_id().to_string()).collect();
    for id in ids {
        command = command.mut_arg(id, |argument| {
            let text = sentence(words, prefix, &argument);
            let takes_value = argument.get_action().takes_values();
            argument.help(text).hide_default_value(takes_value).hide_possible_values(takes_value)
        });
    }
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        let key = format!("{prefix}.{name}");
        command = command.mut_subcommand(name, |c| translate(c, words, &key));
    }
    let template = template(&command, words);
    command.subcommand_value_name(words.ui("cli.help.command").to_owned()).help_template(template)
}

/// The sentence of an argument with its possible values and its default.
fn sentence(words: &Words, prefix: &str, argument: &Arg) -> String {
    let mut text = own_sentence(words, prefix, argument.get_id().as_str()).unwrap_or_default().to_owned();
    let takes_value = argument.get_action().takes_values();
    let values: Vec<String> = if takes_value {
        argument.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect()
    } else {
        Vec::new()
    };
    if !values.is_empty() {
        text.push_str(&words.fill("cli.help.values", &[("values", &values.join(", "))]));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
    if takes_value && !defaults.is_empty() {
        text.push_str(&words.fill("cli.help.default", &[("value", &defaults.join(","))]));
    }
    text
}

fn own_sentence<'a>(words: &'a Words, prefix: &str, id: &str) -> Option<&'a str> {
    [format!("{prefix}.{id}"), format!("{ANY}.{id}")].iter().find_map(|key| words.find_ui(key))
}

/// clap's layout with translated headings; only those that the command needs.
fn template(command: &Command, words: &Words) -> StyledStr {
    let mut text = format!("{{about}}\n\n{}: {{usage}}\n", words.ui("cli.help.usage"));
    let mut part = |wanted: bool, key: &str, tag: &str| {
        if wanted {
            text.push_str(&format!("\n{}:\n{{{tag}}}\n", words.ui(key)));
        }
    };
    part(command.has_subcommands(), "cli.help.commands", "subcommands");
    part(command.get_positionals().next().is_some(), "cli.help.arguments", "positionals");
    part(true, "cli.help.options", "options");
    StyledStr::from(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use clap::CommandFactory;

    use super::super::arguments::Arguments;
    use super::*;
    use crate::words::Lang;

    fn missing(command: &Command, words: &Words, prefix: &str, out: &mut Vec<String>) {
        if words.find_ui(prefix).is_none() {
            out.push(prefix.to_owned());
        }
        for argument in command.get_arguments() {
            if own_sentence(words, prefix, argument.get_id().as_str()).is_none() {
                out.push(format!("{prefix}.{}", argument.get_id()));
            }
        }
        for sub in command.get_subcommands() {
            missing(sub, words, &format!("{prefix}.{}", sub.get_name()), out);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_sentence_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let words = Words::load(lang);
            let command = localise(Arguments::command(), &words, "cli");
            let mut all = Vec::new();
            missing(&command, &words, "cli", &mut all);
            assert_eq!(all, Vec::<String>::new(), "{}", lang.id());
            command.debug_assert();
        }
    }

    /// The path of a command → what its `--help` prints.
    fn help(lang: Lang, path: &[&str]) -> String {
        let words = Words::load(lang);
        let mut command = localise(Arguments::command(), &words, "cli");
        let arguments = std::iter::once("deid").chain(path.iter().copied()).chain(["--help"]);
        command.try_get_matches_from_mut(arguments).err().unwrap().to_string()
    }

    #[test]
    fn no_english_heading_stands_in_japanese_help() {
        for path in [&[][..], &["run"], &["key"], &["key", "new"], &["synth", "city"], &["explain"]] {
            let ja = help(Lang::Ja, path);
            assert!(ja.contains("使い方:") && ja.contains("オプション:"), "{ja}");
            for word in ["Usage", "Options:", "Commands", "Arguments", "default:", "possible", "Print"] {
                assert!(!ja.contains(word), "{word}: {ja}");
            }
            let en = help(Lang::En, path);
            assert!(en.contains("Usage:") && en.is_ascii(), "{en}");
        }
    }

    #[test]
    fn values_and_defaults_are_said() {
        let en = help(Lang::En, &["synth", "city"]);
        assert!(en.contains("cp932") && en.contains("[default: utf-8]"), "{en}");
        assert!(help(Lang::Ja, &["synth", "city"]).contains("［既定: utf-8］"));
    }
}
