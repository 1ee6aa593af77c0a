//! What evidence is worth, one reason at a time, and promises against the vectors of manifests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use serde::Deserialize;

use super::status::{Class, EvidenceStatus, Kept, NotAccepted, Promise};
use super::{Pin, TrustList};
use crate::case::read::RawFile;
use crate::digest::sha256;
use crate::rule::fixture;

#[derive(Deserialize)]
struct Vector {
    trusted_keys: Vec<Pin>,
    envelope: String,
}

const GOOD: &str = include_str!("../../../fixtures/manifest/good.json");

fn vector() -> Vector {
    serde_json::from_str(GOOD).unwrap()
}

/// The status of one evidence: `index` adds keys, `bytes` is its file.
fn status(kind: &str, index: &str, bytes: Option<&[u8]>, trust: &TrustList) -> EvidenceStatus {
    let digest = sha256(bytes.unwrap_or_default());
    let entry = format!(
        "[[evidence]]\nid = \"ev-x\"\ntitle = \"x\"\nkind = \"{kind}\"\ndate = 2026-11-01\n{}",
        index.replace("SHA", &digest)
    );
    let mut files: Vec<RawFile> =
        fixture::world().files.into_iter().filter(|file| !file.name.starts_with("evidence/")).collect();
    let flows = files.iter_mut().find(|file| file.name == "flows.toml").unwrap();
    let mut table: toml::Table = std::str::from_utf8(&flows.bytes).unwrap().parse().unwrap();
    strip_evidence(&mut toml::Value::Table(std::mem::take(&mut table)), &mut table);
    flows.bytes = toml::to_string(&table).unwrap().into_bytes();
    files.retain(|file| file.name != "answers.toml");
    files.push(RawFile::new("evidence/index.toml", &format!("\n{entry}")));
    let case = fixture::case(&files);
    let there = bytes.map(|bytes| ("x.bin".to_owned(), bytes.to_vec()));
    EvidenceStatus::of(
        &case,
        &there.into_iter().collect::<BTreeMap<_, _>>(),
        trust,
        "2026-11-22".parse().unwrap(),
    )
}

/// Takes every list of evidence ids out of a table.
fn strip_evidence(value: &mut toml::Value, into: &mut toml::Table) {
    fn clean(value: &mut toml::Value) {
        match value {
            toml::Value::Table(table) => {
                table.retain(|_, inner| {
                    !matches!(inner, toml::Value::Array(all)
                        if all.iter().any(|one| one.as_str().is_some_and(|id| id.starts_with("ev-"))))
                });
                table.iter_mut().for_each(|(_, inner)| clean(inner));
            }
            toml::Value::Array(all) => all.iter_mut().for_each(clean),
            _ => {}
        }
    }
    clean(value);
    if let toml::Value::Table(table) = value {
        *into = std::mem::take(table);
    }
}

const READ: &str = "file = \"x.bin\"\nsha256 = \"SHA\"\nchecked_by = \"担当\"\nchecked_on = 2026-11-20\n";

#[test]
fn each_reason_by_itself() {
    let trust = TrustList::default();
    let of = |index: &str, bytes: Option<&[u8]>| {
        status("contract", index, bytes, &trust).get("ev-x").unwrap().refused
    };
    let paper = Some("契約書".as_bytes());
    assert_eq!(of(READ, paper), None);
    assert_eq!(of("", paper), Some(NotAccepted::NoFile));
    assert_eq!(of(READ, None), Some(NotAccepted::FileMissing));
    assert_eq!(of("file = \"x.bin\"\n", paper), Some(NotAccepted::NoDigest));
    assert_eq!(of(&READ.replace("SHA", &"0".repeat(64)), paper), Some(NotAccepted::DigestDiffers));
    assert_eq!(of(READ, Some(b"")), Some(NotAccepted::Empty));
    assert_eq!(of(READ, Some(b"%PDF-1.4\n%%EOF")), Some(NotAccepted::Empty));
    assert_eq!(of(&format!("{READ}valid_until = 2026-11-21\n"), paper), Some(NotAccepted::Expired));
    assert_eq!(of(&format!("{READ}valid_until = 2026-11-22\n"), paper), None);
    assert_eq!(of("file = \"x.bin\"\nsha256 = \"SHA\"\n", paper), Some(NotAccepted::Unchecked));
    assert_eq!(of(&READ.replace("2026-11-20", "2026-11-23"), paper), Some(NotAccepted::Unchecked));
}

#[test]
fn classes_are_told_apart() {
    let trusted = TrustList::parse(&vector().trusted_keys).unwrap();
    let envelope = vector().envelope;
    let index = "file = \"x.bin\"\nsha256 = \"SHA\"\n";
    let measured = status("run-manifest", index, Some(envelope.as_bytes()), &trusted);
    let standing = measured.get("ev-x").unwrap();
    assert_eq!((standing.class, standing.refused), (Class::Measured, None));
    assert!(!standing.manifest.as_ref().unwrap().is_compared());
    let untrusted = status("run-manifest", index, Some(envelope.as_bytes()), &TrustList::default());
    let standing = untrusted.get("ev-x").unwrap();
    assert_eq!(standing.class, Class::SelfDeclared);
    assert!(!standing.refused.unwrap().is_broken_manifest());
    let broken = status("run-manifest", READ, Some(b"{}"), &trusted);
    assert!(broken.get("ev-x").unwrap().refused.unwrap().is_broken_manifest());
    let paper = status("contract", READ, Some("契約書".as_bytes()), &trusted);
    assert_eq!(paper.get("ev-x").unwrap().class, Class::Document);
}

#[test]
fn a_promise_is_kept_by_what_was_measured() {
    let trusted = TrustList::parse(&vector().trusted_keys).unwrap();
    let index = "file = \"x.bin\"\nsha256 = \"SHA\"\n";
    let good = vector().envelope;
    let kept = |promise: Promise<'_>, index: &str, trust: &TrustList| {
        let status = status("run-manifest", index, Some(good.as_bytes()), trust);
        promise.is_kept_by(status.get("ev-x").unwrap())
    };
    let promise =
        Promise { dataset: "d", table: Some("persons"), k: Some(7), l: Some(3), t_percent: Some(20) };
    assert_eq!(kept(promise, index, &trusted), Kept::Yes);
    assert_eq!(kept(Promise { table: None, ..promise }, index, &trusted), Kept::Yes);
    assert_eq!(kept(Promise { k: Some(8), ..promise }, index, &trusted), Kept::No);
    assert_eq!(kept(Promise { l: Some(4), ..promise }, index, &trusted), Kept::No);
    assert_eq!(kept(Promise { t_percent: Some(18), ..promise }, index, &trusted), Kept::No);
    assert_eq!(
        kept(Promise { table: Some("visits"), ..promise }, index, &trusted),
        Kept::Open("not-measured")
    );
    let nothing = Promise { k: None, l: None, t_percent: None, ..promise };
    assert_eq!(kept(nothing, index, &trusted), Kept::Open("nothing-promised"));
    let expired = format!("{index}valid_until = 2026-11-10\n");
    assert_eq!(kept(promise, &expired, &trusted), Kept::No);
    assert_eq!(kept(promise, index, &TrustList::default()), Kept::Open("unknown-signer"));
}
