//! The report of a run, for an officer to read and print.

pub mod model;
