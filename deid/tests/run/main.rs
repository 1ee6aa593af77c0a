//! The program as a person runs it: arguments in; exit status, words and files out.
//!
//! Nothing here calls the library. Each file holds one promise of the README and tries to break it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests"
)]

mod bad_data;
mod canary;
mod columns;
mod faults;
mod laws;
mod local;
mod made;
mod models;
mod oracle;
mod output;
mod recipes;
mod tools;
