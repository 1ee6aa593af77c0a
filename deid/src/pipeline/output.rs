//! The form of a published file: as the input was found, but for what the recipe says.

use crate::io::csv_parse::Eol;
use crate::io::encoding::TextEncoding;
use crate::io::source::Form;
use crate::recipe::{FileKind, LineEnding, Output};

/// The form in which a table that was read as `input` is published. Types of Parquet columns are
/// left to the caller, who knows what each column has become.
pub(crate) fn form(input: &Form, output: &Output) -> Form {
    match output.kind {
        FileKind::Parquet => Form::Parquet(Vec::new()),
        FileKind::NdJson => Form::NdJson,
        FileKind::Csv => {
            let (encoding, bom, delimiter, eol) = match input {
                Form::Csv { encoding, bom, delimiter, eol } => (*encoding, *bom, *delimiter, *eol),
                _ => (TextEncoding::Utf8, false, b',', Eol::Lf),
            };
            let (encoding, bom) = match output.encoding.as_deref() {
                None => (encoding, bom),
                Some("utf-8-bom") => (TextEncoding::Utf8, true),
                Some("utf-16") => (TextEncoding::Utf16Le, true),
                Some("cp932") => (TextEncoding::Cp932, false),
                Some("euc-jp") => (TextEncoding::EucJp, false),
                Some(_) => (TextEncoding::Utf8, false),
            };
            Form::Csv {
                encoding,
                bom,
                delimiter: output.delimiter.unwrap_or(delimiter),
                eol: match output.line_ending {
                    None => eol,
                    Some(LineEnding::Lf) => Eol::Lf,
                    Some(LineEnding::CrLf) => Eol::CrLf,
                },
            }
        }
    }
}

/// Whether a cell that needed no quotes in the input needs none in the output.
pub(crate) fn is_same_text(input: &Form, published: &Form, null: &[String], output: &Output) -> bool {
    match (input, published) {
        (Form::Csv { delimiter: a, eol: e, .. }, Form::Csv { delimiter: b, eol: f, .. }) => {
            a == b && e == f && null == output.null
        }
        _ => false,
    }
}
