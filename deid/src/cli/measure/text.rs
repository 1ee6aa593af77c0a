//! What people see of `deid measure`: one table a question, each figure with what it says.
//!
//! Words are in the translation files under `measure.is.ID`. A part that was not asked for is one
//! line that says how to ask. No value of a cell appears: columns are named, their values are not.

use serde_json::Value;

use super::super::arguments::MeasureArguments;
use super::super::table::Table;
use super::figures::{Figure, Of, Part, figures};
use crate::measure::attack::Linkage;
use crate::measure::subsets::{Subset, Subsets};
use crate::pipeline::survey::Survey;
use crate::words::Words;

/// Groups of people who fit a record: from, to.
const FITS: [(u64, u64); 7] = [(0, 0), (1, 1), (2, 2), (3, 4), (5, 9), (10, 99), (100, u64::MAX)];

/// The whole output.
pub(super) fn text(words: &Words, s: &Survey, a: &MeasureArguments) -> String {
    let all = figures(s, a);
    let mut parts = vec![(title(words, "table"), part(words, &all, Part::Table))];
    if !a.sensitive.is_empty() {
        parts.push((title(words, "sensitive"), part(words, &all, Part::Sensitive)));
    }
    let asks = a.population.is_some() || a.population_file.is_some();
    let hint = |key: &str| words.ui(key).to_owned();
    let population = if asks {
        part(words, &asked(all.iter(), a), Part::Population)
    } else {
        hint("measure.ask.population")
    };
    parts.push((title(words, "population"), population));
    let attack = match &s.attack {
        Some(linkage) => format!("{}\n\n{}", part(words, &all, Part::Attack), fits(words, linkage)),
        None => hint("measure.ask.source"),
    };
    parts.push((title(words, "attack"), attack));
    let utility = match &s.utility {
        Some(u) if u.figures.is_some() => {
            let (columns, together): (Vec<&Figure>, Vec<&Figure>) =
                all.iter().filter(|f| f.part == Part::Utility).partition(|f| f.column().is_some());
            format!("{}\n\n{}", part(words, &together, Part::Utility), by_column(words, &columns, a))
        }
        Some(_) => hint("measure.several-levels"),
        None => hint("measure.ask.source"),
    };
    parts.push((title(words, "utility"), utility));
    let columns = s.subsets.as_ref().map_or_else(|| hint("measure.ask.subsets"), |x| subsets(words, x, a));
    parts.push((title(words, "subsets"), columns));
    let shown: Vec<String> = parts.into_iter().map(|(title, text)| format!("{title}\n\n{text}")).collect();
    shown.join("\n\n")
}

fn title(words: &Words, part: &str) -> String {
    format!("# {}", words.ui(&format!("measure.part.{part}")))
}

/// Of the figures about the population, those that were asked for.
fn asked<'a>(all: impl Iterator<Item = &'a Figure>, a: &MeasureArguments) -> Vec<&'a Figure> {
    all.filter(|f| {
        let by_file = f.base.starts_with("journalist.");
        if by_file { a.population_file.is_some() } else { a.population.is_some() }
    })
    .collect()
}

fn part<F: std::borrow::Borrow<Figure>>(words: &Words, all: &[F], part: Part) -> String {
    let utility = part == Part::Utility;
    let head: &[&str] = if utility {
        &["measure.meaning", "measure.before", "measure.after", "measure.utility", "measure.figure"]
    } else {
        &["measure.meaning", "measure.value", "measure.figure"]
    };
    let mut table = Table::new(&head.iter().map(|k| words.ui(k)).collect::<Vec<_>>()).with_last_left();
    for f in all.iter().map(std::borrow::Borrow::borrow).filter(|f| f.part == part) {
        let value = number(words, &f.value, part);
        let mut row = vec![meaning(words, f)];
        match &f.raw {
            Some((before, after)) => {
                row.extend([number(words, before, part), number(words, after, part), value]);
            }
            // What is no utility stands where the output is described.
            None if utility => row.extend([String::new(), value, String::new()]),
            None => row.push(value),
        }
        row.push(f.id());
        table.row(&row);
    }
    table.to_text()
}

/// Level and utilities of every column.
fn by_column(words: &Words, figures: &[&Figure], a: &MeasureArguments) -> String {
    let mut bases: Vec<&str> = Vec::new();
    for f in figures {
        if !bases.contains(&f.base) {
            bases.push(f.base);
        }
    }
    let mut head = vec![words.ui("measure.column").to_owned()];
    head.extend(bases.iter().map(|base| words.ui(&format!("measure.short.{base}")).to_owned()));
    let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for name in &a.quasi {
        let of = |base: &&str| {
            let found = figures.iter().find(|f| f.base == *base && f.column() == Some(name));
            found.map_or_else(String::new, |f| number(words, &f.value, Part::Utility))
        };
        table.row(&std::iter::once(name.clone()).chain(bases.iter().map(of)).collect::<Vec<_>>());
    }
    table.to_text()
}

fn meaning(words: &Words, f: &Figure) -> String {
    let key = format!("measure.is.{}", f.base);
    match &f.of {
        None => words.ui(&key).to_owned(),
        Some(Of::Threshold(t)) => words.fill(&key, &[("threshold", &t.to_string())]),
        Some(Of::Column(name)) => {
            words.fill("measure.of-column", &[("figure", words.ui(&key)), ("column", name)])
        }
    }
}

/// Whole numbers as they are, others with three to six decimals at most.
fn number(words: &Words, value: &Value, part: Part) -> String {
    match value {
        Value::Null if part == Part::Population => words.ui("measure.no-solution").to_owned(),
        Value::Null => words.ui("measure.nothing").to_owned(),
        Value::Number(n) if n.is_f64() => decimal(n.as_f64().unwrap_or(f64::NAN)),
        other => other.to_string(),
    }
}

fn decimal(x: f64) -> String {
    let text = match x.abs() {
        size if size < 1e-3 && x != 0.0 => format!("{x:.3e}"),
        size if size < 1e3 => format!("{x:.6}"),
        _ => format!("{x:.3}"),
    };
    if text.contains('e') || !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How many people fit the published records, in groups.
fn fits(words: &Words, linkage: &Linkage) -> String {
    let mut table = Table::new(&["measure.fits", "measure.records"].map(|k| words.ui(k)));
    for (from, to) in FITS {
        let records: u64 =
            linkage.histogram.iter().filter(|(m, _)| (from..=to).contains(m)).map(|(_, n)| n).sum();
        let group = match (from, to) {
            (from, to) if from == to => from.to_string(),
            (from, u64::MAX) => format!("{from}+"),
            (from, to) => format!("{from}-{to}"),
        };
        table.row(&[group, records.to_string()]);
    }
    table.to_text()
}

/// Every column by itself, and of each larger size the subset that leaves most records alone.
fn subsets(words: &Words, found: &Subsets, a: &MeasureArguments) -> String {
    let head = ["measure.columns", "measure.distinction", "measure.separation", "measure.alone"];
    let mut table = Table::new(&head.map(|k| words.ui(k)));
    let mut row = |x: &Subset| {
        let names: Vec<&str> = x.columns.iter().filter_map(|c| a.quasi.get(*c)).map(String::as_str).collect();
        let figures = [found.distinction(x), found.separation(x), found.share_unique(x)];
        table.row(&[[names.join(" + ")].as_slice(), &figures.map(decimal)].concat());
    };
    let of_size = |size: usize| found.all.iter().filter(move |x| x.columns.len() == size);
    of_size(1).for_each(&mut row);
    for size in 2..=found.largest {
        // The first of equals, in the order of the columns.
        let best = of_size(size).reduce(|best, x| {
            if (x.unique, x.distinct, x.separated) > (best.unique, best.distinct, best.separated) {
                x
            } else {
                best
            }
        });
        best.into_iter().for_each(&mut row);
    }
    let (count, largest) = (found.all.len().to_string(), found.largest.to_string());
    let key = if found.complete { "measure.subsets-all" } else { "measure.subsets-some" };
    let note = words.fill(key, &[("count", &count), ("largest", &largest)]);
    format!("{}\n{note}", table.to_text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn every_figure_has_words_in_both_languages() {
        let source = include_str!("figures.rs");
        let ids = source.split('"').skip(1).step_by(2).filter(|id| id.contains('.') || *id == "rows");
        let ids: Vec<&str> = ids
            .filter(|id| {
                !id.starts_with("attack.histogram")
                    && !id.starts_with("subsets")
                    && !id.starts_with('{')
                    && !id.ends_with('.')
            })
            .collect();
        assert!(ids.len() > 50, "{ids:?}");
        for lang in [Lang::Ja, Lang::En] {
            let words = Words::load(lang);
            for id in &ids {
                assert!(words.find_ui(&format!("measure.is.{id}")).is_some(), "{} {id}", lang.id());
            }
        }
    }

    #[test]
    fn numbers_are_short_and_never_rounded_to_nothing() {
        for (x, text) in
            [(0.2, "0.2"), (1.0, "1"), (0.413_036_270_8, "0.413036"), (4_614_481.191, "4614481.191")]
        {
            assert_eq!(decimal(x), text);
        }
        assert_eq!(decimal(0.000_095_076), "9.508e-5");
        assert_eq!(decimal(0.0), "0");
    }
}
