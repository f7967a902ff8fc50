//! Carries out what the machine asks for, one action after the other.

use std::cell::{Cell, RefCell};
use std::task::Poll;

use pointsman_core::exchange::{Action, After, Body, Event, Exchange, Request};
use pointsman_core::http1::framing::BodyLength;
use pointsman_core::time::Instant;

use super::answer::answer_fault;
use super::context::Context;
use super::download::download;
use super::plan::Plan;
use super::record::{Times, To};
use super::upload::{Upload, upload};
use crate::deadline::{Slot, State};
use crate::idle::Connection;
use crate::shard::Shard;
use crate::stream::outgoing::Outgoing;
use crate::sys::{self, Socket};
use crate::upstream::attempt;

/// The client's side of an exchange.
pub struct Client<'d> {
    /// Its socket.
    pub socket: &'d Socket,
    /// Its place in the table of deadlines.
    pub slot: &'d Slot,
    /// What came from it: `inbound[at..]` is not consumed.
    pub inbound: &'d mut Vec<u8>,
    /// See [`Self::inbound`].
    pub at: &'d mut usize,
    /// What is owed to it.
    pub outgoing: &'d mut Outgoing,
}

/// Runs an exchange to its end.
pub async fn run(shard: &Shard, client: Client<'_>, plan: &mut Plan) -> After {
    let head = std::mem::take(&mut plan.head);
    let entry = plan.entry.take();
    let target_use = InFlight::new(shard, plan);
    let Client { socket, slot, inbound, at, outgoing } = client;
    slot.set_state(State::AwaitsTarget);
    let context = Context {
        shard,
        plan,
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
    upload.finish(shard);
    let outcome = context.machine.borrow().outcome();
    let first_byte = context.first_byte.get();
    if let Some(entry) = entry {
        let artifact = plan.serving.artifact();
        let to = To {
            route: artifact.route(plan.route).id(),
            backend: artifact.backend(plan.backend).label(),
            target: artifact.target(plan.pick.id).id(),
        };
        entry.write(shard, &to, &outcome, Times { connect_us, first_byte });
    }
    if after == After::Cut && context.ends_with_close.get() {
        sys::reset_on_close(context.client.fd());
    }
    drop(target_use);
    after
}

/// Counts the exchange where it is, as long as it lives.
struct InFlight<'a> {
    shard: &'a Shard,
    target: std::rc::Rc<crate::idle::Target>,
}

impl<'a> InFlight<'a> {
    fn new(shard: &'a Shard, plan: &Plan) -> Self {
        let target = std::rc::Rc::clone(&plan.pick.target);
        target.in_flight.set(target.in_flight.get() + 1);
        shard.stats().in_flight.add(1);
        Self { shard, target }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.target.in_flight.set(self.target.in_flight.get().saturating_sub(1));
        self.shard.stats().in_flight.sub(1);
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
            waits_for_interim: plan.expect_continue && !plan.is_old_target,
        }));
        if context.shard.is_draining() {
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
                        answer_fault(context.shard, plan, fault, after, self.outgoing);
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
        let Context { shard, plan, slot, .. } = context;
        context.arm();
        let began = context.is_logged.then(|| shard.clock.fine());
        let got = attempt::connection(shard, &plan.serving, &plan.pick, slot, fresh).await;
        match got {
            Ok(got) => {
                if let Some(began) = began
                    && !got.reused
                {
                    self.connect_us = Some(shard.clock.fine().since_us(began));
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
        // Both at once are large: only exchanges that need them hold them.
        let mut upload = Box::pin(upload(context, target, &mut self.upload));
        let mut download = Box::pin(download(context, target, None, self.outgoing));
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
        let Context { shard, plan, slot, .. } = self.context;
        slot.forget_target();
        let Some(connection) = self.connection.take() else { return };
        let backend = plan.serving.artifact().backend(plan.backend);
        if backend.cache_connection() {
            let until = match backend.idle_timeout_ms() {
                0 => Instant::NEVER,
                ms => shard.clock.coarse().plus_ms(ms),
            };
            shard.idle.put(connection, until);
        }
    }
}
