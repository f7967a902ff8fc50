//! Deadlines of the proxy's client connections: a number each, looked through by the tick. What has
//! expired is ended by shutting its connection, so that what is in flight completes by itself.

use std::cell::RefCell;

use pointsman_core::exchange::Waits;
use pointsman_core::time::Instant;

use crate::engine::{TICK_US, TaskId};
use crate::network::{ConnectionId, Half, Side};
use crate::stage::Stage;

/// What a client connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is gone.
    Free,
    /// No request has begun.
    Idle,
    /// A request is being read or answered.
    Busy,
    /// As busy, and only the target is heard.
    AwaitsTarget,
}

struct Entry {
    deadline: Instant,
    waits: Waits,
    state: State,
    client: ConnectionId,
    target: Option<ConnectionId>,
    /// The client takes our end of the connection for the end of its answer.
    ends_with_close: bool,
    client_reset: bool,
    /// A deadline passed since the last one was set.
    ended: bool,
    cut: bool,
}

/// The deadlines of all connections.
#[derive(Default)]
pub(super) struct Table {
    entries: RefCell<Vec<Entry>>,
}

/// A place in the table.
pub(super) type Place = usize;

impl Table {
    /// A place for a connection.
    pub(super) fn place(&self, client: ConnectionId) -> Place {
        let mut entries = self.entries.borrow_mut();
        entries.push(Entry {
            deadline: Instant::NEVER,
            waits: Waits::ClientReading,
            state: State::Idle,
            client,
            target: None,
            ends_with_close: false,
            client_reset: false,
            ended: false,
            cut: false,
        });
        entries.len() - 1
    }

    fn with<T>(&self, place: Place, change: impl FnOnce(&mut Entry) -> T) -> T {
        change(&mut self.entries.borrow_mut()[place])
    }

    /// Until when, and what is ended then; `ticker` is woken at the tick that is due then.
    pub(super) fn arm(
        &self,
        stage: &Stage,
        ticker: TaskId,
        place: Place,
        (deadline, waits): (Instant, Waits),
    ) {
        self.with(place, |entry| {
            entry.deadline = deadline;
            entry.waits = waits;
            entry.ended = false;
        });
        if deadline != Instant::NEVER {
            stage.engine.wake_at(deadline.as_us().div_ceil(TICK_US) * TICK_US, ticker);
        }
    }

    /// What the connection is doing.
    pub(super) fn set_state(&self, place: Place, state: State) {
        self.with(place, |entry| {
            entry.state = state;
            if state == State::Free {
                entry.deadline = Instant::NEVER;
                entry.target = None;
            }
        });
    }

    /// The connection to the target, while there is one.
    pub(super) fn set_target(&self, place: Place, target: Option<ConnectionId>) {
        self.with(place, |entry| entry.target = target);
    }

    /// Whether the client takes our end of the connection for the end of its answer.
    pub(super) fn set_ends_with_close(&self, place: Place, ends_with_close: bool) {
        self.with(place, |entry| entry.ends_with_close = ends_with_close);
    }

    /// The tick found the client gone.
    pub(super) fn is_client_reset(&self, place: Place) -> bool {
        self.with(place, |entry| entry.client_reset)
    }

    /// A deadline passed since the last one was set.
    pub(super) fn is_ended(&self, place: Place) -> bool {
        self.with(place, |entry| entry.ended)
    }

    /// The connection was cut at the end of draining.
    pub(super) fn is_cut(&self, place: Place) -> bool {
        self.with(place, |entry| entry.cut)
    }

    /// Ends what has expired.
    pub(super) fn expire(&self, stage: &Stage) {
        let now = stage.engine.coarse();
        for entry in self.entries.borrow_mut().iter_mut().filter(|entry| entry.deadline <= now) {
            entry.deadline = Instant::NEVER;
            entry.ended = true;
            entry.end(stage, entry.waits);
        }
    }

    /// Ends the targets of clients that are gone.
    pub(super) fn find_reset(&self, stage: &Stage) {
        let now_us = stage.engine.now_us();
        for entry in self.entries.borrow_mut().iter_mut() {
            let reset_us = stage.network.reset_us(entry.client, Side::Proxy);
            if entry.state == State::AwaitsTarget && reset_us.is_some_and(|us| us <= now_us) {
                entry.client_reset = true;
                entry.end(stage, Waits::Target);
            }
        }
    }

    /// Ends every connection on which no request has begun.
    pub(super) fn end_idle(&self, stage: &Stage) {
        for entry in self.entries.borrow().iter().filter(|entry| entry.state == State::Idle) {
            entry.end(stage, Waits::ClientReading);
        }
    }

    /// Cuts all connections.
    pub(super) fn cut_all(&self, stage: &Stage) {
        for entry in self.entries.borrow_mut().iter_mut() {
            if entry.state != State::Free {
                entry.cut = true;
                entry.end(stage, Waits::Both);
            }
        }
    }

    /// How many connections there are.
    pub(super) fn open(&self) -> u32 {
        let open = self.entries.borrow().iter().filter(|entry| entry.state != State::Free).count();
        u32::try_from(open).unwrap_or(u32::MAX)
    }
}

impl Entry {
    fn end(&self, stage: &Stage, waits: Waits) {
        let shut = |connection, half| {
            stage.network.shutdown(&stage.engine, connection, Side::Proxy, half);
        };
        if waits != Waits::ClientReading
            && let Some(target) = self.target
        {
            shut(target, Half::Both);
        }
        match waits {
            Waits::Target => {}
            Waits::ClientReading => shut(self.client, Half::Read),
            // Shutting it would tell the client that its answer is whole.
            Waits::Both if self.ends_with_close => {
                stage.network.reset(&stage.engine, self.client, Side::Proxy);
            }
            Waits::Both => shut(self.client, Half::Both),
        }
    }
}
