//! One core: builds its runtime on its own thread, and looks for commands and deadlines there.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use monoio::time::TimeDriver;
use monoio::{IoUringDriver, LegacyDriver, RuntimeBuilder};
use pointsman_control::command::{BoundListener, Command};
use pointsman_core::exchange::drain::Drain;
use pointsman_core::time::Instant;

use crate::downstream::listener::Listeners;
use crate::driver::Driver;
use crate::limits::{DRAIN_LINGER_US, IDLE_LOOK_TICKS, RESET_LOOK_TICKS, RING_ENTRIES, TICK_MS};
use crate::shard::{Given, Shard};
use crate::sys;

/// What a worker is started with.
pub struct Start {
    /// The CPU it is pinned to, if it is.
    pub cpu: Option<usize>,
    /// What it gets.
    pub given: Given,
    /// What it accepts on.
    pub sockets: Vec<BoundListener>,
    /// A predecessor on this core died: what it left is cleared away.
    pub is_restart: bool,
}

/// The loop of a worker.
struct Worker {
    shard: Rc<Shard>,
    stopped: Cell<bool>,
}

impl Worker {
    fn new(given: Given) -> Self {
        Self { shard: Rc::new(Shard::new(given)), stopped: Cell::new(false) }
    }

    fn obey(&self, listeners: &Listeners) {
        while let Some(command) = self.shard.inbox.try_recv() {
            match command {
                Command::Publish => self.shard.publish(),
                Command::Listeners { add, remove } => {
                    for key in &remove {
                        listeners.close(key);
                    }
                    for bound in add {
                        listeners.open(&self.shard, bound);
                    }
                }
                Command::Drain { deadline } => {
                    let left = deadline.saturating_duration_since(crate::clock::shared());
                    listeners.close_all();
                    self.shard.begin_drain(u64::try_from(left.as_micros()).unwrap_or(u64::MAX));
                }
                Command::Stop => {
                    listeners.close_all();
                    self.shard.begin_drain(0);
                }
                Command::ReopenLogs => self.shard.log.flush(self.shard.stats()),
                Command::Report(report) => self.shard.report(report),
            }
        }
    }

    /// Ends when nothing is left to finish.
    fn check_drain(&self, now: Instant, listeners: &Listeners) {
        let mut drain = self.shard.drain.get();
        if !drain.is_draining() {
            return;
        }
        let open = u32::try_from(self.shard.table.open()).unwrap_or(u32::MAX);
        let accepting = u32::from(listeners.is_accepting());
        // A connection that became idle after draining began ends like those that were idle then.
        self.shard.table.end_idle();
        self.shard.table.end_lingering(now.plus_us(DRAIN_LINGER_US));
        let cut = drain.check(now, open + accepting);
        if cut > 0 {
            self.shard.stats().cut.add(u64::from(self.shard.table.cut_all()));
        }
        self.shard.drain.set(drain);
        if matches!(drain, Drain::Drained { .. }) {
            self.stopped.set(true);
        }
    }

    fn tick(&self, ticks: u64, listeners: &Listeners) {
        let now = self.shard.clock.fine();
        self.shard.date.update();
        self.shard.table.expire(now);
        if ticks.is_multiple_of(RESET_LOOK_TICKS) {
            self.shard.table.find_reset();
            self.shard.log.flush(self.shard.stats());
        }
        if ticks.is_multiple_of(IDLE_LOOK_TICKS) {
            self.shard.targets.expire_idle(&self.shard.idle, now);
        }
        self.check_drain(now, listeners);
    }

    /// Looks for commands and deadlines until the worker is told to end.
    async fn run(self, sockets: Vec<BoundListener>, is_restart: bool) {
        let listeners = Listeners::default();
        if is_restart && self.shard.inbox.clear().is_some() {
            // The predecessor died while the process was ending.
            self.shard.begin_drain(0);
        } else {
            for bound in sockets {
                listeners.open(&self.shard, bound);
            }
        }
        self.shard.publish();
        let mut ticks = 0_u64;
        while !self.stopped.get() {
            self.obey(&listeners);
            self.tick(ticks, &listeners);
            monoio::time::sleep(Duration::from_millis(TICK_MS)).await;
            ticks += 1;
        }
        // What was cut must get the chance to end: its operations complete with errors now.
        for _ in 0..20 {
            if self.shard.table.open() == 0 {
                break;
            }
            monoio::time::sleep(Duration::from_millis(TICK_MS)).await;
        }
        self.shard.log.flush(self.shard.stats());
        self.shard.stats().drained();
    }
}

/// Runs a worker on this thread until it is told to end.
///
/// # Errors
/// When no runtime can be built, in words for the operator.
pub fn run(start: Start) -> io::Result<()> {
    if let Some(cpu) = start.cpu {
        sys::pin(cpu)?;
    }
    let Start { given, sockets, is_restart, .. } = start;
    let driver = given.driver;
    let run = async move { Worker::new(given).run(sockets, is_restart).await };
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
