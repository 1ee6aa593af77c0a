//! `pia check`: what is open at the gates that the case has reached; made for CI.

use crate::error::Exit;
use crate::judge::State;
use crate::words::Words;

use super::arguments::{Check, CheckFormat};
use super::output::{Failure, finish, json, result};
use super::session::Session;
use super::{findings, sarif};

pub(super) fn run(arguments: &Check, words: &Words) -> Exit {
    finish(check(arguments, words))
}

fn check(arguments: &Check, words: &Words) -> Result<Exit, Failure> {
    let session = Session::open(&arguments.case, words)?;
    match arguments.format {
        CheckFormat::Text => result(&findings::text(&session, words)),
        CheckFormat::Json => json(&findings::json(&session, words)),
        CheckFormat::Sarif => result(&sarif::sarif(&session, words).to_string()),
    }
    let exit = match session.judgement.state {
        State::NothingFound => Exit::Done,
        _ => Exit::Findings,
    };
    // The process ends here. To give thousands of findings back one by one takes a tenth of its time.
    std::mem::forget(session);
    Ok(exit)
}
