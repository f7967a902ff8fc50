//! A drain on its way, as plain data: what is to be done next, and when. It reads no clock.

use std::sync::Weak;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::ask::DrainAnswer;
use crate::store::Lock;

/// How long workers may take to cut what is left at the deadline, and to end after a stop.
const GRACE: Duration = Duration::from_secs(2);

/// How the process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Exchanges that were cut; 0 when all was finished.
    pub cut: u64,
}

/// A drain on its way.
#[derive(Debug)]
pub(super) struct Draining {
    pub(super) deadline: Instant,
    pub(super) stopped_at: Option<Instant>,
    /// Gone once nothing of ours writes to the state folder any more.
    pub(super) lock: Weak<Lock>,
    pub(super) begun: Vec<oneshot::Sender<()>>,
    pub(super) ended: Vec<oneshot::Sender<DrainAnswer>>,
}

/// What is to be done next about a drain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing yet.
    Wait,
    /// Cut what is left.
    Stop,
    /// It is over.
    End,
}

impl Draining {
    /// Tells who waits for it that a successor may have the state folder.
    pub(super) fn tell_begun(&mut self) {
        if self.lock.strong_count() == 0 {
            for waiter in self.begun.drain(..) {
                // Who asked may be gone.
                let _ = waiter.send(());
            }
        }
    }

    /// What is to be done now.
    pub(super) fn next(&self, now: Instant, all_drained: bool) -> Next {
        match self.stopped_at {
            _ if all_drained => Next::End,
            Some(at) if now >= at + GRACE => Next::End,
            None if now >= self.deadline + GRACE => Next::Stop,
            _ => Next::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drain_ends_when_done_or_cut() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let check = |stopped_at: Option<u64>, now, all_drained, expected| {
            let draining = Draining {
                deadline: at(30_000),
                stopped_at: stopped_at.map(at),
                lock: Weak::new(),
                begun: Vec::new(),
                ended: Vec::new(),
            };
            assert_eq!(draining.next(at(now), all_drained), expected);
        };
        check(None, 0, false, Next::Wait);
        check(None, 0, true, Next::End);
        check(None, 31_999, false, Next::Wait);
        check(None, 32_000, false, Next::Stop);
        check(Some(32_000), 33_999, false, Next::Wait);
        check(Some(32_000), 34_000, false, Next::End);
        check(Some(1_000), 1_001, true, Next::End);
    }
}
