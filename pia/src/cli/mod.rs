//! The command line: reads arguments, calls the rooms, speaks to people.
//!
//! Exit status: 0 done and nothing open, 1 findings or open questions, 2 the input cannot be used,
//! 3 a fault of reading or writing. One file per command; `session` opens a case for all of them.

mod arguments;
mod ask;
mod check;
mod diagram;
mod diff;
mod findings;
mod help;
mod judgement_json;
mod new;
mod output;
mod report;
mod rules;
mod sarif;
mod say;
mod session;
mod show;
mod terminal;
mod underline;
mod usage;

#[cfg(test)]
mod review_tests;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::error::Exit;
use crate::words::{Lang, Words};
use arguments::{Arguments, Command};
use output::Failure;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let words = Words::load(language());
    let command = help::localise(Arguments::command(), &words);
    let arguments = match command.try_get_matches().and_then(|found| Arguments::from_arg_matches(&found)) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are what was asked for; clap prints them as they were localised.
            if !error.use_stderr() {
                let _ = error.print();
                return status(Exit::Done);
            }
            if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                let _ = error.print();
                return status(Exit::Unusable);
            }
            return status(output::finish(Err(Failure {
                text: usage::sentence(&error, &words),
                exit: Exit::Unusable,
            })));
        }
    };
    let words = arguments.lang.map_or(words, |lang| Words::load(lang.into()));
    status(run(&arguments.command, &words))
}

fn run(command: &Command, words: &Words) -> Exit {
    match command {
        Command::New(arguments) => new::run(arguments, words),
        Command::Ask(arguments) => ask::run(arguments, words),
        Command::Check(arguments) => check::run(arguments, words),
        Command::Report(arguments) => report::run(arguments, words),
        Command::Diagram(arguments) => diagram::run(arguments, words),
        Command::Diff(arguments) => diff::run(arguments, words),
        Command::Show(arguments) => show::run(arguments, words),
        Command::Rules(arguments) => rules::run(arguments, words),
    }
}

fn status(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

/// The language of `--help`, which clap prints before the arguments are known.
fn language() -> Lang {
    let mut arguments =
        std::env::args().skip_while(|argument| argument != "--lang" && !argument.starts_with("--lang="));
    let wanted = match arguments.next() {
        Some(argument) => argument.strip_prefix("--lang=").map(str::to_owned).or_else(|| arguments.next()),
        None => std::env::var("PIA_LANG").ok(),
    };
    if wanted.as_deref() == Some("en") { Lang::En } else { Lang::Ja }
}
