//! The proxy as its connections see it: the stage, the table of deadlines, the pool, draining. The
//! tick looks through them.

use std::cell::Cell;
use std::rc::Rc;
use std::task::Poll;

use pointsman_core::exchange::Waits;
use pointsman_core::exchange::drain::Drain;
use pointsman_core::time::Instant;

use super::pool::Pool;
use super::table::{Place, Table};
use crate::engine::{TICK_US, TaskId};
use crate::stage::Stage;
use crate::transcript::Fact;

/// Between two looks whether clients are still there, microseconds.
pub const RESET_LOOK_US: u64 = 10 * TICK_US;

/// Between two looks at idle connections to targets, microseconds.
const IDLE_LOOK_US: u64 = 100 * TICK_US;

/// The proxy.
pub(super) struct Worker {
    pub(super) stage: Rc<Stage>,
    pub(super) table: Table,
    pub(super) pool: Pool,
    drain: Cell<Drain>,
    ticker: Cell<TaskId>,
}

impl Worker {
    pub(super) fn new(stage: &Rc<Stage>) -> Rc<Self> {
        let worker = Rc::new(Self {
            stage: Rc::clone(stage),
            table: Table::default(),
            pool: Pool::new(&stage.plan.targets),
            drain: Cell::default(),
            ticker: Cell::new(0),
        });
        let ticking = Rc::clone(&worker);
        let ticker = stage.engine.spawn(std::future::poll_fn(move |_| {
            ticking.tick();
            Poll::Pending
        }));
        worker.ticker.set(ticker);
        stage.network.watch(ticker, RESET_LOOK_US);
        if let Some((at_us, left_us)) = stage.plan.drain {
            let worker = Rc::clone(&worker);
            stage.engine.spawn(async move {
                worker.stage.engine.sleep_until(at_us).await;
                worker.begin_drain(left_us);
            });
        }
        worker
    }

    /// The tick's duties; called at ticks that something hangs on.
    fn tick(&self) {
        let stage = &self.stage;
        self.table.expire(stage);
        if stage.engine.now_us().is_multiple_of(RESET_LOOK_US) {
            self.table.find_reset(stage);
        }
        if stage.engine.now_us().is_multiple_of(IDLE_LOOK_US) {
            self.pool.expire(stage);
        }
        self.check_drain();
    }

    /// Has the tick look after a client whose reset was learned of before its exchange began.
    pub(super) fn look_after(&self, at_us: u64) {
        let at_us = at_us.max(self.stage.engine.now_us());
        self.tick_at((at_us / RESET_LOOK_US + 1) * RESET_LOOK_US);
    }

    /// Has the tick look after an idle connection to a target once its time has passed.
    pub(super) fn look_after_idle(&self, until: Instant) {
        if until != Instant::NEVER {
            self.tick_at((until.as_us() / IDLE_LOOK_US + 1) * IDLE_LOOK_US);
        }
    }

    /// Has the tick look at `at_us`.
    pub(super) fn tick_at(&self, at_us: u64) {
        self.stage
            .engine
            .wake_at(at_us.div_ceil(TICK_US).saturating_mul(TICK_US), self.ticker.get());
    }

    /// Until when, and what is ended then.
    pub(super) fn arm(&self, place: Place, deadline: (Instant, Waits)) {
        self.table.arm(&self.stage, self.ticker.get(), place, deadline);
    }

    /// No new work is taken.
    pub(super) fn is_draining(&self) -> bool {
        self.drain.get().is_draining()
    }

    fn begin_drain(&self, left_us: u64) {
        let deadline = self.stage.engine.coarse().plus_us(left_us);
        let mut drain = self.drain.get();
        drain.begin(deadline);
        self.drain.set(drain);
        self.stage.note_apart(Fact::DrainBegan(deadline));
        self.table.end_idle(&self.stage);
        self.tick_at(deadline.as_us());
    }

    /// Looks whether draining is over.
    pub(super) fn check_drain(&self) {
        let mut drain = self.drain.get();
        if matches!(drain, Drain::Drained { .. }) {
            return;
        }
        if drain.is_draining() {
            self.table.end_idle(&self.stage);
        }
        if drain.check(self.stage.engine.coarse(), self.table.open()) > 0 {
            self.table.cut_all(&self.stage);
        }
        self.drain.set(drain);
        if let Drain::Drained { cut } = drain {
            self.stage.note_apart(Fact::DrainEnded(cut));
            self.pool.evict(&self.stage);
        }
    }
}
