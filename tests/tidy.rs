//! House rules that a compiler does not check: size and opening of files, direction of
//! dependency, purity of the core, no trace of a machine, pages and READMEs that must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::repository::{files, root, shown, text};

/// Longest source file, in lines.
const LONGEST: usize = 500;

/// Folders (and files) of the pure core, and which parts of the crate each may name. What is not
/// here may name anything (`cli` everything, `io` and `pipeline` most).
const CORE: &[(&str, &[&str])] = &[
    ("anonymity", &[]),
    ("classify", &["codes", "error", "recipe"]),
    ("codes", &["error"]),
    ("crypto", &[]),
    ("error", &["codes"]),
    ("manifest", &["crypto"]),
    ("measure", &["anonymity"]),
    ("recipe", &["codes", "error", "rulepack", "transform"]),
    ("rulepack", &["codes", "error", "recipe", "transform"]),
    ("synth", &[]),
    ("transform", &[]),
    ("words", &["codes", "error"]),
];

/// The same for `pia`.
const PIA_CORE: &[(&str, &[&str])] = &[
    ("bilingual", &["words"]),
    ("case", &["bilingual", "codes", "error", "hidden", "words"]),
    ("codes", &["error"]),
    ("diagram", &["hidden", "xml"]),
    ("digest", &[]),
    (
        "dossier",
        &["case", "diagram", "evidence", "hidden", "judge", "question", "risk", "rule", "words", "xml"],
    ),
    // A place is bytes of a file of a case.
    ("error", &["case", "codes", "hidden", "words"]),
    ("evidence", &["case", "digest"]),
    ("hidden", &[]),
    // The tests of a rule on what remains of the risks compute them.
    ("judge", &["case", "digest", "evidence", "risk", "rule", "words"]),
    ("question", &["bilingual", "case", "judge", "rule", "words"]),
    ("review", &["bilingual", "case", "evidence", "judge", "question", "risk", "rule", "words"]),
    ("risk", &["bilingual", "case", "evidence", "rule", "words"]),
    ("rule", &["bilingual", "case", "digest", "evidence", "words"]),
    ("words", &[]),
    ("xml", &[]),
];

/// What the pure core must not name: files, environment, network, processes, terminal, clock.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::io::std",
    "print!(",
    "println!(",
    "SystemTime",
    "Instant::now",
];

/// A source file without comments and without tests.
struct Source {
    path: String,
    /// First part of the path below `src`, without `.rs`.
    part: String,
    code: String,
}

fn sources(folder: &str) -> Vec<Source> {
    let rust: Vec<_> =
        files(folder).into_iter().filter(|f| f.extension().is_some_and(|e| e == "rs")).collect();
    let test_modules: BTreeSet<String> = rust.iter().flat_map(|f| test_modules(f)).collect();
    let mut found = Vec::new();
    for file in rust {
        let path = shown(&file);
        let is_test =
            test_modules.iter().any(|m| path == format!("{m}.rs") || path.starts_with(&format!("{m}/")));
        if is_test {
            continue;
        }
        let below = path.strip_prefix(&format!("{folder}/")).unwrap().to_owned();
        let part = below.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        found.push(Source { code: code(&text(&file).unwrap()), path, part });
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

/// Paths (without `.rs`) of the modules that a file declares for tests only.
fn test_modules(file: &Path) -> Vec<String> {
    let own = shown(file);
    let base = match own.strip_suffix("/mod.rs").or_else(|| own.strip_suffix("/lib.rs")) {
        Some(folder) => folder.to_owned(),
        None => own.trim_end_matches(".rs").to_owned(),
    };
    let all = text(file).unwrap();
    let lines: Vec<&str> = all.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("#[cfg(") && pair[0].contains("test"))
        .filter_map(|pair| pair[1].strip_suffix(';')?.split("mod ").nth(1))
        .map(|name| format!("{base}/{name}"))
        .collect()
}

/// The text without comment lines, up to the tests at its end.
fn code(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_tests = |i: &usize| {
        lines[*i].trim().starts_with("#[cfg(")
            && lines[*i].contains("test")
            && lines[*i + 1..]
                .iter()
                .find(|l| !l.trim().starts_with("#["))
                .is_some_and(|l| l.contains("mod ") && l.ends_with('{'))
    };
    let end = (0..lines.len()).find(is_tests).unwrap_or(lines.len());
    lines[..end].iter().filter(|l| !l.trim_start().starts_with("//")).copied().collect::<Vec<_>>().join("\n")
}

/// The parts of the crate that a file names: `crate::part` and `crate::{part, …}`.
fn named_parts(code: &str) -> BTreeSet<String> {
    let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut parts = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => {
                parts.insert(word(rest));
            }
            Some(list) => {
                let mut depth = 0;
                let mut item = String::new();
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            parts.insert(word(item.trim()));
                            item.clear();
                            continue;
                        }
                        _ => {}
                    }
                    item.push(c);
                }
                parts.insert(word(item.trim()));
            }
        }
    }
    parts.remove("");
    parts
}

#[test]
fn every_source_file_says_what_it_is_and_is_short() {
    let mut wrong = Vec::new();
    for folder in ["deid/src", "pia/src", "deid/tests", "pia/tests", "tests"] {
        if !root().join(folder).is_dir() {
            continue;
        }
        for file in files(folder).into_iter().filter(|f| f.extension().is_some_and(|e| e == "rs")) {
            let all = text(&file).unwrap();
            let lines = all.lines().count();
            if lines > LONGEST {
                wrong.push(format!("{}: {lines} lines: two concepts?", shown(&file)));
            }
            // `//! stub` and the like say nothing.
            if !all.starts_with("//! ") || all.lines().next().is_some_and(|first| first.len() < 20) {
                wrong.push(format!("{}: does not open with //! and what it is", shown(&file)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn dependencies_point_inwards_and_the_core_is_pure() {
    inwards("deid/src", CORE);
    inwards("pia/src", PIA_CORE);
}

fn inwards(folder: &str, core: &[(&str, &[&str])]) {
    let parts = core.len();
    let core: BTreeMap<&str, &[&str]> = core.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for source in sources(folder) {
        let Some(allowed) = core.get(source.part.as_str()) else { continue };
        seen.insert(source.part.clone());
        for part in named_parts(&source.code) {
            if part != source.part && !allowed.contains(&part.as_str()) {
                wrong.push(format!("{}: names crate::{part}", source.path));
            }
        }
        for word in IMPURE {
            if source.code.contains(word) {
                wrong.push(format!("{}: {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(seen.len(), parts, "a part of the core was not found: {seen:?}");
}

/// The report is made from a model, and only the command line puts it into a file.
#[test]
fn nothing_but_the_command_line_depends_on_it() {
    let mut wrong = Vec::new();
    for source in sources("deid/src") {
        let parts = named_parts(&source.code);
        let outer = matches!(source.part.as_str(), "cli" | "main" | "lib" | "process");
        if !outer && parts.contains("cli") {
            wrong.push(format!("{}: names crate::cli", source.path));
        }
        if source.part == "io" && (parts.contains("pipeline") || parts.contains("report")) {
            wrong.push(format!("{}: names what stands above it", source.path));
        }
        if source.part == "report" && (parts.contains("io") || parts.contains("pipeline")) {
            wrong.push(format!("{}: names what stands beside or above it", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn polars_is_named_under_io_parquet_only() {
    for source in sources("deid/src") {
        let named = source.code.contains("polars_");
        assert!(!named || source.path.starts_with("deid/src/io/parquet/"), "{}", source.path);
    }
    assert!(
        sources("deid/src").iter().any(|s| s.code.contains("polars_parquet")),
        "the search finds nothing"
    );
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    // Put together here, so that this file does not find itself.
    let folders = ["work", "home", "root", "Users"].map(|name| format!("/{name}/"));
    let hosts = ["sparse", "artifactory", "nexus", "registry-mirror"].map(|name| name.to_owned() + "+http");
    let also = ["[source.crates-", "replace-"]
        .map(|name| name.to_owned() + if name.ends_with('-') { "with" } else { "" });
    let mut wrong = Vec::new();
    for file in files("") {
        let Some(all) = text(&file) else { continue };
        for word in folders.iter().chain(&hosts).chain(&also[1..]) {
            if all.contains(word.as_str()) {
                wrong.push(format!("{}: {word}", shown(&file)));
            }
        }
    }
    let lock = text(&root().join("Cargo.lock")).unwrap();
    for line in lock.lines().filter(|l| l.starts_with("source = ")) {
        if line != "source = \"registry+https://github.com/rust-lang/crates.io-index\"" {
            wrong.push(format!("Cargo.lock: {line}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_method_has_a_page_in_both_languages_and_is_embedded() {
    let mut languages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files("docs/methods") {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let (stem, lang) =
            name.strip_suffix(".md").and_then(|n| n.rsplit_once('.')).unwrap_or_else(|| panic!("{name}"));
        languages.entry(stem.to_owned()).or_default().insert(lang.to_owned());
    }
    let embedded: BTreeSet<String> =
        deid::transform::pages::PAGES.iter().map(|p| p.name.to_owned()).collect();
    assert_eq!(languages.keys().cloned().collect::<BTreeSet<_>>(), embedded);
    for (name, found) in languages {
        assert_eq!(found, BTreeSet::from(["en".to_owned(), "ja".to_owned()]), "{name}");
    }
}

/// fixtures/README.md has a line for each folder: what is there, and how it was made.
#[test]
fn every_fixture_folder_is_described() {
    let readme = text(&root().join("fixtures/README.md")).unwrap();
    let mut folders = BTreeSet::new();
    for file in files("fixtures") {
        let path = shown(&file);
        let below = path.strip_prefix("fixtures/").unwrap();
        let parts: Vec<&str> = below.split('/').collect();
        // Each folder of a bad input says itself what is wrong with it.
        let depth =
            if below.starts_with("bad/data/") || below.starts_with("cases/") { 3 } else { parts.len() };
        for end in 1..parts.len().min(depth) {
            folders.insert(format!("`{}/`", parts[..end].join("/")));
        }
    }
    assert!(folders.len() > 1);
    let missing: Vec<&String> = folders.iter().filter(|f| !readme.contains(f.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_search_for_dependencies_finds_them() {
    let found =
        named_parts("use crate::codes::Code;\nuse crate::{error::{A, B}, io};\nlet x = crate::cli::say;");
    assert_eq!(found, ["cli", "codes", "error", "io"].map(str::to_owned).into());
    let cut = code("//! x std::fs\nuse a;\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n");
    assert_eq!(cut, "use a;");
    assert!(code("#[cfg(test)]\nfn helper() {}\nuse b;").contains("use b"));
}
