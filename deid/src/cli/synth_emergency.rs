//! `deid synth emergency`: the demo exchange, three tables in three forms.
//!
//! Persons as CP932 CSV with CRLF, transports as UTF-8 CSV, prescriptions as Parquet: what an
//! exchange of three providers looks like.

use std::path::Path;

use super::{Outcome, Session, say};
use crate::codes::Code;
use crate::error::{Diagnostic, Exit, Result};
use crate::io::csv_parse::Eol;
use crate::io::encoding::TextEncoding;
use crate::io::parquet::ColumnType;
use crate::io::publish::create_in;
use crate::io::sink::{RowWriter, Sink};
use crate::io::source::Form;
use crate::recipe::UnmappablePolicy;
use crate::synth::emergency::{CUTS, Rows, generate};

/// Rows of the three tables as text, small enough to hold.
struct Collected {
    writers: Vec<RowWriter>,
    texts: Vec<String>,
    rows: Vec<u64>,
}

impl Rows for Collected {
    fn row(&mut self, cut: usize, cells: &[&str]) {
        if let (Some(writer), Some(text), Some(count)) =
            (self.writers.get_mut(cut), self.texts.get_mut(cut), self.rows.get_mut(cut))
        {
            for cell in cells {
                writer.cell(Some(cell), false, text);
            }
            writer.end(text);
            *count += 1;
        }
    }
}

fn form(cut: usize, columns: usize) -> (Form, &'static str) {
    let csv = |encoding, eol| Form::Csv { encoding, bom: false, delimiter: b',', eol };
    match cut {
        0 => (csv(TextEncoding::Cp932, Eol::CrLf), "csv"),
        1 => (csv(TextEncoding::Utf8, Eol::Lf), "csv"),
        _ => (Form::Parquet(vec![ColumnType::Utf8; columns]), "parquet"),
    }
}

pub(super) fn run(session: &Session, residents: u32, seed: u64, out: &Path) -> Outcome {
    let headers: Vec<Vec<String>> =
        CUTS.iter().map(|c| c.columns.iter().map(|n| (*n).to_owned()).collect()).collect();
    let writers =
        headers.iter().enumerate().map(|(i, h)| RowWriter::new(&form(i, h.len()).0, h, &[], true)).collect();
    let mut all = Collected { writers, texts: vec![String::new(); CUTS.len()], rows: vec![0; CUTS.len()] };
    generate(residents, seed, &mut all).map_err(|_| {
        Diagnostic::error(Code::UsageValue).name("option", "--residents").name("allowed", "50..2000000")
    })?;
    std::fs::create_dir_all(out).map_err(|_| Diagnostic::error(Code::OutputFailed).name("step", "mkdir"))?;
    for (i, ((cut, header), text)) in CUTS.iter().zip(&headers).zip(&all.texts).enumerate() {
        write(out, i, cut.stem, header, text)?;
    }
    for (cut, rows) in CUTS.iter().zip(&all.rows) {
        say(&session.words.fill("synth.rows", &[("table", cut.stem), ("rows", &rows.to_string())]));
    }
    Ok(Exit::Done)
}

fn write(out: &Path, cut: usize, stem: &str, header: &[String], text: &str) -> Result<()> {
    let (form, extension) = form(cut, header.len());
    let file = create_in(&out.join(format!("{stem}.{extension}")))?;
    let mut sink = Sink::new(file, &form, header, UnmappablePolicy::Geta)?;
    sink.write(text.as_bytes())?;
    sink.finish().map(|_| ())
}
