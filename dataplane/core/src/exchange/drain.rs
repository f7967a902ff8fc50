//! Stop taking new work, finish the old, then end; with a deadline.

use crate::time::Instant;

/// Where a worker stands between serving and gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drain {
    /// Takes new work.
    #[default]
    Serving,
    /// Finishes what it has.
    Draining {
        /// When what is left is cut.
        deadline: Instant,
    },
    /// Nothing is left.
    Drained {
        /// Connections that were cut because the deadline came first.
        cut: u32,
    },
}

impl Drain {
    /// Begins to drain; a second call can only bring the deadline nearer.
    pub fn begin(&mut self, deadline: Instant) {
        *self = match *self {
            Self::Serving => Self::Draining { deadline },
            Self::Draining { deadline: before } => {
                Self::Draining { deadline: before.min(deadline) }
            }
            drained @ Self::Drained { .. } => drained,
        };
    }

    /// Looks again, given how many connections still work: returns how many must be cut now.
    pub fn check(&mut self, now: Instant, open: u32) -> u32 {
        let Self::Draining { deadline } = *self else { return 0 };
        if open == 0 {
            *self = Self::Drained { cut: 0 };
            0
        } else if now >= deadline {
            *self = Self::Drained { cut: open };
            open
        } else {
            0
        }
    }

    /// New work is refused, and each exchange is its connection's last.
    #[must_use]
    pub fn is_draining(self) -> bool {
        self != Self::Serving
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(us: u64) -> Instant {
        Instant::ZERO.plus_us(us)
    }

    #[test]
    fn draining_last_connection_gone_is_drained_without_cut() {
        let mut drain = Drain::default();
        drain.begin(at(100));
        assert_eq!(drain.check(at(10), 2), 0);
        assert!(drain.is_draining());
        assert_eq!(drain.check(at(20), 0), 0);
        assert_eq!(drain, Drain::Drained { cut: 0 });
    }

    #[test]
    fn draining_deadline_passed_cuts_what_is_left() {
        let mut drain = Drain::default();
        drain.begin(at(100));
        drain.begin(at(500));
        assert_eq!(drain.check(at(100), 3), 3);
        assert_eq!(drain, Drain::Drained { cut: 3 });
    }

    #[test]
    fn serving_checked_cuts_nothing() {
        let mut drain = Drain::default();
        assert_eq!(drain.check(at(1000), 5), 0);
        assert_eq!(drain, Drain::Serving);
    }
}
