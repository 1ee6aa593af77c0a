//! Published figures and naive oracles for the engine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "tests may stop on a broken assumption"
)]

mod agreement;
mod arx;
mod bench;
mod exhaustive;
mod folder;
mod naive;
mod scale;
mod wide;
mod worlds;
