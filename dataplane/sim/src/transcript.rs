//! What happened, in order: what the machine was told and asked for, what each side saw. The
//! checkers read nothing else beside the plan.

use std::cell::{Cell, RefCell};

use pointsman_core::exchange::{Action, After, Event, Outcome, Timer};
use pointsman_core::fault::Fault;
use pointsman_core::time::Instant;

/// One exchange: which client's, and which of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId {
    /// The client's place in the plan.
    pub client: usize,
    /// The request's place in the client's plan.
    pub request: usize,
}

/// Who wrote an answer that a client sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A target, at that try.
    Target(u8),
    /// The proxy itself.
    Own(Fault),
}

/// What ended a client's reading of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The answer is whole by its own framing.
    Whole,
    /// The connection ended within it.
    Cut,
}

/// What an origin or a client did that it should not have done, or what befell a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// A connect was refused.
    Refused,
    /// A connect got no answer.
    ConnectStalls,
    /// A pooled connection died under its request.
    Stale,
    /// The origin does not answer.
    Silent,
    /// The origin closed or reset the connection before an answer's head was whole.
    DiedBeforeHead,
    /// The origin sent what is no answer.
    Garbage,
    /// The origin ended within its answer's body.
    DiedWithinBody,
    /// The origin stopped within its answer's body.
    StalledWithinBody,
    /// The origin stopped reading the request's body.
    StoppedReading,
    /// The client reset its connection.
    ClientReset,
    /// The client stopped within the request's body.
    ClientStalled,
    /// The client ended its sending within the request's body.
    ClientEnded,
    /// The client sent what is no body.
    ClientGarbage,
    /// The client stopped reading.
    ClientDeaf,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// An exchange began; this target was picked for it.
    Began(usize),
    /// The machine was told, at this reading of the proxy's clock.
    Told(Instant, Event),
    /// The machine let a limit run out, at this reading of the proxy's clock.
    TimedOut(Instant, Fault),
    /// The machine asked for this.
    Asked(Action),
    /// The shell's part of the exchange is over.
    Ended(Outcome, After),
    /// A connection to a target was made.
    Opened(u32, usize),
    /// A connection to a target was taken from the pool.
    Taken(u32, usize),
    /// The exchange's connection went to the pool, until then.
    Kept(u32, Instant),
    /// The exchange's connection was closed.
    Dropped(u32),
    /// The proxy wrote to, or read from, this connection to a target.
    Used(u32),
    /// The head of the request reached an origin at this try.
    OriginGotHead(u8, u32),
    /// That part of the request's body, from and length, reached an origin.
    OriginGot(u8, u64, u64),
    /// The request was whole at an origin.
    OriginGotWhole(u8),
    /// An origin sent the head of its answer.
    OriginSaidHead(u8),
    /// An origin sent that part of its answer's body.
    OriginSaid(u8, u64, u64),
    /// An origin has sent its whole answer.
    OriginSaidWhole(u8),
    /// The client got the head of a final answer.
    ClientGotHead(Author, u16),
    /// The client got that part of an answer's body.
    ClientGot(u64, u64),
    /// The client is done with an answer.
    ClientDone(Seen),
    /// Something went wrong on purpose.
    Mishap(Mishap),
    /// The exchange's connection to the target came to its end because the client was found gone.
    ResetFound,
    /// Of no exchange: a pooled connection was closed.
    Discarded(u32),
    /// Of no exchange: a client's connection is closed by the proxy.
    Closed(usize),
    /// Of no exchange: draining began, to end by then.
    DrainBegan(Instant),
    /// Of no exchange: draining ended, and cut so many connections.
    DrainEnded(u32),
}

/// The limit behind a fault, if one is.
#[must_use]
pub fn timer_of(fault: Fault) -> Option<Timer> {
    Some(match fault {
        Fault::ConnectTimeout => Timer::Connection,
        Fault::CallTimeout => Timer::Call,
        Fault::GlobalTimeout => Timer::Global,
        Fault::StreamTimeout => Timer::Stream,
        Fault::IdleTimeout => Timer::Idle,
        Fault::BodyTooSlow => Timer::BodyRate,
        _ => return None,
    })
}

/// A fact, when it was, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Virtual time, microseconds.
    pub at_us: u64,
    /// Whose; of no exchange for none.
    pub exchange: Option<ExchangeId>,
    /// What.
    pub fact: Fact,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Transcript {
    entries: RefCell<Vec<Entry>>,
    /// Nothing was due any more when it ended.
    pub came_to_rest: Cell<bool>,
    /// When it ended, microseconds.
    pub ended_us: Cell<u64>,
}

impl Transcript {
    /// One written by hand, that came to rest after its last entry.
    #[must_use]
    pub fn of(entries: Vec<Entry>) -> Self {
        let ended_us = entries.last().map_or(0, |entry| entry.at_us);
        Self {
            entries: RefCell::new(entries),
            came_to_rest: Cell::new(true),
            ended_us: Cell::new(ended_us),
        }
    }

    /// Adds to its end.
    pub fn push(&self, at_us: u64, exchange: Option<ExchangeId>, fact: Fact) {
        self.entries.borrow_mut().push(Entry { at_us, exchange, fact });
    }

    /// Itself, taken off the stage.
    #[must_use]
    pub fn taken(&self) -> Self {
        Self {
            entries: RefCell::new(self.entries.take()),
            came_to_rest: self.came_to_rest.clone(),
            ended_us: self.ended_us.clone(),
        }
    }

    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.borrow().clone()
    }
}
