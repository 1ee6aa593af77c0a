//! The cases that ship, judged whole: what the tool says of them, and what one change flips.
//!
//! Here and not in the crate because these tests go from files on disk to a judgement, through the
//! public API only. Run times and documents are not tested here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "tests"
)]

mod cases;
mod extremes;
mod faults;
mod folder;
mod mutations;
mod order;
mod risks;
