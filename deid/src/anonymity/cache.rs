//! Nodes that later checks can start from.
//!
//! Why here: a check costs as much as there are groups to start from; the classes of an earlier node
//! are fewer than the tuples. All threads share one cache.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::groups::Groups;

/// Earlier nodes, up to a size.
#[derive(Debug)]
pub(crate) struct Cache {
    shelf: Mutex<Shelf>,
    room: usize,
}

#[derive(Debug, Default)]
struct Shelf {
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
        Self { shelf: Mutex::default(), room }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kept node with the fewest classes of which `levels` is a generalisation.
    pub(crate) fn find(&self, levels: &[u8]) -> Option<Start> {
        let mut shelf = self.shelf();
        shelf.clock += 1;
        let clock = shelf.clock;
        let below = |kept: &&mut Kept| kept.groups.levels.iter().zip(levels).all(|(a, b)| a <= b);
        let kept = shelf.kept.iter_mut().find(below)?;
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
    pub(crate) fn keep(&self, groups: Arc<Groups>) {
        let size = groups.size();
        let mut shelf = self.shelf();
        while shelf.kept.len() > 1 && (shelf.held + size > self.room || shelf.kept.len() >= NODES) {
            // The last one is the largest, from which everything can start.
            let used = |at: &usize| shelf.kept.get(*at).map(|k| k.used);
            let Some(oldest) = (0..shelf.kept.len().saturating_sub(1)).min_by_key(used) else { return };
            let gone = shelf.kept.remove(oldest);
            shelf.held -= gone.groups.size();
        }
        shelf.held += size;
        let at = shelf.kept.partition_point(|k| k.groups.len() <= groups.len());
        let used = shelf.clock;
        shelf.kept.insert(at, Kept { groups, used, uses: 0, meet: Vec::new() });
    }
}
