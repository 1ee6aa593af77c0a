//! Several threads that check nodes for one search.
//!
//! Why here: the search itself takes one step after the other, so that its result and its counts do not
//! depend on threads. While it waits for a check, the others check what it is likely to ask next, in
//! other parts of the lattice; what a check finds is the same whoever makes it and whatever it starts
//! from. A wrong guess costs time of a thread that had nothing to do.
//!
//! Deliberately absent: any say in which node is next.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::engine::{Engine, Probe};
use super::lattice::Node;

/// Smaller tables are searched by one thread: it is done before the others have begun.
const WORTHWHILE: usize = 16_384;

/// The engine of the search, and perhaps others that work ahead.
#[derive(Debug)]
pub(crate) struct Crew<'s, 'a> {
    pub(crate) engine: Engine<'a>,
    shared: Option<&'s Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    desk: Mutex<Desk>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct Desk {
    wanted: VecDeque<Node>,
    /// Losses above this are of no interest; it only ever falls.
    most: f64,
    running: Vec<Node>,
    done: HashMap<Node, Probe>,
    over: bool,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'d>(&self, desk: MutexGuard<'d, Desk>) -> MutexGuard<'d, Desk> {
        self.news.wait(desk).unwrap_or_else(PoisonError::into_inner)
    }

    /// Works ahead until the search is over.
    fn help(&self, mut engine: Engine<'_>) {
        let mut desk = self.desk();
        loop {
            if desk.over {
                return;
            }
            let Some(node) = desk.wanted.pop_front() else {
                desk = self.wait(desk);
                continue;
            };
            if desk.running.contains(&node) || desk.done.contains_key(&node) {
                continue;
            }
            desk.running.push(node.clone());
            let most = desk.most;
            drop(desk);
            let probe = engine.probe(&node, most);
            desk = self.desk();
            desk.running.retain(|other| *other != node);
            desk.done.insert(node, probe);
            self.news.notify_all();
        }
    }
}

/// Sends the helpers home, also where the search ends early.
struct Close<'s>(&'s Shared);

impl Drop for Close<'_> {
    fn drop(&mut self) {
        self.0.desk().over = true;
        self.0.news.notify_all();
    }
}

/// Runs a search with so many threads; 0 = as many as the machine has.
pub(crate) fn with_crew<'a, R>(
    engine: Engine<'a>,
    threads: usize,
    search: impl FnOnce(&mut Crew<'_, 'a>) -> R,
) -> R {
    let threads = match threads {
        0 if engine.tuples() < WORTHWHILE => 1,
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let helpers: Vec<Engine<'_>> = (1..threads).map_while(|_| engine.fork()).collect();
    if helpers.is_empty() {
        return search(&mut Crew { engine, shared: None });
    }
    let shared = Shared::default();
    thread::scope(|scope| {
        let _close = Close(&shared);
        for helper in helpers {
            scope.spawn(|| shared.help(helper));
        }
        search(&mut Crew { engine, shared: Some(&shared) })
    })
}

impl Crew<'_, '_> {
    /// Whether somebody works ahead.
    pub(crate) fn has_helpers(&self) -> bool {
        self.shared.is_some()
    }

    /// What is likely to be asked next, most likely first; forgets earlier guesses.
    pub(crate) fn expect(&self, nodes: impl Iterator<Item = Node>, most: f64) {
        if let Some(shared) = self.shared {
            let mut desk = shared.desk();
            desk.most = most;
            desk.wanted.clear();
            desk.wanted.extend(nodes);
            if !desk.wanted.is_empty() {
                shared.news.notify_all();
            }
        }
    }

    /// Checks a node, or takes what another thread found.
    pub(crate) fn probe(&mut self, node: &Node, most: f64) -> Probe {
        if let Some(shared) = self.shared {
            let mut desk = shared.desk();
            loop {
                if let Some(probe) = desk.done.remove(node) {
                    return probe;
                }
                if !desk.running.contains(node) {
                    break;
                }
                desk = shared.wait(desk);
            }
            desk.wanted.retain(|other| other != node);
        }
        self.engine.probe(node, most)
    }
}
