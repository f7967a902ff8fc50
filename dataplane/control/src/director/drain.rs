//! The end of the process: drained with a deadline, or at once.

use std::sync::Arc;
use std::time::Instant;

use super::ask::DrainAnswer;
use super::draining::{Draining, Next, Outcome};
use super::state::Director;
use crate::command::{Command, WorkerPort};
use crate::notice::{counted, say};
use crate::view;

impl Director {
    /// Begins to drain; a second wish to end stops at once.
    pub(super) fn end(&mut self) {
        match self.drain {
            None => self.begin_drain(),
            Some(_) => self.stop(),
        }
    }

    /// Begins to drain, unless that has begun.
    pub(super) fn begin_drain(&mut self) {
        if self.drain.is_some() {
            return;
        }
        // A successor may have the state folder, once what serves is kept there.
        let lock = self.lock.take().map(|lock| Arc::downgrade(&lock)).unwrap_or_default();
        self.live.facts().is_draining = true;
        let limit = view::drain_timeout(&self.live.current().artifact);
        let deadline = Instant::now() + limit;
        self.drain = Some(Draining {
            deadline,
            stopped_at: None,
            lock,
            begun: Vec::new(),
            ended: Vec::new(),
        });
        say(&format!(
            "draining: {} to finish within {} s; a second signal stops at once",
            counted(self.live.sums().in_flight, "exchange"),
            limit.as_secs()
        ));
        self.send_all(|| Command::Drain { deadline });
        (self.close)();
    }

    /// Cuts everything at once.
    pub(super) fn stop(&mut self) {
        self.begin_drain();
        if let Some(draining) = &mut self.drain
            && draining.stopped_at.is_none()
        {
            draining.stopped_at = Some(Instant::now());
            self.send_all(|| Command::Stop);
        }
    }

    /// Looks at a drain on its way; an outcome when it is over.
    pub(super) fn drain_step(&mut self, now: Instant) -> Option<Outcome> {
        let draining = self.drain.as_mut()?;
        draining.tell_begun();
        match draining.next(now, self.live.all_drained()) {
            Next::Wait => None,
            Next::Stop => {
                self.stop();
                None
            }
            Next::End => Some(self.outcome()),
        }
    }

    fn outcome(&mut self) -> Outcome {
        let mut cut = self.live.sums().cut;
        for stats in self.live.workers.iter().map(WorkerPort::stats) {
            if !stats.is_drained() {
                cut += stats.in_flight.value();
            }
        }
        for waiter in self.drain.iter_mut().flat_map(|draining| draining.ended.drain(..)) {
            // Who asked may be gone.
            let _ = waiter.send(DrainAnswer { cut });
        }
        match cut {
            0 => say("drained; all exchanges were finished"),
            1 => say("ended; 1 exchange was cut"),
            cut => say(&format!("ended; {cut} exchanges were cut")),
        }
        Outcome { cut }
    }
}
