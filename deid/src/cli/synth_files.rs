//! The files of a synthetic city: one for each table, and the truth.
//!
//! Why apart from the command: the generator hands over rows of all tables mixed, and knows no
//! encoding. Each table has a buffer of rows here, written when it is full. Deliberately absent:
//! names and places of files outside the output folder.

use indicatif::ProgressBar;

use crate::error::{Diagnostic, Result};
use crate::io::csv_parse::Eol;
use crate::io::encoding::TextEncoding;
use crate::io::parquet::ColumnType;
use crate::io::publish::Staging;
use crate::io::sink::{RowWriter, Sink, Written};
use crate::io::source::Form;
use crate::recipe::UnmappablePolicy;
use crate::synth::city::{self, TABLES, TRUTH_HEADER, Table, TableInfo, Truth};

/// Rows of one table are written in blocks of about this many bytes.
const BLOCK: usize = 256 * 1024;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Utf8,
    Utf8Bom,
    Utf16,
    Cp932,
    EucJp,
    Parquet,
}

impl Format {
    pub(super) const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf8Bom, Self::Utf16, Self::Cp932, Self::EucJp, Self::Parquet];

    /// The word on the command line and in `city.json`.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16 => "utf-16",
            Self::Cp932 => "cp932",
            Self::EucJp => "euc-jp",
            Self::Parquet => "parquet",
        }
    }

    /// Reads the format of every table: `cp932`, or `utf-8,residents=cp932,prescriptions=parquet`
    /// (those not named: utf-8). In the order of [`TABLES`].
    pub(super) fn parse(text: &str) -> Option<Vec<Self>> {
        let find = |id: &str| Self::ALL.into_iter().find(|f| f.id() == id);
        let (mut common, mut own) = (Self::Utf8, vec![None; TABLES.len()]);
        for part in text.split(',') {
            match part.split_once('=') {
                None => common = find(part)?,
                Some((stem, id)) => {
                    let place = TABLES.iter().position(|t| t.stem == stem)?;
                    *own.get_mut(place)? = Some(find(id)?);
                }
            }
        }
        Some(own.into_iter().map(|format| format.unwrap_or(common)).collect())
    }

    fn extension(self) -> &'static str {
        if self == Self::Parquet { "parquet" } else { "csv" }
    }

    fn form(self, width: usize) -> Form {
        let (encoding, bom, eol) = match self {
            Self::Parquet => return Form::Parquet(vec![ColumnType::Utf8; width]),
            Self::Utf8 => (TextEncoding::Utf8, false, Eol::Lf),
            Self::Utf8Bom => (TextEncoding::Utf8, true, Eol::Lf),
            Self::Utf16 => (TextEncoding::Utf16Le, true, Eol::CrLf),
            // What Windows programs of an office write.
            Self::Cp932 => (TextEncoding::Cp932, false, Eol::CrLf),
            Self::EucJp => (TextEncoding::EucJp, false, Eol::Lf),
        };
        Form::Csv { encoding, bom, delimiter: b',', eol }
    }
}

/// A file that is finished.
pub(super) struct Done {
    /// Japanese name of the table; empty for the truth.
    pub(super) name: &'static str,
    pub(super) file: String,
    pub(super) format: Format,
    pub(super) rows: u64,
    pub(super) written: Written,
}

struct OneFile {
    name: &'static str,
    file: String,
    format: Format,
    sink: Sink,
    writer: RowWriter,
    buffer: String,
    rows: u64,
}

impl OneFile {
    fn new(
        staging: &Staging,
        name: &'static str,
        stem: &str,
        format: Format,
        header: &[String],
    ) -> Result<Self> {
        let file = format!("{stem}.{}", format.extension());
        let form = format.form(header.len());
        Ok(Self {
            sink: Sink::new(staging.create(&file)?, &form, header, UnmappablePolicy::Geta)?,
            writer: RowWriter::new(&form, header, &[], true),
            buffer: String::with_capacity(BLOCK + BLOCK / 8),
            rows: 0,
            name,
            file,
            format,
        })
    }

    fn table(staging: &Staging, info: &TableInfo, format: Format) -> Result<Self> {
        let header: Vec<String> = info.header().map(str::to_owned).collect();
        Self::new(staging, info.name, info.stem, format, &header)
    }

    fn row(&mut self, cells: &[String]) -> Result<()> {
        for cell in cells {
            // A blank cell is an empty field in CSV and NULL in Parquet, as databases export it.
            let null = self.format == Format::Parquet && cell.is_empty();
            self.writer.cell((!null).then_some(cell.as_str()), false, &mut self.buffer);
        }
        self.writer.end(&mut self.buffer);
        self.rows += 1;
        if self.buffer.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.sink.write(self.buffer.as_bytes())?;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<Done> {
        self.flush()?;
        let (name, file, format, rows) = (self.name, self.file, self.format, self.rows);
        Ok(Done { name, file, format, rows, written: self.sink.finish()? })
    }
}

/// All files of a city, being written.
pub(super) struct Files<'a> {
    /// In the order of [`TABLES`]; `None` = not asked for.
    tables: Vec<Option<OneFile>>,
    truth: OneFile,
    rows: u64,
    progress: &'a ProgressBar,
}

impl<'a> Files<'a> {
    /// Creates the files. `formats` and `wanted` are in the order of [`TABLES`]. The truth is
    /// UTF-8 whatever the tables are, so that it can say what an encoding could not.
    pub(super) fn new(
        staging: &Staging,
        formats: &[Format],
        wanted: &[bool],
        progress: &'a ProgressBar,
    ) -> Result<Self> {
        let mut tables = Vec::new();
        for ((info, format), wanted) in TABLES.iter().zip(formats).zip(wanted) {
            tables.push(if *wanted { Some(OneFile::table(staging, info, *format)?) } else { None });
        }
        let header = TRUTH_HEADER.map(str::to_owned);
        let truth = OneFile::new(staging, "", "truth", Format::Utf8, &header)?;
        Ok(Self { tables, truth, rows: 0, progress })
    }

    /// The finished tables, and the truth.
    pub(super) fn finish(self) -> Result<(Vec<Done>, Done)> {
        let tables: Result<Vec<Done>> = self.tables.into_iter().flatten().map(OneFile::finish).collect();
        Ok((tables?, self.truth.finish()?))
    }

    fn open(&mut self, table: Table) -> Option<&mut OneFile> {
        self.tables.get_mut(table as usize).and_then(Option::as_mut)
    }
}

impl city::Sink for Files<'_> {
    type Error = Box<Diagnostic>;

    fn row(&mut self, table: Table, _record: u64, cells: &[String]) -> Result<()> {
        let Some(file) = self.open(table) else { return Ok(()) };
        file.row(cells)?;
        self.rows += 1;
        if self.rows.is_multiple_of(1 << 14) {
            self.progress.set_position(self.rows);
        }
        Ok(())
    }

    fn truth(&mut self, truth: &Truth<'_>) -> Result<()> {
        if self.open(truth.table).is_some() { self.truth.row(&truth.cells()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn formats_of_tables() {
        assert_eq!(Format::parse("cp932"), Some(vec![Format::Cp932; 7]));
        let mut mixed = vec![Format::Utf8; 7];
        mixed[0] = Format::EucJp;
        mixed[4] = Format::Parquet;
        assert_eq!(Format::parse("residents=euc-jp,prescriptions=parquet"), Some(mixed));
        for wrong in ["", "shift_jis", "residents", "people=cp932", "residents=x", "cp932,"] {
            assert_eq!(Format::parse(wrong), None, "{wrong}");
        }
    }
}
