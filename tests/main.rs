//! Tests that cross both crates, and tests of the repository itself.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "tests"
)]

mod docs_in_sync;
mod no_network;
mod repository;
mod tidy;
