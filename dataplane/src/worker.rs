//! One core: builds its runtime on its own thread and owns everything that serves there. Nothing
//! here is shared with another worker, and nothing here is `Send`.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::{ArcSwap, Cache};
use monoio::time::TimeDriver;
use monoio::{IoUringDriver, LegacyDriver, RuntimeBuilder};
use pointsman_control::command::{BoundListener, Command, Report, WorkerInbox, WorkerStats};
use pointsman_control::snapshot::Snapshot;
use pointsman_core::exchange::drain::Drain;
use pointsman_core::fields::via::ViaId;
use pointsman_core::rng::Rng;
use pointsman_core::time::Instant;

use crate::accesslog::AccessLog;
use crate::buffer::Buffers;
use crate::clock::Clock;
use crate::date::Date;
use crate::deadline::Table;
use crate::downstream::head::Scratch;
use crate::downstream::listener::Listeners;
use crate::limits::{IDLE_LOOK_TICKS, RESET_LOOK_TICKS, RING_ENTRIES, TICK_MS};
use crate::serving::{Serving, Targets};
use crate::stream::relay::{Means, Pipes};
use crate::sys;
use crate::upstream::idle::Idle;

/// How a worker does its input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Completion queues of the kernel.
    IoUring,
    /// Readiness, where io_uring is not to be had.
    Epoll,
}

/// What a worker is started with.
pub struct Start {
    /// The CPU it is pinned to, if it is.
    pub cpu: Option<usize>,
    /// How it does its input and output.
    pub driver: Driver,
    /// Where commands arrive.
    pub inbox: WorkerInbox,
    /// Where the newest snapshot is.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Where log records go.
    pub log: pointsman_control::record::LogPort,
    /// What request identifiers and balancing are drawn from.
    pub seed: u64,
    /// Who we are in `Via`.
    pub via: ViaId,
    /// What it accepts on.
    pub sockets: Vec<BoundListener>,
    /// A predecessor on this core died: what it left is cleared away.
    pub is_restart: bool,
}

/// A worker, as its connections see it.
pub struct Worker {
    /// How it does its input and output.
    pub driver: Driver,
    /// Its clock.
    pub clock: Clock,
    /// The date as it stands in fields.
    pub date: Date,
    /// Its buffers.
    pub buffers: Buffers,
    /// Its pipes.
    pub pipes: Pipes,
    /// The deadlines of its connections.
    pub table: Rc<Table>,
    /// Its idle connections to targets.
    pub idle: Idle,
    /// What it knows of targets, across swaps.
    pub targets: Targets,
    /// Its access log.
    pub log: AccessLog,
    /// What parsing and matching write into; never held across an `await`.
    pub scratch: RefCell<Scratch>,
    /// Draws numbers.
    pub rng: RefCell<Rng>,
    /// Who we are in `Via`.
    pub via: ViaId,
    inbox: WorkerInbox,
    cache: RefCell<Cache<Arc<ArcSwap<Snapshot>>, Arc<Snapshot>>>,
    serving: RefCell<Rc<Serving>>,
    drain: Cell<Drain>,
    stopped: Cell<bool>,
}

impl Worker {
    fn new(start: Start) -> Self {
        let mut cache = Cache::new(start.snapshot);
        let serving = Rc::new(Serving::new(Arc::clone(cache.load())));
        let clock = Clock::default();
        Self {
            driver: start.driver,
            date: Date::now(),
            clock,
            buffers: Buffers::default(),
            pipes: Pipes::default(),
            table: Rc::default(),
            idle: Idle::default(),
            targets: Targets::default(),
            log: AccessLog::new(start.log),
            scratch: RefCell::default(),
            rng: RefCell::new(Rng::from_seed(start.seed)),
            via: start.via,
            inbox: start.inbox,
            cache: RefCell::new(cache),
            serving: RefCell::new(serving),
            drain: Cell::default(),
            stopped: Cell::new(false),
        }
    }

    /// What new exchanges are served from. An exchange keeps what it began with.
    pub fn serving(&self) -> Rc<Serving> {
        Rc::clone(&self.serving.borrow())
    }

    /// Its counters.
    pub fn stats(&self) -> &WorkerStats {
        self.inbox.stats()
    }

    /// What a relay takes.
    pub fn means(&self) -> Means<'_> {
        Means { buffers: &self.buffers, pipes: &self.pipes }
    }

    /// New work is refused, and each exchange is its connection's last.
    pub fn is_draining(&self) -> bool {
        self.drain.get().is_draining()
    }

    fn publish(&self) {
        let mut cache = self.cache.borrow_mut();
        let newest = cache.load();
        if !Arc::ptr_eq(newest, &self.serving.borrow().snapshot) {
            self.serving.replace(Rc::new(Serving::new(Arc::clone(newest))));
        }
        self.stats().saw(newest.serial, newest.addresses.version());
    }

    fn report(&self, report: Report) {
        let serving = self.serving();
        report.answer(serving.snapshot.serial, &serving.uses());
    }

    fn begin_drain(&self, left_us: u64) {
        let mut drain = self.drain.get();
        drain.begin(self.clock.fine().plus_us(left_us));
        self.drain.set(drain);
        self.table.end_idle();
    }

    fn obey(self: &Rc<Self>, listeners: &Listeners) {
        while let Some(command) = self.inbox.try_recv() {
            match command {
                Command::Publish => self.publish(),
                Command::Listeners { add, remove } => {
                    for key in &remove {
                        listeners.close(key);
                    }
                    for bound in add {
                        listeners.open(self, bound);
                    }
                }
                Command::Drain { deadline } => {
                    let left = deadline.saturating_duration_since(crate::clock::shared());
                    listeners.close_all();
                    self.begin_drain(u64::try_from(left.as_micros()).unwrap_or(u64::MAX));
                }
                Command::Stop => {
                    listeners.close_all();
                    self.begin_drain(0);
                }
                Command::ReopenLogs => self.log.flush(self.stats()),
                Command::Report(report) => self.report(report),
            }
        }
    }

    /// Ends when nothing is left to finish.
    fn check_drain(&self, now: Instant, listeners: &Listeners) {
        let mut drain = self.drain.get();
        if !drain.is_draining() {
            return;
        }
        let open = u32::try_from(self.table.open()).unwrap_or(u32::MAX);
        let accepting = u32::from(listeners.is_accepting());
        // A connection that became idle after draining began ends like those that were idle then.
        self.table.end_idle();
        let cut = drain.check(now, open + accepting);
        if cut > 0 {
            self.stats().cut.add(u64::from(self.table.cut_all()));
        }
        self.drain.set(drain);
        if matches!(drain, Drain::Drained { .. }) {
            self.stopped.set(true);
        }
    }

    fn tick(&self, ticks: u64, listeners: &Listeners) {
        let now = self.clock.fine();
        self.date.update();
        self.table.expire(now);
        if ticks.is_multiple_of(RESET_LOOK_TICKS) {
            self.table.find_reset();
            self.log.flush(self.stats());
        }
        if ticks.is_multiple_of(IDLE_LOOK_TICKS) {
            self.targets.expire_idle(&self.idle, now);
        }
        self.check_drain(now, listeners);
    }

    /// Looks for commands and deadlines until the worker is told to end.
    async fn run(self: Rc<Self>, sockets: Vec<BoundListener>, is_restart: bool) {
        let listeners = Listeners::default();
        if is_restart && self.inbox.clear().is_some() {
            // The predecessor died while the process was ending.
            self.begin_drain(0);
        } else {
            for bound in sockets {
                listeners.open(&self, bound);
            }
        }
        self.publish();
        let mut ticks = 0_u64;
        while !self.stopped.get() {
            self.obey(&listeners);
            self.tick(ticks, &listeners);
            monoio::time::sleep(Duration::from_millis(TICK_MS)).await;
            ticks += 1;
        }
        // What was cut must get the chance to end: its operations complete with errors now.
        for _ in 0..20 {
            if self.table.open() == 0 {
                break;
            }
            monoio::time::sleep(Duration::from_millis(TICK_MS)).await;
        }
        self.log.flush(self.stats());
        self.stats().drained();
    }
}

/// Runs a worker on this thread until it is told to end.
///
/// # Errors
/// When no runtime can be built, in words for the operator.
pub fn run(mut start: Start) -> io::Result<()> {
    if let Some(cpu) = start.cpu {
        sys::pin(cpu)?;
    }
    let sockets = std::mem::take(&mut start.sockets);
    let (driver, is_restart) = (start.driver, start.is_restart);
    let run = async move { Rc::new(Worker::new(start)).run(sockets, is_restart).await };
    match driver {
        Driver::IoUring => {
            let mut runtime = uring_runtime()?;
            runtime.block_on(run);
        }
        Driver::Epoll => {
            let mut runtime = RuntimeBuilder::<LegacyDriver>::new()
                .with_entries(RING_ENTRIES)
                .enable_timer()
                .build()?;
            runtime.block_on(run);
        }
    }
    Ok(())
}

/// Whether this kernel, and what stands between it and us, gives us rings with the operations and
/// flags that we need.
///
/// # Errors
/// Why not.
pub fn probe_io_uring() -> io::Result<()> {
    std::thread::spawn(|| uring_runtime().map(drop))
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the probe panicked")))
}

type UringRuntime = monoio::Runtime<TimeDriver<IoUringDriver>>;

/// The ring's flags: completions are run when we enter the kernel anyway, by the one thread that
/// submits. An older kernel that knows neither still serves, at a higher price.
fn uring_runtime() -> io::Result<UringRuntime> {
    let build = |ring: io_uring::Builder| {
        RuntimeBuilder::<IoUringDriver>::new()
            .uring_builder(ring)
            .with_entries(RING_ENTRIES)
            .enable_timer()
            .build()
    };
    let mut ring = io_uring::IoUring::builder();
    ring.setup_coop_taskrun().setup_single_issuer();
    match build(ring) {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::INVAL.raw_os_error()) => {
            build(io_uring::IoUring::builder())
        }
        built => built,
    }
}
