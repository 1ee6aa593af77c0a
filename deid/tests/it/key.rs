//! Key files: private, never overwritten, never shown, destroyed with a record.

use std::fs;
use std::path::Path;

use deid::manifest::destroy::KeyDestruction;
use deid::manifest::verify_intact;

use super::{Ran, deid, deid_with};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn new(folder: &Path, kind: &str, out: &str) -> Ran {
    let ran = deid_with(
        folder,
        &["key", "new", "--kind", kind, "--label", "救急実証 2026", "--out", out, "--format", "json"],
    );
    assert_eq!(ran.status, 0, "{}", ran.err);
    ran
}

/// The secret of a key file, as it stands there.
fn secret(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let line = text.lines().find_map(|l| l.strip_prefix("secret ")).unwrap();
    assert!(line.len() > 40);
    line.to_owned()
}

#[test]
fn a_new_key_is_private_and_never_overwritten() {
    let dir = folder();
    let made = new(dir.path(), "root", "a.key").json();
    assert_eq!((made["kind"].as_str(), made["label"].as_str()), (Some("root"), Some("救急実証 2026")));
    assert!(made["id"].as_str().unwrap().starts_with("root-"), "{made}");
    assert_eq!(made["file"], "a.key");
    let before = fs::read(dir.path().join("a.key")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(dir.path().join("a.key")).unwrap().permissions().mode() & 0o7777, 0o600);
    }
    let again = deid(dir.path(), "key new --kind root --label x --out a.key --format json");
    assert_eq!((again.status, again.codes()), (2, vec!["D601".to_owned()]));
    assert_eq!(fs::read(dir.path().join("a.key")).unwrap(), before);
    let other = new(dir.path(), "root", "b.key").json();
    assert_ne!(other["id"], made["id"]);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing else is left");
}

#[test]
fn labels_are_checked() {
    let dir = folder();
    for label in ["", " a", "a\u{202e}b", &"字".repeat(65)] {
        let ran = deid_with(
            dir.path(),
            &["key", "new", "--kind", "root", "--label", label, "--out", "k", "--format", "json"],
        );
        assert_eq!((ran.status, ran.codes()), (2, vec!["D514".to_owned()]), "{label:?}");
    }
    assert!(!dir.path().join("k").exists());
}

#[test]
fn show_tells_kind_id_and_label_only() {
    let dir = folder();
    let made = new(dir.path(), "signing", "s.key").json();
    let shown = deid(dir.path(), "key show s.key --format json").json();
    let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "kind", "label"]);
    assert_eq!(shown["id"], made["id"]);
    let text = deid(dir.path(), "key show s.key --lang en");
    assert!(text.out.contains(made["id"].as_str().unwrap()), "{}", text.out);
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder();
    new(dir.path(), "signing", "s.key");
    for mode in [0o644, 0o640, 0o604, 0o620] {
        fs::set_permissions(dir.path().join("s.key"), fs::Permissions::from_mode(mode)).unwrap();
        for command in
            ["key show s.key", "key public s.key", "key destroy s.key --by a --sign s.key --record r"]
        {
            let ran = deid(dir.path(), &format!("{command} --format json"));
            assert_eq!((ran.status, ran.codes()), (3, vec!["D503".to_owned()]), "{mode:o} {command}");
        }
    }
    std::os::unix::fs::symlink("s.key", dir.path().join("link")).unwrap();
    fs::set_permissions(dir.path().join("s.key"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(deid(dir.path(), "key show link --format json").codes(), ["D502"]);
}

#[test]
fn the_public_half_is_of_signing_keys_only() {
    let dir = folder();
    let made = new(dir.path(), "signing", "s.key").json();
    new(dir.path(), "root", "r.key");
    let printed = deid(dir.path(), "key public s.key");
    let written = deid(dir.path(), "key public s.key --out s.pub --format json");
    assert_eq!((printed.status, written.status), (0, 0));
    let file = fs::read_to_string(dir.path().join("s.pub")).unwrap();
    assert_eq!(file, printed.out);
    assert!(file.starts_with("deid-public-key 1\n") && file.contains(made["id"].as_str().unwrap()));
    assert_eq!(written.json()["file"], "s.pub");
    let ran = deid(dir.path(), "key public r.key --format json");
    assert_eq!((ran.status, ran.codes()), (2, vec!["D504".to_owned()]));
    // A public file is no secret one, whatever its rights are.
    assert_eq!(deid(dir.path(), "key show s.pub --format json").codes(), ["D504"]);
}

#[test]
fn destroying_leaves_a_record_that_verifies() {
    let dir = folder();
    let root = new(dir.path(), "root", "r.key").json();
    let signer = new(dir.path(), "signing", "s.key").json();
    let arguments = [
        "key",
        "destroy",
        "r.key",
        "--by",
        "情報政策課",
        "--sign",
        "s.key",
        "--record",
        "r.json",
        "--time",
        "2026-11-22T04:05:06Z",
        "--format",
        "json",
    ];
    let ran = deid_with(dir.path(), &arguments);
    assert_eq!(ran.status, 0, "{}", ran.all());
    let told = ran.json();
    assert_eq!((told["id"].clone(), told["overwritten"].clone()), (root["id"].clone(), true.into()));
    assert!(!dir.path().join("r.key").exists());

    let record = fs::read(dir.path().join("r.json")).unwrap();
    let read = verify_intact::<KeyDestruction>(&record).unwrap();
    let said = &read.statement().predicate;
    assert_eq!(said.key.as_str(), root["id"].as_str().unwrap());
    assert_eq!(
        (said.declared_by.as_str(), said.declared_at.as_str()),
        ("情報政策課", "2026-11-22T04:05:06Z")
    );
    assert_eq!(read.signer().as_str(), signer["id"].as_str().unwrap());
}

#[test]
fn people_are_told_what_a_record_cannot_prove() {
    let dir = folder();
    new(dir.path(), "root", "r.key");
    new(dir.path(), "signing", "s.key");
    let ran = deid(dir.path(), "key destroy r.key --by office --sign s.key --record r.json --lang en");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("declared destroyed") && ran.err.contains("Nobody can prove"), "{}", ran.err);
}

#[test]
fn a_key_is_kept_when_its_end_cannot_be_recorded() {
    let dir = folder();
    new(dir.path(), "root", "r.key");
    new(dir.path(), "root", "r2.key");
    new(dir.path(), "signing", "s.key");
    fs::hard_link(dir.path().join("s.key"), dir.path().join("same.key")).unwrap();
    fs::write(dir.path().join("there.json"), "x").unwrap();
    let cases = [
        ("key destroy s.key --by a --sign s.key --record r.json", "D701", 2),
        ("key destroy s.key --by a --sign same.key --record r.json", "D701", 2),
        ("key destroy r.key --by a --sign r2.key --record r.json", "D504", 2),
        ("key destroy r.key --by a --sign none.key --record r.json", "D502", 3),
        ("key destroy r.key --by a --sign s.key --record there.json", "D601", 2),
        ("key destroy r.key --by a --sign s.key --record no/folder.json", "D604", 3),
        ("key destroy r.key --by a --sign s.key --record r.json --time today", "D701", 2),
    ];
    for (line, code, status) in cases {
        let ran = deid(dir.path(), &format!("{line} --format json"));
        assert_eq!((ran.codes(), ran.status), (vec![code.to_owned()], status), "{line}");
    }
    let by = [
        "key", "destroy", "r.key", "--by", "a\nb", "--sign", "s.key", "--record", "r.json", "--format",
        "json",
    ];
    assert_eq!(deid_with(dir.path(), &by).codes(), ["D701"]);
    for kept in ["r.key", "r2.key", "s.key"] {
        assert_eq!(deid(dir.path(), &format!("key show {kept}")).status, 0, "{kept}");
    }
    assert!(!dir.path().join("r.json").exists());
}

/// The secret itself is the canary: no command may print it, in any form or language.
#[test]
fn no_output_holds_a_secret() {
    let dir = folder();
    let mut outputs = vec![new(dir.path(), "root", "r.key"), new(dir.path(), "signing", "s.key")];
    let secrets = [secret(&dir.path().join("r.key")), secret(&dir.path().join("s.key"))];
    let damaged = fs::read_to_string(dir.path().join("r.key")).unwrap().replacen("check ", "check 0", 1);
    let tail = secrets[0].chars().skip(8).collect::<String>();
    fs::write(dir.path().join("bad.key"), damaged).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(dir.path().join("bad.key"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    for command in [
        "key show r.key",
        "key show s.key",
        "key show bad.key",
        "key public r.key",
        "key public s.key",
        "key public bad.key",
        "key destroy bad.key --by a --sign s.key --record q.json",
        "key destroy r.key --by a --sign s.key --record r.json",
    ] {
        for format in ["text", "json"] {
            for lang in ["ja", "en"] {
                outputs.push(deid(dir.path(), &format!("{command} --format {format} --lang {lang}")));
            }
        }
    }
    let record = fs::read_to_string(dir.path().join("r.json")).unwrap();
    for text in outputs.iter().map(Ran::all).chain([record]) {
        assert!(!text.is_empty());
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()) && !text.contains(&tail), "{text}");
        }
    }
}
