//! Carries out what the machine asks for, one action after the other.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::Poll;

use pointsman_core::exchange::{Action, After, Body, Event, Exchange, Request, Waits};
use pointsman_core::fault::Fault;
use pointsman_core::http1::framing::BodyLength;
use pointsman_core::time::Instant;

use super::download::download;
use super::upload::{Upload, upload};
use crate::deadline::{Found, Slot, State};
use crate::downstream::head::{Plan, answer_fault};
use crate::downstream::http1::{Http1, Outgoing};
use crate::sys::{self, Socket};
use crate::upstream::attempt;
use crate::upstream::idle::Connection;
use crate::worker::Worker;

/// What both directions of an exchange share.
pub(super) struct Context<'a> {
    pub(super) worker: &'a Worker,
    pub(super) plan: &'a Plan,
    pub(super) client: &'a Socket,
    pub(super) slot: &'a Slot,
    machine: RefCell<Exchange>,
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
        self.machine.borrow_mut().handle(self.worker.clock.coarse(), event);
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
                return self.machine.borrow_mut().handle_timeout(self.worker.clock.coarse());
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

/// Runs an exchange to its end.
pub async fn run(worker: &Worker, down: &mut Http1, mut plan: Plan) -> After {
    let head = std::mem::take(&mut plan.head);
    let entry = plan.entry.take();
    let target_use = InFlight::new(worker, &plan);
    let Http1 { socket, slot, inbound, at, outgoing, .. } = down;
    slot.set_state(State::AwaitsTarget);
    let context = Context {
        worker,
        plan: &plan,
        client: socket,
        slot,
        machine: RefCell::new(Exchange::new(plan.serving.timeouts(plan.backend))),
        ends_with_close: Cell::new(false),
        is_logged: entry.is_some(),
        first_byte: Cell::new(Instant::NEVER),
    };
    let mut exchange = Running {
        upload: Upload::new(plan.body, plan.serving.underscores, inbound, at, head),
        context: &context,
        connection: None,
        outgoing,
        connect_us: None,
    };
    let after = exchange.drive().await;
    let Running { upload, connect_us, .. } = exchange;
    upload.finish(worker);
    let outcome = context.machine.borrow().outcome();
    let first_byte = context.first_byte.get();
    if let Some(entry) = entry {
        entry.write(worker, &plan, &outcome, connect_us, first_byte);
    }
    if after == After::Cut && context.ends_with_close.get() {
        sys::reset_on_close(context.client.fd());
    }
    drop(target_use);
    after
}

/// Counts the exchange where it is, as long as it lives.
struct InFlight<'a> {
    worker: &'a Worker,
    target: std::rc::Rc<crate::upstream::idle::Target>,
}

impl<'a> InFlight<'a> {
    fn new(worker: &'a Worker, plan: &Plan) -> Self {
        let target = std::rc::Rc::clone(&plan.pick.target);
        target.in_flight.set(target.in_flight.get() + 1);
        worker.stats().in_flight.add(1);
        Self { worker, target }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.target.in_flight.set(self.target.in_flight.get().saturating_sub(1));
        self.worker.stats().in_flight.sub(1);
    }
}

struct Running<'c, 'd> {
    context: &'c Context<'c>,
    upload: Upload<'d>,
    connection: Option<Connection>,
    outgoing: &'d mut Outgoing,
    connect_us: Option<u64>,
}

impl Running<'_, '_> {
    async fn drive(&mut self) -> After {
        let context = self.context;
        let plan = context.plan;
        context.tell(Event::Request(Request {
            body: match plan.body {
                BodyLength::None => Body::None,
                BodyLength::Length(length) => Body::Length(length),
                BodyLength::Chunked | BodyLength::UntilClose => Body::Streamed,
            },
            idempotent: plan.idempotent,
            replayable: self.upload.is_held(),
            persistent: plan.keep_alive,
        }));
        if context.worker.is_draining() {
            context.tell(Event::Drain);
        }
        self.upload.begin(context);
        let mut answered = None;
        loop {
            match context.next_action() {
                Some(Action::Connect { fresh }) => self.connect(fresh).await,
                Some(Action::SendRequest) => self.transfer().await,
                // The two directions handle it themselves.
                Some(Action::SendResponse) | Some(Action::CutClient) => {}
                Some(Action::KeepTarget) => self.keep(),
                Some(Action::DropTarget) => {
                    context.slot.forget_target();
                    self.connection = None;
                }
                Some(Action::Answer(fault)) => answered = Some(fault),
                Some(Action::Finish(after)) => {
                    if let Some(fault) = answered {
                        answer_fault(context.worker, plan, fault, after, self.outgoing);
                    }
                    return after;
                }
                // Every step ends with an event that leads on; this is a fault of ours.
                None => {
                    debug_assert!(false, "the machine waits for nothing");
                    return After::Cut;
                }
            }
        }
    }

    async fn connect(&mut self, fresh: bool) {
        let context = self.context;
        let Context { worker, plan, slot, .. } = context;
        context.arm();
        let began = context.is_logged.then(|| worker.clock.fine());
        let got = attempt::connection(worker, &plan.serving, &plan.pick, slot, fresh).await;
        match got {
            Ok(got) => {
                if let Some(began) = began
                    && !got.reused
                {
                    self.connect_us = Some(worker.clock.fine().since_us(began));
                }
                slot.set_target(got.connection.socket.fd());
                self.connection = Some(got.connection);
                context.tell(Event::Connected { reused: got.reused });
            }
            Err(fault) => context.failed(Event::ConnectFailed(fault)),
        }
    }

    /// Both directions at once, until the machine has all it needs.
    async fn transfer(&mut self) {
        let context = self.context;
        let Some(connection) = &self.connection else { return };
        let target = &connection.socket;
        if self.upload.is_held() {
            // The usual request: its head and all of its body are one send.
            download(context, target, Some(&mut self.upload), self.outgoing).await;
            return;
        }
        let mut upload = pin!(upload(context, target, &mut self.upload));
        let mut download = pin!(download(context, target, None, self.outgoing));
        let mut uploading = true;
        std::future::poll_fn(|task| {
            if uploading && upload.as_mut().poll(task).is_ready() {
                uploading = false;
            }
            if context.is_over() || download.as_mut().poll(task).is_ready() {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
    }

    fn keep(&mut self) {
        let Context { worker, plan, slot, .. } = self.context;
        slot.forget_target();
        let Some(connection) = self.connection.take() else { return };
        let backend = plan.serving.artifact().backend(plan.backend);
        if backend.cache_connection() {
            let until = match backend.idle_timeout_ms() {
                0 => Instant::NEVER,
                ms => worker.clock.coarse().plus_ms(ms),
            };
            worker.idle.put(connection, until);
        }
    }
}
