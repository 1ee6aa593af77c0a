//! The figures of `deid measure` under the ids of their definitions.
//!
//! One list for both outputs, so that neither says what the other does not. A figure that was not
//! asked for, or cannot be had, is null in JSON.

use serde_json::{Map, Value, json};

use super::super::arguments::MeasureArguments;
use crate::measure::utility::{Figure as Raw, PerAttribute};
use crate::pipeline::survey::Survey;

/// The parts of the text output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Table,
    Sensitive,
    Population,
    Attack,
    Utility,
}

/// One figure.
pub(super) struct Figure {
    /// Id without the column that it is of.
    pub(super) base: &'static str,
    /// Column, or the threshold of a share above it.
    pub(super) of: Option<Of>,
    pub(super) part: Part,
    pub(super) value: Value,
    /// The raw figure behind a utility: before, after.
    pub(super) raw: Option<(Value, Value)>,
}

pub(super) enum Of {
    Column(String),
    Threshold(f64),
}

impl Figure {
    /// The column that the figure is of.
    pub(super) fn column(&self) -> Option<&str> {
        match &self.of {
            Some(Of::Column(name)) => Some(name),
            _ => None,
        }
    }

    pub(super) fn id(&self) -> String {
        match &self.of {
            None => self.base.to_owned(),
            Some(Of::Column(name)) => format!("{}[{name}]", self.base),
            Some(Of::Threshold(t)) => format!("{}-{t}", self.base),
        }
    }
}

/// All figures, flat; with the subsets and the histogram of the attack where there are any.
pub(super) fn json(s: &Survey, a: &MeasureArguments) -> Value {
    let mut all = Map::new();
    for f in figures(s, a) {
        let id = f.id();
        if let Some((before, after)) = f.raw {
            all.insert(format!("{id}.before"), before);
            all.insert(format!("{id}.after"), after);
        }
        all.insert(id, f.value);
    }
    let histogram = s.attack.as_ref().map(|l| &l.histogram);
    all.insert("attack.histogram".to_owned(), json!(histogram));
    if let Some(subsets) = &s.subsets {
        let name = |c: &usize| a.quasi.get(*c).cloned().unwrap_or_default();
        let each = subsets.all.iter().map(|x| {
            json!({
                "columns": x.columns.iter().map(name).collect::<Vec<_>>(),
                "distinction": subsets.distinction(x),
                "separation": subsets.separation(x),
                "share-unique": subsets.share_unique(x),
            })
        });
        all.insert("subsets".to_owned(), each.collect());
        all.insert("subsets.complete".to_owned(), json!(subsets.complete));
        all.insert("subsets.largest".to_owned(), json!(subsets.largest));
    }
    Value::Object(all)
}

/// All figures, in the order in which people read them.
pub(super) fn figures(s: &Survey, a: &MeasureArguments) -> Vec<Figure> {
    let mut list = List { all: Vec::new(), part: Part::Table };
    table(&mut list, s, a);
    list.part = Part::Sensitive;
    for (name, l, own, source) in &s.sensitive {
        list.column("l-diversity.distinct", name, json!(l));
        list.column("t-closeness.equal.published", name, json!(own));
        list.column("t-closeness.equal.input", name, json!(source));
    }
    list.part = Part::Population;
    population(&mut list, s, a);
    list.part = Part::Attack;
    attack(&mut list, s);
    list.part = Part::Utility;
    utility(&mut list, s, a);
    list.all
}

struct List {
    all: Vec<Figure>,
    part: Part,
}

impl List {
    fn add(&mut self, base: &'static str, value: Value) {
        self.all.push(Figure { base, of: None, part: self.part, value, raw: None });
    }

    fn column(&mut self, base: &'static str, name: &str, value: Value) {
        let of = Some(Of::Column(name.to_owned()));
        self.all.push(Figure { base, of, part: self.part, value, raw: None });
    }

    fn over(&mut self, base: &'static str, threshold: f64, value: Value) {
        self.all.push(Figure { base, of: Some(Of::Threshold(threshold)), part: self.part, value, raw: None });
    }

    fn raw(&mut self, base: &'static str, column: Option<&str>, figure: Option<&Raw>) {
        self.all.push(Figure {
            base,
            of: column.map(|c| Of::Column(c.to_owned())),
            part: self.part,
            value: json!(figure.map(Raw::utility)),
            raw: Some((json!(figure.map(|f| f.before)), json!(figure.map(|f| f.after)))),
        });
    }

    /// Of each column.
    fn columns(&mut self, base: &'static str, names: &[String], figures: Option<&PerAttribute>) {
        for (name, figure) in names.iter().zip(figures.into_iter().flat_map(|f| &f.attributes)) {
            self.raw(base, Some(name), Some(figure));
        }
    }
}

fn table(list: &mut List, s: &Survey, a: &MeasureArguments) {
    let r = s.risk.as_ref();
    list.add("rows", json!(s.records));
    list.add("rows.suppressed-in-file", json!(s.starred));
    list.add("people", json!(s.people));
    list.add("k-anonymity", json!(s.k.k));
    list.add("k-anonymity.classes", json!(s.k.classes));
    list.add("k-anonymity.average-class", json!(s.k.average_class));
    list.add("risk.highest", json!(r.map(|r| r.highest)));
    list.add("risk.share-at-highest", json!(r.map(|r| r.share_at_highest)));
    list.add("risk.lowest", json!(r.map(|r| r.lowest)));
    list.add("risk.share-at-lowest", json!(r.map(|r| r.share_at_lowest)));
    list.add("risk.mean-over-people", json!(r.map(|r| r.mean_over_people)));
    list.add("risk.mean-over-classes", json!(r.map(|r| r.mean_over_classes)));
    list.over("risk.share-over", a.threshold, json!(s.over_threshold));
    list.add("risk.sample-uniques", json!(r.map(|r| r.unique)));
    list.add("risk.share-unique", json!(r.map(|r| r.share_unique)));
}

fn population(list: &mut List, s: &Survey, a: &MeasureArguments) {
    let e = s.population.as_ref();
    list.add("population.size", json!(e.map(|e| e.population)));
    list.add("population.fraction", json!(e.map(|e| e.fraction)));
    list.add("population-uniques.dankar", json!(e.and_then(|e| e.dankar)));
    let share = e.and_then(|e| Some(e.dankar? / e.population as f64));
    list.add("population-uniques.share", json!(share));
    list.add("population-uniques.pitman", json!(e.and_then(|e| e.pitman)));
    list.add("population-uniques.zayatz", json!(e.and_then(|e| e.zayatz)));
    list.add("population-uniques.snb", json!(e.and_then(|e| e.snb)));
    let j = s.journalist.as_ref();
    list.add("journalist.smallest-class", json!(j.map(|j| j.smallest)));
    list.add("journalist.highest", json!(j.map(|j| j.highest)));
    list.add("journalist.mean", json!(j.map(|j| j.mean)));
    list.over("journalist.share-over", a.threshold, json!(j.map(|j| j.share_above)));
    list.add("journalist.marketer-mean", json!(j.map(|j| j.marketer)));
    list.add("journalist.not-in-population", json!(j.map(|j| j.not_in_population)));
}

fn attack(list: &mut List, s: &Survey) {
    let l = s.attack.as_ref();
    list.add("attack.records", json!(l.map(|l| l.records)));
    list.add("attack.certain", json!(l.map(|l| l.certain)));
    list.add("attack.share-certain", json!(l.and_then(|l| l.share_certain())));
    list.add("attack.expected", json!(l.map(|l| l.expected)));
    list.add("attack.share-expected", json!(l.and_then(|l| l.share_expected())));
    list.add("attack.unmatched", json!(l.map(|l| l.unmatched)));
}

fn utility(list: &mut List, s: &Survey, a: &MeasureArguments) {
    let u = s.utility.as_ref();
    let f = u.and_then(|u| u.figures.as_ref());
    list.add("source.rows", json!(u.map(|u| u.records.0)));
    list.add("source.suppressed", json!(u.map(|u| u.records.1)));
    for (name, level) in u.into_iter().flat_map(|u| &u.levels) {
        list.column("source.level", name, json!(level));
    }
    list.add("loss.geometric-mean.1", json!(f.map(|f| f.loss.geometric)));
    list.add("loss.arithmetic-mean.1", json!(f.map(|f| f.loss.arithmetic)));
    for (base, figures, is_sum) in [
        ("utility.granularity", f.map(|f| &f.granularity), false),
        ("utility.non-uniform-entropy", f.map(|f| &f.non_uniform_entropy), true),
        ("utility.squared-error", f.map(|f| &f.squared_error), true),
    ] {
        let all = if is_sum { PerAttribute::sum } else { PerAttribute::mean };
        list.raw(base, None, figures.map(all).as_ref());
        list.columns(base, &a.quasi, figures);
    }
    list.raw("utility.discernibility", None, f.map(|f| f.discernibility.figure()).as_ref());
    list.raw("utility.average-class-size", None, f.map(|f| &f.average_class_size));
    list.raw("utility.precision", None, f.map(|f| f.precision.mean()).as_ref());
    list.raw("utility.generalization-intensity", None, f.map(|f| f.generalization_intensity.mean()).as_ref());
    list.raw("utility.height", None, f.map(|f| &f.height));
    list.raw("utility.ambiguity", None, f.map(|f| &f.ambiguity));
    list.raw("utility.record-squared-error", None, f.map(|f| &f.record_squared_error));
    list.raw("utility.sse-sst", None, f.map(|f| &f.sse_sst));
    let missings = f.map(|f| f.missings.mean());
    list.add("utility.missings", json!(missings.map(|m| m.1)));
}
