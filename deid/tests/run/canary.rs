//! No cell of the data leaves by the side door: not in words, records, reports or temporary files,
//! whatever the command and whatever goes wrong, in no encoding that a careless program might use.
//!
//! Every cell is a token of its own. A token may appear in one place only: as itself, in the
//! published file of its table, where the recipe says `keep`.

use std::collections::HashMap;

use base64::Engine as _;
use regex::bytes::{Regex, RegexBuilder};
use sha2::{Digest, Sha256};

use super::recipes::HEAD;
use super::tools::{Done, Place, contains, run_arguments, statement};

const PEOPLE: usize = 24;

/// A token; its first two letters are all that a prefix hierarchy leaves of it.
fn token(table: &str, column: &str, row: usize) -> String {
    format!("Zq{table}{column}{row:03}彩Wk")
}

/// A date that no other cell has.
fn day(row: usize) -> String {
    format!("19{:02}-{:02}-{:02}", 21 + row, 1 + row % 12, 10 + row % 17)
}

fn recipe() -> String {
    format!(
        r#"{HEAD}
[[acknowledge]]
code = "D123"
reason = "canary"
[[acknowledge]]
code = "D121"
reason = "canary"
[person]
table = "persons"
[privacy]
k = 3
suppression = 0.2
l = {{ events = {{ "所見" = 2 }} }}

[domain.resident]
normalise = ["trim", "width+case"]
[domain.event]
normalise = []
[hierarchy.two]
prefix = {{ lengths = [2] }}

[table.persons]
file = "persons.csv"
encoding = "cp932"
key = "番号"
[table.persons.columns]
"番号" = {{ role = "link", item = "iN03", treatment = {{ pseudonym = "resident" }} }}
"氏名" = {{ role = "direct", item = "iP01", treatment = "drop" }}
"電話" = {{ role = "direct", item = "iP07", treatment = {{ mask = {{ first = 2 }} }} }}
"生年月日" = {{ role = "sensitive", item = "iP03", type = "date", treatment = {{ date_truncate = "decade" }} }}
"地区" = {{ role = "quasi", item = "iP06", treatment = {{ generalize = "two" }} }}

[table.events]
file = "events.csv"
encoding = "utf-8"
key = "件"
null = ["NULL"]
[table.events.columns]
"件" = {{ role = "link", item = "iN09", treatment = {{ pseudonym = {{ domain = "event", form = "hex" }} }} }}
"番号" = {{ role = "link", item = "iN03", treatment = {{ pseudonym = "resident" }} }}
"種別" = {{ role = "quasi", item = "iE03", treatment = {{ generalize = "two" }} }}
"所見" = {{ role = "sensitive", item = "iE03", treatment = "keep" }}
"稀" = {{ role = "sensitive", item = "iM01", treatment = {{ suppress = {{ rarer_than = 2 }} }} }}
"概要" = {{ role = "text", item = "iE03", treatment = "drop_text" }}

[table.drugs]
file = "drugs.ndjson"
[table.drugs.columns]
"件" = {{ role = "link", item = "iN09", treatment = {{ pseudonym = {{ domain = "event", form = "hex" }} }} }}
"薬" = {{ role = "sensitive", item = "iM05", treatment = {{ generalize = {{ hierarchy = "two", level = 1 }} }} }}
"備考" = {{ role = "text", item = "iE03", treatment = "drop" }}

[[relation]]
child = "events"
column = "番号"
parent = "persons"
[[relation]]
child = "drugs"
column = "件"
parent = "events"
"#
    )
}

struct Tables {
    persons: Vec<Vec<String>>,
    events: Vec<Vec<String>>,
    drugs: Vec<Vec<String>>,
}

fn tables() -> Tables {
    let row =
        |table: &str, columns: &[&str], i| columns.iter().map(|c| token(table, c, i)).collect::<Vec<_>>();
    let mut tables = Tables { persons: vec![], events: vec![], drugs: vec![] };
    for i in 0..PEOPLE {
        let mut person = row("p", &["番", "名", "電"], i);
        person.push(day(i));
        person.push(token("p", "地", i));
        tables.persons.push(person);
        for n in [2 * i, 2 * i + 1] {
            let mut event = row("e", &["件", "番", "種", "所", "稀", "概"], n);
            event[1] = token("p", "番", i);
            tables.events.push(event);
            let mut drug = row("d", &["件", "薬", "備"], n);
            drug[0] = token("e", "件", n);
            tables.drugs.push(drug);
        }
    }
    tables
}

fn csv(header: &str, rows: &[Vec<String>]) -> String {
    rows.iter().fold(format!("{header}\n"), |text, row| text + &row.join(",") + "\n")
}

const HEADERS: [&str; 2] = ["番号,氏名,電話,生年月日,地区", "件,番号,種別,所見,稀,概要"];

fn write(place: &Place, tables: &Tables) {
    let persons = encoding_rs::SHIFT_JIS.encode(&csv(HEADERS[0], &tables.persons)).0.into_owned();
    let drugs: String = tables
        .drugs
        .iter()
        .map(|d| serde_json::json!({ "件": d[0], "薬": d[1], "備考": d[2] }).to_string() + "\n")
        .collect();
    place.write("recipe.toml", recipe()).write("data/persons.csv", persons);
    place.write("data/events.csv", csv(HEADERS[1], &tables.events)).write("data/drugs.ndjson", drugs);
}

/// Every shape of every token, in one automaton.
struct Net {
    shapes: Regex,
    /// The shape and the token it comes from.
    meaning: HashMap<Vec<u8>, String>,
}

impl Net {
    fn new(tables: &Tables) -> Self {
        let mut meaning = HashMap::new();
        let cells = tables.persons.iter().chain(&tables.events).chain(&tables.drugs).flatten();
        for cell in cells {
            for shape in shapes(cell) {
                meaning.insert(shape, cell.clone());
            }
        }
        let all: Vec<String> = meaning
            .keys()
            .map(|s| s.iter().fold(String::from("(?-u)"), |p, b| p + &format!("\\x{b:02x}")))
            .map(|s| format!("(?:{s})"))
            .collect();
        let shapes = RegexBuilder::new(&all.join("|")).size_limit(1 << 30).build().unwrap();
        Self { shapes, meaning }
    }

    fn find(&self, bytes: &[u8]) -> Vec<(&[u8], &String)> {
        let found = self.shapes.find_iter(bytes).filter_map(|m| self.meaning.get_key_value(m.as_bytes()));
        found.map(|(shape, token)| (shape.as_slice(), token)).collect()
    }

    /// Nothing that the program said, and nothing that it left, holds a token.
    fn assert_dry(&self, place: &Place, done: &Done, kept: &[&str], what: &str) {
        for (name, bytes) in [("stdout", &done.out), ("stderr", &done.err)] {
            assert_eq!(self.find(bytes), vec![], "{what}: {name}");
        }
        for (path, bytes) in place.left() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let published = path.parent().is_some_and(|p| p.ends_with("out"));
            let found = self.find(&bytes);
            let allowed = |(shape, token): &(&[u8], &String)| {
                published
                    && *shape == token.as_bytes()
                    && kept.contains(&name.as_str())
                    && token.contains("e所")
            };
            let leaked: Vec<_> = found.into_iter().filter(|f| !allowed(f)).collect();
            assert!(leaked.is_empty(), "{what}: {}: {:?}", path.display(), leaked[0].1);
            if name == "manifest.dsse.json" {
                let payload = statement(&bytes).to_string();
                assert_eq!(self.find(payload.as_bytes()), vec![], "{what}: the payload of the manifest");
            }
        }
    }
}

/// What a careless program might make of a cell.
fn shapes(cell: &str) -> Vec<Vec<u8>> {
    let bytes = cell.as_bytes();
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |t, b| t + &format!("{b:02x}"));
    let digest = Sha256::digest(bytes);
    let mut all: Vec<Vec<u8>> = vec![
        bytes.to_vec(),
        cell.to_lowercase().into_bytes(),
        cell.to_uppercase().into_bytes(),
        cell.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        cell.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        encoding_rs::SHIFT_JIS.encode(cell).0.into_owned(),
        encoding_rs::EUC_JP.encode(cell).0.into_owned(),
        hex(bytes).into_bytes(),
        hex(bytes).to_uppercase().into_bytes(),
        hex(&digest).into_bytes(),
        digest.to_vec(),
        base64::engine::general_purpose::STANDARD.encode(digest).into_bytes(),
    ];
    for safe in [true, false] {
        let percent = bytes.iter().fold(String::new(), |t, b| match b {
            b if safe && (b.is_ascii_alphanumeric() || *b == b'-') => {
                t + char::from(*b).encode_utf8(&mut [0; 4])
            }
            b => t + &format!("%{b:02X}"),
        });
        all.push(percent.into_bytes());
    }
    let escaped = cell.chars().fold(String::new(), |t, c| match c {
        c if c.is_ascii() => t + c.encode_utf8(&mut [0; 4]),
        c => t + &format!("\\u{:04x}", u32::from(c)),
    });
    all.push(escaped.into_bytes());
    // Base64 at each of the three alignments, without the characters that neighbours share.
    for shift in 0..3 {
        let padded = [vec![0; shift], bytes.to_vec()].concat();
        let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(&padded);
        let from = (shift * 8).div_ceil(6);
        let to = (shift + bytes.len()) * 8 / 6;
        all.push(text.as_bytes()[from..to].to_vec());
    }
    all
}

#[test]
fn the_net_catches_what_it_should() {
    let net = Net::new(&tables());
    let cell = token("p", "名", 7);
    let base64 = |t: String| base64::engine::general_purpose::STANDARD.encode(t);
    for leak in [
        format!("error in {cell}!").into_bytes(),
        base64(format!("a{cell}b")).into_bytes(),
        base64(format!("ab{cell}")).into_bytes(),
        base64(format!("abc{cell}xyz")).into_bytes(),
        format!("x{:x?}", "").into_bytes().into_iter().chain(cell.to_lowercase().into_bytes()).collect(),
    ] {
        let found = net.find(&leak);
        assert_eq!(found.len(), 1, "{}", String::from_utf8_lossy(&leak));
        assert_eq!(found[0].1, &cell);
    }
    assert_eq!(net.find(b"Zq and nothing else").len(), 0);
}

/// A way to break the exchange, and the code that it must end with.
struct Fault {
    name: &'static str,
    code: &'static str,
    make: fn(&Place, &mut Tables),
}

fn edit(place: &Place, name: &str, change: impl Fn(&str) -> String) {
    let text = place.text(name);
    let changed = change(&text);
    assert_ne!(text, changed);
    place.write(name, changed);
}

fn third_line(place: &Place, change: impl Fn(&str) -> String) {
    edit(place, "data/drugs.ndjson", |text| {
        let lines = text.lines().enumerate();
        lines.map(|(i, l)| if i == 2 { change(l) } else { l.to_owned() } + "\n").collect()
    });
}

fn faults() -> Vec<Fault> {
    let f = |name, code, make| Fault { name, code, make };
    vec![
        f("ragged", "D205", |_, t| t.events[7].push("Zq".to_owned())),
        f("stray quote", "D208", |_, t| t.events[7][5].push('"')),
        f("unclosed quote", "D207", |_, t| t.events[7][5].insert(0, '"')),
        f("nul", "D215", |_, t| t.events[7][5].push('\0')),
        f("unparsable date", "D301", |_, t| t.persons[5][3] = token("p", "名", 5)),
        f("duplicate key", "D308", |_, t| t.events[5][0] = token("e", "件", 4)),
        f("duplicate person", "D308", |_, t| t.persons[5][0] = token("p", "番", 4)),
        f("orphan", "D307", |_, t| t.events[5][1] = token("e", "番", 5)),
        f("grandchild without parent", "D307", |_, t| t.drugs[5][0] = token("d", "件", 5)),
        f("formula", "D304", |_, t| t.events[5][3].insert(0, '=')),
        f("no header", "D212", |place, t| {
            let rest: Vec<String> = t.events.iter().map(|r| r.join(",")).collect();
            place.write("data/events.csv", rest.join("\n"));
        }),
        f("nested cell", "D222", |place, _| {
            third_line(place, |l| l.replace("\"備考\":", "\"備考\":[").replace('}', "]}"));
        }),
        f("cell as a key", "D221", |place, _| {
            third_line(place, |l| l.replace("備考", &token("d", "備", 1)));
        }),
        f("cut in a cell", "D221", |place, _| third_line(place, |l| l[..l.len() - 4].to_owned())),
        f("infeasible", "D401", |place, _| {
            edit(place, "recipe.toml", |t| t.replace("k = 3\n", "k = 1000\n"))
        }),
        f("column unique", "D123", |place, _| {
            edit(place, "recipe.toml", |t| t.replacen("code = \"D123\"", "code = \"D128\"", 1));
        }),
        f("not the digest", "D217", |place, _| {
            edit(place, "recipe.toml", |t| {
                t.replace("key = \"件\"", &format!("key = \"件\"\nsha256 = \"{}\"", "ab".repeat(32)))
            });
        }),
        f("not in hierarchy", "D302", |place, _| {
            edit(place, "recipe.toml", |t| {
                t.replace(
                    "[hierarchy.two]\nprefix = { lengths = [2] }",
                    "[hierarchy.two]\nlist = { leaves = [\"x\", \"y\"] }",
                )
            });
        }),
        f("wrong encoding", "D203", |place, _| {
            edit(place, "recipe.toml", |t| t.replace("\"cp932\"", "\"utf-8\""))
        }),
    ]
}

#[test]
fn no_cell_leaves_by_the_side_door() {
    let whole = tables();
    let net = Net::new(&whole);
    let place = Place::new();
    write(&place, &whole);
    for arguments in [
        &["check", "recipe.toml", "--data", "data"][..],
        &["check", "recipe.toml", "--data", "data", "--format", "json"],
        &["plan", "recipe.toml", "--data", "data", "--decision", "decision.json"],
        &["plan", "recipe.toml", "--data", "data", "--format", "json", "--lang", "en"],
    ] {
        let done = place.deid(arguments).ok();
        net.assert_dry(&place, &done, &[], &format!("{arguments:?}"));
    }
    let done = place.run(&["--demo-key", "--decision", "decision.json", "--max-memory", "16M"]).ok();
    net.assert_dry(&place, &done, &["events.csv"], "run");
    assert!(contains(&place.read("out/events.csv"), token("e", "所", 3).as_bytes()), "keep keeps");
    let done = place.deid(&["verify", "out"]).ok();
    net.assert_dry(&place, &done, &["events.csv"], "verify");
    // A published file that somebody else has written cells into.
    let mut bytes = place.read("out/persons.csv");
    bytes.extend_from_slice(token("p", "名", 3).as_bytes());
    place.write("out/persons.csv", bytes);
    for more in [&[][..], &["--format", "json"]] {
        let done = place.deid(&[&["verify", "out"], more].concat());
        assert_eq!(done.code, Some(1), "{}", done.said());
        assert_eq!(net.find(&done.out), vec![]);
        assert_eq!(net.find(&done.err), vec![]);
    }
}

#[test]
fn no_cell_leaves_by_the_side_door_when_something_is_wrong() {
    let net = Net::new(&tables());
    for fault in faults() {
        let place = Place::new();
        // Some faults are in the cells, before the files are written, others in the files.
        let mut cells = tables();
        write(&place, &cells);
        let whole = place.all();
        (fault.make)(&place, &mut cells);
        if place.all() == whole {
            write(&place, &cells);
        }
        for format in ["text", "json"] {
            for command in ["check", "plan", "run"] {
                let mut arguments = match command {
                    "run" => run_arguments("recipe.toml", "out", &["--demo-key"]),
                    other => vec![other, "recipe.toml", "--data", "data"],
                };
                arguments.retain(|a| *a != "--format" && *a != "json");
                arguments.extend(["--format", format]);
                let done = place.deid(&arguments);
                let what = format!("{} {command}: {}", fault.name, done.said());
                net.assert_dry(&place, &done, &[], &what);
                if command == "run" {
                    assert_ne!(done.code, Some(0), "{what}");
                    assert!(
                        contains(&done.out, fault.code.as_bytes())
                            || contains(&done.err, fault.code.as_bytes()),
                        "{what}"
                    );
                    place.assert_nothing_published(&what);
                }
            }
        }
    }
}
