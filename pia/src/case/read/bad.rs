//! fixtures/bad/case: each file there is the good case with one fault, and what must be told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use serde::Deserialize;

use super::*;
use crate::case::change::{Change, apply};
use crate::case::fixture::{base, folder, taxonomy};
use crate::error::Name;
use crate::hidden::is_hidden;
use crate::words::{Lang, Words};

/// One bad case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    /// What is wrong with it.
    why: String,
    /// Codes that are told, in order of their places.
    expect: Vec<String>,
    /// The file that the first of them points at.
    file: Option<String>,
    /// The line that it points at holds this.
    at: Option<String>,
    #[serde(default)]
    change: Vec<Change>,
    #[serde(default)]
    edit: Vec<Edit>,
}

/// A change of the text itself, for what the language of changes cannot say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    /// Stands once in the file; without it, the whole file.
    find: Option<String>,
    #[serde(default)]
    put: String,
    /// How many times it is put; `{n}` in it becomes the number.
    #[serde(default = "once")]
    times: usize,
    /// Bytes put behind everything, hexadecimal.
    #[serde(default)]
    hex: String,
    /// The file is taken away.
    #[serde(default)]
    gone: bool,
}

fn once() -> usize {
    1
}

impl Edit {
    fn make(&self, files: &mut Vec<RawFile>) {
        if self.gone {
            return files.retain(|file| file.name != self.file);
        }
        let file = files.iter_mut().find(|file| file.name == self.file).unwrap();
        let put: String = (0..self.times).map(|i| self.put.replace("{n}", &i.to_string())).collect();
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let text = match &self.find {
            Some(find) => {
                assert_eq!(text.matches(find.as_str()).count(), 1, "{find}");
                text.replace(find, &put)
            }
            None => put,
        };
        let hex = (0..self.hex.len()).step_by(2).map(|i| self.hex.get(i..i + 2).unwrap());
        file.bytes = text.into_bytes();
        file.bytes.extend(hex.map(|byte| u8::from_str_radix(byte, 16).unwrap()));
    }
}

/// What is wrong with the answer to one bad case.
fn judge(bad: &Bad) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut files = apply(&base(), &bad.change).unwrap();
    bad.edit.iter().for_each(|edit| edit.make(&mut files));
    let (files, told) = match read(&files, &taxonomy()) {
        Ok(reading) => (reading.case.files.clone(), reading.warnings),
        Err(refused) => (refused.files, refused.diagnostics),
    };
    let codes: Vec<String> = told.iter().map(|d| d.code.to_string()).collect();
    if codes != bad.expect {
        wrong.push(format!("told {codes:?}, expected {:?}", bad.expect));
    }
    if let Some(first) = told.first() {
        let spot = first.spot.as_ref().unwrap();
        if bad.file.as_ref() != Some(&spot.file) {
            wrong.push(format!("points at {}", spot.file));
        }
        let text = files.iter().find(|file| file.name == spot.file).map_or("", |file| &file.text);
        let line = spot.line.checked_sub(1).and_then(|n| text.lines().nth(n)).unwrap_or_default();
        if let Some(at) = &bad.at
            && !line.contains(at.as_str())
        {
            wrong.push(format!("points at line {}: {}", spot.line, Name::new(line)));
        }
    }
    for lang in [Lang::Ja, Lang::En] {
        let words = Words::load(lang);
        for d in &told {
            for said in [d.title(&words), d.message(&words), d.help(&words)] {
                // Our own words and at most two bounded pieces of the input, or the word list.
                let harmless = !said.chars().any(is_hidden) && said.chars().count() < 700;
                if !harmless || said.contains(['{', '}']) && !said.contains("{ ja, en }") {
                    wrong.push(format!("says {}", Name::new(&said)));
                }
            }
        }
    }
    wrong
}

#[test]
fn each_bad_case_is_told_as_expected() {
    let mut names: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    names.sort();
    assert!(names.len() >= 60, "{} bad cases", names.len());
    let mut wrong = Vec::new();
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bad: Bad = toml::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(!bad.why.is_empty());
        wrong.extend(judge(&bad).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
