//! stub
use super::arguments::SynthArguments;
use super::{Outcome, Session};
use crate::error::Exit;
pub(super) fn run(_: &Session, _: &SynthArguments) -> Outcome { Ok(Exit::Done) }
