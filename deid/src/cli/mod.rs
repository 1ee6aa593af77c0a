//! The command line: arguments → library call → words. Nothing else knows `clap`.
//!
//! Every command has the same manners: `--lang`, `--format`, results on standard output,
//! diagnostics and progress on standard error, and the exit codes of [`Exit`].

mod arguments;
mod check;
mod explain;
mod help;
mod key;
mod load;
mod measure;
mod patience;
mod plan;
mod plan_classes;
mod progress;
mod render;
mod run;
mod synth;
mod synth_emergency;
mod synth_files;
mod table;
mod usage;
mod verify;

use std::ffi::OsString;
use std::io::Write;

use clap::{CommandFactory, FromArgMatches};

use crate::codes::Code;
use crate::error::{Diagnostic, Exit};
use crate::words::{Lang, Words};

use arguments::{Arguments, Command, OutputFormat};

/// What a command may use besides its arguments.
pub(crate) struct Session {
    pub(crate) words: Words,
    pub(crate) format: OutputFormat,
    pub(crate) quiet: bool,
    pub(crate) threads: usize,
}

/// Problems end a command; each knows its own exit status.
type Outcome = Result<Exit, Vec<Diagnostic>>;

/// Runs the command line and returns the process exit status.
///
/// `arguments` include the program's name; `lang_variable` is the value of `DEID_LANG`.
#[must_use]
pub fn run(arguments: Vec<OsString>, lang_variable: Option<&str>) -> i32 {
    let lang = find_lang(&arguments, lang_variable);
    let words = Words::load(lang);
    let mut command = help::localise(Arguments::command(), &words, "cli");
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|m| Arguments::from_arg_matches(&m));
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(e) => {
            usage::print(&words, &e);
            return if e.use_stderr() { Exit::Usage as i32 } else { Exit::Done as i32 };
        }
    };
    let session = Session {
        words,
        format: parsed.format,
        quiet: parsed.quiet,
        threads: parsed
            .threads
            .map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from),
    };
    if cfg!(not(target_os = "linux")) && !matches!(parsed.command, Command::Check(_) | Command::Explain(_)) {
        tell(&weaker_platform(&session.words));
    }
    let outcome = match parsed.command {
        Command::Check(a) => check::run(&session, &a),
        Command::Plan(a) => plan::run(&session, &a),
        Command::Run(a) => run::run(&session, &a),
        Command::Measure(a) => measure::run(&session, &a),
        Command::Verify(a) => verify::run(&session, &a),
        Command::Key(a) => key::run(&session, &a),
        Command::Synth(a) => synth::run(&session, &a),
        Command::Explain(a) => explain::run(&session, &a),
    };
    let exit = outcome.unwrap_or_else(|problems| {
        let exit = problems.iter().map(Diagnostic::exit).max().unwrap_or(Exit::Fault);
        render::problems(&session, &problems, None);
        exit
    });
    exit as i32
}

/// The one line that announces the weaker paths of docs/platforms.md.
fn weaker_platform(words: &Words) -> String {
    let d = Diagnostic::error(Code::WeakerPlatform).name("system", std::env::consts::OS);
    format!("{} {}: {} {}", words.ui("severity.warning"), d.code, words.message(&d), words.help(&d))
}

/// `--lang` before parsing, because `--help` itself is translated.
fn find_lang(arguments: &[OsString], variable: Option<&str>) -> Lang {
    let mut words = arguments.iter().filter_map(|a| a.to_str());
    let mut chosen = variable;
    while let Some(word) = words.next() {
        if word == "--lang" {
            chosen = words.next().or(chosen);
        } else if let Some(value) = word.strip_prefix("--lang=") {
            chosen = Some(value);
        }
    }
    if chosen.is_some_and(|c| c.starts_with("en")) { Lang::En } else { Lang::Ja }
}

/// Writes to standard output; a closed pipe is not an error.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.write_all(b"\n");
    let _ = out.flush();
}

/// Writes to standard error.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weaker_platform_is_told_in_one_line_with_its_code() {
        for lang in [Lang::Ja, Lang::En] {
            let line = weaker_platform(&Words::load(lang));
            assert!(line.contains("D703") && line.contains(std::env::consts::OS), "{line}");
            assert!(line.contains("platforms.md") && !line.contains('\n'), "{line}");
        }
    }
}
