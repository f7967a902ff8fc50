//! What both directions of an exchange share: the machine, and how it is told.

use std::cell::{Cell, RefCell};

use pointsman_core::exchange::{Action, Event, Exchange, Waits};
use pointsman_core::fault::Fault;

use super::table::Place;
use super::worker::Worker;
use crate::network::ConnectionId;
use crate::plan::RequestPlan;
use crate::transcript::{ExchangeId, Fact};

/// What both directions of an exchange share.
pub(super) struct Context<'a> {
    pub(super) worker: &'a Worker,
    pub(super) exchange: ExchangeId,
    pub(super) request: &'a RequestPlan,
    pub(super) is_old: bool,
    pub(super) client: ConnectionId,
    pub(super) place: Place,
    pub(super) machine: RefCell<Exchange>,
    /// Connects that were asked for.
    pub(super) attempt: Cell<u8>,
    pub(super) ends_with_close: Cell<bool>,
}

impl Context<'_> {
    /// Writes down what happened.
    pub(super) fn note(&self, fact: Fact) {
        self.worker.stage.note(self.exchange, fact);
    }

    /// Tells the machine what happened. What comes at the tick that ended the wait is too late: the
    /// connection is shut already.
    pub(super) fn tell(&self, event: Event) {
        if self.worker.table.is_ended(self.place) && self.has_run_out() {
            return;
        }
        let now = self.worker.stage.engine.coarse();
        self.note(Fact::Told(now, event));
        self.machine.borrow_mut().handle(now, event);
    }

    /// Sets the deadline for what is waited for next.
    pub(super) fn arm(&self) {
        let deadline = self.machine.borrow().next_deadline();
        self.worker.arm(self.place, deadline);
    }

    /// As [`Self::arm`], while the client is written to: whoever ends the wait must end that, too.
    pub(super) fn arm_writing(&self) {
        let (deadline, _) = self.machine.borrow().next_deadline();
        self.worker.arm(self.place, (deadline, Waits::Both));
    }

    /// Tells the machine that a wait ended badly: unless time had run out or the client is gone,
    /// `event` says how.
    pub(super) fn failed(&self, event: Event) {
        if !self.has_ended() {
            self.tell(event);
        }
    }

    /// Whether time had run out, or the client is gone; the machine knows then.
    pub(super) fn has_ended(&self) -> bool {
        if self.worker.table.is_client_reset(self.place) {
            self.note(Fact::ResetFound);
            self.tell(Event::ClientGone(Fault::ClientReset));
            return true;
        }
        if self.worker.table.is_cut(self.place) {
            self.tell(Event::ClientGone(Fault::Drained));
            return true;
        }
        self.has_run_out()
    }

    fn has_run_out(&self) -> bool {
        let now = self.worker.stage.engine.coarse();
        let ran_out = self.machine.borrow_mut().handle_timeout(now);
        if ran_out && let Some(fault) = self.machine.borrow().outcome().fault {
            self.note(Fact::TimedOut(now, fault));
        }
        ran_out
    }

    pub(super) fn is_last(&self) -> bool {
        self.machine.borrow().is_last()
    }

    pub(super) fn request_is_whole(&self) -> bool {
        self.machine.borrow().is_request_whole()
    }

    pub(super) fn is_over(&self) -> bool {
        self.machine.borrow().is_over()
    }

    /// What the machine asks for next.
    pub(super) fn next_action(&self) -> Option<Action> {
        let action = self.machine.borrow_mut().poll_action();
        if let Some(action) = action {
            self.note(Fact::Asked(action));
        }
        action
    }
}
