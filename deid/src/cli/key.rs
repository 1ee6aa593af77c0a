//! stub
use super::arguments::KeyArguments;
use super::{Outcome, Session};
use crate::error::Exit;
pub(super) fn run(_: &Session, _: &KeyArguments) -> Outcome {
    Ok(Exit::Done)
}
