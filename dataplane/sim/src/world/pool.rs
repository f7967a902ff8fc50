//! Connections to targets: core's ledger of idle ones, and opening. It keeps no rule of its own.

use std::cell::RefCell;
use std::rc::Rc;

use pointsman_core::backend::Ledger;
use pointsman_core::balance::{Candidate, RoundRobin};
use pointsman_core::fault::Fault;
use pointsman_core::time::Instant;

use super::table::{Place, Table};
use crate::network::{ConnectionId, Opening, Side};
use crate::origin;
use crate::plan::{ConnectPlan, TargetPlan};
use crate::stage::Stage;
use crate::transcript::{ExchangeId, Fact, Mishap};

/// Idle connections of each target, and whose turn it is.
pub(super) struct Pool {
    ledgers: RefCell<Vec<Ledger>>,
    balancer: RefCell<RoundRobin>,
}

/// A connection for one attempt.
pub(super) struct Got {
    pub(super) connection: ConnectionId,
    pub(super) reused: bool,
}

impl Pool {
    pub(super) fn new(targets: &[TargetPlan]) -> Self {
        Self {
            ledgers: RefCell::new(targets.iter().map(|_| Ledger::default()).collect()),
            balancer: RefCell::new(RoundRobin::new(targets.len())),
        }
    }

    /// Whose turn it is.
    pub(super) fn pick(&self, targets: &[TargetPlan]) -> Option<usize> {
        let candidates =
            targets.iter().map(|target| Candidate { weight: target.weight, usable: target.usable });
        self.balancer.borrow_mut().pick(candidates)
    }

    /// Puts a connection by.
    pub(super) fn put(
        &self,
        stage: &Stage,
        target: usize,
        connection: ConnectionId,
        until: Instant,
    ) {
        let most = stage.plan.idle_per_target_max;
        let surplus = self.ledgers.borrow_mut()[target].put(connection, until, most);
        if let Some(surplus) = surplus {
            discard(stage, surplus);
        }
    }

    /// Takes one that still stands.
    fn take(&self, stage: &Stage, target: usize) -> Option<ConnectionId> {
        loop {
            let taken = self.ledgers.borrow_mut()[target].take(stage.engine.coarse())?;
            if stage.network.is_quiet(&stage.engine, taken, Side::Proxy) {
                return Some(taken);
            }
            discard(stage, taken);
        }
    }

    /// Closes what is past its time.
    pub(super) fn expire(&self, stage: &Stage) {
        for ledger in self.ledgers.borrow_mut().iter_mut() {
            while let Some(expired) = ledger.expire(stage.engine.coarse()) {
                discard(stage, expired);
            }
        }
    }

    /// Closes all.
    pub(super) fn evict(&self, stage: &Stage) {
        for ledger in self.ledgers.borrow_mut().iter_mut() {
            while let Some(evicted) = ledger.evict() {
                discard(stage, evicted);
            }
        }
    }

    /// Gets a connection for one attempt: an idle one that still stands, else a fresh one.
    pub(super) async fn connection(
        &self,
        stage: &Rc<Stage>,
        table: &Table,
        exchange: ExchangeId,
        place: Place,
        (target, attempt, fresh): (usize, u8, bool),
    ) -> Result<Got, Fault> {
        if !fresh && let Some(connection) = self.take(stage, target) {
            stage.note(exchange, Fact::Taken(connection, target));
            return Ok(Got { connection, reused: true });
        }
        let now_us = stage.engine.now_us();
        let opening = match stage.attempt(exchange, attempt).connect {
            ConnectPlan::After(us) => Opening::At(now_us + us),
            ConnectPlan::Refused(us) => {
                stage.mishap(exchange, Mishap::Refused);
                Opening::RefusedAt(now_us + us)
            }
            ConnectPlan::Stalls => {
                stage.mishap(exchange, Mishap::ConnectStalls);
                Opening::Never
            }
        };
        let connection = stage.network.open(opening);
        table.set_target(place, Some(connection));
        let opened = stage.network.opened(&stage.engine, connection).await;
        table.set_target(place, None);
        if opened.is_err() {
            return Err(Fault::ConnectRefused);
        }
        stage.note(exchange, Fact::Opened(connection, target));
        stage.engine.spawn(origin::play(Rc::clone(stage), connection));
        Ok(Got { connection, reused: false })
    }
}

fn discard(stage: &Stage, connection: ConnectionId) {
    stage.note_apart(Fact::Discarded(connection));
    stage.network.close(&stage.engine, connection, Side::Proxy);
}
