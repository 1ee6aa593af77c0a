//! Help, version, wrong usage, and a reader who goes away.

use std::process::{Command, Stdio};

use super::deid;

#[test]
fn help_and_version_are_results() {
    let dir = std::env::temp_dir();
    let ja = deid(&dir, "--help");
    let en = deid(&dir, "key new --lang en --help");
    assert_eq!((ja.status, en.status), (0, 0));
    assert!(ja.out.contains("コマンド:") && ja.out.contains("explain"), "{}", ja.out);
    assert!(en.out.contains("--label") && en.out.is_ascii(), "{}", en.out);
    assert_eq!(deid(&dir, "--version").out.trim(), format!("deid {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_said_in_the_language_asked_for() {
    let dir = std::env::temp_dir();
    let cases = [
        ("key show", "FILE", "Required"),
        ("key show a b", "b", "Unknown argument"),
        ("--nonsense", "--nonsense", "Unknown argument"),
        ("bogus", "bogus", "Unknown command"),
        ("key new --kind rootless --label a --out b", "rootless", "root, signing"),
        ("synth city --residents ten --seed 1 --out x", "ten", "--residents"),
        ("explain D101 --format", "--format", "text, json"),
        ("key show a --lang", "--lang", "ja, en"),
    ];
    for (line, argument, says) in cases {
        let en = deid(&dir, &format!("--lang en {line}"));
        assert_eq!((en.status, en.out.as_str()), (2, ""), "{line}");
        assert!(en.err.contains(argument) && en.err.contains(says), "{line}: {}", en.err);
        let ja = deid(&dir, &format!("--lang ja {line}"));
        assert!(
            ja.status == 2 && ja.err.starts_with("誤り: ") && ja.err.contains(argument),
            "{line}: {}",
            ja.err
        );
    }
}

#[test]
fn a_closed_standard_output_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deid"))
        .args(["explain", "D101"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
