//! Plain counters of one worker. It never shares, never formats; the shell publishes the sums.

use crate::fault::{Fault, Reason};

/// What a worker has done since it started.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Client connections accepted.
    pub connections: u64,
    /// Requests answered or given up, malformed ones included.
    pub requests: u64,
    /// Connections opened to targets.
    pub upstream_opened: u64,
    /// Requests sent on a connection that carried one before.
    pub upstream_reused: u64,
    /// Target connections thrown away because bytes stood in them that belong to no answer.
    pub upstream_surplus: u64,
    /// Bytes received from clients.
    pub received_bytes: u64,
    /// Bytes sent to clients.
    pub sent_bytes: u64,
    by_reason: [u64; Reason::COUNT],
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            connections: 0,
            requests: 0,
            upstream_opened: 0,
            upstream_reused: 0,
            upstream_surplus: 0,
            received_bytes: 0,
            sent_bytes: 0,
            by_reason: [0; Reason::COUNT],
        }
    }
}

impl Stats {
    /// Counts a request that ended for a reason.
    pub fn count_fault(&mut self, fault: Fault) {
        self.by_reason[fault.reason() as usize] += 1;
    }

    /// Requests that ended for `reason`.
    #[must_use]
    pub fn of_reason(&self, reason: Reason) -> u64 {
        self.by_reason[reason as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stats_faults_of_one_reason_add_up() {
        let mut stats = Stats::default();
        stats.count_fault(Fault::ControlByte);
        stats.count_fault(Fault::HostMissing);
        stats.count_fault(Fault::NoRoute);
        assert_eq!(stats.of_reason(Reason::BadRequest), 2);
        assert_eq!(stats.of_reason(Reason::NoRoute), 1);
        assert_eq!(stats.of_reason(Reason::Internal), 0);
    }
}
