//! What is known of a decision: whether nothing better exists, by which argument every combination was
//! ruled out, and where that is open, how far it may be from the best.
//!
//! Why here: the engine's certificate speaks of nodes and floats; decision files, pages and manifests
//! need the same in decimals that everybody writes alike, and with the reason for which a search
//! ended early, which only the caller of the engine knows.
//!
//! Deliberately absent: a clock. Who has one hands in a [`Patience`].

use std::cell::Cell;

use serde::{Deserialize, Serialize};

use super::decision::decimal;
use crate::anonymity::{Certificate, Search};
use crate::manifest::Decimal;
use crate::manifest::run::Stopped;

/// How long a search may go on.
pub trait Patience {
    /// A search begins.
    fn begin(&self);
    /// Whether it is to end with what it has.
    fn is_over(&self) -> bool;
}

/// A search ends by itself: the result depends on the input alone.
#[derive(Debug, Clone, Copy)]
pub struct Endless;

impl Patience for Endless {
    fn begin(&self) {}

    fn is_over(&self) -> bool {
        false
    }
}

/// Remembers whether patience ended a search.
pub(crate) struct Watch<'a> {
    patience: &'a dyn Patience,
    ended: Cell<bool>,
}

impl<'a> Watch<'a> {
    /// A search begins.
    pub(crate) fn begin(patience: &'a dyn Patience) -> Self {
        patience.begin();
        Self { patience, ended: Cell::new(false) }
    }

    /// What the engine asks.
    pub(crate) fn stop(&self) -> bool {
        let over = self.patience.is_over();
        self.ended.set(self.ended.get() || over);
        over
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended.get()
    }
}

/// What a search proved of the combination that it chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// No combination in the ranges of the recipe loses less.
    pub optimal: bool,
    /// No combination loses less than this; the loss of the chosen one where that is optimal.
    pub bound: Decimal,
    /// Loss of the chosen one − bound: it is at most so far from the best.
    pub gap: Decimal,
    /// Why the search ended without a proof; `null` where it is optimal.
    pub stopped: Option<Stopped>,
    /// Combinations by what is known of them; together all combinations.
    pub by_argument: ByArgument,
}

/// Combinations by what is known of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByArgument {
    /// Checked against the data.
    pub checked: u64,
    /// Outside the ranges that single columns leave: whatever the others do, too much goes.
    pub narrowed: u64,
    /// Something more general fails by models that are monotone at every limit (k, distinct l).
    pub few: u64,
    /// Something more general shows that other models must suppress too much.
    pub much: u64,
    /// What goes at something more general goes here too, and costs more than the chosen one.
    pub suppression: u64,
    /// Even without suppression it costs more than the chosen one.
    pub bounded: u64,
    /// Not looked at; 0 where the result is optimal.
    pub open: u64,
}

impl Proof {
    /// What the engine knows of its best. `ended` = patience ended the search.
    pub(crate) fn new(search: &Search, ended: bool) -> Self {
        let Certificate { optimal, bound, checked, narrowed, few, much, suppression, bounded, open } =
            search.certificate;
        let loss = decimal(search.best.loss);
        // A bound is never above the loss; rounding keeps it so.
        let bound = decimal(bound).min(loss);
        Self {
            optimal,
            bound,
            gap: loss.minus(bound),
            stopped: (!optimal).then_some(if ended { Stopped::Time } else { Stopped::Limit }),
            by_argument: ByArgument { checked, narrowed, few, much, suppression, bounded, open },
        }
    }
}

impl ByArgument {
    /// The name of each argument, as the translation files have it, with its count.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 7] {
        [
            ("checked", self.checked),
            ("narrowed", self.narrowed),
            ("few", self.few),
            ("much", self.much),
            ("suppression", self.suppression),
            ("bounded", self.bounded),
            ("open", self.open),
        ]
    }
}
