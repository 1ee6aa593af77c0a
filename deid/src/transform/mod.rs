//! Row-local text kernels: what happens to one cell of one column.
//!
//! A cell is `Option<&str>`: `None` is NULL; NULL, `""` and `"NA"` are three different cells and
//! stay so. The order of work is fixed: normalise → parse → shift → truncate or round →
//! generalise → count. Each kernel appends to the caller's `String`, so that a column of five
//! million cells costs no allocation per cell; scratch buffers live in the compiled operation.
//!
//! Where to look: [`value`] declared types and their one canonical text, [`normalise`] the
//! matching copy, [`treatment`] one file for each treatment, [`hierarchy`] generalization
//! hierarchies, [`mod@column`] the chain of one column, [`formula`] cells a spreadsheet would run,
//! [`pages`] the documentation of every method as embedded text.
//!
//! Deliberately absent: files, keys, randomness, threads, and counting over rows (rarity arrives
//! as a set of values). Errors never carry a cell.

pub mod column;
pub mod formula;
pub mod hierarchy;
pub mod normalise;
pub mod pages;
pub mod treatment;
pub mod value;
