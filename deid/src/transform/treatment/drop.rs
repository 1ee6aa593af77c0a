//! `drop`: the column does not appear in the output, not even its header.
//!
//! A marker only: there is no cell to make. Dropping the whole column (instead of emptying its
//! cells) also hides which rows had a value.

/// The column is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drop;
