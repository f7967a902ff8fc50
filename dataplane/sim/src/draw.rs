//! Where a plan's choices come from: a seed, or the bytes of a fuzzer. It decides nothing.

use pointsman_core::rng::Rng;

/// A source of choices.
pub enum Draw<'a> {
    /// Drawn from a seed.
    Seed(Rng),
    /// Two bytes a choice; zeros, the plainest choice, when they are used up.
    Bytes(&'a [u8]),
}

impl Draw<'_> {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        match self {
            Self::Seed(rng) => rng.below(bound),
            Self::Bytes(bytes) => {
                let Some((two, rest)) = bytes.split_first_chunk::<2>() else { return 0 };
                *bytes = rest;
                u64::from(u16::from_le_bytes(*two)).checked_rem(bound).unwrap_or(0)
            }
        }
    }

    /// A number between both, both included.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// Happens once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == times - 1
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices[at]
    }
}
