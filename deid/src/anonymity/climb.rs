//! A search without a promise of the best, for lattices too large to be walked.
//!
//! stub
use super::crew::Crew;
use super::lattice::{Attribute, Lattice};
use super::search::{Certificate, Found};

pub(crate) struct Climb<'w, 's, 'a> {
    _a: &'a [Attribute],
    _l: Lattice,
    _c: &'w mut Crew<'s, 'a>,
    pub(crate) found: Vec<Found>,
    pub(crate) checks: u64,
    pub(crate) met_without_others: bool,
}
impl<'w, 's, 'a> Climb<'w, 's, 'a> {
    pub(crate) fn new(a: &'a [Attribute], l: Lattice, c: &'w mut Crew<'s, 'a>, _keep: usize) -> Self {
        Self { _a: a, _l: l, _c: c, found: Vec::new(), checks: 0, met_without_others: false }
    }
    pub(crate) fn run(&mut self, _max: u64, _stop: &dyn Fn() -> bool) {}
    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::default()
    }
}
