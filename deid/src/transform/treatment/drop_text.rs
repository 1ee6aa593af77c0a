//! `drop_text`: a free-text column does not appear in the output.
//!
//! The default for role `text`. Free text names people in ways no list foresees, so nothing less
//! than dropping is claimed; a recipe that wants `keep` for such a column has to acknowledge it.
//! As with `drop`, the presence of a note is hidden too. Scrubbing of notes is later work.

/// The free-text column is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DropText;
