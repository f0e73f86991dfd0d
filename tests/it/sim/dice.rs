//! Chance from a seed: the same throws for ever.

use chrono::Duration;

/// A small generator (xorshift64*).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(
            seed.wrapping_add(0x1234_5678)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                | 1,
        )
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n.max(1)
    }

    pub fn index(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).unwrap_or(0)
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.index(of.len())]
    }

    /// True so often of a hundred times.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// Something between these many minutes.
    pub fn minutes(&mut self, from: u64, to: u64) -> Duration {
        Duration::minutes(i64::try_from(from + self.below(to - from + 1)).unwrap_or(0))
    }

    /// Mostly about the mean, now and then much more: a third of it to three times it.
    pub fn about(&mut self, mean: Duration) -> Duration {
        let percent = self.one(&[33, 50, 70, 100, 130, 160, 300]);
        Duration::seconds((mean.num_seconds() * percent / 100).max(60))
            + Duration::seconds(self.below(60).cast_signed())
    }
}
