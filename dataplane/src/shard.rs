//! What one worker owns: its share of everything that serves. Nothing here is shared with another
//! worker, and nothing here is `Send`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use arc_swap::{ArcSwap, Cache};
use pointsman_control::command::{Report, WorkerInbox, WorkerStats};
use pointsman_control::record::LogPort;
use pointsman_control::snapshot::Snapshot;
use pointsman_core::exchange::drain::Drain;
use pointsman_core::fields::via::ViaId;
use pointsman_core::rng::Rng;

use crate::accesslog::AccessLog;
use crate::buffer::Buffers;
use crate::clock::Clock;
use crate::date::Date;
use crate::deadline::Table;
use crate::driver::Driver;
use crate::idle::Idle;
use crate::scratch::Scratch;
use crate::serving::{Serving, Targets};
use crate::stream::relay::{Means, Pipes};

/// What a worker's share is made from.
pub struct Given {
    /// How it does its input and output.
    pub driver: Driver,
    /// Where commands arrive.
    pub inbox: WorkerInbox,
    /// Where the newest snapshot is.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Where log records go.
    pub log: LogPort,
    /// What request identifiers and balancing are drawn from.
    pub seed: u64,
    /// Who we are in `Via`.
    pub via: ViaId,
}

/// What one worker owns, as its connections see it.
pub struct Shard {
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
    /// Where commands arrive.
    pub inbox: WorkerInbox,
    /// Where it stands between serving and gone.
    pub drain: Cell<Drain>,
    cache: RefCell<Cache<Arc<ArcSwap<Snapshot>>, Arc<Snapshot>>>,
    serving: RefCell<Rc<Serving>>,
}

impl Shard {
    /// Owns nothing yet but what it is given.
    pub fn new(given: Given) -> Self {
        let mut cache = Cache::new(given.snapshot);
        let serving = Rc::new(Serving::new(Arc::clone(cache.load())));
        let clock = Clock::default();
        Self {
            driver: given.driver,
            date: Date::now(),
            clock,
            buffers: Buffers::default(),
            pipes: Pipes::default(),
            table: Rc::default(),
            idle: Idle::default(),
            targets: Targets::default(),
            log: AccessLog::new(given.log),
            scratch: RefCell::default(),
            rng: RefCell::new(Rng::from_seed(given.seed)),
            via: given.via,
            inbox: given.inbox,
            cache: RefCell::new(cache),
            serving: RefCell::new(serving),
            drain: Cell::default(),
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
    pub fn means(&self, may_splice: bool) -> Means<'_> {
        Means { may_splice, driver: self.driver, buffers: &self.buffers, pipes: &self.pipes }
    }

    /// New work is refused, and each exchange is its connection's last.
    pub fn is_draining(&self) -> bool {
        self.drain.get().is_draining()
    }

    /// Takes the newest snapshot for new exchanges.
    pub fn publish(&self) {
        let mut cache = self.cache.borrow_mut();
        let newest = cache.load();
        if !Arc::ptr_eq(newest, &self.serving.borrow().snapshot) {
            self.serving.replace(Rc::new(Serving::new(Arc::clone(newest))));
        }
        self.stats().saw(newest.serial, newest.addresses.version());
    }

    /// Says what its targets are busy with.
    pub fn report(&self, report: Report) {
        let serving = self.serving();
        report.answer(serving.snapshot.serial, &serving.uses());
    }

    /// Begins to drain; what is left after that many microseconds is cut.
    pub fn begin_drain(&self, left_us: u64) {
        let mut drain = self.drain.get();
        drain.begin(self.clock.fine().plus_us(left_us));
        self.drain.set(drain);
        self.table.end_idle();
    }
}
