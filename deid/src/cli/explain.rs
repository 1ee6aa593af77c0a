//! stub
use super::arguments::ExplainArguments;
use super::{Outcome, Session};
use crate::error::Exit;
pub(super) fn run(_: &Session, _: &ExplainArguments) -> Outcome {
    Ok(Exit::Done)
}
