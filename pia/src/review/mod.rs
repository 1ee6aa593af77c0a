//! What a reviewer asks of a new version: what changed, and how much does it matter.
//!
//! `diff` compares two judged cases by id, never by position; `weights` weighs every change by data
//! (rules/review/weights.toml); `lines` puts changes into lines, JSON and the official table.
//!
//! Deliberately absent: what the city makes of a change, and files.

mod answers;
mod change;
mod declared;
mod diff;
mod lines;
mod outcome;
mod pairing;
mod proof;
mod weights;

pub use change::{Act, Area, Change, Changes, Shown, Weight};
pub use declared::value;
pub use diff::{State, diff};
pub use lines::{json, lines, rows};
pub use weights::{Weights, WeightsError};

#[cfg(test)]
mod tests;
