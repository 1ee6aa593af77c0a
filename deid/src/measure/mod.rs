//! Measures on plain code columns of any table, also one that this crate did not write.
//!
//! Why here: the gate counts again on what was really published. These kernels share no code with
//! the search in `anonymity`, so that a fault there cannot hide itself.
//!
//! Common shape: a table is a list of columns of equal length, one `u32` code per row. NULL is a
//! code like any other, so that it is its own class. Rows of equal codes in all quasi-identifying
//! columns are one equivalence class ([`classes::Classes`]). Where people are given (one code per
//! row), the size of a class is its number of distinct people; otherwise every row is a person.
//!
//! Deliberately absent: every form of text.

pub mod attack;
pub mod beta_likeness;
pub mod classes;
pub mod delta_disclosure;
pub mod entropy_l;
pub mod journalist;
pub mod k_anonymity;
pub mod k_map;
pub mod l_diversity;
pub mod population;
pub mod population_uniqueness;
pub mod recursive_l;
pub mod risk;
pub mod subsets;
pub mod t_closeness;
pub mod t_hierarchical;
pub mod t_ordered;
pub mod uniqueness;
pub mod utility;
pub mod values;

pub use classes::{Classes, MeasureError};
