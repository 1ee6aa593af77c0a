//! stub
use super::arguments::{SynthArguments, SynthCommand};
use super::{Outcome, Session};
use crate::error::Exit;
pub(super) fn run(session: &Session, a: &SynthArguments) -> Outcome {
    match &a.command {
        SynthCommand::Emergency { residents, seed, out } => {
            super::synth_emergency::run(session, *residents, *seed, out)
        }
        SynthCommand::City { .. } => Ok(Exit::Done),
    }
}
