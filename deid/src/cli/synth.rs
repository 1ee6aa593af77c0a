//! `deid synth city`: the synthetic city as files in a new folder.
//!
//! The folder holds the tables, `truth.csv` (what was spoiled or planted, and what would be
//! right), `city.json` (how it was made, with digests) and a README in both languages. The same
//! arguments give the same bytes: nothing in it comes from the clock or the language.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};

use super::arguments::{OutputFormat, SynthArguments, SynthCommand};
use super::synth_files::{Done, Files, Format};
use super::table::Table;
use super::{Outcome, Session, say};
use crate::codes::Code;
use crate::error::{Diagnostic, Exit, Result};
use crate::io::publish::{Staging, shown};
use crate::synth::city::{self, CityError, Fault, GenerateError, Injections, Params, People, TABLES};
use crate::words::{Lang, Words};

/// Its presence marks a folder as a city that `--replace` may replace.
const MARKER: &str = "city.json";

/// `--people carried`: only residents whom an ambulance carried.
const CARRIED: &str = "carried";

pub(super) fn run(session: &Session, arguments: &SynthArguments) -> Outcome {
    let (residents, seed, out, encoding, tables, people, injections, replace) = match &arguments.command {
        SynthCommand::Emergency { residents, seed, out } => {
            return super::synth_emergency::run(session, *residents, *seed, out);
        }
        SynthCommand::City { residents, seed, out, encoding, tables, people, injections, replace } => {
            (residents, seed, out, encoding, tables, people, injections, replace)
        }
    };
    let order = Order {
        residents: *residents,
        seed: *seed,
        encoding,
        tables,
        carried: people == CARRIED,
        injections,
        out,
        replace: *replace,
    };
    make(session, &order).map(|()| Exit::Done).map_err(|problem| vec![*problem])
}

/// What was asked for.
struct Order<'a> {
    residents: u32,
    seed: u64,
    encoding: &'a str,
    tables: &'a [String],
    carried: bool,
    injections: &'a str,
    out: &'a Path,
    replace: bool,
}

impl Order<'_> {
    fn formats(&self) -> Result<Vec<Format>> {
        let words = Format::ALL.map(Format::id).join(" | ");
        Format::parse(self.encoding).ok_or_else(|| usage("--encoding", &words))
    }

    /// Whether each table is wanted, in the order of [`TABLES`]; none named = all.
    fn wanted(&self) -> Result<Vec<bool>> {
        if self.tables.iter().any(|name| TABLES.iter().all(|t| t.stem != name)) {
            let stems: Vec<&str> = TABLES.iter().map(|t| t.stem).collect();
            return Err(usage("--tables", &stems.join(" | ")));
        }
        let is_wanted = |stem: &str| self.tables.is_empty() || self.tables.iter().any(|name| name == stem);
        Ok(TABLES.iter().map(|t| is_wanted(t.stem)).collect())
    }

    fn params(&self) -> Result<Params> {
        let injections = match self.injections {
            "all" => Some(Injections::usual()),
            list => Injections::parse(list),
        };
        let Some(injections) = injections else {
            let codes: Vec<&str> = Fault::ALL.iter().map(|f| f.code()).collect();
            return Err(usage("--injections", &format!("all | none | {}", codes.join(","))));
        };
        let people = if self.carried { People::Carried } else { People::All };
        Ok(Params { injections, people, ..Params::new(self.residents, self.seed) })
    }

    /// The command that makes the same city again.
    fn command(&self) -> String {
        let mut text = format!("deid synth city --residents {} --seed {}", self.residents, self.seed);
        let tables = self.tables.join(",");
        let people = if self.carried { CARRIED } else { "" };
        let options = [
            ("encoding", self.encoding, "utf-8"),
            ("tables", &tables, ""),
            ("people", people, ""),
            ("injections", self.injections, "all"),
        ];
        for (option, value, default) in options {
            if value != default {
                text.push_str(&format!(" --{option} {value}"));
            }
        }
        text
    }
}

fn usage(option: &str, allowed: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::UsageValue).name("option", option).name("allowed", allowed))
}

fn make(session: &Session, order: &Order<'_>) -> Result<()> {
    let (formats, wanted, params) = (order.formats()?, order.wanted()?, order.params()?);
    let staging = Staging::open_marked(order.out, &[], order.replace, MARKER)?;
    let started = Instant::now();
    let progress = progress(session);
    let mut files = Files::new(&staging, &formats, &wanted, &progress)?;
    let summary = city::generate(&params, &mut files).map_err(|error| match error {
        GenerateError::Sink(problem) => problem,
        GenerateError::City(CityError::Residents) => {
            let (least, most) = (Params::RESIDENTS.start(), Params::RESIDENTS.end());
            usage("--residents", &format!("{least}..{most}"))
        }
        GenerateError::City(_) => Box::new(Diagnostic::error(Code::Internal)),
    })?;
    let (tables, truth) = files.finish()?;
    let mut facts = describe(&params, summary.households, &tables, &truth);
    put(&staging, MARKER, &pretty(&facts))?;
    put(&staging, "README.md", &readme(order))?;
    let target = staging.publish()?;
    progress.finish_and_clear();

    let seconds = started.elapsed().as_secs_f64();
    if session.format == OutputFormat::Json {
        facts.insert("out".to_owned(), shown(&target).as_str().into());
        facts.insert("seconds".to_owned(), ((seconds * 1000.0).round() / 1000.0).into());
        say(&Value::Object(facts).to_string());
    } else {
        tell_people(session, order.out, &tables, &truth, seconds);
    }
    Ok(())
}

fn describe(params: &Params, households: u64, tables: &[Done], truth: &Done) -> Map<String, Value> {
    let rates: Map<String, Value> =
        Fault::ALL.iter().map(|f| (f.code().to_owned(), params.injections.rate(*f).into())).collect();
    let file = |done: &Done| {
        json!({
            "name": done.name,
            "file": done.file,
            "encoding": done.format.id(),
            "rows": done.rows,
            "bytes": done.written.bytes,
            "sha256": done.written.sha256,
            "replaced": done.written.replaced,
        })
    };
    let facts = json!({
        "format": "deid-city/1",
        "version": env!("CARGO_PKG_VERSION"),
        "residents": params.residents,
        "seed": params.seed,
        "as_of": params.as_of.to_string(),
        "people": if params.people == People::Carried { CARRIED } else { "all" },
        "injections": rates,
        "households": households,
        "tables": tables.iter().map(file).collect::<Vec<_>>(),
        "truth": file(truth),
    });
    if let Value::Object(map) = facts { map } else { Map::new() }
}

fn pretty(facts: &Map<String, Value>) -> String {
    // Texts, numbers and lists always serialize.
    let mut text = serde_json::to_string_pretty(facts).unwrap_or_default();
    text.push('\n');
    text
}

fn readme(order: &Order<'_>) -> String {
    let part = |lang| Words::load(lang).fill("synth.readme", &[("command", &order.command())]);
    format!("{}\n\n{}\n", part(Lang::Ja), part(Lang::En))
}

fn put(staging: &Staging, name: &str, text: &str) -> Result<()> {
    let mut file = staging.create(name)?;
    file.write_all(text.as_bytes())
        .map_err(|_| Diagnostic::error(Code::OutputFailed).name("step", "write"))?;
    file.finish()
}

fn progress(session: &Session) -> ProgressBar {
    if session.quiet || session.format == OutputFormat::Json {
        return ProgressBar::hidden();
    }
    let template = format!("{{spinner}} {{human_pos}} {} ({{per_sec}})", session.words.ui("synth.head.rows"));
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn tell_people(session: &Session, out: &Path, tables: &[Done], truth: &Done, seconds: f64) {
    let words = &session.words;
    let head = ["synth.head.table", "synth.head.file", "synth.head.rows", "synth.head.replaced"];
    let mut table = Table::new(&head.map(|key| words.ui(key)));
    for done in tables.iter().chain([truth]) {
        let name = if done.name.is_empty() { words.ui("synth.truth") } else { done.name };
        table.row(&[
            name.to_owned(),
            format!("{} ({})", done.file, done.format.id()),
            done.rows.to_string(),
            done.written.replaced.to_string(),
        ]);
    }
    let total: u64 = tables.iter().map(|t| t.rows).sum();
    let facts =
        [("rows", total.to_string()), ("seconds", format!("{seconds:.1}")), ("path", shown(out).to_string())];
    let facts: Vec<(&str, &str)> = facts.iter().map(|(k, v)| (*k, v.as_str())).collect();
    say(&format!("{}\n\n{}", table.to_text(), words.fill("synth.done", &facts)));
}
