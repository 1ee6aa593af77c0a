//! `--time-limit`: the clock of a search. Only here, at the edge.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::pipeline::proof::Patience;

/// Every search may take so long, once it has found something.
pub(super) struct TimeLimit {
    limit: Option<Duration>,
    begun: Cell<Instant>,
}

impl TimeLimit {
    /// `None` = as long as it takes.
    pub(super) fn new(seconds: Option<u64>) -> Self {
        Self { limit: seconds.map(Duration::from_secs), begun: Cell::new(Instant::now()) }
    }
}

impl Patience for TimeLimit {
    fn begin(&self) {
        self.begun.set(Instant::now());
    }

    fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.begun.get().elapsed() >= limit)
    }
}
