//! Side-by-side places for the lines that share a gutter or a channel.
//!
//! The order is chosen to cross little (pairs are independent, so moving one line at a time to its
//! best place works well), then each line is moved as far down as its neighbours let it. Ties keep the given order.

/// One line along a gutter, from `low` to `high`, and where it turns to at each end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) low: i32,
    pub(super) high: i32,
    pub(super) low_turn: Turn,
    pub(super) high_turn: Turn,
}

/// The side, across the gutter, on which a line leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Towards lower tracks: left of a vertical gutter, above a horizontal channel.
    Before,
    /// Towards higher tracks.
    After,
}

/// The position of each segment across the gutter: at least `floor`, and `pitch` beyond every line
/// on its lower side that it passes or comes nearer to than `gap`.
pub(super) fn positions(
    segments: &[Segment],
    gap: i32,
    pitch: i32,
    floor: impl Fn(&Segment) -> i32,
) -> Vec<i32> {
    let mut order: Vec<(usize, Segment)> = segments.iter().copied().enumerate().collect();
    for _ in 0..8 {
        let mut moved = false;
        for index in 0..segments.len() {
            moved |= sift(&mut order, index);
        }
        if !moved {
            break;
        }
    }
    let mut placed: Vec<(usize, i32, Segment)> = Vec::new();
    for (index, segment) in order {
        let beyond = placed
            .iter()
            .filter(|(_, _, other)| other.low < segment.high + gap && segment.low < other.high + gap)
            .map(|(_, position, _)| position + pitch)
            .max();
        let position = floor(&segment).max(beyond.unwrap_or(i32::MIN));
        placed.push((index, position, segment));
    }
    placed.sort_unstable_by_key(|(index, ..)| *index);
    placed.into_iter().map(|(_, position, _)| position).collect()
}

/// Moves one segment to where it crosses least; says whether that gained anything.
fn sift(order: &mut Vec<(usize, Segment)>, index: usize) -> bool {
    let Some(now) = order.iter().position(|(i, _)| *i == index) else { return false };
    let item = order.remove(now);
    let mut cost: i64 = order.iter().map(|(_, other)| crossings(&item.1, other)).sum();
    let mut costs = vec![cost];
    for (_, other) in order.iter() {
        cost += crossings(other, &item.1) - crossings(&item.1, other);
        costs.push(cost);
    }
    let stay = costs.get(now).copied().unwrap_or(0);
    let (best, least) =
        costs.iter().copied().enumerate().min_by_key(|(at, cost)| (*cost, *at)).unwrap_or((now, stay));
    let at = if least < stay { best } else { now };
    order.insert(at, item);
    least < stay
}

/// How often two lines cross when `first` lies on the lower track.
fn crossings(first: &Segment, second: &Segment) -> i64 {
    let meets = |line: &Segment, at: i32| i64::from(line.low < at && at < line.high);
    let mut count = 0;
    for (at, turn) in [(first.low, first.low_turn), (first.high, first.high_turn)] {
        if turn == Turn::After {
            count += meets(second, at);
        }
    }
    for (at, turn) in [(second.low, second.low_turn), (second.high, second.high_turn)] {
        if turn == Turn::Before {
            count += meets(first, at);
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down(low: i32, high: i32) -> Segment {
        Segment { low, high, low_turn: Turn::Before, high_turn: Turn::After }
    }

    fn lay(segments: &[Segment]) -> Vec<i32> {
        positions(segments, 5, 12, |_| 0)
    }

    #[test]
    fn parallel_bends_take_the_order_without_crossings() {
        assert_eq!(lay(&[down(0, 100), down(10, 110), down(20, 120)]), [24, 12, 0]);
    }

    #[test]
    fn lines_apart_share_a_track_and_lines_too_near_do_not() {
        assert_eq!(lay(&[down(0, 10), down(20, 30)]), [0, 0]);
        assert_eq!(lay(&[down(0, 10), down(12, 30)]), [0, 12]);
    }
}
