//! The random streams of the city: ChaCha8, one independent stream per table or concern.
//!
//! Why our own small wrapper and not `rand`'s distributions: those may change values between
//! releases; the bytes of a fixture must not. Every draw here is integer arithmetic on the words
//! of a fixed cipher, so a seed gives the same city on every platform.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// One named stream of one seed.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream `name` of `seed`. Different names (at most 24 bytes count) never share words.
    pub(super) fn new(seed: u64, name: &str) -> Self {
        let mut key = [0_u8; 32];
        for (to, from) in key.iter_mut().zip(seed.to_le_bytes().into_iter().chain(name.bytes())) {
            *to = from;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..n` (0 for `n` = 0). The bias of the multiplication, n / 2⁶⁴, is ignored.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(n);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number in `0..n` for small n.
    pub(super) fn small(&mut self, n: u32) -> u32 {
        u32::try_from((u64::from(self.0.next_u32()) * u64::from(n)) >> 32).unwrap_or(0)
    }

    /// A number in `from..=to` (`from` when the range is empty).
    pub(super) fn between(&mut self, from: i32, to: i32) -> i32 {
        let width = u32::try_from(to.saturating_sub(from).saturating_add(1)).unwrap_or(1);
        from.saturating_add(i32::try_from(self.small(width)).unwrap_or(0))
    }

    /// True in `per_mille` of 1,000 cases.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.small(1_000) < per_mille
    }

    /// Roughly normal, mean 0, standard deviation `deviation`, within ±3.4 deviations: the sum of
    /// four uniform numbers (Irwin–Hall), in integers.
    pub(super) fn spread(&mut self, deviation: i32) -> i32 {
        let sum: i64 = (0..4).map(|_| i64::from(self.small(2_001)) - 1_000).sum();
        // Standard deviation of the sum is 2,000/√3 ≈ 1155.
        i32::try_from(sum * i64::from(deviation) / 1_155).unwrap_or(0)
    }

    /// One of a slice, all equally likely; `None` only of an empty slice.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let i = self.below(u64::try_from(from.len()).unwrap_or(0));
        usize::try_from(i).ok().and_then(|i| from.get(i))
    }

    /// Shuffles a slice (Fisher–Yates).
    pub(super) fn shuffle<T>(&mut self, slice: &mut [T]) {
        for i in (1..slice.len()).rev() {
            let j = self.below(u64::try_from(i + 1).unwrap_or(1));
            slice.swap(i, usize::try_from(j).unwrap_or(i));
        }
    }
}

/// Weights made ready for drawing: the running sums.
#[derive(Default)]
pub(super) struct Weights(Vec<u64>);

impl Weights {
    /// Running sums of the weights, in their order.
    pub(super) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut sum = 0_u64;
        Self(
            weights
                .into_iter()
                .map(|w| {
                    sum = sum.saturating_add(w);
                    sum
                })
                .collect(),
        )
    }

    /// Sum of all weights.
    pub(super) fn total(&self) -> u64 {
        self.0.last().copied().unwrap_or(0)
    }

    /// A position drawn with its weight; `None` when all weights are 0.
    pub(super) fn draw(&self, stream: &mut Stream) -> Option<usize> {
        let total = self.total();
        if total == 0 {
            return None;
        }
        let at = stream.below(total);
        Some(self.0.partition_point(|&sum| sum <= at))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn streams_are_fixed_and_apart() {
        let words = |seed, name| -> Vec<u64> {
            let mut s = Stream::new(seed, name);
            (0..4).map(|_| s.bits()).collect()
        };
        assert_eq!(words(1, "care"), words(1, "care"));
        assert_ne!(words(1, "care"), words(2, "care"));
        assert_ne!(words(1, "care"), words(1, "visit"));
        // Pinned: a change of these words changes every fixture of the project.
        assert_eq!(words(7, "pin")[0], PINNED);
    }

    const PINNED: u64 = 13_027_275_789_923_894_867;

    #[test]
    fn weights_are_kept() {
        let weights = Weights::new([0, 1, 0, 3, 0]);
        let mut stream = Stream::new(3, "weights");
        let mut seen = [0_u32; 5];
        for _ in 0..8_000 {
            seen[weights.draw(&mut stream).unwrap()] += 1;
        }
        assert_eq!([seen[0], seen[2], seen[4]], [0; 3]);
        assert!((1_800..2_200).contains(&seen[1]), "{seen:?}");
        assert!(Weights::new([0, 0]).draw(&mut stream).is_none());
    }

    #[test]
    fn spread_has_its_deviation() {
        let mut stream = Stream::new(3, "spread");
        let n = 20_000_i64;
        let (mut sum, mut squares) = (0_i64, 0_i64);
        for _ in 0..n {
            let x = i64::from(stream.spread(100));
            sum += x;
            squares += x * x;
        }
        assert!((sum / n).abs() <= 3);
        assert!((9_400..10_600).contains(&(squares / n)), "{}", squares / n);
    }
}
