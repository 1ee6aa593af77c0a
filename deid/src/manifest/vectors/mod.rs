//! The contract vectors in fixtures/manifest/: made here, verified here and by `pia`.
//!
//! `BLESS=1 cargo test -p deid --lib manifest::vectors` writes them again. They come from fixed
//! keys and one sample, so the same program writes the same bytes; without BLESS the test also
//! refuses a folder that differs from what this file would write.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

mod content;
mod envelope;
mod good;
mod limits;
mod models;
mod search;
mod shape;
mod signature;
mod trust;

use super::envelope::{Envelope, MAX_BYTES, PAYLOAD_TYPE, pae};
use super::{Pin, RunManifest, TrustedKeys, UtcTime, sample, verify_trusted};
use crate::crypto::{Label, SigningKey};
use crate::manifest::Sha256Hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

#[derive(Serialize, Deserialize, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
struct Vector {
    expect: String,
    why: String,
    trusted_keys: Vec<Pin>,
    now: String,
    subjects: BTreeMap<String, String>,
    envelope: String,
}

/// A document that every check accepts, to be damaged in one place.
fn good() -> Vector {
    let signer = sample::key(1);
    let subjects = ["persons.csv", "report.html"].map(|n| (n.to_owned(), sample::digest(n).to_string()));
    Vector {
        expect: "ok".to_owned(),
        why: String::new(),
        trusted_keys: vec![pin(&signer)],
        now: "2026-11-22T00:00:00Z".to_owned(),
        subjects: subjects.into(),
        envelope: text(super::sign(&sample::statement(&signer), &signer).unwrap()),
    }
}

fn pin(key: &SigningKey) -> Pin {
    Pin {
        key: STANDARD.encode(key.public().as_bytes()),
        holder: "つくば市".to_owned(),
        from: Some("2026-04-01".to_owned()),
        until: Some("2027-03-31".to_owned()),
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn payload(vector: &Vector) -> Vec<u8> {
    Envelope::parse(vector.envelope.as_bytes()).unwrap().payload().to_vec()
}

/// Signs any payload, however wrong, with the good key.
fn signed(payload: &[u8]) -> String {
    text(Envelope::sign(payload, &sample::key(1)).unwrap())
}

/// An envelope around the good payload with these signatures.
fn with_signatures(signatures: &[(&SigningKey, Vec<u8>)]) -> String {
    let list: Vec<_> =
        signatures.iter().map(|(key, sig)| (key.public().id().to_string(), sig.clone())).collect();
    text(Envelope::write(PAYLOAD_TYPE, &payload(&good()), &list))
}

fn signature(key: &SigningKey) -> Vec<u8> {
    key.sign(&pae(PAYLOAD_TYPE, &payload(&good()))).unwrap().to_vec()
}

/// The good statement changed as a tree, then signed.
fn tree(change: impl FnOnce(&mut Value)) -> Vector {
    let mut value: Value = serde_json::from_slice(&payload(&good())).unwrap();
    let before = value.clone();
    change(&mut value);
    assert_ne!(before, value, "nothing changed");
    Vector { envelope: signed(value.to_string().as_bytes()), ..good() }
}

/// One value of the predicate replaced.
fn predicate(pointer: &str, to: Value) -> Vector {
    tree(|v| *v.pointer_mut(&format!("/predicate{pointer}")).unwrap() = to)
}

/// The good payload changed as text, then signed.
fn payload_text(from: &str, to: &str) -> Vector {
    let before = text(payload(&good()));
    assert!(before.contains(from), "{from}");
    Vector { envelope: signed(before.replacen(from, to, 1).as_bytes()), ..good() }
}

/// The good envelope changed as text, without signing again.
fn envelope_text(from: &str, to: &str) -> Vector {
    let envelope = good().envelope;
    assert!(envelope.contains(from), "{from}");
    Vector { envelope: envelope.replacen(from, to, 1), ..good() }
}

fn with(change: impl FnOnce(&mut Vector)) -> Vector {
    let mut vector = good();
    change(&mut vector);
    vector
}

fn by_demo() -> Vector {
    let demo = SigningKey::demo().unwrap();
    let envelope = text(super::sign(&sample::statement(&demo), &demo).unwrap());
    with(|v| {
        v.trusted_keys = vec![pin(&demo), pin(&sample::key(1))];
        v.envelope = envelope;
    })
}

/// The signature with S replaced by S + L, which plain arithmetic cannot tell apart.
fn unreduced(mut signature: Vec<u8>) -> Vec<u8> {
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0u16;
    for (byte, add) in signature[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(add);
        *byte = carry as u8;
        carry >>= 8;
    }
    signature
}

/// Name, expected id, what is wrong, and the damaged document.
type Case = (&'static str, &'static str, &'static str, Vector);

fn all() -> Vec<Case> {
    let parts = [
        good::cases(),
        envelope::cases(),
        signature::cases(),
        trust::cases(),
        shape::cases(),
        content::cases(),
        limits::cases(),
        search::cases(),
        models::cases(),
    ];
    let mut list = parts.concat();
    for (_, expect, why, vector) in &mut list {
        (vector.expect, vector.why) = ((*expect).to_owned(), (*why).to_owned());
    }
    list
}

fn verdict(vector: &Vector) -> &'static str {
    let check = || {
        let trusted = TrustedKeys::parse(&vector.trusted_keys)?;
        let now = UtcTime::parse(&vector.now).unwrap();
        let manifest = verify_trusted::<RunManifest>(vector.envelope.as_bytes(), &trusted, &now)?;
        let digest = |d: &String| Sha256Hex::parse(d).unwrap();
        let files = vector.subjects.iter().map(|(n, d)| (n.clone(), digest(d))).collect();
        manifest.intact().check_subjects(&files)
    };
    check().map_or_else(|error| error.id(), |()| "ok")
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/manifest"))
}

fn file(vector: &Vector) -> String {
    serde_json::to_string_pretty(vector).unwrap() + "\n"
}

#[test]
fn the_verifier_agrees_with_every_vector() {
    let list = all();
    let bless = std::env::var_os("BLESS").is_some();
    if bless {
        fs::create_dir_all(folder()).unwrap();
    }
    for (name, _, _, vector) in &list {
        let path = folder().join(format!("{name}.json"));
        if bless {
            fs::write(&path, file(vector)).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap_or_default();
        assert!(stored == file(vector), "{name}: not what BLESS=1 would write");
        let stored: Vector = serde_json::from_str(&stored).unwrap();
        assert_eq!(verdict(&stored), stored.expect, "{name}: {}", stored.why);
    }
    let names = fs::read_dir(folder()).unwrap().filter_map(|e| e.unwrap().file_name().into_string().ok());
    let stored = names.filter(|n| n.ends_with(".json")).count();
    assert_eq!(stored, list.len(), "files that no vector makes");
    assert!(stored >= 110, "{stored}");
}

/// Too long to be a file here: a note of 10 MB, and the limit itself.
#[test]
fn a_manifest_that_nobody_can_read_is_refused() {
    let note = predicate("/acknowledged/0/reason", json!("x".repeat(10_000_000)));
    assert_eq!(verdict(&note), "too-large");
    let mut padded = good();
    padded.envelope.push_str(&" ".repeat(MAX_BYTES - padded.envelope.len()));
    assert_eq!(verdict(&padded), "ok");
    padded.envelope.push(' ');
    assert_eq!(verdict(&padded), "too-large");
}

/// Without a trust list the same document is intact, and the demo's, too.
#[test]
fn intact_is_less_than_trusted() {
    use super::verify_intact;
    let intact = |v: &Vector| verify_intact::<RunManifest>(v.envelope.as_bytes());
    let nobody = with(|v| v.trusted_keys.clear());
    assert!(intact(&nobody).is_ok_and(|m| !m.is_demo_signed()));
    assert!(intact(&by_demo()).is_ok_and(|m| m.is_demo_signed()));
    for (name, _, _, vector) in all() {
        let read = intact(&vector);
        if matches!(name, "payload-changed" | "signature-without-pae" | "signature-s-unreduced") {
            assert_eq!(read.unwrap_err().id(), "signature-invalid", "{name}");
        } else if name == "signer-other-key" {
            assert_eq!(read.unwrap_err().id(), "signer-differs", "{name}");
        }
    }
    let trusted = TrustedKeys::parse(&good().trusted_keys).unwrap();
    let now = UtcTime::parse(&good().now).unwrap();
    let read = verify_trusted::<RunManifest>(good().envelope.as_bytes(), &trusted, &now).unwrap();
    assert_eq!(read.holder(), &Label::new("つくば市").unwrap());
    assert_eq!(read.intact().statement(), &sample::statement(&sample::key(1)));
}

/// What would not verify is not signed.
#[test]
fn signing_refuses_a_contradiction() {
    let key = sample::key(1);
    let mut statement = sample::statement(&key);
    statement.predicate.tables[0].rows.output = 97;
    assert_eq!(super::sign(&statement, &key).unwrap_err().id(), "counts-inconsistent");
    let mut statement = sample::statement(&key);
    let gate = statement.predicate.gate.as_mut().unwrap();
    gate.l[0].limit = gate.t[0].limit;
    assert_eq!(super::sign(&statement, &key).unwrap_err().id(), "gate-inconsistent");
    assert_eq!(super::sign(&sample::statement(&key), &sample::key(2)).unwrap_err().id(), "signer-differs");
}
