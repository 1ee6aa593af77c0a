//! Cells that a spreadsheet would run as a formula.
//!
//! A cell is dangerous when it starts with `=`, `+`, `-`, `@`, TAB, CR, LF or NUL (OWASP, "CSV
//! Injection"; ASVS 1.2.10), or with the full-width ＝ ＋ － ＠: Excel is not known to run a full-width
//! sign from a file, but Japanese input turns it into the ASCII sign as soon as somebody edits the
//! cell, and other programs fold width on reading. Cells of a declared numeric type are exempt if
//! they are plain numbers (`-12.5`). Neutralising prefixes an apostrophe, which spreadsheets show
//! as text; it changes the cell, so it is counted and stands in the manifest.

use super::value::number::Decimal;

/// Whether a spreadsheet may run `cell`. `numeric`: the column is of a declared numeric type.
#[must_use]
#[inline]
pub fn is_formula(cell: &str, numeric: bool) -> bool {
    let Some(&first) = cell.as_bytes().first() else {
        return false;
    };
    match first {
        b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n' | 0 => !(numeric && Decimal::parse(cell).is_ok()),
        0xef => cell.starts_with(['＝', '＋', '－', '＠']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOADS: [&str; 16] = [
        "=1+1",
        "+81-90",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "=cmd|' /C calc'!A0",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "=",
        "-",
        "+12",
    ];

    #[test]
    fn payloads_are_found() {
        for cell in PAYLOADS {
            assert!(is_formula(cell, false), "{cell:?}");
            assert!(!is_formula(&format!("'{cell}"), false), "an apostrophe neutralises");
        }
    }

    #[test]
    fn numbers_are_exempt_by_declared_type_only() {
        for number in ["-12", "+5", "-0.5"] {
            assert!(!is_formula(number, true));
            assert!(is_formula(number, false));
        }
        for cell in ["-1-2", "=5", "-", "+1e5"] {
            assert!(is_formula(cell, true), "{cell}");
        }
    }

    #[test]
    fn ordinary_cells_pass() {
        for cell in ["", "NA", "山田", "1-2", "a=b", "'=x", " =1", "ﾔﾏﾀﾞ", "（株）"] {
            assert!(!is_formula(cell, false), "{cell:?}");
        }
    }
}
