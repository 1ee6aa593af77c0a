//! Mends a partition by small changes, each of which lowers the cost.
//!
//! Per atom, in the order of the tuples, the best of four changes is made, if any lowers the cost
//! and leaves only classes that the model accepts:
//! - *move* the atom to the class of a neighbour;
//! - *swap* it with an atom of a neighbour's class;
//! - *chain*: move it, and fill the gap it leaves with an atom that a third class can spare;
//! - *dissolve* its class: every member goes to the class of one of its neighbours.
//!
//! An atom is looked at again only after a class near it has changed. Of equal changes the first
//! in the order above, then of the neighbours' order, is made: no thread, clock or random number.
//!
//! Deliberately absent: taking several classes apart and building them anew. Six rounds of it
//! raised the granularity of adult (k = 5) by 0.0004 only and took longer than all the rest.

use super::at;
use super::cover::Lists;

use super::partition::{Class, Context, NO_CLASS, Partition, signed};
use super::tree::FAR;

/// Classes with more atoms are neither dissolved nor searched for a swap.
const SMALL: usize = 32;

/// How many of its neighbours an atom may be pulled from, or go to when its class is dissolved.
const CLOSE: usize = 16;

enum Change {
    Move { to: u32 },
    Swap { with: u32 },
    Chain { to: u32, pull: u32 },
    Dissolve { plan: Vec<(u32, u32)> },
}

struct Refiner<'a> {
    context: Context<'a>,
    partition: &'a mut Partition,
    lists: &'a Lists,
    /// Per class, the number of the change that touched it last.
    touched: Vec<u32>,
    /// Per atom, the number of changes when it was last looked at.
    seen: Vec<u32>,
    changes: u32,
}

/// Refines until nothing changes, but at most `passes` times. Returns the number of changes.
pub(super) fn refine(context: Context<'_>, partition: &mut Partition, lists: &Lists, passes: usize) -> u32 {
    let touched = vec![1; partition.classes.len()];
    let seen = vec![0; context.atoms.len() as usize];
    let mut refiner = Refiner { context, partition, lists, touched, seen, changes: 1 };
    for _ in 0..passes {
        let before = refiner.changes;
        for atom in 0..context.atoms.len() {
            refiner.look(atom);
        }
        if refiner.changes == before {
            break;
        }
    }
    refiner.changes - 1
}

/// The best change so far.
struct Best {
    delta: i64,
    change: Option<Change>,
}

impl Best {
    fn offer(&mut self, delta: i64, accepted: impl FnOnce() -> bool, change: impl FnOnce() -> Change) {
        if delta < self.delta && accepted() {
            self.delta = delta;
            self.change = Some(change());
        }
    }
}

/// A class without one atom.
struct Rest {
    nodes: Vec<u32>,
    rows: u64,
    total: i64,
    accepted: bool,
}

impl Refiner<'_> {
    fn look(&mut self, atom: u32) {
        let own = self.partition.class_of(atom);
        if self.lists.of(atom).is_empty() || own == NO_CLASS {
            return;
        }
        let mut near: Vec<u32> = Vec::new();
        for other in self.lists.of(atom) {
            let class = self.partition.class_of(*other);
            if class != own && class != NO_CLASS && !near.contains(&class) {
                near.push(class);
            }
        }
        let last = at(&self.seen, atom);
        if near.iter().chain([&own]).all(|class| at(&self.touched, *class) <= last) {
            return;
        }
        if let Some(slot) = self.seen.get_mut(atom as usize) {
            *slot = self.changes;
        }
        if let Some(change) = self.best(atom, own, &near) {
            self.apply(atom, own, change);
        }
    }

    fn best(&self, atom: u32, own: u32, near: &[u32]) -> Option<Change> {
        let class = self.partition.class(own)?;
        let mut best = Best { delta: 0, change: None };
        let rest = self.rest(class, atom);
        if rest.accepted || class.members.len() == 1 {
            self.moves(atom, class, &rest, near, &mut best);
        } else {
            self.swaps(atom, class, &rest, near, &mut best);
            self.chains(atom, own, class, &rest, near, &mut best);
        }
        // Once per class, not once per member.
        if class.members.len() <= SMALL && class.members.first() == Some(&atom) {
            self.dissolve(own, class, &mut best);
        }
        best.change
    }

    fn rest(&self, class: &Class, gone: u32) -> Rest {
        let mut nodes = Vec::new();
        let rows = self.context.without(class, gone, &mut nodes);
        let total = signed(self.context.cost(&nodes).saturating_mul(rows));
        let accepted = rows >= self.context.checker.least() && {
            let members: Vec<u32> = class.members.iter().copied().filter(|m| *m != gone).collect();
            self.context.checker.accepts(&members, rows)
        };
        Rest { nodes, rows, total, accepted }
    }

    /// Cost of all records of a box widened by an atom; `None` where they have no common ancestor.
    fn with(&self, nodes: &[u32], rows: u64, atom: u32) -> Option<i64> {
        let cost = self.context.joined_cost(nodes, self.context.atoms.nodes(atom));
        (cost < FAR).then(|| signed(cost.saturating_mul(rows + self.context.atoms.rows(atom))))
    }

    fn accepts(&self, class: &Class, gone: Option<u32>, more: u32) -> bool {
        let checker = self.context.checker;
        if gone.is_none() && checker.monotone() {
            return true;
        }
        let atoms = self.context.atoms;
        let rows = class.rows + atoms.rows(more) - gone.map_or(0, |gone| atoms.rows(gone));
        if rows < checker.least() {
            return false;
        }
        let kept = class.members.iter().copied().filter(|m| Some(*m) != gone);
        let members: Vec<u32> = kept.chain([more]).collect();
        checker.accepts(&members, rows)
    }

    fn moves(&self, atom: u32, class: &Class, rest: &Rest, near: &[u32], best: &mut Best) {
        let gain = signed(class.total()) - rest.total;
        for to in near {
            let Some(host) = self.partition.class(*to) else { continue };
            let Some(joined) = self.with(&host.nodes, host.rows, atom) else { continue };
            let delta = joined - signed(host.total()) - gain;
            best.offer(delta, || self.accepts(host, None, atom), || Change::Move { to: *to });
        }
    }

    fn swaps(&self, atom: u32, class: &Class, rest: &Rest, near: &[u32], best: &mut Best) {
        let (atoms, least) = (self.context.atoms, self.context.checker.least());
        let rows = atoms.rows(atom);
        let mut nodes = Vec::new();
        for to in near {
            let Some(host) = self.partition.class(*to).filter(|host| host.members.len() <= SMALL) else {
                continue;
            };
            let old = signed(class.total()) + signed(host.total());
            for other in &host.members {
                let theirs = atoms.rows(*other);
                if rest.rows + theirs < least || host.rows + rows - theirs < least {
                    continue;
                }
                let Some(here) = self.with(&rest.nodes, rest.rows, *other) else { continue };
                if here - old >= best.delta {
                    continue;
                }
                let left = self.context.without(host, *other, &mut nodes);
                let Some(there) = self.with(&nodes, left, atom) else { continue };
                let accepted =
                    || self.accepts(class, Some(atom), *other) && self.accepts(host, Some(*other), atom);
                best.offer(here + there - old, accepted, || Change::Swap { with: *other });
            }
        }
    }

    fn chains(&self, atom: u32, own: u32, class: &Class, rest: &Rest, near: &[u32], best: &mut Best) {
        let cheapest = near.iter().filter_map(|to| {
            let host = self.partition.class(*to)?;
            let joined = self.with(&host.nodes, host.rows, atom)?;
            let accepted = self.context.checker.monotone() || self.accepts(host, None, atom);
            accepted.then(|| (joined - signed(host.total()), *to))
        });
        let Some((added, to)) = cheapest.min() else { return };
        let (checker, atoms) = (self.context.checker, self.context.atoms);
        // What is won at most, before somebody fills the gap.
        if added + rest.total - signed(class.total()) >= best.delta {
            return;
        }
        let mut nodes = Vec::new();
        for member in class.members.iter().filter(|member| **member != atom) {
            for pull in self.lists.of(*member).iter().take(CLOSE) {
                let from = self.partition.class_of(*pull);
                let rows = atoms.rows(*pull);
                if from == own || from == to || from == NO_CLASS || rest.rows + rows < checker.least() {
                    continue;
                }
                let Some(giver) = self.partition.class(from) else { continue };
                if giver.members.len() > SMALL || (giver.rows - rows < checker.least() && giver.rows != rows)
                {
                    continue;
                }
                let Some(here) = self.with(&rest.nodes, rest.rows, *pull) else { continue };
                let old = signed(class.total()) + signed(giver.total());
                if here + added - old >= best.delta {
                    continue;
                }
                let left = self.context.without(giver, *pull, &mut nodes);
                let there = signed(self.context.cost(&nodes).saturating_mul(left));
                let accepted = || {
                    (giver.members.len() == 1 || self.rest(giver, *pull).accepted)
                        && self.accepts(class, Some(atom), *pull)
                };
                best.offer(here + there + added - old, accepted, || Change::Chain { to, pull: *pull });
            }
        }
    }

    fn dissolve(&self, own: u32, class: &Class, best: &mut Best) {
        let mut delta = -signed(class.total());
        let mut plan: Vec<(u32, u32)> = Vec::with_capacity(class.members.len());
        // Hosts as they would be.
        let mut hosts: Vec<(u32, Class)> = Vec::new();
        for member in &class.members {
            let mut cheapest: Option<(i64, u32)> = None;
            let mut asked: Vec<u32> = Vec::new();
            for other in self.lists.of(*member).iter().take(CLOSE) {
                let number = self.partition.class_of(*other);
                if number == own || number == NO_CLASS || asked.contains(&number) {
                    continue;
                }
                asked.push(number);
                let planned = hosts.iter().find(|(host, _)| *host == number).map(|(_, class)| class);
                let Some(host) = planned.or_else(|| self.partition.class(number)) else { continue };
                let Some(joined) = self.with(&host.nodes, host.rows, *member) else { continue };
                let added = (joined - signed(host.total()), number);
                if cheapest.is_none_or(|cheapest| added < cheapest) {
                    cheapest = Some(added);
                }
            }
            let Some((added, number)) = cheapest else { return };
            delta += added;
            if delta >= best.delta {
                return;
            }
            plan.push((*member, number));
            let place = hosts.iter().position(|(host, _)| *host == number).unwrap_or_else(|| {
                hosts.push((number, self.partition.class(number).cloned().unwrap_or_default()));
                hosts.len() - 1
            });
            if let Some((_, host)) = hosts.get_mut(place) {
                self.context.widen(&mut host.nodes, self.context.atoms.nodes(*member));
                host.cost = self.context.cost(&host.nodes);
                host.rows += self.context.atoms.rows(*member);
                host.members.push(*member);
            }
        }
        let checker = self.context.checker;
        let accepted =
            || checker.monotone() || hosts.iter().all(|(_, host)| checker.accepts(&host.members, host.rows));
        best.offer(delta, accepted, || Change::Dissolve { plan });
    }

    fn apply(&mut self, atom: u32, own: u32, change: Change) {
        self.changes += 1;
        let mut transfers: Vec<(u32, u32)> = Vec::new();
        match change {
            Change::Move { to } => transfers.push((atom, to)),
            Change::Swap { with } => {
                transfers.push((atom, self.partition.class_of(with)));
                transfers.push((with, own));
            }
            Change::Chain { to, pull } => transfers.extend([(atom, to), (pull, own)]),
            Change::Dissolve { plan } => transfers = plan,
        }
        for (atom, to) in transfers {
            let from = self.partition.class_of(atom);
            self.partition.transfer(&self.context, atom, to);
            for class in [from, to] {
                if let Some(slot) = self.touched.get_mut(class as usize) {
                    *slot = self.changes;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::model::Checker;
    use super::super::plain::KAndDistinctL;
    use super::super::records::{Atoms, Records};
    use super::super::tree::Tree;
    use super::*;
    use crate::anonymity::Attribute;

    #[test]
    fn a_bad_pairing_is_swapped() {
        let attribute = Attribute::new("x", vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0; 4]]).unwrap();
        let attributes = [attribute];
        let leaves = vec![vec![0, 1, 2, 3]];
        let records = Records::new(&attributes, &leaves);
        let trees = [Tree::new(&attributes[0], 1.0)];
        let atoms = Atoms::new(&records, &trees).unwrap();
        let model = KAndDistinctL { k: 2, l: vec![] };
        let checker = Checker::new(&model, &records, &atoms);
        let context = Context { trees: &trees, atoms: &atoms, checker: &checker };
        let (_, lists) = super::super::cover::cover(&context, 3, 2);
        let mut partition = Partition::new(&atoms);
        partition.add(context.class(vec![0, 2]));
        partition.add(context.class(vec![1, 3]));
        assert_eq!(refine(context, &mut partition, &lists, 9), 1);
        let mut members: Vec<Vec<u32>> = partition.classes.iter().map(|c| c.members.clone()).collect();
        for class in &mut members {
            class.sort_unstable();
        }
        members.sort();
        assert_eq!(members, vec![vec![0, 1], vec![2, 3]]);
        let total: u64 = partition.classes.iter().map(Class::total).sum();
        assert_eq!(total, 4 << 22);
    }
}
