//! The pack of this repository and its small complete case, for the tests of the rooms.
#![allow(clippy::panic, reason = "tests")]

use std::sync::LazyLock;

use jiff::civil::Date;

use super::pack::{Pack, Texts, embedded};
use crate::case::change::{Change, apply};
use crate::case::read::{RawFile, read};
use crate::case::tree::Case;
use crate::evidence::{EvidenceStatus, TrustList};
use crate::judge::test_run::{Base, base};

static PACK: LazyLock<Pack> = LazyLock::new(|| load(embedded()));

/// Loads a pack that has to be whole.
pub(crate) fn load(texts: Texts) -> Pack {
    let copy = texts.clone();
    match Pack::load(texts) {
        Ok(loaded) => loaded.pack,
        Err(faults) => {
            let told: Vec<String> = faults
                .iter()
                .map(|fault| {
                    let text = copy.get(&fault.file).map_or("", String::as_str);
                    let at = text.get(fault.span.clone()).unwrap_or_default();
                    format!("{} {:?} {} «{at}»", fault.file, fault.code, fault.detail)
                })
                .collect();
            panic!("{} faults:\n{}", told.len(), told.join("\n"))
        }
    }
}

/// The embedded pack.
pub(crate) fn pack() -> &'static Pack {
    &PACK
}

/// The files of the small complete case.
pub(crate) fn world() -> Base {
    base(&pack().texts, "world")
}

/// Reads a case that has to be readable.
pub(crate) fn case(files: &[RawFile]) -> Case {
    match read(files, &pack().taxonomy) {
        Ok(reading) => reading.case,
        Err(unreadable) => panic!("{:?}", unreadable.diagnostics),
    }
}

/// The small complete case after changes, written as in the tests of rules.
pub(crate) fn changed(changes: &str) -> Case {
    #[derive(serde::Deserialize)]
    struct Changes {
        change: Vec<Change>,
    }
    let changes: Changes = match toml::from_str(&format!("change = [{changes}]")) {
        Ok(changes) => changes,
        Err(error) => panic!("{error}"),
    };
    match apply(&world().files, &changes.change) {
        Ok(files) => case(&files),
        Err(error) => panic!("{error}"),
    }
}

/// What the evidence of a case is worth on the day of its version.
pub(crate) fn evidence(case: &Case) -> EvidenceStatus {
    EvidenceStatus::of(case, &world().evidence, &TrustList::default(), day(case))
}

/// The day of the version of a case.
pub(crate) fn day(case: &Case) -> Date {
    case.root().and_then(|root| root.date("dated")).unwrap_or_default()
}
