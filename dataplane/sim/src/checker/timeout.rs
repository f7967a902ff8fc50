//! Which limit runs out, and when, by a second reckoning that follows the words of the design: none
//! too early, none overdue, and the calls' limits stand still while the request's body still comes. A
//! client is not blamed before it was told to send: until then the call's limits rule.

use pointsman_core::exchange::{Action, Body, Event, Timeouts, Timer};
use pointsman_core::fault::Fault;
use pointsman_core::limits::BODY_RATE_GRACE_US;

use super::case::{Case, Checked, History};
use crate::engine::TICK_US;
use crate::transcript::{Fact, timer_of};

/// How late the tick may notice, microseconds.
const SLACK_US: u64 = 2 * TICK_US;

/// All limits.
const TIMERS: [Timer; 6] =
    [Timer::Connection, Timer::Call, Timer::Global, Timer::Stream, Timer::Idle, Timer::BodyRate];

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        check_one(&case.plan.timeouts, history)?;
    }
    Ok(())
}

fn check_one(limits: &Timeouts, history: &History<'_>) -> Checked {
    let mut reckoning = Reckoning::default();
    for fact in history.facts() {
        match fact {
            Fact::Told(now, event) => {
                reckoning.ensure_none_overdue(limits, history, now.as_us())?;
                reckoning.tell(limits, now.as_us(), event);
            }
            Fact::Asked(Action::Connect { fresh: true }) => reckoning.connect_again(),
            Fact::Asked(Action::Finish(_)) => return Ok(()),
            Fact::TimedOut(now, fault) => {
                return reckoning.ensure_due(limits, history, now.as_us(), fault);
            }
            _ => {}
        }
    }
    Ok(())
}

/// When each limit began to run, as the design says.
#[derive(Debug, Default)]
struct Reckoning {
    /// The last the machine heard.
    now_us: u64,
    connecting_us: Option<u64>,
    has_target: bool,
    /// The client waits to be told that its body may come.
    holds_back: bool,
    /// The target takes no more of the request's body.
    is_deaf: bool,
    /// Since when no body of the request is coming any more.
    asked_us: Option<u64>,
    /// The attempt's own start, where it is a later one.
    again_us: Option<u64>,
    head_us: Option<u64>,
    alive_us: u64,
    wanted_us: Option<u64>,
    waited_us: u64,
    request_bytes: u64,
}

impl Reckoning {
    fn tell(&mut self, limits: &Timeouts, now_us: u64, event: Event) {
        self.now_us = now_us;
        match event {
            Event::Request(request) => {
                self.connecting_us = Some(now_us);
                if request.body == Body::None {
                    self.asked_us = Some(now_us);
                } else {
                    self.holds_back = request.waits_for_interim;
                }
            }
            Event::RequestWanted if self.holds_back => {}
            Event::RequestWanted => {
                self.wanted_us.get_or_insert(now_us);
            }
            Event::Interim => self.invite(now_us),
            Event::RequestData(bytes) => {
                if bytes > 0 {
                    self.invite(now_us);
                }
                self.stop_waiting(now_us);
                self.request_bytes += bytes;
                self.alive_us = now_us;
            }
            Event::RequestEnd => {
                self.stop_waiting(now_us);
                if std::mem::take(&mut self.holds_back) && self.head_us.is_none() {
                    // Nothing was held back after all.
                    self.asked_us = None;
                }
                self.asked_us.get_or_insert(now_us);
                self.alive_us = now_us;
            }
            Event::TargetStoppedReading => {
                self.stop_waiting(now_us);
                self.is_deaf = true;
                // Nobody takes more of the body: it does not come any more.
                self.asked_us.get_or_insert(now_us);
            }
            Event::Connected { .. } => {
                self.connecting_us = None;
                self.has_target = true;
                self.alive_us = now_us;
                if self.holds_back {
                    // The target owes the next word.
                    self.asked_us.get_or_insert(now_us);
                }
            }
            Event::Response(_) => {
                self.head_us = Some(now_us);
                self.alive_us = now_us;
            }
            Event::ResponseData(_) => self.alive_us = now_us,
            _ => {}
        }
        debug_assert!(limits.min_body_rate < u64::MAX, "a rate in bytes a second");
    }

    /// The body may come, or comes unasked: from here on the client is waited for.
    fn invite(&mut self, now_us: u64) {
        if !std::mem::take(&mut self.holds_back) || !self.has_target || self.is_deaf {
            return;
        }
        if self.head_us.is_none() {
            self.asked_us = None;
            self.wanted_us = Some(now_us);
            self.alive_us = now_us;
        }
    }

    fn stop_waiting(&mut self, now_us: u64) {
        if let Some(since_us) = self.wanted_us.take() {
            self.waited_us += now_us - since_us;
        }
    }

    fn connect_again(&mut self) {
        self.connecting_us = Some(self.now_us);
        self.again_us = Some(self.now_us);
        self.has_target = false;
    }

    /// When a limit runs out: the earliest and the latest that the design's words allow.
    fn due(&self, limits: &Timeouts, timer: Timer) -> Option<(u64, u64)> {
        let after = |since_us: Option<u64>, limit_us: u64| {
            since_us.filter(|_| limit_us > 0).map(|since_us| since_us.saturating_add(limit_us))
        };
        let exactly = |due: Option<u64>| due.map(|due_us| (due_us, due_us));
        // A second attempt may have its own time, or share the first one's.
        let of_attempt = |began_us: Option<u64>, limit_us: u64| {
            let first_us = after(began_us, limit_us)?;
            Some((first_us, after(self.again_us, limit_us).map_or(first_us, |us| us.max(first_us))))
        };
        match timer {
            Timer::Connection => exactly(after(self.connecting_us, limits.connection_us)),
            Timer::Call if self.head_us.is_none() => of_attempt(self.asked_us, limits.call_us),
            Timer::Global if self.head_us.is_none() => {
                exactly(after(self.asked_us, limits.global_us))
            }
            Timer::Call | Timer::Global => None,
            Timer::Stream => {
                let began_us = match (self.asked_us, self.head_us) {
                    (Some(asked_us), Some(head_us)) => Some(asked_us.min(head_us)),
                    (asked_us, head_us) => asked_us.or(head_us),
                };
                of_attempt(began_us, limits.call_and_stream_us)
            }
            // While bodies flow: not while the answer's head is awaited.
            Timer::Idle
                if self.has_target && (self.asked_us.is_none() || self.head_us.is_some()) =>
            {
                exactly(after(Some(self.alive_us), limits.idle_us))
            }
            Timer::Idle => None,
            // Once the answer has begun, the rest of the body is no longer waited for.
            Timer::BodyRate if self.head_us.is_none() && limits.min_body_rate > 0 => {
                let since_us = self.wanted_us?;
                let earned_us = self.request_bytes * 1_000_000 / limits.min_body_rate;
                let left_us = (BODY_RATE_GRACE_US + earned_us).saturating_sub(self.waited_us);
                exactly(Some(since_us + left_us))
            }
            Timer::BodyRate => None,
        }
    }

    fn ensure_none_overdue(
        &self,
        limits: &Timeouts,
        history: &History<'_>,
        now_us: u64,
    ) -> Checked {
        TIMERS.into_iter().try_for_each(|timer| {
            let latest_us = self.due(limits, timer).map_or(u64::MAX, |(_, latest_us)| latest_us);
            history.ensure(now_us <= latest_us.saturating_add(SLACK_US), || {
                format!("{timer:?} ran out at {latest_us} and nothing happened until {now_us}")
            })
        })
    }

    fn ensure_due(
        &self,
        limits: &Timeouts,
        history: &History<'_>,
        now_us: u64,
        fault: Fault,
    ) -> Checked {
        let timer = timer_of(fault);
        let earliest_us = timer.and_then(|timer| self.due(limits, timer)).map(|(us, _)| us);
        history.ensure(earliest_us.is_some_and(|earliest_us| earliest_us <= now_us), || {
            format!("{fault:?} at {now_us}, when it was due at {earliest_us:?}")
        })?;
        self.ensure_none_overdue(limits, history, now_us)
    }
}
