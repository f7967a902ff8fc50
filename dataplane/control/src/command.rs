//! What the control thread asks of a worker, and what a worker reports back; it knows no runtime,
//! so that a worker need not know tokio nor the control thread monoio.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

pub use crate::limits::MAILBOX_COMMANDS_MAX;
use pointsman_schemas::artifact::id::TargetId;

/// What the control thread asks of a worker.
#[derive(Debug)]
pub enum Command {
    /// A new snapshot is in the slot: take it, then say so with [`WorkerStats::saw`].
    Publish,
    /// Sockets to accept on from now on, and sockets to drain and close.
    ///
    /// A worker that was restarted may be given a socket that it has already: it keeps one of
    /// each place (see [`ListenerKey::is_same_place`]) and drops the other.
    Listeners {
        /// One socket for each new address; not blocking, already listening.
        add: Vec<BoundListener>,
        /// Accept what is queued, then close.
        remove: Vec<ListenerKey>,
    },
    /// Stop accepting, finish what runs, cut what is left at the deadline, then say so with
    /// [`WorkerStats::drained`].
    Drain {
        /// When what still runs is cut.
        deadline: Instant,
    },
    /// Cut everything at once and end.
    Stop,
    /// Hand the batch of log records over now: the log's files are about to be opened anew.
    ReopenLogs,
    /// Say what is going on for each target, see [`Report`].
    Report(Report),
}

/// Which socket is meant: the listener's name and the address as configured (port 0 stays 0).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListenerKey {
    /// Name of the listener in the configuration.
    pub name: String,
    /// Address as configured.
    pub address: SocketAddr,
}

impl ListenerKey {
    /// Whether one socket serves both, whatever the listener is called. Each port 0 is a port of
    /// its own, which nothing but the name tells from others.
    pub fn is_same_place(&self, other: &Self) -> bool {
        self.address == other.address && (self.address.port() != 0 || self.name == other.name)
    }
}

/// A socket that listens already, for one worker.
#[derive(Debug)]
pub struct BoundListener {
    /// Which one it is.
    pub key: ListenerKey,
    /// The socket, not blocking.
    pub socket: TcpListener,
}

/// What one target is busy with on one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetUse {
    /// Which target of the snapshot that the worker now holds.
    pub target: TargetId,
    /// Exchanges that have this target now.
    pub in_flight: u32,
    /// Open connections to it, idle ones included.
    pub connections: u32,
}

/// One worker's answer sheet for [`Command::Report`]; dropping it unanswered counts as "nothing".
#[derive(Debug)]
pub struct Report {
    gathered: Arc<Mutex<Gathered>>,
}

/// What the workers answered so far.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) uses: Vec<(u64, TargetUse)>,
    pub(crate) answered: usize,
    pub(crate) returned: usize,
}

impl Report {
    pub(crate) fn new(gathered: &Arc<Mutex<Gathered>>) -> Self {
        Self { gathered: Arc::clone(gathered) }
    }

    /// Hands in what this worker's targets are busy with; targets at rest may be left out.
    ///
    /// `serial` is that of the snapshot whose target ids are used, so that a swap in between
    /// does not mix up two artifacts.
    pub fn answer(self, serial: u64, uses: &[TargetUse]) {
        let mut gathered = locked(&self.gathered);
        gathered.answered += 1;
        gathered.uses.extend(uses.iter().map(|one| (serial, *one)));
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        locked(&self.gathered).returned += 1;
    }
}

/// What a worker gives so that it is woken when a command arrives. Called on the control thread.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

struct Mailbox {
    /// True while `queue` may hold something: one relaxed load for a worker that looks often.
    has_mail: AtomicBool,
    queue: Mutex<VecDeque<Command>>,
    waker: Mutex<Option<Waker>>,
    stats: WorkerStats,
}

/// The control thread's end of one worker; also kept by the supervisor, who gives a restarted
/// worker the same mailbox again.
#[derive(Clone)]
pub struct WorkerPort {
    mailbox: Arc<Mailbox>,
}

impl Default for WorkerPort {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for WorkerPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerPort").finish_non_exhaustive()
    }
}

impl WorkerPort {
    /// An empty mailbox with counters at zero.
    pub fn new() -> Self {
        Self {
            mailbox: Arc::new(Mailbox {
                has_mail: AtomicBool::new(false),
                queue: Mutex::new(VecDeque::new()),
                waker: Mutex::new(None),
                stats: WorkerStats::default(),
            }),
        }
    }

    /// The worker's end. A restarted worker takes it again and starts with [`WorkerInbox::clear`].
    pub fn inbox(&self) -> WorkerInbox {
        WorkerInbox { mailbox: Arc::clone(&self.mailbox) }
    }

    /// The worker's counters.
    pub fn stats(&self) -> &WorkerStats {
        &self.mailbox.stats
    }

    /// Puts a command into the mailbox and wakes the worker.
    ///
    /// Two commands `Publish` in a row are one, since the slot holds the newest snapshot only.
    ///
    /// Errors: the command comes back when the mailbox is full.
    pub fn send(&self, command: Command) -> Result<(), Command> {
        {
            let mut queue = locked(&self.mailbox.queue);
            let repeats =
                matches!((&command, queue.back()), (Command::Publish, Some(Command::Publish)));
            if !repeats {
                if queue.len() >= MAILBOX_COMMANDS_MAX {
                    return Err(command);
                }
                queue.push_back(command);
            }
            self.mailbox.has_mail.store(true, Ordering::Release);
        }
        let waker = locked(&self.mailbox.waker).clone();
        if let Some(wake) = waker {
            wake();
        }
        Ok(())
    }
}

/// The worker's end of its mailbox.
pub struct WorkerInbox {
    mailbox: Arc<Mailbox>,
}

impl std::fmt::Debug for WorkerInbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerInbox").finish_non_exhaustive()
    }
}

impl WorkerInbox {
    /// Sets what is called, on the control thread, after a command was put in.
    ///
    /// A command that came before is not announced again: look into the mailbox after this call.
    pub fn set_waker(&self, waker: Waker) {
        *locked(&self.mailbox.waker) = Some(waker);
    }

    /// The oldest command, if there is one. Cost when there is none: one atomic load, no lock.
    pub fn try_recv(&self) -> Option<Command> {
        if !self.mailbox.has_mail.load(Ordering::Acquire) {
            return None;
        }
        let mut queue = locked(&self.mailbox.queue);
        let command = queue.pop_front();
        if queue.is_empty() {
            self.mailbox.has_mail.store(false, Ordering::Release);
        }
        command
    }

    /// Throws away what a dead predecessor left unread; its gauges are set back too.
    ///
    /// A `Drain` or `Stop` that waits is given back, since the process still means it.
    pub fn clear(&self) -> Option<Command> {
        let mut queue = locked(&self.mailbox.queue);
        let ends = |command: &Command| matches!(command, Command::Drain { .. } | Command::Stop);
        let last = queue.iter().rposition(ends).and_then(|at| queue.remove(at));
        queue.clear();
        self.mailbox.has_mail.store(false, Ordering::Release);
        drop(queue);
        self.mailbox.stats.reset_gauges();
        last
    }

    /// The worker's own counters.
    pub fn stats(&self) -> &WorkerStats {
        &self.mailbox.stats
    }
}

/// A number that one thread writes and others read.
///
/// Cost: a plain load and a plain store; no locked instruction, since there is one writer.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds. Only the worker that owns the counter may call this.
    pub fn add(&self, amount: u64) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Relaxed);
    }

    /// Takes away, not below zero. Only the worker that owns the counter may call this.
    pub fn sub(&self, amount: u64) {
        self.0.store(self.0.load(Ordering::Relaxed).saturating_sub(amount), Ordering::Relaxed);
    }

    /// Replaces the value. Only the worker that owns the counter may call this.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Release);
    }

    /// The value now.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// What one worker reports: it alone writes, the control thread reads and sums.
///
/// Shape: on cache lines of its own (two, since the prefetcher fetches pairs), so that workers
/// do not slow each other.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct WorkerStats {
    /// Client connections open now.
    pub connections: Counter,
    /// Requests answered since start, refused ones included.
    pub requests: Counter,
    /// Exchanges running now.
    pub in_flight: Counter,
    /// Connections to targets opened since start.
    pub upstream_opened: Counter,
    /// Requests that were sent on a kept connection since start.
    pub upstream_reused: Counter,
    /// Log records thrown away since start because the writer did not keep up.
    pub log_dropped: Counter,
    /// Exchanges cut by the end of draining or by a stop.
    pub cut: Counter,
    serial: Counter,
    addresses: Counter,
    drained: AtomicBool,
}

impl WorkerStats {
    /// The worker now serves new exchanges from this snapshot.
    pub fn saw(&self, serial: u64, addresses_version: u64) {
        self.addresses.set(addresses_version);
        self.serial.set(serial);
    }

    /// Serial of the snapshot that the worker took last.
    pub fn serial_seen(&self) -> u64 {
        self.serial.value()
    }

    /// Version of the addresses that the worker took last.
    pub fn addresses_seen(&self) -> u64 {
        self.addresses.value()
    }

    /// Nothing is left to finish after `Drain` or `Stop`.
    pub fn drained(&self) {
        self.drained.store(true, Ordering::Release);
    }

    /// True when the worker has finished after `Drain` or `Stop`.
    pub fn is_drained(&self) -> bool {
        self.drained.load(Ordering::Acquire)
    }

    fn reset_gauges(&self) {
        self.connections.set(0);
        self.in_flight.set(0);
    }
}

/// A mutex of ours guards plain data that is whole after every statement, so a panic elsewhere
/// leaves nothing half done and the poison mark is of no use.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn kinds(inbox: &WorkerInbox) -> Vec<&'static str> {
        std::iter::from_fn(|| inbox.try_recv())
            .map(|command| match command {
                Command::Publish => "publish",
                Command::Listeners { .. } => "listeners",
                Command::Drain { .. } => "drain",
                Command::Stop => "stop",
                Command::ReopenLogs => "reopen",
                Command::Report(_) => "report",
            })
            .collect()
    }

    #[test]
    fn mailbox_keeps_order_and_joins_publishes() {
        let port = WorkerPort::new();
        let inbox = port.inbox();
        for command in [Command::Publish, Command::Publish, Command::ReopenLogs, Command::Publish] {
            assert!(port.send(command).is_ok());
        }
        assert_eq!(kinds(&inbox), ["publish", "reopen", "publish"]);
        assert!(inbox.try_recv().is_none());
    }

    #[test]
    fn mailbox_full_gives_the_command_back() {
        let port = WorkerPort::new();
        for _ in 0..MAILBOX_COMMANDS_MAX {
            assert!(port.send(Command::ReopenLogs).is_ok());
        }
        assert!(matches!(port.send(Command::Stop), Err(Command::Stop)));
    }

    #[test]
    fn mailbox_send_wakes_the_worker() {
        let port = WorkerPort::new();
        let woken = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&woken);
        port.inbox().set_waker(Arc::new(move || {
            seen.fetch_add(1, Ordering::Relaxed);
        }));
        assert!(port.send(Command::Publish).is_ok());
        assert!(port.send(Command::Publish).is_ok());
        assert_eq!(woken.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn clear_of_restarted_worker_keeps_the_wish_to_end() {
        let port = WorkerPort::new();
        port.stats().connections.add(7);
        assert!(port.send(Command::Publish).is_ok());
        assert!(port.send(Command::Stop).is_ok());
        assert!(port.send(Command::Publish).is_ok());
        let inbox = port.inbox();
        assert!(matches!(inbox.clear(), Some(Command::Stop)));
        assert!(inbox.try_recv().is_none());
        assert_eq!(port.stats().connections.value(), 0);
    }

    #[test]
    fn report_dropped_unanswered_counts_as_returned() {
        let gathered = Arc::new(Mutex::new(Gathered::default()));
        drop(Report::new(&gathered));
        Report::new(&gathered).answer(1, &[]);
        let got = locked(&gathered);
        assert_eq!((got.answered, got.returned), (1, 2));
    }

    #[test]
    fn counter_never_falls_below_zero() {
        let counter = Counter::default();
        counter.add(2);
        counter.sub(5);
        assert_eq!(counter.value(), 0);
    }
}
