//! One flat JSON object per line → cells (to be written).

use super::batch::Cell;
use crate::error::Result;

/// The keys of one object, in order.
pub(crate) fn keys(_line: &str) -> Result<Vec<String>> {
    Ok(Vec::new())
}

/// Splits lines into cells in the order of `header`.
pub(crate) fn parse(_text: &str, _header: &[String], _cells: &mut Vec<Cell>, _side: &mut String) -> Result<()> {
    Ok(())
}

/// Appends one object.
pub(crate) fn write_row<'a>(
    _out: &mut String,
    _header: &[String],
    _cells: impl Iterator<Item = (Option<&'a str>, bool)>,
) {
}
