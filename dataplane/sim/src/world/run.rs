//! Carries out what the machine asks for, one action after the other, as the shell does.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::Poll;

use pointsman_core::exchange::{Action, After, Body, Event, Exchange, Request};
use pointsman_core::fault::Fault;
use pointsman_core::time::Instant;

use super::context::Context;
use super::down::{Down, own_answer};
use super::download::download;
use super::table::State;
use super::upload::{Upload, upload};
use super::worker::Worker;
use crate::network::{ConnectionId, Side};
use crate::plan::Shape;
use crate::transcript::{ExchangeId, Fact};

/// Runs an exchange to its end.
pub(super) async fn run(worker: &Worker, down: &mut Down, exchange: ExchangeId) -> After {
    let stage = &worker.stage;
    let Some(target) = worker.pool.pick(&stage.plan.targets) else {
        own_answer(down, exchange, Fault::NoTarget, true);
        return After::Linger;
    };
    stage.note(exchange, Fact::Began(target));
    worker.table.set_state(down.place, State::AwaitsTarget);
    let context = Context {
        worker,
        exchange,
        request: stage.request(exchange),
        is_old: stage.client(exchange.client).is_old,
        client: down.connection,
        place: down.place,
        machine: RefCell::new(Exchange::new(stage.plan.timeouts)),
        attempt: Cell::new(0),
        ends_with_close: Cell::new(false),
    };
    if let Some(at_us) = stage.network.reset_us(down.connection, Side::Proxy) {
        worker.look_after(at_us);
    }
    let upload = Upload::new(context.request.body, &mut down.inbound);
    let mut running = Running { context: &context, target, connection: None, upload, down };
    let after = running.drive().await;
    if let Some(connection) = running.connection.take() {
        // The machine forgot it: the checkers see that it was neither kept nor dropped.
        stage.network.close(&stage.engine, connection, Side::Proxy);
    }
    while context.next_action().is_some() {}
    stage.note(exchange, Fact::Ended(context.machine.borrow().outcome(), after));
    if after == After::Cut && context.ends_with_close.get() {
        stage.network.reset(&stage.engine, context.client, Side::Proxy);
    }
    after
}

struct Running<'c, 'd> {
    context: &'c Context<'c>,
    target: usize,
    connection: Option<ConnectionId>,
    upload: Upload,
    down: &'d mut Down,
}

impl Running<'_, '_> {
    async fn drive(&mut self) -> After {
        let context = self.context;
        let body = context.request.body;
        context.tell(Event::Request(Request {
            body: match body.shape {
                Shape::None => Body::None,
                Shape::Length => Body::Length(body.bytes),
                Shape::Streamed | Shape::UntilClose => Body::Streamed,
            },
            idempotent: context.request.idempotent,
            replayable: self.upload.is_held(),
            persistent: context.request.persistent,
            waits_for_interim: context.request.expects_us.is_some(),
        }));
        if context.worker.is_draining() {
            context.tell(Event::Drain);
        }
        self.upload.begin(context);
        loop {
            match context.next_action() {
                Some(Action::Connect { fresh }) => self.connect(fresh).await,
                Some(Action::SendRequest) => self.transfer().await,
                Some(Action::SendResponse | Action::CutClient) => {}
                Some(Action::KeepTarget) => self.keep(),
                Some(Action::DropTarget) => self.drop_target(),
                Some(Action::Answer(fault)) => {
                    let is_last =
                        context.is_last() || context.worker.is_draining() || !self.upload.is_done();
                    own_answer(self.down, context.exchange, fault, is_last);
                }
                Some(Action::Finish(after)) => return after,
                // The machine waits for nothing: the checkers see an exchange without its end.
                None => return After::Cut,
            }
        }
    }

    async fn connect(&mut self, fresh: bool) {
        let context = self.context;
        let Context { worker, exchange, place, .. } = *context;
        context.arm();
        let attempt = context.attempt.get();
        context.attempt.set(attempt + 1);
        let how = (self.target, attempt, fresh);
        match worker.pool.connection(&worker.stage, &worker.table, exchange, place, how).await {
            Ok(got) => {
                worker.table.set_target(place, Some(got.connection));
                self.connection = Some(got.connection);
                context.tell(Event::Connected { reused: got.reused });
            }
            Err(fault) => context.failed(Event::ConnectFailed(fault)),
        }
    }

    /// Both directions at once, until the machine has all it needs.
    async fn transfer(&mut self) {
        let context = self.context;
        let Some(target) = self.connection else { return };
        context.note(Fact::Used(target));
        let Down { inbound, outgoing, .. } = &mut *self.down;
        if self.upload.is_held() {
            download(context, target, Some(&mut self.upload), outgoing).await;
            return;
        }
        let mut upload = pin!(upload(context, target, &mut self.upload, inbound));
        let mut download = pin!(download(context, target, None, outgoing));
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
        let Context { worker, place, .. } = *self.context;
        worker.table.set_target(place, None);
        let Some(connection) = self.connection.take() else { return };
        let until = pool_until(worker);
        self.context.note(Fact::Kept(connection, until));
        worker.pool.put(&worker.stage, self.target, connection, until);
        worker.look_after_idle(until);
    }

    fn drop_target(&mut self) {
        let Context { worker, place, .. } = *self.context;
        worker.table.set_target(place, None);
        if let Some(connection) = self.connection.take() {
            self.context.note(Fact::Dropped(connection));
            worker.stage.network.close(&worker.stage.engine, connection, Side::Proxy);
        }
    }
}

/// Until when an idle connection to a target is kept.
fn pool_until(worker: &Worker) -> Instant {
    match worker.stage.plan.pool_idle_us {
        0 => Instant::NEVER,
        us => worker.stage.engine.coarse().plus_us(us),
    }
}
