//! The first partition: cheapest boxes first.
//!
//! Every atom that may not be published by itself looks for the cheapest box that makes a class of
//! free atoms. The cheapest of all boxes becomes a class, its atoms are no longer free, and so on;
//! an atom whose box has lost members looks again among its neighbours when its turn comes. When
//! no list holds a box any more, the rest makes new lists among itself. What is left in the end is
//! joined to the classes there are, where it adds least.
//!
//! Why here: neighbours are looked up once per round and rounds shrink quickly, so the work grows
//! about as n log n. It is the greedy scheme of Prasser et al. 2020 (local recoding by repeated
//! full-domain passes) with boxes per tuple in the place of one level per attribute and pass.
//!
//! Deliberately absent: any look back; `refine` mends what the greedy order spoilt.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::at;
use super::boxes::Boxes;
use super::near::Near;
use super::partition::{Class, Context, Partition};
use super::tree::FAR;

/// Below this number, what is left over goes to the classes there are.
const FEW: usize = 32;
/// How many classes are considered for what is left over.
const HOSTS: usize = 24;

/// Lists of neighbours, nearest first.
#[derive(Debug, Default)]
pub(super) struct Lists {
    start: Vec<u32>,
    points: Vec<u32>,
}

impl Lists {
    fn push(&mut self, points: impl Iterator<Item = u32>) {
        if self.start.is_empty() {
            self.start.push(0);
        }
        self.points.extend(points);
        self.start.push(self.points.len() as u32);
    }

    /// The list of a point; empty for a point without one.
    pub(super) fn of(&self, point: u32) -> &[u32] {
        let Some(end) = self.start.get(point as usize + 1) else { return &[] };
        self.points.get(at(&self.start, point) as usize..*end as usize).unwrap_or_default()
    }
}

/// Builds classes for all atoms that can have one. Returns the neighbours of every atom too (none
/// for an atom that may be published by itself).
pub(super) fn cover(context: &Context<'_>, neighbours: usize, starts: usize) -> (Partition, Lists) {
    let mut partition = Partition::new(context.atoms);
    let mut groups: Vec<Class> = Vec::new();
    for atom in 0..context.atoms.len() {
        let class = context.class(vec![atom]);
        if context.checker.alone(atom) {
            partition.add(class);
        } else {
            groups.push(class);
        }
    }
    let of_atoms: Vec<u32> = groups.iter().filter_map(|group| group.members.first().copied()).collect();
    let mut first: Option<Lists> = None;
    loop {
        let lists = lists(context, &groups, neighbours);
        let before = groups.len();
        let mut free = vec![true; before];
        make(context, &mut partition, &groups, &lists, &mut free, starts);
        let left = free.iter().filter(|free| **free).count();
        let hosts = partition.classes.iter().any(|class| !class.is_empty());
        let slow = left * 10 > before * 9 && (left > FEW || !hosts);
        let joined = if slow { pair(context, &mut partition, &mut groups, &lists, &mut free) } else { 0 };
        let mut keep = free.into_iter();
        groups.retain(|_| keep.next().unwrap_or(false));
        first.get_or_insert(lists);
        if groups.is_empty() || groups.len() == before && joined == 0 {
            break;
        }
    }
    absorb(context, &mut partition, groups);
    let mut of_atom = Lists::default();
    let lists = first.unwrap_or_default();
    let mut numbers = of_atoms.iter().zip(0u32..).peekable();
    for atom in 0..context.atoms.len() {
        let number = numbers.next_if(|(other, _)| **other == atom).map(|(_, number)| number);
        let list = number.map(|number| lists.of(number)).unwrap_or_default();
        of_atom.push(list.iter().map(|point| at(&of_atoms, *point)));
    }
    (partition, of_atom)
}

fn lists(context: &Context<'_>, groups: &[Class], wanted: usize) -> Lists {
    let points: Vec<u32> = groups.iter().flat_map(|group| group.nodes.iter().copied()).collect();
    let near = Near::new(context.trees, &points);
    let mut lists = Lists::default();
    for (number, group) in (0u32..).zip(groups) {
        let found = near.nearest(&group.nodes, Some(number), wanted);
        lists.push(found.into_iter().map(|one| one.point));
    }
    lists
}

/// The box view of a group onto the free groups of its list.
fn view(context: &Context<'_>, groups: &[Class], lists: &Lists, free: &[bool], number: u32) -> Boxes {
    let Some(group) = groups.get(number as usize) else { return Boxes::new(&[], &[], 0) };
    let mut boxes = Boxes::new(context.trees, &group.nodes, group.rows);
    for point in lists.of(number) {
        if let Some(other) = groups.get(*point as usize).filter(|_| at(free, *point)) {
            boxes.push(context.trees, &group.nodes, *point, &other.nodes, other.rows);
        }
    }
    boxes
}

/// The atoms of a group and of others.
fn gather(groups: &[Class], number: u32, others: &[u32], out: &mut Vec<u32>) {
    out.clear();
    for group in std::iter::once(&number).chain(others) {
        out.extend(groups.get(*group as usize).map_or(&[][..], |group| &group.members));
    }
}

/// Makes classes of free groups, cheapest box first, until no list holds a box.
fn make(
    context: &Context<'_>,
    partition: &mut Partition,
    groups: &[Class],
    lists: &Lists,
    free: &mut [bool],
    starts: usize,
) {
    let checker = context.checker;
    let cheapest = |number: u32, boxes: &Boxes| {
        let mut members = Vec::new();
        boxes.cheapest(starts, checker.least(), |inside, rows| {
            gather(groups, number, inside, &mut members);
            checker.accepts(&members, rows)
        })
    };
    let mut heap = BinaryHeap::new();
    for number in 0..groups.len() as u32 {
        let boxes = view(context, groups, lists, free, number);
        if let Some(found) = cheapest(number, &boxes) {
            heap.push(Reverse((found.cost, number, found.levels)));
        }
    }
    let (mut inside, mut members) = (Vec::new(), Vec::new());
    while let Some(Reverse((_, number, levels))) = heap.pop() {
        if !at(free, number) {
            continue;
        }
        let boxes = view(context, groups, lists, free, number);
        let rows = boxes.members(&levels, &mut inside);
        gather(groups, number, &inside, &mut members);
        if checker.accepts(&members, rows) {
            members.sort_unstable();
            partition.add(context.class(members.clone()));
            for taken in std::iter::once(&number).chain(&inside) {
                if let Some(slot) = free.get_mut(*taken as usize) {
                    *slot = false;
                }
            }
        } else if let Some(found) = cheapest(number, &boxes) {
            heap.push(Reverse((found.cost, number, found.levels)));
        }
    }
}

/// Where lists are too short to hold a class: joins free groups in pairs, cheapest first, so that
/// the next round starts from half as many. Returns the number of pairs.
fn pair(
    context: &Context<'_>,
    partition: &mut Partition,
    groups: &mut [Class],
    lists: &Lists,
    free: &mut [bool],
) -> usize {
    let mut pairs: Vec<(i64, u32, u32)> = Vec::new();
    for (number, group) in (0u32..).zip(groups.iter()).filter(|(number, _)| at(free, *number)) {
        for point in lists.of(number).iter().filter(|point| at(free, **point)).take(4) {
            let Some(other) = groups.get(*point as usize) else { continue };
            if let Some(added) = context.added(group, &other.nodes, other.rows, other.total()) {
                pairs.push((added, number.min(*point), number.max(*point)));
            }
        }
    }
    pairs.sort_unstable();
    let mut done = vec![false; groups.len()];
    let mut joined = 0;
    for (_, a, b) in pairs {
        if at(&done, a) || at(&done, b) {
            continue;
        }
        let mut members = Vec::new();
        gather(groups, a, &[b], &mut members);
        members.sort_unstable();
        let class = context.class(members);
        joined += 1;
        let accepted = context.checker.accepts(&class.members, class.rows);
        for (number, stays) in [(a, !accepted), (b, false)] {
            if let (Some(done), Some(free)) = (done.get_mut(number as usize), free.get_mut(number as usize)) {
                *done = true;
                *free = stays;
            }
        }
        if accepted {
            partition.add(class);
        } else if let Some(slot) = groups.get_mut(a as usize) {
            *slot = class;
        }
    }
    joined
}

/// Joins what is left to the classes where it adds least; what no class can take stays without.
pub(super) fn absorb(context: &Context<'_>, partition: &mut Partition, left: Vec<Class>) {
    if left.is_empty() {
        return;
    }
    let numbers: Vec<u32> =
        (0u32..).zip(&partition.classes).filter(|(_, c)| !c.is_empty()).map(|(n, _)| n).collect();
    let points: Vec<u32> =
        partition.classes.iter().filter(|c| !c.is_empty()).flat_map(|c| c.nodes.iter().copied()).collect();
    let near = Near::new(context.trees, &points);
    let mut homeless = Vec::new();
    for group in left {
        let mut hosts: Vec<(i64, u32)> = Vec::new();
        for one in near.nearest(&group.nodes, None, HOSTS) {
            let number = at(&numbers, one.point);
            let Some(host) = partition.class(number).filter(|host| !host.is_empty()) else { continue };
            if let Some(added) = context.added(host, &group.nodes, group.rows, group.total()) {
                hosts.push((added, number));
            }
        }
        hosts.sort_unstable();
        let host = hosts.into_iter().find_map(|(_, number)| {
            let class = union(context, &group, partition.class(number)?);
            context.checker.accepts(&class.members, class.rows).then_some((number, class))
        });
        match host {
            Some((number, class)) => partition.set(number, class),
            None => homeless.extend(swallow(context, partition, group)),
        }
    }
    // What cannot be joined one by one may be accepted together.
    let mut together: Option<Class> = None;
    let mut parts = 0;
    for group in homeless {
        let joined = together.as_ref().map_or_else(|| group.clone(), |all| union(context, all, &group));
        if joined.cost < FAR {
            together = Some(joined);
            parts += 1;
        }
    }
    if let Some(all) = together.filter(|_| parts > 1) {
        if context.checker.accepts(&all.members, all.rows) {
            partition.add(all);
        } else {
            swallow(context, partition, all);
        }
    }
}

fn union(context: &Context<'_>, a: &Class, b: &Class) -> Class {
    let mut members: Vec<u32> = a.members.iter().chain(&b.members).copied().collect();
    members.sort_unstable();
    context.class(members)
}

/// Joins the nearest classes, twice as many each time, until the model accepts. Where nothing
/// helps, the classes stay as they were and the group is given back.
fn swallow(context: &Context<'_>, partition: &mut Partition, group: Class) -> Option<Class> {
    let alone = group.clone();
    let mut group = group;
    let mut many = 1;
    let mut taken: Vec<(u32, Class)> = Vec::new();
    loop {
        let mut hosts: Vec<(i64, u32)> = Vec::new();
        for (number, host) in (0u32..).zip(&partition.classes).filter(|(_, host)| !host.is_empty()) {
            if let Some(added) = context.added(host, &group.nodes, group.rows, group.total()) {
                hosts.push((added, number));
            }
        }
        hosts.sort_unstable();
        if hosts.is_empty() {
            break;
        }
        for (_, number) in hosts.into_iter().take(many) {
            let host = partition.take(number);
            let joined = union(context, &group, &host);
            if joined.cost < FAR {
                group = joined;
                taken.push((number, host));
            } else {
                partition.set(number, host);
            }
        }
        many *= 2;
        if context.checker.accepts(&group.members, group.rows) {
            partition.add(group);
            return None;
        }
    }
    for (number, host) in taken {
        partition.set(number, host);
    }
    Some(alone)
}
