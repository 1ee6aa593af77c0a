//! Synthetic material: a made-up city whose tables look like a municipality's, for fixtures,
//! benchmarks and demonstrations.
//!
//! Why here: the tool must be tried on data that is nobody's. Everything is a function of
//! [`city::Params`]; nothing here opens a file, reads the clock or asks the system for randomness
//! (the seed is an argument), and no encoding happens here: cells leave as UTF-8 text.
//!
//! Deliberately absent: learning from real data. No record of a person went into this module; see
//! `docs/synthetic-city.md` for what is real (town names, published shares) and what is assumed.

pub mod check_digit;
pub mod city;
pub mod emergency;
