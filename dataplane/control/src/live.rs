//! What the running process looks like from outside: shared by the control thread, which changes
//! it, and the admin socket, which shows it. Nothing here waits for a worker.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::command::{ListenerKey, WorkerPort, locked};
use crate::load::Refusal;
use crate::log::LogWriter;
use crate::snapshot::{SharedSnapshot, Snapshot};

/// What does not change while the process runs.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Version of the binary.
    pub version: &'static str,
    /// The driver that runs, `io-uring` or `epoll`.
    pub driver: &'static str,
}

/// One address that is listened on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Listener and address as configured.
    pub key: ListenerKey,
    /// Address as bound: a port 0 has become a number.
    pub address: SocketAddr,
    /// Protocols as the configuration spells them.
    pub protocols: Vec<&'static str>,
}

/// What changes now and then.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) refused: Option<Refusal>,
    pub(crate) listeners: Vec<Bound>,
    pub(crate) is_draining: bool,
}

/// The running process.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) about: About,
    pub(crate) snapshot: SharedSnapshot,
    pub(crate) workers: Vec<WorkerPort>,
    pub(crate) log: LogWriter,
    facts: Mutex<Facts>,
}

/// Counters of all workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) connections: u64,
    pub(crate) requests: u64,
    pub(crate) in_flight: u64,
    pub(crate) upstream_opened: u64,
    pub(crate) upstream_reused: u64,
    pub(crate) log_dropped: u64,
    pub(crate) cut: u64,
}

impl Live {
    pub(crate) fn new(
        about: About,
        snapshot: SharedSnapshot,
        workers: Vec<WorkerPort>,
        log: LogWriter,
    ) -> Self {
        Self { about, snapshot, workers, log, facts: Mutex::default() }
    }

    /// What changes now and then; hold it for a moment only.
    pub(crate) fn facts(&self) -> MutexGuard<'_, Facts> {
        locked(&self.facts)
    }

    /// The snapshot that new exchanges begin with.
    pub(crate) fn current(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Counters of all workers together; lines that the writer lost count as dropped.
    pub(crate) fn sums(&self) -> Sums {
        let mut sums = Sums { log_dropped: self.log.lost(), ..Sums::default() };
        for stats in self.workers.iter().map(WorkerPort::stats) {
            sums.connections += stats.connections.value();
            sums.requests += stats.requests.value();
            sums.in_flight += stats.in_flight.value();
            sums.upstream_opened += stats.upstream_opened.value();
            sums.upstream_reused += stats.upstream_reused.value();
            sums.log_dropped += stats.log_dropped.value();
            sums.cut += stats.cut.value();
        }
        sums
    }

    /// True when every worker took this snapshot, or a later one.
    pub(crate) fn all_saw(&self, serial: u64, addresses_version: u64) -> bool {
        self.workers.iter().map(WorkerPort::stats).all(|stats| {
            stats.serial_seen() >= serial && stats.addresses_seen() >= addresses_version
        })
    }

    /// True when every worker has nothing left to finish.
    pub(crate) fn all_drained(&self) -> bool {
        self.workers.iter().all(|worker| worker.stats().is_drained())
    }
}
