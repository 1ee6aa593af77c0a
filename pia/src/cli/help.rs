//! `--help` in both languages: sentences under `cli.<command>` and `cli.<command>-<argument>`,
//! or `cli.any-<argument>` for arguments that mean the same everywhere.

use clap::Command;

use crate::words::Words;

/// The commands with their sentences.
pub(super) fn localise(command: Command, words: &Words) -> Command {
    describe(command, words, "pia")
}

fn describe(command: Command, words: &Words, name: &str) -> Command {
    let headed = command
        .about(words.ui(&format!("cli.{name}")).to_owned())
        .subcommand_help_heading(words.ui("cli.heading-commands").to_owned())
        .next_help_heading(words.ui("cli.heading-options").to_owned());
    let described = headed.mut_args(|argument| {
        let id = argument.get_id().to_string();
        let own = format!("cli.{name}-{id}");
        let key = if words.ui(&own) == own { format!("cli.any-{id}") } else { own };
        argument.help(words.ui(&key).to_owned())
    });
    described.mut_subcommands(|subcommand| {
        let below = match name {
            "pia" => subcommand.get_name().to_owned(),
            name => format!("{name}-{}", subcommand.get_name()),
        };
        describe(subcommand, words, &below)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::arguments::Arguments;
    use crate::words::Lang;

    /// Every command and argument that has no sentence.
    fn silent(command: &Command, missing: &mut Vec<String>) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        if about.is_empty() || about.starts_with("cli.") {
            missing.push(command.get_name().to_owned());
        }
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            if help.is_empty() || help.starts_with("cli.") {
                missing.push(format!("{} {}", command.get_name(), argument.get_id()));
            }
        }
        for subcommand in command.get_subcommands() {
            silent(subcommand, missing);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_sentence_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let words = Words::load(lang);
            let mut missing = Vec::new();
            silent(&localise(Arguments::command(), &words), &mut missing);
            assert!(missing.is_empty(), "{lang:?}: {missing:?}");
        }
    }
}
