//! The part of a run manifest that a judgement needs.

use super::node::Node;
use super::time::Moment;

/// What a run did and measured, as far as a judgement asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunManifest {
    /// When the run was made.
    pub run_time: Moment,
    /// Made with a demo key: shows how it works and nothing else.
    pub demo: bool,
    /// 安全管理加工, 仮名加工情報, 匿名加工情報, 行政機関等匿名加工情報 or 統計.
    pub legal_form: String,
    /// For whom.
    pub recipient: String,
    /// In which exchange.
    pub exchange: String,
    /// The group within which pseudonyms link beyond this recipient and exchange, if any.
    pub link_group: Option<String>,
    /// Name and SHA-256 of each published file.
    pub subjects: Vec<(String, String)>,
    /// The keys that were used.
    pub keys: Vec<Key>,
    /// Everything that was measured.
    pub measures: Vec<Measure>,
    /// The limits that were met, if there were any.
    pub gate: Option<Gate>,
    /// Digest of the payload of the release that this one follows, if it names one.
    pub follows: Option<String>,
    /// Whether both releases were measured together. If not: "not assessed across releases".
    pub assessed_across_releases: bool,
}

/// A key that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its published name.
    pub id: String,
    /// `file`, `memory` or `built-in`.
    pub lifetime: String,
    /// Whether it no longer exists, as the run says.
    pub destroyed: bool,
}

/// One measured figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Id of its definition.
    pub definition: String,
    /// The table it is about; none: all tables joined.
    pub table: Option<String>,
    /// The columns it is about, if it is about some.
    pub columns: Vec<String>,
    /// The figure; none: no record was published.
    pub value: Option<Figure>,
    /// True: follows from the published files. False: the run says so.
    pub recountable: bool,
}

/// A count or a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// A count.
    Count(u64),
    /// A ratio in units of 10⁻¹⁰.
    Ratio(i128),
}

/// The limits that the run had to meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Fewest people in a class.
    pub k: u64,
    /// Fewest distinct values in a class, for each sensitive column that is limited.
    pub l: Vec<Limit<u64>>,
    /// Greatest t in units of 10⁻¹⁰, for each sensitive column that is limited.
    pub t: Vec<Limit<i128>>,
    /// Limits of further privacy models.
    pub models: Vec<ModelLimit>,
}

/// The limit of one figure of a further privacy model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelLimit {
    /// Id of the figure's definition.
    pub definition: String,
    /// Id of the table.
    pub table: String,
    /// The sensitive column; none: the model reads sizes of classes.
    pub column: Option<String>,
    /// The limit.
    pub limit: Figure,
    /// True: the figure is at least the limit. False: at most.
    pub at_least: bool,
}

impl ModelLimit {
    /// Whether a figure is about what is limited.
    #[must_use]
    pub fn is_about(&self, measure: &Measure) -> bool {
        measure.definition == self.definition
            && measure.table.as_deref() == Some(self.table.as_str())
            && self.column.as_ref().is_none_or(|c| matches!(measure.columns.as_slice(), [only] if only == c))
    }

    /// Whether a figure keeps the limit. Where nothing was published nothing is beyond it.
    #[must_use]
    pub fn is_kept_by(&self, measure: &Measure) -> bool {
        let order = match (measure.value, self.limit) {
            (None, _) => return true,
            (Some(Figure::Count(found)), Figure::Count(limit)) => found.cmp(&limit),
            (Some(Figure::Ratio(found)), Figure::Ratio(limit)) => found.cmp(&limit),
            _ => return false,
        };
        if self.at_least { order.is_ge() } else { order.is_le() }
    }
}

/// The limit of one sensitive column. A column without one was measured and held to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit<T> {
    /// Id of the table.
    pub table: String,
    /// Name of the column.
    pub column: String,
    /// The limit.
    pub limit: T,
}

impl RunManifest {
    /// Takes the fields out of a statement whose shape was checked.
    pub(super) fn read(statement: &Node) -> Option<Self> {
        let run = statement.at("predicate");
        let text = |node: &Node, key: &str| node.at(key).text().to_owned();
        let optional = |node: &Node, key: &str| (!node.at(key).is_null()).then(|| text(node, key));
        let subject = |s: &Node| (text(s, "name"), text(s.at("digest"), "sha256"));
        let key = |k: &Node| Key {
            id: text(k, "id"),
            lifetime: text(k, "lifetime"),
            destroyed: k.at("destroyed").is_true(),
        };
        let measure = |m: &Node| Measure {
            definition: text(m, "definition"),
            table: optional(m, "table"),
            columns: m.at("columns").items().iter().map(|c| c.text().to_owned()).collect(),
            value: figure(m.at("value")),
            recountable: m.at("basis").text() == "recountable",
        };
        Some(Self {
            run_time: Moment::parse(run.at("run_time").text())?,
            demo: run.at("demo").is_true(),
            legal_form: text(run, "legal_form"),
            recipient: text(run, "recipient"),
            exchange: text(run, "exchange"),
            link_group: optional(run, "link_group"),
            subjects: statement.at("subject").items().iter().map(subject).collect(),
            keys: run.at("keys").items().iter().map(key).collect(),
            measures: run.at("measures").items().iter().map(measure).collect(),
            gate: Gate::read(run.at("gate")),
            follows: optional(run.at("releases"), "follows"),
            assessed_across_releases: run.at("releases").at("assessment").text() == "measured",
        })
    }
}

impl Gate {
    fn read(gate: &Node) -> Option<Self> {
        Some(Self {
            k: gate.at("k").count()?,
            l: limits(gate.at("l"), Node::count)?,
            t: limits(gate.at("t"), |limit| ratio(limit.text()))?,
            models: gate.at("models").items().iter().map(ModelLimit::read).collect::<Option<_>>()?,
        })
    }
}

impl ModelLimit {
    fn read(entry: &Node) -> Option<Self> {
        let column = entry.at("column");
        Some(Self {
            definition: entry.at("definition").text().to_owned(),
            table: entry.at("table").text().to_owned(),
            column: (!column.is_null()).then(|| column.text().to_owned()),
            limit: figure(entry.at("limit"))?,
            at_least: entry.at("bound").text() == "least",
        })
    }
}

fn limits<T>(list: &Node, read: fn(&Node) -> Option<T>) -> Option<Vec<Limit<T>>> {
    let limit = |entry: &Node| {
        Some(Limit {
            table: entry.at("table").text().to_owned(),
            column: entry.at("column").text().to_owned(),
            limit: read(entry.at("limit"))?,
        })
    };
    list.items().iter().map(limit).collect()
}

fn figure(node: &Node) -> Option<Figure> {
    node.count().map(Figure::Count).or_else(|| ratio(node.text()).map(Figure::Ratio))
}

/// Reads `-?whole.ffffffffff` as a whole number of 10⁻¹⁰.
pub(super) fn ratio(text: &str) -> Option<i128> {
    let number: i128 = text.replacen('.', "", 1).parse().ok()?;
    // The one spelling of a number is the one that comes out again.
    let (sign, size) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
    let unit = 10_000_000_000;
    (size / unit < 10u128.pow(18) && format!("{sign}{}.{:010}", size / unit, size % unit) == text)
        .then_some(number)
}

pub(super) fn is_ratio(text: &str) -> bool {
    ratio(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_one_spelling() {
        assert_eq!(ratio("0.1875000000"), Some(1_875_000_000));
        assert_eq!(ratio("-12.0000000001"), Some(-120_000_000_001));
        for wrong in [
            "",
            "0",
            "0.1",
            "00.1000000000",
            "+0.1000000000",
            "-0.0000000000",
            ".1000000000",
            "1e5",
            "1000000000000000000.0000000000",
            "0.10000000000",
            "01.000000000",
        ] {
            assert_eq!(ratio(wrong), None, "{wrong}");
        }
    }
}
