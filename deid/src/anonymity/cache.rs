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
}

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
    pub(crate) fn find(&self, levels: &[u8]) -> Option<Arc<Groups>> {
        let mut shelf = self.shelf();
        shelf.clock += 1;
        let clock = shelf.clock;
        let below = |kept: &&mut Kept| kept.groups.levels.iter().zip(levels).all(|(a, b)| a <= b);
        let kept = shelf.kept.iter_mut().find(below)?;
        kept.used = clock;
        Some(Arc::clone(&kept.groups))
    }

    /// Keeps a node, and forgets those that were of no use for longest.
    pub(crate) fn keep(&self, groups: Arc<Groups>) {
        let size = groups.size();
        let mut shelf = self.shelf();
        while !shelf.kept.is_empty() && (shelf.held + size > self.room || shelf.kept.len() >= NODES) {
            let used = |at: &usize| shelf.kept.get(*at).map(|k| k.used);
            let Some(oldest) = (0..shelf.kept.len()).min_by_key(used) else { return };
            let gone = shelf.kept.remove(oldest);
            shelf.held -= gone.groups.size();
        }
        shelf.held += size;
        let at = shelf.kept.partition_point(|k| k.groups.len() <= groups.len());
        let used = shelf.clock;
        shelf.kept.insert(at, Kept { groups, used });
    }
}
