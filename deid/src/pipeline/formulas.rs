//! Cells that a spreadsheet would run as a formula: neutralised or refused, and counted.

use super::apply::Tally;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::sink::RowWriter;
use crate::recipe::FormulaPolicy;
use crate::transform::formula::is_formula;

/// How cells that a spreadsheet would run are looked for and treated.
#[derive(Clone, Copy)]
pub(super) struct Formulas {
    pub(super) policy: FormulaPolicy,
    /// The column is of a declared numeric type: plain numbers are exempt, labels are not.
    pub(super) numeric: bool,
}

/// Writes a published text, neutralised if a spreadsheet would run it.
pub(super) fn push(
    writer: &mut RowWriter,
    cell: Option<(&str, bool)>,
    formulas: Option<Formulas>,
    row: &mut String,
    tally: &mut Tally,
) -> Result<()> {
    let Some((text, quoted)) = cell else {
        writer.cell(None, false, row);
        return Ok(());
    };
    if let Some(formulas) = formulas.filter(|f| is_formula(text, f.numeric)) {
        if formulas.policy == FormulaPolicy::Refuse {
            return Err(Box::new(Diagnostic::error(Code::FormulaCell).number("count", 1)));
        }
        tally.formulas += 1;
        writer.cell(Some(&format!("'{text}")), quoted, row);
        return Ok(());
    }
    writer.cell(Some(text), quoted, row);
    Ok(())
}
