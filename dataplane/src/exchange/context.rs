//! What both directions of an exchange share: the machine, and how it is told.

use std::cell::{Cell, RefCell};

use pointsman_core::exchange::{Action, Event, Exchange, Waits};
use pointsman_core::fault::Fault;
use pointsman_core::time::Instant;

use super::plan::Plan;
use crate::deadline::{Found, Slot};
use crate::shard::Shard;
use crate::sys::{self, Socket};

/// What both directions of an exchange share.
pub(super) struct Context<'a> {
    pub(super) shard: &'a Shard,
    pub(super) plan: &'a Plan,
    pub(super) client: &'a Socket,
    pub(super) slot: &'a Slot,
    pub(super) machine: RefCell<Exchange>,
    /// The answer's body ends with the client's connection: cutting it must show.
    pub(super) ends_with_close: Cell<bool>,
    /// There is an access log, which wants exact times.
    pub(super) is_logged: bool,
    /// When the target's first byte came.
    pub(super) first_byte: Cell<Instant>,
}

impl Context<'_> {
    /// Tells the machine what happened; first that time had run out, or the client was gone, if the
    /// tick found so before.
    pub(super) fn tell(&self, event: Event) {
        if self.slot.is_ended() && self.has_ended() {
            return;
        }
        self.note(event);
    }

    fn note(&self, event: Event) {
        self.machine.borrow_mut().handle(self.shard.clock.coarse(), event);
    }

    /// Sets the deadline for what is waited for next.
    pub(super) fn arm(&self) {
        self.slot.arm(self.machine.borrow().next_deadline());
    }

    /// As [`Self::arm`], for a write to the client that nothing but its reading ends.
    pub(super) fn arm_for_client(&self) {
        let (at, _) = self.machine.borrow().next_deadline();
        self.slot.arm((at, Waits::Both));
    }

    /// Tells the machine that a wait ended badly: unless time had run out or the client is gone,
    /// `event` says how.
    pub(super) fn failed(&self, event: Event) {
        if !self.has_ended() {
            self.note(event);
        }
    }

    /// As [`Self::failed`], when the client's bytes ended within its request.
    pub(super) fn body_ended(&self) {
        self.failed(if sys::is_reset(self.client.fd()) {
            Event::ClientGone(Fault::ClientReset)
        } else {
            Event::RequestFault(Fault::BodyIncomplete)
        });
    }

    /// Whether time had run out, the client was found gone, or draining cut us; the machine knows
    /// then.
    pub(super) fn has_ended(&self) -> bool {
        match self.slot.found() {
            Some(Found::ClientReset) => self.note(Event::ClientGone(Fault::ClientReset)),
            Some(Found::Drained) => self.note(Event::TargetFailed(Fault::Drained)),
            None => {
                return self.machine.borrow_mut().handle_timeout(self.shard.clock.coarse());
            }
        }
        true
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

    /// The machine asked for something that is not part of moving bodies.
    pub(super) fn next_action(&self) -> Option<Action> {
        self.machine.borrow_mut().poll_action()
    }
}
