//! How much a change matters, as data: rules/review/weights.toml, the first entry that fits decides.
//!
//! What no entry fits is 重要: forgetting a kind of change never makes it smaller.

use std::cmp::Ordering;

use serde::Deserialize;

use super::change::{Act, Change, Weight};
use crate::bilingual::Bilingual;
use crate::rule::pack::Texts;

/// Path of the file in a rule pack.
const FILE: &str = "review/weights.toml";

/// The entries of the file, in order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    format: u32,
    /// Said of what no entry fits.
    otherwise: Bilingual,
    #[serde(default, rename = "weigh")]
    entries: Vec<Entry>,
}

/// Why weights cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("review/weights.toml: {0}")]
pub struct WeightsError(pub String);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// `kind`, `kind.key`, `*.key` or `kind.*`.
    what: Vec<String>,
    /// Acts; empty: all.
    #[serde(default)]
    acts: Vec<String>,
    /// Raw values before; empty: any.
    #[serde(default)]
    from: Vec<String>,
    /// Raw values after; empty: any.
    #[serde(default)]
    to: Vec<String>,
    #[serde(default)]
    direction: Option<Direction>,
    /// Numbers that must be crossed upwards; empty: no matter.
    #[serde(default)]
    over: Vec<i64>,
    weight: Level,
    why: Bilingual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Up,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Major,
    Minor,
}

impl Weights {
    /// Reads the weights of a rule pack.
    ///
    /// # Errors
    /// The file is missing, or is not what it has to be.
    pub fn of(texts: &Texts) -> Result<Self, WeightsError> {
        let text = texts.get(FILE).ok_or_else(|| WeightsError("missing".to_owned()))?;
        Self::parse(text)
    }

    /// Reads weights.
    ///
    /// # Errors
    /// It is not what it has to be.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let weights: Self = toml::from_str(text).map_err(|error| WeightsError(error.message().to_owned()))?;
        if weights.format != 1 {
            return Err(WeightsError(format!("format {}", weights.format)));
        }
        for entry in &weights.entries {
            if let Some(act) = entry.acts.iter().find(|act| Act::ALL.iter().all(|known| known.id() != *act)) {
                return Err(WeightsError(format!("acts: {act}")));
            }
            if entry.why.is_incomplete() || entry.what.is_empty() {
                return Err(WeightsError(format!("what, why: {:?}", entry.what)));
            }
        }
        Ok(weights)
    }

    /// Fills in the weight of a change and why.
    pub(super) fn weigh(&self, change: &mut Change) {
        let path = change.path();
        let entry = self.entries.iter().find(|entry| entry.fits(change, &path));
        let (weight, ground) = match entry {
            Some(Entry { weight: Level::Minor, why, .. }) => (Weight::Minor, why),
            Some(Entry { why, .. }) => (Weight::Major, why),
            None => (Weight::Major, &self.otherwise),
        };
        change.weight = weight;
        change.ground = ground.clone();
    }

    #[cfg(test)]
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().flat_map(|entry| &entry.what).map(String::as_str)
    }
}

impl Entry {
    fn fits(&self, change: &Change, path: &str) -> bool {
        let listed = |list: &[String], value: &str| list.is_empty() || list.iter().any(|have| have == value);
        self.what.iter().any(|pattern| matches(pattern, path))
            && listed(&self.acts, change.act.id())
            && listed(&self.from, change.before.raw())
            && listed(&self.to, change.after.raw())
            && match self.direction {
                None => true,
                Some(Direction::Up) => change.trend == Ordering::Greater,
                Some(Direction::Down) => change.trend == Ordering::Less,
            }
            && self.crosses(change)
    }

    fn crosses(&self, change: &Change) -> bool {
        if self.over.is_empty() {
            return true;
        }
        let number = |text: &str| text.parse::<i64>().ok();
        match (number(change.before.raw()), number(change.after.raw())) {
            (Some(before), Some(after)) => self.over.iter().any(|limit| before <= *limit && after > *limit),
            // Not known on one side: it may have crossed.
            _ => true,
        }
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    match (pattern.split_once('.'), path.split_once('.')) {
        (None, _) => pattern == path,
        (Some((kind, key)), Some((path_kind, path_key))) => {
            (kind == "*" || kind == path_kind) && (key == "*" || key == path_key)
        }
        (Some(_), None) => false,
    }
}
