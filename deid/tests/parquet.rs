//! The Parquet decoder as a process: damaged, hostile and foreign files end in one of its exit
//! statuses, say nothing, and never write more than a stream that begins like one.
//!
//! The parent's side of the bargain is tested in `io::parquet`; this file knows the child only
//! from outside.

#![cfg(all(feature = "parquet", unix))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::process::{Command, Output, Stdio};

use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_parquet::parquet::error::ParquetError;
use polars_parquet::parquet::write::{FileWriter, Version, WriteOptions as FileOptions};
use polars_parquet::write::{
    CompressionOptions, Compressor, DynIter, DynStreamingIterator, SchemaDescriptor, StatisticsOptions,
    WriteOptions, array_to_columns, get_dtype_encoding, to_parquet_type,
};

/// A cell that must never be seen outside the stream.
const CANARY: &str = "カナリア7731";

fn fields() -> Vec<Field> {
    [
        ("id", ArrowDataType::Int64),
        ("氏名", ArrowDataType::Utf8View),
        ("date", ArrowDataType::Date32),
        ("at", ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("Asia/Tokyo".into()))),
        ("ok", ArrowDataType::Boolean),
        ("f", ArrowDataType::Float64),
        ("d", ArrowDataType::Decimal(9, 2)),
    ]
    .into_iter()
    .map(|(name, dtype)| Field::new(name.into(), dtype, true))
    .collect()
}

fn arrays(rows: i32) -> Vec<Box<dyn Array>> {
    let some = |i: &i32| i % 5 != 0;
    let names: Vec<Option<String>> =
        (0..rows).map(|i| some(&i).then(|| format!("{CANARY} \"{}\"", i % 50))).collect();
    vec![
        Box::new(PrimitiveArray::<i64>::from(
            (0..rows).map(|i| some(&i).then_some(i64::from(i))).collect::<Vec<_>>(),
        )),
        Box::new(Utf8ViewArray::from_slice(names)),
        Box::new(
            PrimitiveArray::<i32>::from((0..rows).map(Some).collect::<Vec<_>>()).to(ArrowDataType::Date32),
        ),
        Box::new(
            PrimitiveArray::<i64>::from(
                (0..rows).map(|i| Some(i64::from(i) * 1_000_003)).collect::<Vec<_>>(),
            )
            .to(ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("Asia/Tokyo".into()))),
        ),
        Box::new(BooleanArray::from((0..rows).map(|i| some(&i).then_some(i % 2 == 0)).collect::<Vec<_>>())),
        Box::new(PrimitiveArray::<f64>::from(
            (0..rows).map(|i| Some(f64::from(i) / 8.0)).collect::<Vec<_>>(),
        )),
        Box::new(
            PrimitiveArray::<i128>::from((0..rows).map(|i| Some(i128::from(i))).collect::<Vec<_>>())
                .to(ArrowDataType::Decimal(9, 2)),
        ),
    ]
}

/// Two row groups, with statistics and a key-value list, as other programs write them.
fn sample(compression: CompressionOptions, version: Version) -> Vec<u8> {
    let fields = fields();
    let types: Vec<_> = fields.iter().map(|f| to_parquet_type(f).unwrap()).collect();
    let options = WriteOptions {
        statistics: StatisticsOptions::full(),
        version,
        compression,
        data_page_size: Some(512),
    };
    let file_options = FileOptions { write_statistics: true, version };
    let mut writer =
        FileWriter::new(Vec::new(), SchemaDescriptor::new("s".into(), types.clone()), file_options, None);
    for rows in [300_u16, 41] {
        let mut chunks = Vec::new();
        for ((array, parquet), field) in arrays(i32::from(rows)).into_iter().zip(&types).zip(&fields) {
            for pages in
                array_to_columns(array, parquet.clone(), options, &get_dtype_encoding(&field.dtype)).unwrap()
            {
                let pages = pages.map(|p| p.map_err(|_| ParquetError::InvalidParameter(String::new())));
                let pages = Compressor::new_from_vec(pages, compression, Vec::new());
                chunks.push(Ok::<_, ParquetError>(DynStreamingIterator::new(pages)));
            }
        }
        writer.write(u64::from(rows), DynIter::new(chunks.into_iter())).unwrap();
    }
    writer.end(Some(vec![])).unwrap();
    writer.into_inner()
}

fn decode(bytes: &[u8], memory: u64, seconds: u64) -> Output {
    let mut file: File = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    Command::new(env!("CARGO_BIN_EXE_deid"))
        .args([deid::io::DECODE_ARGUMENT, &memory.to_string(), &seconds.to_string()])
        .stdin(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap()
}

const MEMORY: u64 = 512 << 20;

#[test]
fn whole_files_of_every_codec_and_version() {
    for version in [Version::V1, Version::V2] {
        for codec in [
            CompressionOptions::Uncompressed,
            CompressionOptions::Snappy,
            CompressionOptions::Gzip(None),
            CompressionOptions::Zstd(None),
            CompressionOptions::Lz4Raw,
        ] {
            let out = decode(&sample(codec, version), MEMORY, 60);
            assert_eq!(out.status.code(), Some(0), "{codec:?} {version:?}");
            let text = String::from_utf8(out.stdout).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines.len(), 1 + 341);
            assert_eq!(
                lines[0],
                r#"{"names":["id","氏名","date","at","ok","f","d"],"types":["i64","utf8","date","datetime[us,utc]","bool","f64","decimal[9,2]"],"rows":341}"#
            );
            assert_eq!(lines[1], r#"\N,\N,"1970-01-01","1970-01-01T00:00:00Z",\N,"0","0.00""#);
            assert_eq!(
                lines[8],
                format!(
                    r#""7","{CANARY} ""7""","1970-01-08","1970-01-01T00:00:07.000021Z","false","0.875","0.07""#
                )
            );
            assert_eq!(lines[301], lines[1], "the second group begins like the first");
        }
    }
}

/// SplitMix64: the mutations are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides.max(1) as u64).unwrap()
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        // Half of the damage goes to the footer: that is where decoders are naive.
        let footer = bytes.len() * 3 / 5;
        for _ in 0..=self.roll(4) {
            let from = if self.roll(2) == 0 { footer.min(bytes.len()) } else { 0 };
            let at = from + self.roll(bytes.len() - from);
            match self.roll(6) {
                0 if bytes.len() > 12 => bytes.truncate(at.max(12)),
                1 if at < bytes.len() => bytes[at] ^= 1 << self.roll(8),
                2 if at < bytes.len() => bytes[at] = 0xff,
                3 if at < bytes.len() => {
                    bytes.remove(at);
                }
                4 => bytes.insert(at.min(bytes.len()), self.roll(256) as u8),
                _ => {
                    let end = (at + 8).min(bytes.len());
                    for byte in &mut bytes[at.min(end)..end] {
                        *byte = self.roll(256) as u8;
                    }
                }
            }
        }
    }
}

#[test]
fn damaged_files_end_in_a_status_and_say_nothing() {
    let cases: usize = std::env::var("DEID_DAMAGED").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let samples = [
        sample(CompressionOptions::Snappy, Version::V1),
        sample(CompressionOptions::Uncompressed, Version::V2),
        sample(CompressionOptions::Zstd(None), Version::V1),
    ];
    let mut dice = Dice(7731);
    let mut outcomes = std::collections::BTreeMap::<String, usize>::new();
    for case in 0..cases {
        let mut bytes = samples[case % samples.len()].clone();
        dice.damage(&mut bytes);
        let out = decode(&bytes, MEMORY, 20);
        // The parent gives the child no standard error; what Rust itself says when memory ends
        // is all that may be seen here.
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(said.is_empty() || said.starts_with("memory allocation of "), "case {case} speaks");
        assert!(!said.contains(CANARY), "case {case} tells a cell");
        let outcome = match out.status.code() {
            Some(code @ (0 | 65 | 66 | 67)) => code.to_string(),
            Some(code) => panic!("case {case}: status {code}"),
            // An allocation that failed, or a crash that stayed in the child.
            None => out.status.to_string(),
        };
        if outcome == "0" {
            let text = String::from_utf8_lossy(&out.stdout);
            let rows = text.split_once("\"rows\":").and_then(|(_, r)| r.split_once('}')).unwrap().0;
            assert!(rows.parse::<u64>().is_ok(), "case {case}");
        }
        *outcomes.entry(outcome).or_default() += 1;
    }
    assert!(outcomes.get("65").is_some_and(|n| *n > cases / 3), "{outcomes:?}");
    assert_eq!(outcomes.values().sum::<usize>(), cases);
}

#[test]
fn little_memory_and_no_arguments() {
    let file = sample(CompressionOptions::Snappy, Version::V1);
    // Too little for the program itself: the first allocation that needs more aborts.
    let starved = decode(&file, 1 << 20, 60);
    assert!(matches!(starved.status.code(), None | Some(67)), "{}", starved.status);
    let declared = decode(&file, 100, 60);
    assert!(matches!(declared.status.code(), None | Some(67)), "{}", declared.status);
    let bare = Command::new(env!("CARGO_BIN_EXE_deid"))
        .arg(deid::io::DECODE_ARGUMENT)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(bare.status.code(), Some(65));
    assert!(bare.stdout.is_empty() && bare.stderr.is_empty());
}

#[test]
fn a_pipe_is_no_file() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deid"))
        .args([deid::io::DECODE_ARGUMENT, &MEMORY.to_string(), "5"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(b"PAR1");
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(65));
    assert!(out.stderr.is_empty());
}
