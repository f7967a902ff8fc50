//! Time as the core sees it: a number that the shell passes in. It never reads a clock.

/// A point in time.
///
/// Unit: microseconds since the worker started; only differences mean something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// When the worker started.
    pub const ZERO: Self = Self(0);

    /// Later than all others: what has no deadline.
    pub const NEVER: Self = Self(u64::MAX);

    /// That many microseconds after the worker started.
    #[must_use]
    pub const fn from_us(us: u64) -> Self {
        Self(us)
    }

    /// Microseconds since the worker started.
    #[must_use]
    pub const fn as_us(self) -> u64 {
        self.0
    }

    /// The point that many microseconds later; never past [`Self::NEVER`].
    #[must_use]
    pub const fn plus_us(self, us: u64) -> Self {
        Self(self.0.saturating_add(us))
    }

    /// The point that many milliseconds later; never past [`Self::NEVER`].
    #[must_use]
    pub const fn plus_ms(self, ms: u64) -> Self {
        self.plus_us(ms.saturating_mul(1000))
    }

    /// Microseconds since `earlier`; zero when that lies ahead.
    #[must_use]
    pub const fn since_us(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instant_sums_and_differences_saturate() {
        assert_eq!(Instant::from_us(5).plus_us(7).as_us(), 12);
        assert_eq!(Instant::ZERO.plus_ms(3), Instant::from_us(3000));
        assert_eq!(Instant::from_us(9).since_us(Instant::from_us(4)), 5);
        assert_eq!(Instant::from_us(4).since_us(Instant::from_us(9)), 0);
        assert_eq!(Instant::NEVER.plus_us(1), Instant::NEVER);
        assert_eq!(Instant::from_us(1).plus_ms(u64::MAX), Instant::NEVER);
    }
}
