//! Nodes that later checks can start from.
//!
//! Why here: a check costs as much as there are groups to start from; the classes of an earlier node
//! are fewer than the tuples.

use std::sync::Arc;

use super::groups::Groups;

/// Earlier nodes, up to a size.
#[derive(Debug)]
pub(crate) struct Cache {
    room: usize,
    /// The smallest first.
    kept: Vec<Kept>,
    held: usize,
    clock: u64,
}

#[derive(Debug)]
struct Kept {
    groups: Arc<Groups>,
    used: u64,
    /// How often a check started here since somebody was told, and what these checks have in common.
    uses: u32,
    meet: Vec<u8>,
}

/// Where a check may start.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) groups: Arc<Groups>,
    /// Levels which the last checks that started here all generalise, and so does this one: worth a
    /// stop on the way.
    pub(crate) by_way_of: Option<Vec<u8>>,
}

/// So many checks from the same node make a node on their common way worth having.
const USES: u32 = 3;

/// No more nodes than this are kept, so that looking for one stays cheap.
const NODES: usize = 512;

impl Cache {
    /// Keeps nodes of so many machine words in all.
    pub(crate) fn new(room: usize) -> Self {
        Self { room, kept: Vec::new(), held: 0, clock: 0 }
    }

    /// The kept node with the fewest classes of which `levels` is a generalisation.
    pub(crate) fn find(&mut self, levels: &[u8]) -> Option<Start> {
        self.clock += 1;
        let clock = self.clock;
        let below = |kept: &&mut Kept| kept.groups.levels.iter().zip(levels).all(|(a, b)| a <= b);
        let kept = self.kept.iter_mut().find(below)?;
        kept.used = clock;
        if kept.uses == 0 {
            kept.meet = levels.to_vec();
        }
        for (meet, level) in kept.meet.iter_mut().zip(levels) {
            *meet = (*meet).min(*level);
        }
        kept.uses += 1;
        let mut by_way_of = None;
        if kept.uses >= USES {
            kept.uses = 0;
            let meet = std::mem::take(&mut kept.meet);
            by_way_of = Some(meet).filter(|m| *m != kept.groups.levels && m != levels);
        }
        Some(Start { groups: Arc::clone(&kept.groups), by_way_of })
    }

    /// Keeps a node, and forgets those that were of no use for longest.
    pub(crate) fn keep(&mut self, groups: Arc<Groups>) {
        let size = groups.size();
        while self.kept.len() > 1 && (self.held + size > self.room || self.kept.len() >= NODES) {
            // The last one is the largest, from which everything can start.
            let used = |at: &usize| self.kept.get(*at).map(|k| k.used);
            let Some(oldest) = (0..self.kept.len().saturating_sub(1)).min_by_key(used) else { return };
            let gone = self.kept.remove(oldest);
            self.held -= gone.groups.size();
        }
        self.held += size;
        let at = self.kept.partition_point(|k| k.groups.len() <= groups.len());
        let used = self.clock;
        self.kept.insert(at, Kept { groups, used, uses: 0, meet: Vec::new() });
    }
}
