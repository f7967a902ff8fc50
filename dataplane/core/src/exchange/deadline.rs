//! The times an exchange must keep: one small table indexed by an enum, whose minimum is the next
//! deadline. No timer object stands behind it.

use crate::fault::Fault;
use crate::time::Instant;

/// A limit on time, in microseconds; zero means none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To get a connection.
    pub connection_us: u64,
    /// Between two signs of life while bodies flow.
    pub idle_us: u64,
    /// One attempt, until the answer's head.
    pub call_us: u64,
    /// One attempt, the answer's body included.
    pub call_and_stream_us: u64,
    /// All attempts, until the answer's head.
    pub global_us: u64,
    /// Least rate of a request's body, bytes a second.
    pub min_body_rate: u64,
}

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// [`Timeouts::connection_us`].
    Connection,
    /// [`Timeouts::call_us`].
    Call,
    /// [`Timeouts::global_us`].
    Global,
    /// [`Timeouts::call_and_stream_us`].
    Stream,
    /// [`Timeouts::idle_us`].
    Idle,
    /// [`Timeouts::min_body_rate`].
    BodyRate,
}

const TIMERS: [Timer; 6] =
    [Timer::Connection, Timer::Call, Timer::Global, Timer::Stream, Timer::Idle, Timer::BodyRate];

impl Timer {
    /// The reason that stands in the log when it runs out.
    #[must_use]
    pub fn fault(self) -> Fault {
        match self {
            Self::Connection => Fault::ConnectTimeout,
            Self::Call => Fault::CallTimeout,
            Self::Global => Fault::GlobalTimeout,
            Self::Stream => Fault::StreamTimeout,
            Self::Idle => Fault::IdleTimeout,
            Self::BodyRate => Fault::BodyTooSlow,
        }
    }
}

/// The running limits of one exchange.
#[derive(Clone, Debug)]
pub struct Deadlines {
    at: [Instant; TIMERS.len()],
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { at: [Instant::NEVER; TIMERS.len()] }
    }
}

impl Deadlines {
    /// Starts or restarts a limit; `after_us` of zero means there is none.
    pub fn set(&mut self, timer: Timer, now: Instant, after_us: u64) {
        self.at[timer as usize] =
            if after_us == 0 { Instant::NEVER } else { now.plus_us(after_us) };
    }

    /// Takes a limit back.
    pub fn clear(&mut self, timer: Timer) {
        self.at[timer as usize] = Instant::NEVER;
    }

    /// Takes all limits back.
    pub fn clear_all(&mut self) {
        *self = Self::default();
    }

    /// The earliest limit; [`Instant::NEVER`] when none runs.
    #[must_use]
    pub fn next(&self) -> Instant {
        self.at.iter().copied().min().unwrap_or(Instant::NEVER)
    }

    /// The limit that has run out at `now`, the earliest first.
    #[must_use]
    pub fn expired(&self, now: Instant) -> Option<Timer> {
        TIMERS
            .into_iter()
            .filter(|timer| self.at[*timer as usize] <= now)
            .min_by_key(|timer| self.at[*timer as usize])
    }
}
