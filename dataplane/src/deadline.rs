//! The deadlines of a worker's connections: a number each in one table, looked through by one
//! coarse tick. What has expired is ended by shutting its descriptor down, so that the operation in
//! flight completes by itself; no operation is ever cancelled and no timer object exists.

use std::cell::RefCell;
use std::os::fd::RawFd;
use std::rc::Rc;

use pointsman_core::exchange::Waits;
use pointsman_core::time::Instant;

use crate::sys::{self, Half, RESET_LOOK_MAX};

/// No descriptor.
const NONE: RawFd = -1;

/// What the tick needs to know of one client connection.
#[derive(Clone, Copy)]
struct Entry {
    deadline: Instant,
    client: RawFd,
    target: RawFd,
    waits: Waits,
    state: State,
    /// What the tick found, beside time that ran out.
    found: Option<Found>,
    /// A deadline passed since the last one was set.
    ended: bool,
}

/// What the connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The slot is free.
    Free,
    /// No request has begun: draining may end it at once.
    Idle,
    /// A request is being read or answered.
    Busy,
    /// As busy, and only the target is heard: the tick looks whether the client is still there.
    AwaitsTarget,
    /// All was said; what the client still sends is thrown away.
    Lingering,
}

/// What the tick found about a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The client reset it while its target was working.
    ClientReset,
    /// Draining has no more time for it.
    Drained,
}

/// The deadlines of one worker.
#[derive(Default)]
pub struct Table {
    entries: RefCell<Vec<Entry>>,
    free: RefCell<Vec<u32>>,
}

/// One connection's place in the table; given back when dropped.
pub struct Slot {
    table: Rc<Table>,
    index: u32,
}

impl Table {
    /// A place for a connection.
    pub fn slot(self: &Rc<Self>, client: RawFd) -> Slot {
        let entry = Entry {
            deadline: Instant::NEVER,
            client,
            target: NONE,
            waits: Waits::ClientReading,
            state: State::Idle,
            found: None,
            ended: false,
        };
        let mut entries = self.entries.borrow_mut();
        let index = match self.free.borrow_mut().pop() {
            Some(index) => {
                entries[index as usize] = entry;
                index
            }
            None => {
                entries.push(entry);
                u32::try_from(entries.len() - 1).unwrap_or(u32::MAX)
            }
        };
        Slot { table: Rc::clone(self), index }
    }

    /// Ends what has expired.
    pub fn expire(&self, now: Instant) {
        for entry in self.entries.borrow_mut().iter_mut().filter(|entry| entry.deadline <= now) {
            entry.deadline = Instant::NEVER;
            entry.ended = true;
            entry.end(entry.waits);
        }
    }

    /// Looks after clients whose targets take their time: one that reset its connection frees its
    /// target at once.
    pub fn find_reset(&self) {
        let mut entries = self.entries.borrow_mut();
        let mut places = [0; RESET_LOOK_MAX];
        let mut fds = [NONE; RESET_LOOK_MAX];
        let mut from = 0;
        while from < entries.len() {
            let awaiting = entries.iter().enumerate().skip(from);
            let awaiting = awaiting.filter(|(_, entry)| entry.state == State::AwaitsTarget);
            let mut count = 0;
            for (place, entry) in awaiting.take(RESET_LOOK_MAX) {
                places[count] = place;
                fds[count] = entry.client;
                count += 1;
            }
            sys::find_reset(&fds[..count], |at| {
                let entry = &mut entries[places[at]];
                entry.found = Some(Found::ClientReset);
                entry.end(Waits::Target);
            });
            if count < RESET_LOOK_MAX {
                return;
            }
            from = places[count - 1] + 1;
        }
    }

    /// Ends every connection on which no request has begun.
    pub fn end_idle(&self) {
        for entry in self.entries.borrow().iter().filter(|entry| entry.state == State::Idle) {
            entry.end(Waits::ClientReading);
        }
    }

    /// Nobody who only lingers is waited for beyond `until`.
    pub fn end_lingering(&self, until: Instant) {
        let mut entries = self.entries.borrow_mut();
        for entry in entries.iter_mut().filter(|entry| entry.state == State::Lingering) {
            entry.deadline = entry.deadline.min(until);
        }
    }

    /// Cuts all connections. Returns how many were not done yet.
    pub fn cut_all(&self) -> u32 {
        let mut cut = 0;
        let mut entries = self.entries.borrow_mut();
        for entry in entries.iter_mut().filter(|entry| entry.state != State::Free) {
            entry.found = Some(Found::Drained);
            entry.end(Waits::Both);
            cut += u32::from(entry.state != State::Lingering);
        }
        cut
    }

    /// How many connections there are.
    pub fn open(&self) -> usize {
        self.entries.borrow().len() - self.free.borrow().len()
    }
}

impl Entry {
    fn end(&self, waits: Waits) {
        let half = |fd, half| {
            if fd != NONE {
                sys::shutdown(fd, half);
            }
        };
        match waits {
            Waits::Target => half(self.target, Half::Both),
            Waits::ClientReading => half(self.client, Half::Read),
            Waits::Both => {
                half(self.target, Half::Both);
                match self.state {
                    State::Idle | State::Lingering | State::Free => half(self.client, Half::Both),
                    // An answer that is cut must not look whole: a plain end would be the end of a
                    // body that lasts until the connection closes.
                    State::Busy | State::AwaitsTarget => sys::reset(self.client),
                }
            }
        }
    }
}

impl Slot {
    fn with<T>(&self, change: impl FnOnce(&mut Entry) -> T) -> T {
        change(&mut self.table.entries.borrow_mut()[self.index as usize])
    }

    /// Until when, and what is ended then.
    pub fn arm(&self, (deadline, waits): (Instant, Waits)) {
        self.with(|entry| {
            entry.deadline = deadline;
            entry.waits = waits;
            entry.ended = false;
        });
    }

    /// What the connection is doing.
    pub fn set_state(&self, state: State) {
        self.with(|entry| entry.state = state);
    }

    /// The target's descriptor, from now until [`Self::forget_target`].
    pub fn set_target(&self, fd: RawFd) {
        self.with(|entry| entry.target = fd);
    }

    /// To be called before the target's socket is dropped or goes back to the pool.
    pub fn forget_target(&self) {
        self.with(|entry| entry.target = NONE);
    }

    /// What the tick found, beside time that ran out.
    pub fn found(&self) -> Option<Found> {
        self.with(|entry| entry.found)
    }

    /// The deadline passed, or the tick found something: a step that is repeated must not be.
    pub fn is_ended(&self) -> bool {
        self.with(|entry| entry.ended || entry.found.is_some())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.with(|entry| {
            entry.state = State::Free;
            entry.deadline = Instant::NEVER;
            entry.client = NONE;
            entry.target = NONE;
        });
        self.table.free.borrow_mut().push(self.index);
    }
}
