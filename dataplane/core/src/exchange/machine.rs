//! The one place that sequences an exchange: head, bodies, connect, the fresh try after a stale
//! connection, time limits, half-close and drain. Four doors: an event goes in, a time-out goes in,
//! actions are polled out, the next deadline is polled out. It touches no socket and no clock.

use super::deadline::{Deadlines, Timeouts, Timer};
use super::event::{Action, After, Body, Event, Request, Response};
use crate::fault::Fault;
use crate::limits::BODY_RATE_GRACE_US;
use crate::time::Instant;

/// Where an exchange stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing was asked yet.
    New,
    /// A connection is being made.
    Connecting,
    /// The request is on its way, or its answer awaited.
    Sending,
    /// The answer's head went out, its body follows.
    Answering,
    /// Over.
    Done,
}

/// Whom to wake when the next deadline passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// What is in flight with the target ends; the client can still be answered.
    Target,
    /// Reading from the client ends; it can still be answered.
    ClientReading,
    /// All of it ends.
    Both,
}

/// How an exchange went: what the log says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Status that the client got; 0 when it got none.
    pub status: u16,
    /// Why it is not simply the target's answer.
    pub fault: Option<Fault>,
    /// Attempts to reach a target, refused ones included; a kept connection that was closed
    /// meanwhile does not count.
    pub attempts: u8,
    /// Bytes of the request's body that arrived.
    pub request_bytes: u64,
    /// Bytes of the answer's body that arrived from the target.
    pub response_bytes: u64,
}

/// Most actions that wait to be polled: drop the target, answer or cut, finish.
const ACTIONS_MAX: usize = 4;

/// One request and its answer.
#[derive(Debug)]
pub struct Exchange {
    timeouts: Timeouts,
    deadlines: Deadlines,
    phase: Phase,
    request: Option<Request>,
    request_ended: bool,
    target_reads: bool,
    has_target: bool,
    reused: bool,
    tried_fresh: bool,
    response: Option<Response>,
    response_begun: bool,
    last: bool,
    /// The client has no reason to hold its body back.
    invited: bool,
    /// Since when the shell waits for the request's body.
    wanted_since: Option<Instant>,
    /// How long it waited in all, microseconds.
    waited_us: u64,
    outcome: Outcome,
    actions: [Option<Action>; ACTIONS_MAX],
    first_action: usize,
    action_count: usize,
}

impl Exchange {
    /// An exchange that keeps these limits.
    #[must_use]
    pub fn new(timeouts: Timeouts) -> Self {
        Self {
            timeouts,
            deadlines: Deadlines::default(),
            phase: Phase::New,
            request: None,
            request_ended: false,
            target_reads: true,
            has_target: false,
            reused: false,
            tried_fresh: false,
            response: None,
            response_begun: false,
            last: false,
            invited: true,
            wanted_since: None,
            waited_us: 0,
            outcome: Outcome::default(),
            actions: [None; ACTIONS_MAX],
            first_action: 0,
            action_count: 0,
        }
    }

    /// Door one: something happened. To be called for each event, in order; then actions are
    /// polled until there is none.
    pub fn handle(&mut self, now: Instant, event: Event) {
        if self.phase == Phase::Done {
            // What was in flight when the exchange ended still reports; nothing hangs on it.
            return;
        }
        match event {
            Event::Request(request) => self.begin(now, request),
            Event::RequestWanted => self.want(now),
            Event::RequestData(bytes) => self.request_data(now, bytes),
            Event::RequestEnd => self.request_end(now),
            Event::RequestFault(Fault::BodyIncomplete) if self.phase == Phase::Answering => {
                self.stop_wanting(now);
            }
            Event::RequestFault(fault) => self.fail(fault),
            Event::ClientGone(fault) => self.client_gone(fault),
            Event::Connected { reused } => self.connected(now, reused),
            Event::ConnectFailed(fault) => self.fail(fault),
            Event::TargetStoppedReading => self.stop_reading(now),
            Event::Interim => self.invite(now),
            Event::ResponseBegun => self.response_begun = true,
            Event::Response(response) => self.respond(now, response),
            Event::ResponseData(bytes) => self.response_data(now, bytes),
            Event::ResponseEnd { clean } => self.response_end(clean),
            Event::TargetFailed(fault) => self.target_failed(now, fault),
            Event::Drain => self.last = true,
        }
    }

    /// Door two: `now` has reached [`Self::next_deadline`]. Calling it early does nothing.
    ///
    /// Returns whether a limit had run out.
    pub fn handle_timeout(&mut self, now: Instant) -> bool {
        if self.phase == Phase::Done {
            return false;
        }
        let Some(timer) = self.deadlines.expired(now) else { return false };
        self.fail(timer.fault());
        true
    }

    /// Door three: what is to be done next.
    pub fn poll_action(&mut self) -> Option<Action> {
        if self.action_count == 0 {
            return None;
        }
        let action = self.actions[self.first_action].take();
        self.first_action = (self.first_action + 1) % ACTIONS_MAX;
        self.action_count -= 1;
        action
    }

    /// Door four: when [`Self::handle_timeout`] must be called, and whom to wake for it.
    #[must_use]
    pub fn next_deadline(&self) -> (Instant, Waits) {
        let at = self.deadlines.next();
        let waits = if self.phase == Phase::Answering {
            Waits::Both
        } else if self.deadlines.expired(at) == Some(Timer::BodyRate) {
            Waits::ClientReading
        } else {
            Waits::Target
        };
        (at, waits)
    }

    /// How it went so far.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The client's connection will not carry another request: its answer says so.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.last || !self.request.is_some_and(|request| request.persistent)
    }

    /// The request's body came to its end.
    #[must_use]
    pub fn is_request_whole(&self) -> bool {
        self.request_ended
    }

    /// Nothing that happens changes anything any more; actions may still wait to be polled.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Done
    }

    fn push(&mut self, action: Action) {
        debug_assert!(self.action_count < ACTIONS_MAX, "actions are polled after each event");
        let slot = (self.first_action + self.action_count) % ACTIONS_MAX;
        self.actions[slot] = Some(action);
        self.action_count += 1;
    }

    fn begin(&mut self, now: Instant, request: Request) {
        self.request = Some(request);
        self.request_ended = request.body == Body::None;
        self.invited = self.request_ended || !request.waits_for_interim;
        if self.request_ended {
            self.start_call(now);
            self.deadlines.set(Timer::Global, now, self.timeouts.global_us);
        }
        self.connect(now, false);
    }

    fn connect(&mut self, now: Instant, fresh: bool) {
        self.phase = Phase::Connecting;
        self.outcome.attempts = self.outcome.attempts.saturating_add(1);
        self.deadlines.clear(Timer::Idle);
        self.deadlines.set(Timer::Connection, now, self.timeouts.connection_us);
        self.push(Action::Connect { fresh });
    }

    /// The attempt's own limits stand still while the request's body is still coming.
    fn start_call(&mut self, now: Instant) {
        self.deadlines.set(Timer::Call, now, self.timeouts.call_us);
        self.deadlines.set(Timer::Stream, now, self.timeouts.call_and_stream_us);
    }

    fn connected(&mut self, now: Instant, reused: bool) {
        self.phase = Phase::Sending;
        self.has_target = true;
        self.reused = reused;
        self.target_reads = true;
        self.deadlines.clear(Timer::Connection);
        if !self.invited {
            self.start_call(now);
            self.deadlines.set(Timer::Global, now, self.timeouts.global_us);
        }
        self.alive(now);
        self.push(Action::SendRequest);
    }

    fn want(&mut self, now: Instant) {
        // Once the answer has begun, the rest of the body is no reason to cut it.
        if self.wanted_since.is_some()
            || self.timeouts.min_body_rate == 0
            || self.phase == Phase::Answering
        {
            return;
        }
        if !self.invited {
            // Nothing is meant to come: the target owes the next word, and its limits rule.
            return;
        }
        self.wanted_since = Some(now);
        // The client may make us wait for the grace and for as long as its bytes so far earn.
        let earned_us = self.outcome.request_bytes.saturating_mul(1_000_000)
            / self.timeouts.min_body_rate.max(1);
        let left_us =
            BODY_RATE_GRACE_US.saturating_add(earned_us).saturating_sub(self.waited_us).max(1);
        self.deadlines.set(Timer::BodyRate, now, left_us);
    }

    fn stop_wanting(&mut self, now: Instant) {
        if let Some(since) = self.wanted_since.take() {
            self.waited_us = self.waited_us.saturating_add(now.since_us(since));
            self.deadlines.clear(Timer::BodyRate);
        }
    }

    /// The body may come now: from here on the client is waited for, and the attempt's limits stand
    /// still.
    fn invite(&mut self, now: Instant) {
        if self.invited {
            return;
        }
        self.invited = true;
        if self.phase == Phase::Sending && !self.request_ended && self.target_reads {
            for timer in [Timer::Call, Timer::Global, Timer::Stream] {
                self.deadlines.clear(timer);
            }
            self.want(now);
            self.alive(now);
        }
    }

    fn request_data(&mut self, now: Instant, bytes: u64) {
        if bytes > 0 {
            self.invite(now);
        }
        self.stop_wanting(now);
        self.outcome.request_bytes = self.outcome.request_bytes.saturating_add(bytes);
        self.alive(now);
    }

    fn request_end(&mut self, now: Instant) {
        self.stop_wanting(now);
        if self.request_ended {
            return;
        }
        self.request_ended = true;
        self.invited = true;
        if self.phase != Phase::Answering {
            self.start_call(now);
            self.deadlines.set(Timer::Global, now, self.timeouts.global_us);
        }
        self.deadlines.clear(Timer::Idle);
        self.alive(now);
    }

    /// The rest of the request's body is not taken any more: it does not come.
    fn stop_reading(&mut self, now: Instant) {
        self.stop_wanting(now);
        self.target_reads = false;
        if self.phase == Phase::Sending && !self.request_ended {
            self.deadlines.clear(Timer::Idle);
            self.start_call(now);
            self.deadlines.set(Timer::Global, now, self.timeouts.global_us);
        }
    }

    /// A sign of life while a target has the request.
    fn alive(&mut self, now: Instant) {
        let flows = match self.phase {
            Phase::Sending => !self.request_ended && self.target_reads && self.invited,
            Phase::Answering => true,
            Phase::New | Phase::Connecting | Phase::Done => false,
        };
        if flows {
            self.deadlines.set(Timer::Idle, now, self.timeouts.idle_us);
        }
    }

    fn respond(&mut self, now: Instant, response: Response) {
        if self.phase != Phase::Sending {
            self.fail(Fault::Internal);
            return;
        }
        self.phase = Phase::Answering;
        self.response_begun = true;
        self.response = Some(response);
        self.outcome.status = response.status;
        self.deadlines.clear(Timer::Call);
        self.deadlines.clear(Timer::Global);
        if !self.request_ended && self.target_reads && self.invited {
            self.deadlines.set(Timer::Stream, now, self.timeouts.call_and_stream_us);
        }
        self.stop_wanting(now);
        self.alive(now);
        self.push(Action::SendResponse);
    }

    fn response_data(&mut self, now: Instant, bytes: u64) {
        self.outcome.response_bytes = self.outcome.response_bytes.saturating_add(bytes);
        if let Some(Response { body: Body::Length(length), .. }) = self.response
            && self.outcome.response_bytes > length
        {
            self.fail(Fault::Internal);
            return;
        }
        self.alive(now);
    }

    fn response_end(&mut self, clean: bool) {
        let Some(response) = self.response else {
            self.fail(Fault::Internal);
            return;
        };
        if let Body::Length(length) = response.body
            && self.outcome.response_bytes != length
        {
            self.fail(Fault::Truncated);
            return;
        }
        let keep = clean
            && self.request_ended
            && self.target_reads
            && response.reusable
            && !response.ends_with_connection;
        self.release(if keep { Action::KeepTarget } else { Action::DropTarget });
        self.finish(self.after());
    }

    fn target_failed(&mut self, now: Instant, fault: Fault) {
        let stale = self.phase == Phase::Sending
            && self.reused
            && !self.response_begun
            && !self.tried_fresh
            && fault == Fault::TargetReset
            && self.request.is_some_and(|request| {
                request.idempotent
                    && (request.body == Body::None || (request.replayable && self.request_ended))
            });
        if stale {
            // Closing an idle connection is the target's right: no failure of the target, and the
            // attempt on it does not count.
            self.tried_fresh = true;
            self.outcome.attempts = self.outcome.attempts.saturating_sub(1);
            self.release(Action::DropTarget);
            self.connect(now, true);
            return;
        }
        if fault == Fault::Drained {
            // Both sides were shut down: nothing that we say would arrive.
            self.client_gone(fault);
            return;
        }
        let cut = self.phase == Phase::Answering && fault == Fault::TargetReset;
        self.fail(if cut { Fault::Truncated } else { fault });
    }

    fn client_gone(&mut self, fault: Fault) {
        self.outcome.fault = Some(fault);
        if self.phase != Phase::Answering {
            // Who was cut got nothing; 499 says that the client went by itself.
            self.outcome.status = if fault == Fault::Drained { 0 } else { fault.status() };
        }
        if self.has_target {
            self.release(Action::DropTarget);
        }
        self.finish(After::Cut);
    }

    /// Ends the exchange for a reason: the client is answered when it still can be, else cut.
    fn fail(&mut self, fault: Fault) {
        self.outcome.fault = Some(fault);
        if self.has_target {
            self.release(Action::DropTarget);
        }
        if self.phase == Phase::Answering {
            self.push(Action::CutClient);
            self.finish(After::Cut);
            return;
        }
        self.outcome.status = fault.status();
        self.push(Action::Answer(fault));
        self.finish(self.after());
    }

    /// What becomes of the client's connection once all was said.
    fn after(&self) -> After {
        let asks_for_end = !self.request.is_some_and(|request| request.persistent);
        match (self.request_ended, self.is_last()) {
            (true, false) => After::KeepAlive,
            (true, true) if asks_for_end => After::Close,
            // The rest of this request, or the next one, may be on its way.
            (true, true) | (false, _) => After::Linger,
        }
    }

    fn release(&mut self, action: Action) {
        self.has_target = false;
        self.push(action);
    }

    fn finish(&mut self, after: After) {
        self.phase = Phase::Done;
        self.deadlines.clear_all();
        self.push(Action::Finish(after));
    }
}
