//! The one reader of the machine's clock on a worker.

use std::cell::Cell;

use pointsman_core::time::Instant;

/// A worker's clock: coarse time is as old as the last tick, fine time is read.
pub struct Clock {
    start: std::time::Instant,
    coarse: Cell<Instant>,
}

impl Default for Clock {
    /// A clock that starts now.
    fn default() -> Self {
        Self { start: shared(), coarse: Cell::new(Instant::ZERO) }
    }
}

impl Clock {
    /// The time of the last tick: good enough for every limit, and costs a load.
    pub fn coarse(&self) -> Instant {
        self.coarse.get()
    }

    /// The time now; the coarse time follows it.
    pub fn fine(&self) -> Instant {
        let us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let now = Instant::ZERO.plus_us(us);
        self.coarse.set(now);
        now
    }
}

/// A moment that other threads of this process can compare with theirs.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn shared() -> std::time::Instant {
    std::time::Instant::now()
}
