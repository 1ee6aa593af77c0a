//! NDJSON: by hand, and against `serde_json`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use super::*;
use crate::io::batch::RowBatch;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The cell and whether it was a string.
type Read = Vec<Vec<(Option<String>, bool)>>;

fn read(text: &str, header: &[&str]) -> std::result::Result<Read, (Code, Option<u64>)> {
    let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
    let (mut cells, mut side) = (Vec::new(), String::new());
    parse(text, &header, &mut cells, &mut side).map_err(|d| (d.code, d.place.record))?;
    let width = header.len();
    let batch = RowBatch { text, side: &side, cells: &cells, width };
    Ok(batch
        .iter()
        .map(|r| (0..width).map(|c| (r.cell(c).map(str::to_owned), r.was_quoted(c))).collect())
        .collect())
}

fn bare(text: &str) -> (Option<String>, bool) {
    (Some(text.to_owned()), false)
}

fn string(text: &str) -> (Option<String>, bool) {
    (Some(text.to_owned()), true)
}

#[test]
fn texts_numbers_words_and_null() {
    let text = "{\"a\":\"x\",\"b\":1.50}\r\n { \"b\" : -0.0e+7 , \"\\u0061\" : \"\\u3042\\n\\ud83d\\ude00\" } \n{\"b\":null,\"a\":true}";
    let rows = read(text, &["a", "b"]).unwrap();
    assert_eq!(rows[0], [string("x"), bare("1.50")]);
    assert_eq!(rows[1], [string("あ\n😀"), bare("-0.0e+7")]);
    assert_eq!(rows[2], [bare("true"), (None, false)]);
    let long = "123456789012345678901234567890";
    assert_eq!(read(&format!("{{\"a\":{long}}}\n"), &["a"]).unwrap()[0], [bare(long)]);
}

#[test]
fn what_is_refused_and_where() {
    use Code::{CellControl, NdjsonBad, NdjsonNested};
    for (line, code) in [
        ("", NdjsonBad),
        ("  ", NdjsonBad),
        ("{}", NdjsonBad),
        ("{\"a\":1}", NdjsonBad),
        ("{\"a\":1,\"b\":2,\"c\":3}", NdjsonBad),
        ("{\"a\":1,\"c\":2}", NdjsonBad),
        ("{\"a\":1,\"a\":2}", NdjsonBad),
        ("{\"a\":1,\"\\u0061\":2}", NdjsonBad),
        ("{\"a\":1,\"b\":2} {\"a\":1,\"b\":2}", NdjsonBad),
        ("{\"a\":1,\"b\":2},", NdjsonBad),
        ("{\"a\":1,\"b\":2,}", NdjsonBad),
        ("{\"a\":01,\"b\":2}", NdjsonBad),
        ("{\"a\":+1,\"b\":2}", NdjsonBad),
        ("{\"a\":1.,\"b\":2}", NdjsonBad),
        ("{\"a\":.1,\"b\":2}", NdjsonBad),
        ("{\"a\":NaN,\"b\":2}", NdjsonBad),
        ("{\"a\":True,\"b\":2}", NdjsonBad),
        ("{a:1,\"b\":2}", NdjsonBad),
        ("{'a':1,\"b\":2}", NdjsonBad),
        ("{\"a\":\"x\ty\",\"b\":2}", NdjsonBad),
        ("{\"a\":\"\\x\",\"b\":2}", NdjsonBad),
        ("{\"a\":\"\\ud83d\",\"b\":2}", NdjsonBad),
        ("{\"a\":\"\\ude00\",\"b\":2}", NdjsonBad),
        ("{\"a\":\"x", NdjsonBad),
        ("[1,2]", NdjsonBad),
        ("\u{feff}{\"a\":1,\"b\":2}", NdjsonBad),
        ("{\"a\":[],\"b\":2}", NdjsonNested),
        ("{\"a\":{},\"b\":2}", NdjsonNested),
        ("{\"a\":\"\\u0000\",\"b\":2}", CellControl),
    ] {
        let text = format!("{{\"a\":1,\"b\":2}}\n{line}\n{{\"a\":1,\"b\":2}}\n");
        assert_eq!(read(&text, &["a", "b"]), Err((code, Some(2))), "{line}");
    }
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_CELL + 1));
    assert_eq!(read(&huge, &["a"]), Err((Code::InputLimit, Some(1))));
}

#[test]
fn keys_in_the_order_of_the_first_object() {
    assert_eq!(keys("{\"b\": 1, \"\\u0061\\\"\" :\"\\n\"}\r").unwrap(), ["b", "a\""]);
    for (line, code) in [
        ("{\"a\":1,\"a\":2}", Code::NdjsonBad),
        ("{}", Code::NdjsonBad),
        ("", Code::NdjsonBad),
        ("{\"a\":1} x", Code::NdjsonBad),
        ("{\"a\":[1]}", Code::NdjsonNested),
    ] {
        assert_eq!(keys(line).map_err(|e| (e.code, e.place.record)), Err((code, Some(1))), "{line}");
    }
}

#[test]
fn bare_cells_that_are_no_longer_numbers_become_strings() {
    let header = ["a".to_owned(), "b\"".to_owned()];
    let mut out = String::new();
    for (cell, was_string) in [
        ("30-39", false),
        ("12", false),
        ("12", true),
        ("", false),
        ("null", false),
        ("false", false),
        ("1 ", false),
    ] {
        write_row(&mut out, &header, [(Some(cell), was_string), (None, false)].into_iter());
    }
    let lines: Vec<&str> = out.lines().collect();
    let values = ["\"30-39\"", "12", "\"12\"", "\"\"", "\"null\"", "false", "\"1 \""];
    for (line, value) in lines.iter().zip(values) {
        assert_eq!(*line, format!("{{\"a\":{value},\"b\\\"\":null}}"));
    }
    assert_eq!(lines.len(), values.len());
}

/// What `serde_json` makes of one line, if it is a flat object with these keys and no NUL.
fn oracle(line: &str, header: &[&str]) -> Option<Vec<(Option<String>, bool)>> {
    let object: BTreeMap<String, &serde_json::value::RawValue> = serde_json::from_str(line).ok()?;
    if object.len() != header.len() {
        return None;
    }
    header
        .iter()
        .map(|key| {
            let raw = object.get(*key)?.get();
            match raw.as_bytes()[0] {
                b'"' => {
                    let text: String = serde_json::from_str(raw).ok()?;
                    (!text.contains('\0')).then_some((Some(text), true))
                }
                b'{' | b'[' => None,
                b'n' => Some((None, false)),
                _ => Some((Some(raw.to_owned()), false)),
            }
        })
        .collect()
}

proptest! {
    /// Values of every kind, written and read.
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec([prop::option::of("[^\u{0}]{0,12}"), prop::option::of("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,9})?")], 1..20)) {
        let header = ["名 前\n".to_owned(), "b".to_owned()];
        let mut out = String::new();
        for [a, b] in &rows {
            write_row(&mut out, &header, [(a.as_deref(), true), (b.as_deref(), false)].into_iter());
        }
        let got = read(&out, &["名 前\n", "b"]).unwrap();
        for ((line, row), [a, b]) in out.lines().zip(&got).zip(&rows) {
            prop_assert_eq!(row, &vec![(a.clone(), a.is_some()), (b.clone(), false)]);
            let said = oracle(line, &["名 前\n", "b"]);
            prop_assert_eq!(Some(row), said.as_ref());
        }
        prop_assert_eq!(keys(out.lines().next().unwrap()).unwrap(), header);
    }

    /// Lines near the border: accepted exactly when `serde_json` accepts them (it takes the
    /// last of two equal keys, so the generator gives each key once).
    #[test]
    fn agrees_with_serde_json(a in "[-+0-9.eE]{1,6}|\"([a\"\\\\/bnu0-9dD]|\\\\u00[0-9a]{2}|\\\\ud8[0-9]{2}\\\\udc[0-9]{2}){0,6}\"|true|false|null|nul|[\\[{]", b in "[0-9]{1,3}|\"\"", swap: bool, gap in "[ \t\r]{0,2}", tail in "[ }\r,]{0,2}") {
        let (first, second) = (format!("\"a\"{gap}:{a}"), format!("{gap}\"b\":{gap}{b}"));
        let line = if swap { format!("{{{second},{first}}}{tail}") } else { format!("{{{first},{second}}}{tail}") };
        let got = read(&line, &["a", "b"]).ok().map(|mut rows| rows.remove(0));
        prop_assert_eq!(got, oracle(&line, &["a", "b"]), "{}", line);
    }

    #[test]
    fn total(text in "[{}\"a:,1\\\\u\n\\[ -]{0,40}") {
        if let Ok(rows) = read(&text, &["a"]) {
            prop_assert_eq!(rows.len(), text.lines().count());
        }
    }
}
