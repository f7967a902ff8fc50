//! A client: sends its requests as planned and writes down what it sees of the answers. It knows
//! nothing of the proxy's inside.

use std::cell::Cell;
use std::rc::Rc;
use std::task::Poll;

use crate::engine::{TaskId, both};
use crate::network::{AnswerHead, Broken, ConnectionId, Half, Opening, Piece, Read, Side};
use crate::plan::{BodyFault, Ending, Reads, RequestPlan, Shape};
use crate::stage::Stage;
use crate::transcript::{ExchangeId, Fact, Mishap, Seen};

/// What the two halves of a client tell each other.
#[derive(Default)]
struct Shared {
    /// Answers that are done.
    answered: Cell<usize>,
    /// Answers whose head came, interim ones included.
    heads: Cell<usize>,
    /// The proxy sends no more, or said that it will not read more requests.
    over: Cell<bool>,
    waiting: Cell<Option<TaskId>>,
}

/// Opens a client's connection; `accept` is given it.
pub async fn play(stage: Rc<Stage>, client: usize, accept: impl FnOnce(ConnectionId)) {
    let plan = stage.client(client);
    stage.engine.sleep_until(plan.start_us).await;
    let connection = stage.network.open(Opening::At(stage.engine.now_us()));
    accept(connection);
    if let Some(after_us) = plan.reset_us {
        let at_us = stage.engine.now_us() + after_us;
        let stage = Rc::clone(&stage);
        stage.clone().engine.spawn(async move {
            stage.engine.sleep_until(at_us).await;
            reset(&stage, client, connection);
        });
    }
    let shared = Shared::default();
    both(
        async {
            // A failed write says nothing yet: an answer may stand there all the same.
            let _ = send(&stage, client, connection, &shared).await;
        },
        receive(&stage, client, connection, &shared),
    )
    .await;
}

impl Shared {
    fn tell(&self, stage: &Stage) {
        if let Some(task) = self.waiting.take() {
            stage.engine.wake(task);
        }
    }

    async fn until(&self, stage: &Stage, holds: impl Fn(&Self) -> bool) {
        std::future::poll_fn(|_| {
            if holds(self) {
                return Poll::Ready(());
            }
            self.waiting.set(Some(stage.engine.current()));
            Poll::Pending
        })
        .await;
    }
}

async fn send(
    stage: &Stage,
    client: usize,
    connection: ConnectionId,
    shared: &Shared,
) -> Result<(), Broken> {
    let plan = stage.client(client);
    for (number, request) in plan.requests.iter().enumerate() {
        let exchange = ExchangeId { client, request: number };
        if !plan.pipelines {
            shared
                .until(stage, |shared| shared.answered.get() >= number || shared.over.get())
                .await;
        }
        stage.engine.sleep(request.pause_us).await;
        if shared.over.get() {
            return Ok(());
        }
        if let Some(pause_us) = request.head_pause_us {
            stage.send(connection, Side::Peer, [Piece::HeadPart]).await?;
            stage.engine.sleep(pause_us).await;
        }
        stage.send(connection, Side::Peer, [Piece::Request(exchange, 0)]).await?;
        if let Some(wait_us) = request.expects_us {
            let until_us = stage.engine.now_us().saturating_add(wait_us);
            let seen = shared.heads.get();
            let answered =
                shared.until(stage, |shared| shared.heads.get() > seen || shared.over.get());
            stage.engine.by(until_us, answered).await;
        }
        if !send_body(stage, exchange, request, connection).await? {
            return Ok(());
        }
        if !request.persistent {
            break;
        }
    }
    if plan.ending == Ending::HalfCloses {
        stage.network.shutdown(&stage.engine, connection, Side::Peer, Half::Write);
    }
    Ok(())
}

/// Resets a client's connection, which befalls all its requests.
fn reset(stage: &Stage, client: usize, connection: ConnectionId) {
    for request in 0..stage.client(client).requests.len() {
        stage.mishap(ExchangeId { client, request }, Mishap::ClientReset);
    }
    stage.network.reset(&stage.engine, connection, Side::Peer);
}

/// Returns whether another request may follow.
async fn send_body(
    stage: &Stage,
    exchange: ExchangeId,
    request: &RequestPlan,
    connection: ConnectionId,
) -> Result<bool, Broken> {
    let body = request.body;
    if body.shape == Shape::None {
        return Ok(true);
    }
    let end = body.fault.map_or(body.bytes, |(at, _)| at);
    let mut sent = 0;
    while sent < end {
        if sent > 0 {
            stage.engine.sleep(body.pause_us).await;
        }
        let bytes = body.piece.clamp(1, end - sent);
        stage.send(connection, Side::Peer, [Piece::Data(exchange, sent, bytes)]).await?;
        sent += bytes;
    }
    let Some((_, fault)) = body.fault else {
        if body.shape == Shape::Streamed {
            stage.send(connection, Side::Peer, [Piece::Last(exchange)]).await?;
        }
        return Ok(true);
    };
    match fault {
        BodyFault::Stalls => stage.mishap(exchange, Mishap::ClientStalled),
        BodyFault::Ends => {
            stage.mishap(exchange, Mishap::ClientEnded);
            stage.network.shutdown(&stage.engine, connection, Side::Peer, Half::Write);
        }
        BodyFault::Resets => {
            reset(stage, exchange.client, connection);
        }
        BodyFault::Garbage => {
            stage.mishap(exchange, Mishap::ClientGarbage);
            stage.send(connection, Side::Peer, [Piece::Garbage]).await?;
        }
    }
    Ok(false)
}

/// An answer that is being read.
struct Reading {
    head: AnswerHead,
    left: Option<u64>,
}

async fn receive(stage: &Stage, client: usize, connection: ConnectionId, shared: &Shared) {
    let plan = stage.client(client);
    let mut reading: Option<Reading> = None;
    let mut read_bytes = 0;
    loop {
        let Some(most) = stage.before_reading(plan.reads, read_bytes).await else {
            let request = shared.answered.get();
            stage.mishap(ExchangeId { client, request }, Mishap::ClientDeaf);
            return;
        };
        match stage.read(connection, Side::Peer, most).await {
            Read::Pieces(pieces) => {
                for piece in pieces {
                    if let Piece::Data(_, _, bytes) = piece {
                        read_bytes += bytes;
                    }
                    see(stage, piece, &mut reading, shared);
                }
                shared.tell(stage);
            }
            end => {
                if let Some(Reading { head, .. }) = reading {
                    let is_whole = head.shape == Shape::UntilClose && matches!(end, Read::End);
                    let seen = if is_whole { Seen::Whole } else { Seen::Cut };
                    stage.note(head.exchange, Fact::ClientDone(seen));
                }
                shared.over.set(true);
                break;
            }
        }
        if plan.ending == Ending::Closes && shared.answered.get() == plan.requests.len() {
            break;
        }
    }
    shared.tell(stage);
    stage.network.close(&stage.engine, connection, Side::Peer);
}

fn see(stage: &Stage, piece: Piece, reading: &mut Option<Reading>, shared: &Shared) {
    match piece {
        Piece::Interim(_) => shared.heads.set(shared.heads.get() + 1),
        Piece::Answer(head) => {
            stage.note(head.exchange, Fact::ClientGotHead(head.author, head.status));
            shared.heads.set(shared.heads.get() + 1);
            let left = match head.shape {
                Shape::None => Some(0),
                Shape::Length => Some(head.bytes),
                Shape::Streamed | Shape::UntilClose => None,
            };
            *reading = Some(Reading { head, left });
        }
        Piece::Data(exchange, from, bytes) => {
            stage.note(exchange, Fact::ClientGot(from, bytes));
            if let Some(Reading { left: Some(left), .. }) = reading {
                *left = left.saturating_sub(bytes);
            }
        }
        Piece::Last(_) => {
            if let Some(Reading { left, .. }) = reading {
                *left = Some(0);
            }
        }
        Piece::HeadPart | Piece::Request(..) | Piece::Garbage | Piece::Surplus => {}
    }
    if let Some(Reading { head, left: Some(0) }) = reading {
        stage.note(head.exchange, Fact::ClientDone(Seen::Whole));
        shared.answered.set(shared.answered.get() + 1);
        if head.is_last {
            shared.over.set(true);
        }
        *reading = None;
    }
}

/// Whether a client goes on reading whatever comes.
#[must_use]
pub fn reads_all(reads: Reads) -> bool {
    !matches!(reads, Reads::Until(_))
}
