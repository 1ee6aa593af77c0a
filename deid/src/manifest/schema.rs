//! docs/ against the code. docs/schema/manifest.schema.json: the schema is for other people's tools,
//! the types of this module are what counts, and these tests keep the two in step.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::envelope::Envelope;
use super::{Predicate as _, sample};
use serde_json::Value;
use std::fs;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn validator() -> jsonschema::Validator {
    let text = fs::read_to_string(format!("{ROOT}/docs/schema/manifest.schema.json")).unwrap();
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn what_is_written_fits_the_schema() {
    let statement = sample::statement(&sample::key(1));
    let value: Value = serde_json::from_slice(&statement.to_bytes()).unwrap();
    let faults: Vec<String> =
        validator().iter_errors(&value).map(|e| e.instance_path().to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
}

/// The schema accepts every vector whose fault is not one of shape, and refuses those of shape
/// that JSON Schema can see at all.
#[test]
fn the_schema_agrees_with_the_vectors() {
    // Not visible to a schema: the bytes around the tree, repeated keys, calendar, number spelling.
    let unseen = ["payload-", "k-as-float", "time-no-such-day", "time-year-9999"];
    let validator = validator();
    let mut compared = 0;
    for entry in fs::read_dir(format!("{ROOT}/fixtures/manifest")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if unseen.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let vector: Value =
            serde_json::from_str(&fs::read_to_string(format!("{ROOT}/fixtures/manifest/{name}")).unwrap())
                .unwrap();
        let Ok(envelope) = Envelope::parse(vector["envelope"].as_str().unwrap().as_bytes()) else {
            continue;
        };
        let payload: Value = serde_json::from_slice(envelope.payload()).unwrap();
        let shape =
            ["statement-malformed", "statement-type", "predicate-unknown", "subject-none", "gate-not-passed"];
        let expect = vector["expect"].as_str().unwrap();
        if expect != "subject-name" {
            assert_eq!(validator.is_valid(&payload), !shape.contains(&expect), "{name}");
            compared += 1;
        }
    }
    assert!(compared >= 60, "{compared}");
}

/// Both pages of the contract list every reason, in order, and show the worked vectors that
/// `crypto::derive` tests.
#[test]
fn the_pages_name_every_reason_and_vector() {
    for page in ["docs/manifest.md", "docs/ja/manifest.md"] {
        let text = fs::read_to_string(format!("{ROOT}/{page}")).unwrap();
        let mut after = 0;
        for reason in super::ManifestError::ALL {
            let place = text.find(&format!("| `{}` |", reason.id()));
            assert!(place.is_some_and(|p| p > after), "{page}: {reason} missing or out of order");
            after = place.unwrap();
        }
        for vector in [
            "46891e81b864c907f02ecfea99716f80b17a4a405f28ded6d21aad7d917fc3ae",
            "cf653352296350d77f6819baf627a3f3bbfdeb7334c5a4865b47d0c90e7a5674",
            "c3dce4543cb758513269221734229768",
            "63VKJ58F5QB18K4T922WT255V8",
            "4e3fe36955152d6a68a122f312ba2a22",
            "root-F34SW4C8M6NJZTSR",
            super::run::RunManifest::TYPE,
        ] {
            assert!(text.contains(vector), "{page}: {vector}");
        }
    }
}
