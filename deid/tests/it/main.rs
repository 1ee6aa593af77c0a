//! The program as its users meet it: arguments in, exit status, output and files out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

// The exchange holds a Parquet file.
#[cfg(feature = "parquet")]
mod emergency;
mod explain;
mod help;
mod key;
mod measure;
mod plan;
mod synth;

use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a command did.
struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Ran {
    /// Its standard output as JSON.
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
    }

    /// The codes of its problems, with `--format json`.
    fn codes(&self) -> Vec<String> {
        let value = self.json();
        let problems = value["problems"].as_array().unwrap_or_else(|| panic!("{value}"));
        problems.iter().map(|p| p["code"].as_str().unwrap().to_owned()).collect()
    }

    /// Everything that a person or a log could see.
    fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// Runs `deid` in `folder` with arguments separated by blanks.
fn deid(folder: &Path, line: &str) -> Ran {
    deid_with(folder, &line.split(' ').collect::<Vec<_>>())
}

fn deid_with(folder: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_deid"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DEID_LANG")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The statement that a published folder's manifest signs.
fn statement(published: &Path) -> serde_json::Value {
    let bytes = std::fs::read(published.join("manifest.dsse.json")).unwrap();
    let envelope: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}
