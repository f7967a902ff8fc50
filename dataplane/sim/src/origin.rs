//! An origin behind one connection: reads requests, answers as planned, dies as planned. It knows
//! nothing of the proxy's inside.

use std::cell::Cell;
use std::rc::Rc;
use std::task::Poll;

use crate::engine::{TaskId, both};
use crate::network::{AnswerHead, Broken, ConnectionId, Half, Piece, Read, Side};
use crate::plan::{AnswerFault, AnswerPlan, Shape, Stale};
use crate::stage::Stage;
use crate::transcript::{Author, ExchangeId, Fact, Mishap};

/// Interim answers of an origin that never comes to an end.
const INTERIMS_FOREVER: u8 = 200;

/// One request on a connection, at both its halves.
struct Serving {
    exchange: ExchangeId,
    attempt: u8,
    connection: ConnectionId,
    answer: AnswerPlan,
    /// Bytes of the request's body that were read.
    read_bytes: Cell<u64>,
    /// All of it was read.
    is_whole: Cell<bool>,
    /// The answer is out, and the connection shall carry no other.
    is_over: Cell<bool>,
    waiting: Cell<Option<TaskId>>,
}

/// Serves a connection until it ends.
pub async fn play(stage: Rc<Stage>, connection: ConnectionId) {
    let mut served = 0_u32;
    let mut keeps_us = u64::MAX;
    loop {
        let until_us = stage.engine.now_us().saturating_add(keeps_us);
        let read = stage.engine.by(until_us, stage.read(connection, Side::Peer, 150)).await;
        let Some(Read::Pieces(pieces)) = read else { break };
        let Some(Piece::Request(exchange, attempt)) = pieces.first().copied() else { break };
        stage.note(exchange, Fact::OriginGotHead(attempt, connection));
        let plan = stage.attempt(exchange, attempt);
        let serving = Serving {
            exchange,
            attempt,
            connection,
            answer: plan.answer,
            read_bytes: Cell::new(0),
            is_whole: Cell::new(stage.request(exchange).body.shape == Shape::None),
            is_over: Cell::new(false),
            waiting: Cell::new(None),
        };
        if serving.is_whole.get() {
            stage.note(exchange, Fact::OriginGotWhole(attempt));
        }
        keeps_us = plan.answer.keeps_us;
        if served > 0 && !serving.survives(&stage, plan.stale).await {
            return;
        }
        served += 1;
        let goes_on = Cell::new(false);
        both(serving.read_body(&stage), async {
            let answered = serving.answer(&stage).await;
            goes_on.set(answered.unwrap_or(false));
            serving.is_over.set(true);
            serving.tell(&stage);
        })
        .await;
        if !goes_on.get() {
            break;
        }
    }
    stage.network.close(&stage.engine, connection, Side::Peer);
}

impl Serving {
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

    fn mishap(&self, stage: &Stage, mishap: Mishap) {
        stage.mishap(self.exchange, mishap);
    }

    /// Plays a pooled connection that turns out to be dying.
    async fn survives(&self, stage: &Stage, stale: Stale) -> bool {
        if stale == Stale::Works {
            return true;
        }
        match stale {
            Stale::Works | Stale::Resets => {}
            Stale::ClosesAfterRequest => {
                if !self.is_whole.get() {
                    self.read_body(stage).await;
                }
            }
            Stale::DiesWithinHead => {
                if stage.send(self.connection, Side::Peer, [Piece::HeadPart]).await.is_ok() {
                    // So that it arrives before the connection's end does.
                    stage.engine.sleep(1_000_000).await;
                }
                self.mishap(stage, Mishap::DiedBeforeHead);
            }
        }
        self.mishap(stage, Mishap::Stale);
        if stale == Stale::ClosesAfterRequest {
            stage.network.close(&stage.engine, self.connection, Side::Peer);
        } else {
            stage.network.reset(&stage.engine, self.connection, Side::Peer);
        }
        false
    }

    /// Reads the request's body until it is whole, or nobody wants more of it.
    async fn read_body(&self, stage: &Stage) {
        let body = stage.request(self.exchange).body;
        while !self.is_whole.get() {
            if self.is_over.get() && !self.answer.reads_rest {
                return;
            }
            let read_bytes = self.read_bytes.get();
            let Some(most) = stage.before_reading(self.answer.reads, read_bytes).await else {
                self.mishap(stage, Mishap::StoppedReading);
                return;
            };
            let left = match body.shape {
                Shape::Length => body.bytes - read_bytes,
                _ => u64::MAX,
            };
            let read = stage.read(self.connection, Side::Peer, most.min(left)).await;
            let Read::Pieces(pieces) = read else {
                // The proxy is gone: nothing that is still to be sent would arrive.
                self.is_over.set(true);
                return;
            };
            for piece in pieces {
                match piece {
                    Piece::Data(_, from, bytes) => {
                        stage.note(self.exchange, Fact::OriginGot(self.attempt, from, bytes));
                        self.read_bytes.set(self.read_bytes.get() + bytes);
                    }
                    Piece::Last(_) => self.is_whole.set(true),
                    _ => {}
                }
            }
            if body.shape == Shape::Length && self.read_bytes.get() >= body.bytes {
                self.is_whole.set(true);
            }
            if self.is_whole.get() {
                stage.note(self.exchange, Fact::OriginGotWhole(self.attempt));
            }
            self.tell(stage);
        }
    }

    /// Answers. Returns whether the connection may carry another request.
    async fn answer(&self, stage: &Stage) -> Result<bool, Broken> {
        if stage.request(self.exchange).expects_us.is_some()
            && let Some(us) = self.answer.invites_us
        {
            stage.engine.sleep(us).await;
            // Who sends already need not be told.
            if self.read_bytes.get() == 0 && !self.is_over.get() {
                stage.send(self.connection, Side::Peer, [Piece::Interim(self.exchange)]).await?;
            }
        }
        match self.answer.early_after {
            Some(bytes) => {
                self.until(stage, |serving| {
                    serving.is_whole.get()
                        || serving.is_over.get()
                        || serving.read_bytes.get() >= bytes
                })
                .await;
            }
            None => {
                self.until(stage, |serving| serving.is_whole.get() || serving.is_over.get()).await
            }
        }
        stage.engine.sleep(self.answer.delay_us).await;
        if !self.say_head(stage).await? || !self.say_body(stage).await? {
            return Ok(false);
        }
        stage.note(self.exchange, Fact::OriginSaidWhole(self.attempt));
        if self.answer.shape == Shape::UntilClose || !self.answer.keeps {
            // What is read on a while does not destroy the answer.
            stage.network.shutdown(&stage.engine, self.connection, Side::Peer, Half::Write);
            stage.engine.sleep(2_000_000).await;
            return Ok(false);
        }
        if self.answer.fault == AnswerFault::Surplus {
            stage.send(self.connection, Side::Peer, [Piece::Surplus]).await?;
        }
        Ok(self.is_whole.get() || self.answer.reads_rest)
    }

    async fn say_head(&self, stage: &Stage) -> Result<bool, Broken> {
        let connection = self.connection;
        let interims = match self.answer.fault {
            AnswerFault::InterimsForever => {
                self.mishap(stage, Mishap::Garbage);
                INTERIMS_FOREVER
            }
            _ => self.answer.interims.0,
        };
        for _ in 0..interims {
            stage.send(connection, Side::Peer, [Piece::Interim(self.exchange)]).await?;
            stage.engine.sleep(self.answer.interims.1).await;
        }
        match self.answer.fault {
            AnswerFault::Never => {
                self.mishap(stage, Mishap::Silent);
                std::future::pending::<()>().await;
            }
            AnswerFault::Closes => {
                self.mishap(stage, Mishap::DiedBeforeHead);
                stage.network.close(&stage.engine, connection, Side::Peer);
                return Ok(false);
            }
            AnswerFault::Resets => return Ok(self.dies(stage, Mishap::DiedBeforeHead)),
            AnswerFault::Garbage => {
                self.mishap(stage, Mishap::Garbage);
                stage.send(connection, Side::Peer, [Piece::Garbage]).await?;
                return Ok(false);
            }
            AnswerFault::ResetsWithinHead => {
                stage.send(connection, Side::Peer, [Piece::HeadPart]).await?;
                stage.engine.sleep(1_000_000).await;
                return Ok(self.dies(stage, Mishap::DiedBeforeHead));
            }
            _ => {}
        }
        if let Some(pause_us) = self.answer.head_pause_us {
            stage.send(connection, Side::Peer, [Piece::HeadPart]).await?;
            stage.engine.sleep(pause_us).await;
        }
        stage.note(self.exchange, Fact::OriginSaidHead(self.attempt));
        let head = AnswerHead {
            exchange: self.exchange,
            author: Author::Target(self.attempt),
            status: self.answer.status,
            shape: self.answer.shape,
            bytes: self.answer.bytes,
            is_last: !self.answer.keeps,
        };
        stage.send(connection, Side::Peer, [Piece::Answer(head)]).await?;
        Ok(true)
    }

    fn dies(&self, stage: &Stage, mishap: Mishap) -> bool {
        self.mishap(stage, mishap);
        stage.network.reset(&stage.engine, self.connection, Side::Peer);
        false
    }

    async fn say_body(&self, stage: &Stage) -> Result<bool, Broken> {
        if self.answer.shape == Shape::None {
            return Ok(true);
        }
        let end = match self.answer.fault {
            AnswerFault::ClosesAt(at)
            | AnswerFault::ResetsAt(at)
            | AnswerFault::StallsAt(at)
            | AnswerFault::GarbageAt(at) => at,
            _ => self.answer.bytes,
        };
        let mut sent = 0;
        while sent < end {
            if sent > 0 {
                stage.engine.sleep(self.answer.pause_us).await;
            }
            let bytes = self.answer.piece.clamp(1, end - sent);
            stage.note(self.exchange, Fact::OriginSaid(self.attempt, sent, bytes));
            let data = Piece::Data(self.exchange, sent, bytes);
            stage.send(self.connection, Side::Peer, [data]).await?;
            sent += bytes;
        }
        match self.answer.fault {
            AnswerFault::ClosesAt(_) => {
                self.mishap(stage, Mishap::DiedWithinBody);
                stage.network.shutdown(&stage.engine, self.connection, Side::Peer, Half::Write);
                stage.engine.sleep(2_000_000).await;
                return Ok(false);
            }
            AnswerFault::ResetsAt(_) => return Ok(self.dies(stage, Mishap::DiedWithinBody)),
            AnswerFault::StallsAt(_) => {
                self.mishap(stage, Mishap::StalledWithinBody);
                std::future::pending::<()>().await;
            }
            AnswerFault::GarbageAt(_) => {
                self.mishap(stage, Mishap::Garbage);
                stage.send(self.connection, Side::Peer, [Piece::Garbage]).await?;
                return Ok(false);
            }
            _ => {}
        }
        if self.answer.shape == Shape::Streamed {
            stage.send(self.connection, Side::Peer, [Piece::Last(self.exchange)]).await?;
        }
        Ok(true)
    }
}
