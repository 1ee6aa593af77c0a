//! Every vector of fixtures/manifest/, read by this crate's reader.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::{Figure, Limit, Moment, Pin, TrustList, verify};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    expect: String,
    why: String,
    trusted_keys: Vec<Pin>,
    now: String,
    subjects: BTreeMap<String, String>,
    envelope: String,
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/manifest");

fn load(name: &str) -> Vector {
    serde_json::from_str(&fs::read_to_string(format!("{FOLDER}/{name}")).unwrap()).unwrap()
}

fn read(vector: &Vector) -> Result<super::Verified<super::RunManifest>, super::EvidenceError> {
    let trust = TrustList::parse(&vector.trusted_keys)?;
    verify(vector.envelope.as_bytes(), &trust, &Moment::parse(&vector.now).unwrap(), &vector.subjects)
}

#[test]
fn agrees_with_every_vector() {
    let mut read_any = 0;
    for entry in fs::read_dir(FOLDER).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let vector = load(&name);
        let verdict = read(&vector).map_or_else(|error| error.id(), |_| "ok");
        assert_eq!(verdict, vector.expect, "{name}: {}", vector.why);
        read_any += 1;
    }
    assert!(read_any >= 110, "{read_any}");
}

fn of_diagnosis<T>(limit: T) -> Limit<T> {
    Limit { table: "persons".to_owned(), column: "病名".to_owned(), limit }
}

#[test]
fn takes_what_a_judgement_needs() {
    let evidence = read(&load("good.json")).unwrap();
    let run = evidence.content();
    assert_eq!((evidence.holder(), run.demo, run.legal_form.as_str()), ("つくば市", false, "仮名加工情報"));
    assert_eq!(run.run_time.as_str(), "2026-11-20T01:02:03Z");
    let gate = run.gate.as_ref().unwrap();
    assert_eq!(
        (gate.k, gate.l.as_slice(), gate.t.as_slice()),
        (5, [of_diagnosis(2)].as_slice(), [of_diagnosis(2_000_000_000)].as_slice())
    );
    let figure = |definition: &str, table: Option<&str>| {
        let found = run.measures.iter().find(|m| m.definition == definition && m.table.as_deref() == table);
        found.map(|m| (m.value, m.recountable))
    };
    assert_eq!(figure("k-anonymity", Some("persons")), Some((Some(Figure::Count(7)), true)));
    assert_eq!(figure("k-anonymity", None), Some((Some(Figure::Count(7)), true)));
    assert_eq!(
        figure("t-closeness.equal.input", Some("persons")),
        Some((Some(Figure::Ratio(1_875_000_000)), false))
    );
    assert_eq!((run.follows.as_deref(), run.assessed_across_releases), (None, false));
    assert_eq!(run.keys.first().map(|k| (k.lifetime.as_str(), k.destroyed)), Some(("file", false)));
    assert_eq!(
        (run.recipient.as_str(), run.exchange.as_str(), &run.link_group),
        ("univ-a", "emergency-2026", &None)
    );
    assert_eq!(evidence.payload_sha256().len(), 64);
    assert!(evidence.signer().starts_with("sign-"));
}

#[test]
fn what_nobody_can_read_is_refused() {
    let mut vector = load("good.json");
    vector.envelope.push_str(&" ".repeat(10_000_000));
    assert_eq!(read(&vector).unwrap_err().id(), "too-large");
}

/// One flipped bit anywhere in the envelope never gives evidence.
#[test]
fn no_single_bit_can_be_changed() {
    let vector = load("good.json");
    let trust = TrustList::parse(&vector.trusted_keys).unwrap();
    let now = Moment::parse(&vector.now).unwrap();
    let end = vector.envelope.trim_end().len();
    for place in (0..end).step_by(7) {
        let mut bytes = vector.envelope.clone().into_bytes();
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << (place % 7);
        }
        assert!(verify(&bytes, &trust, &now, &vector.subjects).is_err(), "byte {place}");
    }
}
