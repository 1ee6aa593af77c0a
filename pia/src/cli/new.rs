//! `pia new`: a case folder with comments that teach.
//!
//! The templates are files of pia/templates/new/; the places to fill are marked with ★.

use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};

use crate::error::Exit;
use crate::io::publish;
use crate::words::Words;

use super::arguments::{Format, New};
use super::output::{self, Failure};
use super::session;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates/new");

/// Runs the command.
pub(super) fn run(arguments: &New, words: &Words) -> Exit {
    output::finish(make(arguments, words))
}

/// Names of the templates, in order.
pub(super) fn templates() -> Vec<&'static str> {
    let mut names: Vec<&str> = TEMPLATES.dirs().filter_map(|dir| dir.path().to_str()).collect();
    names.sort_unstable();
    names
}

fn make(arguments: &New, words: &Words) -> Result<Exit, Failure> {
    let (dir, template) = (&arguments.dir, arguments.template.as_str());
    let Some(files) = files(template) else {
        let facts = [("id", template), ("all", &templates().join(", "))];
        return Err(Failure { text: words.fill("new.no-template", &facts), exit: Exit::Unusable });
    };
    // No file has the empty name, so that only an empty folder is ever replaced.
    publish::folder(dir, &files, Some(""))
        .map_err(|found| session::unusable(&[*found], &[], words, Exit::Unusable))?;
    let marks: usize =
        files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).matches('★').count()).sum();
    let place = dir.display().to_string();
    output::result(&match arguments.format {
        Format::Text => words.fill("new.made", &[("dir", &place), ("n", &marks.to_string())]),
        Format::Json => {
            let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
            serde_json::json!({ "folder": place, "files": paths, "to_fill": marks }).to_string()
        }
    });
    Ok(Exit::Done)
}

/// The files of a template, by their path in the case folder.
fn files(template: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let root = TEMPLATES.get_dir(template)?;
    let mut all = Vec::new();
    collect(root, root.path(), &mut all);
    all.sort();
    Some(all)
}

fn collect(dir: &Dir<'_>, root: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, root, into),
            DirEntry::File(file) => {
                if let Some(path) = file.path().strip_prefix(root).ok().and_then(Path::to_str) {
                    into.push((path.replace('\\', "/"), file.contents().to_vec()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::case::read::RawFile;
    use crate::rule::fixture;
    use crate::words::Lang;

    #[test]
    fn every_template_can_be_read_and_has_places_to_fill() {
        assert_eq!(templates(), ["emergency", "empty"]);
        for name in templates() {
            let files: Vec<RawFile> =
                files(name).unwrap().into_iter().map(|(name, bytes)| RawFile { name, bytes }).collect();
            let reading = match crate::case::read::read(&files, &fixture::pack().taxonomy) {
                Ok(reading) => reading,
                Err(found) => panic!("{name}: {:#?}", found.diagnostics),
            };
            let marks = |name: &str| {
                let file = files.iter().find(|file| file.name == name).unwrap();
                String::from_utf8_lossy(&file.bytes).matches('★').count()
            };
            assert!(marks("case.toml") > 8 && marks("flows.toml") > 8, "{name}");
            // Nothing passes by absence: a case that was not filled in is incomplete.
            let case = reading.case;
            let (pack, evidence, day) = (fixture::pack(), fixture::evidence(&case), fixture::day(&case));
            let catalogue = crate::question::read(&pack.texts, &pack.library.names).unwrap();
            let world = crate::rule::expr::World::new(&case, &evidence, &pack.library, day);
            let standing = crate::question::standing(&world, &catalogue);
            let judged = crate::judge::judge(&world, pack, &standing.statuses(), standing.findings());
            assert_eq!(judged.state, crate::judge::State::Incomplete, "{name}");
        }
    }

    #[test]
    fn a_folder_that_holds_something_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let words = Words::load(Lang::Ja);
        let dir = folder.path().join("case");
        let made = |template: &str| {
            make(&New { dir: dir.clone(), template: template.to_owned(), format: Format::Text }, &words)
        };
        assert!(made("no-such").is_err());
        assert!(made("empty").is_ok());
        std::fs::write(dir.join("answers.toml"), "# mine").unwrap();
        assert!(made("empty").is_err());
        assert_eq!(std::fs::read_to_string(dir.join("answers.toml")).unwrap(), "# mine");
    }
}
