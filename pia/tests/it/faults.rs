//! `pia report --replace` hurt at any point: the old dossier or the new one stands whole, or the old
//! one lies beside whole, and the next run puts everything right.
//!
//! System calls are made to fail, or the process to die, with `strace --inject` (Linux). Where
//! `strace` is missing the test says so and returns, but not in CI.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::folder::{path, sha256, walk};

const OLD_DAY: &str = "2025-09-26";
const NEW_DAY: &str = "2025-09-27";

fn has_strace() -> bool {
    let works = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).status();
    let works = works.is_ok_and(|status| status.success());
    if !works {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "strace is missing or may not trace");
        eprintln!("skipped: no strace");
    }
    works
}

fn arguments(out: &Path, day: &str) -> Vec<String> {
    let case = path("health-return");
    let words = ["report", case.to_str().unwrap(), "--documents", "json", "--replace"];
    let mut all: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    all.extend(["--date".to_owned(), day.to_owned(), "--out".to_owned(), out.to_str().unwrap().to_owned()]);
    all
}

fn report(out: &Path, day: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pia")).args(arguments(out, day)).output().unwrap()
}

/// The files of a dossier, if each is what its list of digests says.
fn whole(folder: &Path) -> Option<BTreeMap<String, Vec<u8>>> {
    let files = walk(folder);
    let sums = String::from_utf8(files.get("SHA256SUMS")?.clone()).unwrap();
    let listed = |line: &str| {
        let (sum, name) = line.split_once("  ")?;
        (sha256(files.get(name)?) == sum).then_some(())
    };
    (sums.lines().count() + 1 == files.len() && sums.lines().all(|line| listed(line).is_some()))
        .then_some(files)
}

/// Names beside the output that begin with a mark.
fn beside(here: &Path, mark: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(here).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(mark)).collect()
}

#[test]
fn the_old_or_the_new_dossier_stands_whole_and_the_next_run_puts_it_right() {
    if !has_strace() {
        return;
    }
    let model = tempfile::tempdir().unwrap();
    let (old, new) = (model.path().join("old"), model.path().join("new"));
    assert_eq!(report(&old, OLD_DAY).status.code(), Some(0));
    assert_eq!(report(&new, NEW_DAY).status.code(), Some(0));
    let (old, new) = (whole(&old).unwrap(), whole(&new).unwrap());
    assert_ne!(old, new);
    let plan = [
        ("mkdir", "error=ENOSPC", 1),
        ("mkdir", "signal=SIGKILL", 1),
        ("fsync", "error=EIO", 1),
        ("fsync", "signal=SIGKILL", 2),
        ("fsync", "error=EIO", 3),
        ("fsync", "error=EIO", 4),
        ("fsync", "signal=SIGKILL", 4),
        ("rename", "error=EIO", 1),
        ("rename", "signal=SIGKILL", 1),
        ("rename", "error=EIO", 2),
        ("rename", "signal=SIGKILL", 2),
        // The second, and the way back.
        ("rename", "error=EIO", 0),
    ];
    let mut away = 0;
    for (call, hurt, when) in plan {
        let what = format!("{call} {hurt} {when}");
        let here = tempfile::tempdir().unwrap();
        let out = here.path().join("out");
        assert_eq!(report(&out, OLD_DAY).status.code(), Some(0));
        let when = if when == 0 { "2+".to_owned() } else { when.to_string() };
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
        command.args(["-e", &format!("inject={call}:{hurt}:when={when}")]);
        let done = command.arg(env!("CARGO_BIN_EXE_pia")).args(arguments(&out, NEW_DAY)).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(matches!(done.status.code(), None | Some(3 | 137)), "{what}: {:?} {said}", done.status);
        assert!(!said.contains("panicked"), "{what}: {said}");
        if out.exists() {
            let found = whole(&out).unwrap_or_else(|| panic!("{what}: not whole"));
            assert!(found == old || found == new, "{what}: neither the old nor the new");
        } else {
            away += 1;
            let left = beside(here.path(), ".out.old-");
            assert_eq!(left.len(), 1, "{what}");
            assert_eq!(whole(&left[0]).as_ref(), Some(&old), "{what}");
            // Who is not killed says where the old one is and what to do.
            let told = said.contains("P605") && said.contains(".out.old-0");
            assert!(done.status.code() != Some(3) || told, "{what}: {said}");
        }
        let next = report(&out, NEW_DAY);
        assert_eq!(next.status.code(), Some(0), "{what}: {}", String::from_utf8_lossy(&next.stderr));
        assert_eq!(whole(&out).as_ref(), Some(&new), "{what}");
        assert_eq!(beside(here.path(), ".out"), Vec::<PathBuf>::new(), "{what}: something is left");
    } // Killed before the second rename, and failing there and on the way back.
    assert!(away >= 2, "{away}");
}
