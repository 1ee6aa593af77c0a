//! One tuple followed through the whole lattice.
//!
//! Why here: where no row may go, one class with too few people rules a node out. Its rarest tuple is
//! likely to stay in a small class at many other nodes, also at such that are no specialisations of
//! this one. Two tuples meet at the node of the levels at which their values become equal, so that one
//! pass over the tuples and a sum along every attribute tell the people in this tuple's class at every
//! node at once, which costs as much as a check or two.
//!
//! Deliberately absent: limits above nothing, for which a handful of tuples proves nothing.

use super::groups::Groups;
use super::ladder::Ladder;
use super::lattice::Lattice;

/// A class with too few people: its table, and the codes of its values there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    pub(crate) table: usize,
    pub(crate) codes: Vec<u32>,
}

/// What is not met within the lattice.
const NEVER: u64 = 1 << 48;

/// Per node of the lattice the people in the class of the rarest of the `tuples` whose codes at `levels`
/// are these. `of` names the attribute of every field. `None` where no tuple has such codes, or two
/// fields share an attribute.
pub(crate) fn people_everywhere(
    ladder: &Ladder,
    tuples: &Groups,
    of: &[usize],
    levels: &[u8],
    codes: &[u32],
    lattice: &Lattice,
) -> Option<Vec<u32>> {
    if of.iter().enumerate().any(|(at, a)| of.iter().skip(at + 1).any(|b| a == b)) {
        return None;
    }
    let fields = || ladder.fields.iter().zip(&tuples.levels);
    let others = fields().zip(levels.iter().zip(codes)).map(|((field, from), (level, code))| {
        field.up(*from, *level).iter().map(|up| u64::from(up != code)).collect()
    });
    let others = ladder.chunks(others.collect(), tuples.len());
    let mut members: Vec<u32> = Vec::new();
    tuples.sum_each(&others, |row, others| {
        if others == 0 {
            members.push(row as u32);
        }
    });
    let key = |row: &u32| {
        let words = tuples.words.iter().map(|word| word.get(*row as usize).copied());
        (tuples.people.get(*row as usize).copied(), words.collect::<Vec<_>>())
    };
    let rarest = members.into_iter().filter(|row| key(row).0 > Some(0)).min_by_key(key)?;
    let lowest = lattice.node(0);
    let mut steps = Vec::new();
    for ((field, from), attribute) in fields().zip(of) {
        let word = *tuples.words.get(field.word)?.get(rarest as usize)?;
        let mine = (word >> field.shift & field.mask()) as usize;
        let (stride, span) = (*lattice.strides().get(*attribute)?, *lattice.spans().get(*attribute)?);
        let lowest = *lowest.0.get(*attribute)?;
        let mut meets = vec![NEVER; field.count(*from) as usize];
        for step in (0..span).rev() {
            let up = field.up(*from, lowest + step as u8);
            for (meets, code) in meets.iter_mut().zip(up) {
                if up.get(mine) == Some(code) {
                    *meets = step * stride;
                }
            }
        }
        steps.push(meets);
    }
    let mut people = vec![0u32; usize::try_from(lattice.nodes()).ok()?];
    tuples.sum_each(&ladder.chunks(steps, tuples.len()), |row, node| {
        if let (Some(sum), Some(more)) = (people.get_mut(node as usize), tuples.people.get(row)) {
            *sum += more;
        }
    });
    for (stride, span) in lattice.strides().iter().zip(lattice.spans()) {
        let (stride, span) = (*stride as usize, *span as usize);
        for along in people.chunks_mut((stride * span).max(1)) {
            for step in 1..span {
                let (below, here) = along.split_at_mut(step * stride);
                let below = below.get((step - 1) * stride..).unwrap_or_default();
                for (sum, below) in here.iter_mut().zip(below).take(stride) {
                    *sum += below;
                }
            }
        }
    }
    Some(people)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
    use super::*;
    use crate::anonymity::lattice::Attribute;
    use crate::anonymity::tuples::TupleSet;
    use proptest::prelude::*;

    fn attribute() -> Attribute {
        let joined = |step: u32| (0..8).map(|leaf| leaf / step).collect::<Vec<u32>>();
        Attribute::new("a", vec![joined(1), joined(2), joined(4), joined(8)]).unwrap()
    }

    proptest! {
        #[test]
        fn agrees_with_counting_at_every_node(
            rows in prop::collection::vec(((0u32..8, 0u32..8, 0u32..8), 1u32..5), 1..40),
            at in (0u8..3, 0u8..4, 0u8..4),
            lowest in 0u8..2,
            of_row in any::<prop::sample::Index>(),
        ) {
            let attributes = [attribute(), attribute(), attribute()];
            let mut set = TupleSet::new(3);
            let mut people: Vec<u32> = Vec::new();
            for ((a, b, c), n) in &rows {
                let id = set.intern(&[*a, *b, *c]).unwrap() as usize;
                people.resize(people.len().max(id + 1), 0);
                people[id] += n;
            }
            let (ladder, words) = Ladder::new(&attributes, &[0, 1, 2], &set);
            let start = Groups { levels: vec![0; 3], words, people: people.clone(), ..Groups::default() };
            let levels = [at.0 + lowest, at.1, at.2].map(|level| level.min(3));
            let tuple = of_row.index(set.len());
            let code = |row: usize, field: usize| {
                let leaf = (start.words[0][row] >> ladder.fields[field].shift & ladder.fields[field].mask()) as usize;
                ladder.fields[field].up(0, levels[field])[leaf]
            };
            let codes: Vec<u32> = (0..3).map(|field| code(tuple, field)).collect();
            let lattice = Lattice::between(&[lowest, 0, 0], &[3, 3, 2]);
            let found = people_everywhere(&ladder, &start, &[0, 1, 2], &levels, &codes, &lattice).unwrap();
            let class_at = |id: usize, node: &[u8]| -> u32 {
                let general = |leaf: u32, level: u8| leaf >> level;
                let tuples: Vec<&[u32]> = set.iter().collect();
                let same = |other: &[u32]| {
                    (0..3).all(|a| general(other[a], node[a]) == general(tuples[id][a], node[a]))
                };
                tuples.iter().zip(&people).filter(|(t, _)| same(t)).map(|(_, n)| n).sum()
            };
            let everywhere = |id: usize| -> Vec<u32> {
                (0..lattice.nodes()).map(|index| class_at(id, &lattice.node(index).0)).collect()
            };
            let members = (0..set.len()).filter(|row| (0..3).all(|field| code(*row, field) == codes[field]));
            let least = members.clone().map(|row| people[row]).min().unwrap();
            let rarest: Vec<usize> = members.filter(|row| people[*row] == least).collect();
            prop_assert!(rarest.into_iter().any(|id| everywhere(id) == found));
            let unknown: Vec<u32> = codes.iter().map(|_| 99).collect();
            prop_assert!(people_everywhere(&ladder, &start, &[0, 1, 2], &levels, &unknown, &lattice).is_none());
            prop_assert!(people_everywhere(&ladder, &start, &[0, 1, 1], &levels, &codes, &lattice).is_none());
        }
    }
}
