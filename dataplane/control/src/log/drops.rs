//! When the operator is told that lines of the access log were lost: at once, then at most once a
//! minute. It reads no clock.

use std::time::{Duration, Instant};

/// Shortest time between two lines about losses.
const TOLD_INTERVAL: Duration = Duration::from_secs(60);

/// What was told so far.
#[derive(Debug, Default)]
pub(crate) struct Drops {
    told: u64,
    told_at: Option<Instant>,
}

impl Drops {
    /// How many lines were lost since the last time, when it is time to tell.
    pub(crate) fn due(&mut self, now: Instant, dropped: u64) -> Option<u64> {
        let is_early = self.told_at.is_some_and(|at| now < at + TOLD_INTERVAL);
        if dropped <= self.told || is_early {
            return None;
        }
        let fresh = dropped - self.told;
        self.told = dropped;
        self.told_at = Some(now);
        Some(fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_told_at_once_then_once_a_minute() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut drops = Drops::default();
        assert_eq!(drops.due(at(0), 0), None);
        assert_eq!(drops.due(at(1), 5), Some(5));
        assert_eq!(drops.due(at(2), 9), None);
        assert_eq!(drops.due(at(61), 9), Some(4));
        assert_eq!(drops.due(at(200), 9), None);
        assert_eq!(drops.due(at(201), 10), Some(1));
    }
}
