//! The ledger of idle connections to targets: which may be taken, which must go. It holds numbers
//! that the shell gave, no socket.

use crate::time::Instant;

/// One idle connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Idle {
    connection: u32,
    until: Instant,
}

/// Idle connections of one target, the last one in being the first one out: it is the likeliest to
/// be still open, and the others may age.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    idle: Vec<Idle>,
}

impl Ledger {
    /// Puts a connection in; it may be taken before `until`. Returns the oldest one, to be closed,
    /// when there are more than `most`.
    pub fn put(&mut self, connection: u32, until: Instant, most: usize) -> Option<u32> {
        self.idle.push(Idle { connection, until });
        if self.idle.len() > most {
            return Some(self.idle.remove(0).connection);
        }
        None
    }

    /// Takes the youngest one out. What is past its time is left for [`Self::expire`].
    pub fn take(&mut self, now: Instant) -> Option<u32> {
        let last = self.idle.last()?;
        if last.until <= now {
            return None;
        }
        self.idle.pop().map(|idle| idle.connection)
    }

    /// Takes one out whose time has passed, to be closed.
    ///
    /// Connections age in the order they came as long as the idle time is one and the same; after a
    /// change of it, one that should go may stay behind an older one, and goes with that.
    pub fn expire(&mut self, now: Instant) -> Option<u32> {
        let first = self.idle.first()?;
        if first.until > now {
            return None;
        }
        Some(self.idle.remove(0).connection)
    }

    /// Takes any one out, to be closed.
    pub fn evict(&mut self) -> Option<u32> {
        self.idle.pop().map(|idle| idle.connection)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.idle.len()
    }

    /// There is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.idle.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(us: u64) -> Instant {
        Instant::ZERO.plus_us(us)
    }

    #[test]
    fn ledger_take_gives_the_youngest_first() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.put(1, at(10), 8), None);
        assert_eq!(ledger.put(2, at(20), 8), None);
        assert_eq!(ledger.take(at(5)), Some(2));
        assert_eq!(ledger.take(at(5)), Some(1));
        assert_eq!(ledger.take(at(5)), None);
    }

    #[test]
    fn ledger_full_gives_back_the_oldest() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.put(1, at(10), 2), None);
        assert_eq!(ledger.put(2, at(20), 2), None);
        assert_eq!(ledger.put(3, at(30), 2), Some(1));
        assert_eq!(ledger.len(), 2);
    }

    #[test]
    fn ledger_past_its_time_is_never_taken_and_expires_oldest_first() {
        let mut ledger = Ledger::default();
        ledger.put(1, at(10), 8);
        ledger.put(2, at(20), 8);
        assert_eq!(ledger.take(at(20)), None);
        assert_eq!(ledger.expire(at(15)), Some(1));
        assert_eq!(ledger.expire(at(15)), None);
        assert_eq!(ledger.expire(at(20)), Some(2));
        assert!(ledger.is_empty());
    }
}
