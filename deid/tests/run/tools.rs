//! Running the program in a temporary folder, and looking at what it left there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The time of every run.
pub(crate) const TIME: &str = "2026-01-01T00:00:00Z";

/// What a run ended with.
#[derive(Debug)]
pub(crate) struct Done {
    /// Exit status; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: Vec<u8>,
}

impl Done {
    pub(crate) fn of(output: Output) -> Self {
        Self { code: output.status.code(), out: output.stdout, err: output.stderr }
    }

    /// Everything it said, for messages of failed assertions.
    pub(crate) fn said(&self) -> String {
        format!(
            "exit {:?}\n{}{}",
            self.code,
            String::from_utf8_lossy(&self.out),
            String::from_utf8_lossy(&self.err)
        )
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.said()))
    }

    /// The problems of `--format json`.
    pub(crate) fn problems(&self) -> Vec<Value> {
        self.json()["problems"].as_array().cloned().unwrap_or_default()
    }

    /// The codes of the problems.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.problems().iter().map(|p| p["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.said());
        self
    }
}

/// A folder of one test: `data/` for the input, `tmp/` as the `TMPDIR` of the program.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::create_dir(folder.path().join("tmp")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// The program, not yet started; its folder is the place.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deid"));
        self.prepare(&mut command).args(arguments);
        command
    }

    /// Sets folder and environment for a program started here.
    pub(crate) fn prepare<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.current_dir(self.folder.path()).env("TMPDIR", self.path("tmp")).env("DEID_LANG", "ja")
    }

    pub(crate) fn deid(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments).output().unwrap())
    }

    /// `deid run recipe.toml --data data --out out` with more arguments.
    pub(crate) fn run(&self, more: &[&str]) -> Done {
        self.deid(&run_arguments("recipe.toml", "out", more))
    }

    /// Whatever lies in the place: path → bytes (links: their target).
    pub(crate) fn all(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        walk(self.folder.path(), &mut found);
        found
    }

    /// The same without `data/`.
    pub(crate) fn left(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = self.all();
        found.retain(|path, _| !path.starts_with(self.path("data")));
        found
    }

    /// Nothing is visible at `out`, and no private folder stays beside it.
    #[track_caller]
    pub(crate) fn assert_nothing_published(&self, what: &str) {
        assert!(fs::symlink_metadata(self.path("out")).is_err(), "{what}: something was published");
        self.assert_no_leftover(what);
    }

    #[track_caller]
    pub(crate) fn assert_no_leftover(&self, what: &str) {
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            assert!(!name.starts_with(".deid"), "{what}: {name} stays");
        }
        let tmp = fs::read_dir(self.path("tmp")).unwrap().count();
        assert_eq!(tmp, 0, "{what}: something stays in TMPDIR");
    }
}

pub(crate) fn run_arguments<'a>(recipe: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["run", recipe, "--data", "data", "--out", out, "--time", TIME, "--lang", "ja"];
    all.extend(["--format", "json"]);
    all.extend(more);
    all
}

fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let meta = fs::symlink_metadata(&path).unwrap();
        if meta.is_dir() {
            walk(&path, found);
        } else if meta.is_file() {
            found.insert(path.clone(), fs::read(path).unwrap());
        } else {
            let target = fs::read_link(&path).unwrap_or_default();
            found.insert(path, target.into_os_string().into_encoded_bytes());
        }
    }
}

/// A folder of this repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The files of a folder by name, folders apart.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().and_then(OsStr::to_str).unwrap().to_owned();
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}

/// Whether `needle` stands anywhere in `bytes`.
pub(crate) fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(bytes, needle).is_some()
}

/// The signed statement of a run.
pub(crate) fn statement(manifest: &[u8]) -> Value {
    use base64::Engine as _;
    let envelope: Value = serde_json::from_slice(manifest).unwrap();
    let payload = envelope["payload"].as_str().unwrap();
    let payload = base64::engine::general_purpose::STANDARD.decode(payload).unwrap();
    serde_json::from_slice(&payload).unwrap()
}
