//! Writer → decoder, in one process: the same text comes back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::io::Cursor;

use proptest::prelude::*;

use super::decode::{Preamble, Refusal, decode};
use super::types::{ColumnType, Unit};
use super::writer::Writer;
use crate::codes::Code;

fn column(name: &str, kind: ColumnType) -> (String, ColumnType) {
    (name.to_owned(), kind)
}

fn write(columns: &[(String, ColumnType)], csv: &str) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), columns.to_vec()).unwrap();
    writer.write_csv(csv).unwrap();
    writer.finish().unwrap()
}

fn read(file: &[u8]) -> Result<(Preamble, String), Refusal> {
    let mut out = Vec::new();
    decode(&mut Cursor::new(file), 1 << 30, &mut out)?;
    let text = String::from_utf8(out).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    Ok((serde_json::from_str(first).unwrap(), rest.to_owned()))
}

/// Every type with its least, greatest and odd values.
fn all_types() -> Vec<(ColumnType, Vec<&'static str>)> {
    vec![
        (
            ColumnType::Utf8,
            vec!["", "0012", "山田 太郎", "a\"b", "x,y\nz", "\\N", "a text longer than twelve bytes"],
        ),
        (ColumnType::Bool, vec!["true", "false"]),
        (ColumnType::Int8, vec!["-128", "0", "127"]),
        (ColumnType::Int16, vec!["-32768", "32767"]),
        (ColumnType::Int32, vec!["-2147483648", "2147483647"]),
        (ColumnType::Int64, vec!["-9223372036854775808", "9223372036854775807"]),
        (ColumnType::UInt8, vec!["0", "255"]),
        (ColumnType::UInt16, vec!["65535"]),
        (ColumnType::UInt32, vec!["4294967295"]),
        (ColumnType::UInt64, vec!["18446744073709551615"]),
        (
            ColumnType::Float32,
            vec!["0.1", "-0", "12", "inf", "NaN", "340282350000000000000000000000000000000"],
        ),
        (
            ColumnType::Float64,
            vec!["0.1", "-0", "12", "-inf", "NaN", "100000000000000000000000", "0.0000001"],
        ),
        (ColumnType::Date, vec!["0001-01-01", "1970-01-01", "2024-02-29", "9999-12-31"]),
        (ColumnType::Time(Unit::Milli), vec!["00:00:00", "23:59:59.999", "12:34:56.5"]),
        (ColumnType::Time(Unit::Micro), vec!["12:34:56", "23:59:59.999999"]),
        (ColumnType::Time(Unit::Nano), vec!["23:59:59.999999999"]),
        (
            ColumnType::Datetime { unit: Unit::Milli, utc: false },
            vec!["2025-10-01T12:34:56", "0001-01-01T00:00:00"],
        ),
        (ColumnType::Datetime { unit: Unit::Micro, utc: true }, vec!["2025-10-01T12:34:56.000001Z"]),
        (ColumnType::Datetime { unit: Unit::Nano, utc: false }, vec!["1969-12-31T23:59:59.999999999"]),
        (ColumnType::decimal(5, 2).unwrap(), vec!["-999.99", "0.00", "0.05"]),
        (ColumnType::decimal(38, 0).unwrap(), vec!["99999999999999999999999999999999999999"]),
        (ColumnType::decimal(20, 20).unwrap(), vec!["-0.00000000000000000001"]),
    ]
}

fn quoted(cell: Option<&str>) -> String {
    cell.map_or("\\N".to_owned(), |text| format!("\"{}\"", text.replace('"', "\"\"")))
}

#[test]
fn every_type_comes_back_as_the_same_text() {
    let all = all_types();
    let columns: Vec<_> =
        all.iter().enumerate().map(|(i, (t, _))| column(&format!("列{i}"), t.clone())).collect();
    let csv: String = (0..8)
        .map(|row| {
            let cells: Vec<String> = all.iter().map(|(_, v)| quoted(v.get(row).copied())).collect();
            cells.join(",") + "\n"
        })
        .collect();
    let (preamble, text) = read(&write(&columns, &csv)).unwrap();
    assert_eq!(text, csv);
    assert_eq!(preamble.rows, 8);
    assert_eq!(preamble.names, columns.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>());
    assert_eq!(preamble.types, columns.iter().map(|(_, t)| t.id()).collect::<Vec<_>>());
}

#[test]
fn same_records_same_bytes_whatever_the_pieces() {
    let columns = [column("a", ColumnType::Int64), column("b", ColumnType::Utf8)];
    let lines: Vec<String> = (0..70_000).map(|i| format!("\"{i}\",\"v{}\"\n", i % 7)).collect();
    let whole = write(&columns, &lines.concat());
    let mut writer = Writer::new(Vec::new(), columns.to_vec()).unwrap();
    for piece in lines.chunks(333) {
        writer.write_csv(&piece.concat()).unwrap();
    }
    assert!(writer.finish().unwrap() == whole);
    // Two row groups, more than one slice each.
    let (preamble, text) = read(&whole).unwrap();
    assert_eq!(preamble.rows, 70_000);
    assert!(text == lines.concat());
}

#[test]
fn a_wide_group_is_decoded_in_slices() {
    let columns: Vec<_> = (0..300).map(|i| column(&i.to_string(), ColumnType::Int16)).collect();
    let csv: String =
        (0..9_000_u32).map(|r| vec![format!("\"{}\"", r % 3_000); 300].join(",") + "\n").collect();
    assert!(read(&write(&columns, &csv)).unwrap().1 == csv);
}

#[test]
fn a_file_without_rows_has_its_columns() {
    let (preamble, text) = read(&write(&[column("a", ColumnType::Date)], "")).unwrap();
    assert_eq!((preamble.rows, preamble.names.len(), text.as_str()), (0, 1, ""));
}

#[test]
fn a_text_that_is_no_value_is_refused() {
    for (kind, text) in [
        (ColumnType::Int8, "128"),
        (ColumnType::Int32, "+1"),
        (ColumnType::UInt64, "-1"),
        (ColumnType::Bool, "1"),
        (ColumnType::Date, "2025-10"),
        (ColumnType::Float64, "x"),
        (ColumnType::Time(Unit::Milli), "12:34"),
        (ColumnType::Datetime { unit: Unit::Milli, utc: true }, "2025-10-01T12:34:56"),
        (ColumnType::Decimal { precision: 5, scale: 2 }, "1234.56"),
        (ColumnType::Int64, ""),
    ] {
        let mut writer = Writer::new(Vec::new(), vec![column("c", kind.clone())]).unwrap();
        let error = writer.write_csv(&format!("\"{text}\"\n")).unwrap_err();
        assert_eq!(error.code, Code::Internal, "{kind} {text}");
        assert_eq!(error.place.column.unwrap().as_str(), "c");
    }
}

#[test]
fn a_full_disk_is_told() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut writer = Writer::new(Full, vec![column("c", ColumnType::Int8)]).unwrap();
    writer.write_csv("\"1\"\n").unwrap();
    assert_eq!(writer.finish().err().unwrap().code, Code::OutputFailed);
}

#[test]
fn what_is_no_parquet_file() {
    for bytes in
        [&b""[..], b"PAR1", b"PAR1PAR1", b"PAR1\0\0\0\0PAR1", b"PAR1\xff\xff\xff\xffPAR1", &[b'x'; 100]]
    {
        assert_eq!(read(bytes), Err(Refusal::Unreadable));
    }
}

#[test]
fn a_cut_file_is_refused() {
    let file = write(&[column("a", ColumnType::Int64)], &"\"5\"\n".repeat(1000));
    for cut in 0..file.len() {
        assert_eq!(read(&file[..cut]), Err(Refusal::Unreadable), "{cut}");
    }
}

#[test]
fn more_than_the_memory_is_refused_before_reading() {
    let file = write(&[column("a", ColumnType::Utf8)], "\"x\"\n");
    assert_eq!(decode(&mut Cursor::new(&file), 4, &mut Vec::new()), Err(Refusal::Limit));
}

#[test]
fn too_many_columns_are_refused() {
    let columns: Vec<_> = (0..4_097).map(|i| column(&i.to_string(), ColumnType::Bool)).collect();
    assert_eq!(read(&write(&columns, "")), Err(Refusal::Limit));
}

/// Files of other shapes than [`Writer`] makes, straight through polars.
mod foreign {
    use super::*;
    use polars_arrow::datatypes::{ArrowDataType, Field};
    use polars_parquet::parquet::write::{FileWriter, Version, WriteOptions};
    use polars_parquet::write::{SchemaDescriptor, to_parquet_type};

    fn without_rows(types: Vec<ArrowDataType>) -> Vec<u8> {
        let fields = types.into_iter().enumerate().map(|(i, t)| Field::new(i.to_string().into(), t, true));
        let types = fields.map(|f| to_parquet_type(&f).unwrap()).collect();
        let options = WriteOptions { write_statistics: false, version: Version::V1 };
        let mut writer = FileWriter::new(Vec::new(), SchemaDescriptor::new("s".into(), types), options, None);
        writer.end(None).unwrap();
        writer.into_inner()
    }

    #[test]
    fn nested_and_binary_columns_are_refused_by_position() {
        let inner = || Box::new(Field::new("item".into(), ArrowDataType::Int32, true));
        for odd in [
            ArrowDataType::LargeList(inner()),
            ArrowDataType::Struct(vec![*inner()]),
            ArrowDataType::BinaryView,
            ArrowDataType::FixedSizeBinary(16),
            ArrowDataType::Float16,
        ] {
            let file = without_rows(vec![ArrowDataType::Int32, odd.clone()]);
            assert!(matches!(read(&file), Err(Refusal::Type(2, _))), "{odd:?}");
        }
    }

    #[test]
    fn a_dictionary_of_texts_is_a_text() {
        let key = polars_arrow::datatypes::IntegerType::UInt32;
        let category = ArrowDataType::Dictionary(key, Box::new(ArrowDataType::Utf8View), false);
        assert_eq!(read(&without_rows(vec![category])).unwrap().0.types, ["utf8"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_texts_and_numbers_come_back(rows in prop::collection::vec((prop::option::of(".{0,20}"), prop::option::of(any::<i64>()), prop::option::of(any::<f64>())), 1..50)) {
        let csv: String = rows.iter().map(|(a, b, c)| {
            let (b, c) = (b.map(|b| b.to_string()), c.map(|c| c.to_string()));
            format!("{},{},{}\n", quoted(a.as_deref().map(|a| a.trim_matches('\0'))), quoted(b.as_deref()), quoted(c.as_deref()))
        }).collect();
        prop_assume!(!csv.contains('\0'));
        let columns = [column("a", ColumnType::Utf8), column("b", ColumnType::Int64), column("c", ColumnType::Float64)];
        prop_assert_eq!(read(&write(&columns, &csv)).unwrap().1, csv);
    }
}
