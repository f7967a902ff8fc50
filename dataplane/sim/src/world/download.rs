//! The answer's way to the client: interim answers, the head, the body in the framing the client
//! understands, as the shell does it.

use std::collections::VecDeque;

use pointsman_core::exchange::{Body, Event, Response};
use pointsman_core::fault::Fault;
use pointsman_core::limits::INTERIM_RESPONSES_MAX;

use super::context::Context;
use super::table::State;
use super::upload::Upload;
use crate::network::{AnswerHead, ConnectionId, Piece, Read, Side};
use crate::plan::Shape;

/// Largest read of a body, bytes.
const BUFFER_BYTES: u64 = 16 * 1024;

/// What comes from a target.
struct Inbound {
    target: ConnectionId,
    pieces: VecDeque<Piece>,
}

impl Inbound {
    async fn read(&mut self, context: &Context<'_>) -> Read {
        let read = context.worker.stage.read(self.target, Side::Proxy, BUFFER_BYTES).await;
        if let Read::Pieces(pieces) = &read {
            self.pieces.extend(pieces.iter().copied());
        }
        read
    }

    /// Reads more of an answer whose head is not whole. Returns whether there is more.
    async fn read_head(&mut self, context: &Context<'_>) -> bool {
        match self.read(context).await {
            Read::Pieces(_) => {
                context.tell(Event::ResponseBegun);
                true
            }
            Read::End | Read::Failed => {
                context.failed(Event::TargetFailed(Fault::TargetReset));
                false
            }
        }
    }
}

/// Sends the request if it is at hand, then brings the answer to the client.
pub(super) async fn download(
    context: &Context<'_>,
    target: ConnectionId,
    held: Option<&mut Upload>,
    outgoing: &mut VecDeque<Piece>,
) {
    let mut inbound = Inbound { target, pieces: VecDeque::new() };
    if let Some(upload) = held {
        context.arm();
        let first = upload.first(context);
        if context.worker.stage.send(target, Side::Proxy, first).await.is_err() {
            context.failed(Event::TargetStoppedReading);
        }
        if !inbound.read_head(context).await {
            return;
        }
    }
    let Some(head) = final_head(context, &mut inbound).await else { return };
    begin_answer(context, head, outgoing);
    if context.is_over() {
        return;
    }
    match head.shape {
        Shape::None => {
            context.tell(Event::ResponseEnd { clean: inbound.pieces.is_empty() });
        }
        Shape::Length => plain(context, &mut inbound, head.bytes, outgoing).await,
        Shape::Streamed | Shape::UntilClose => {
            streamed(context, &mut inbound, head, outgoing).await;
        }
    }
}

/// Brings interim answers through and returns the head of the final one.
async fn final_head(context: &Context<'_>, inbound: &mut Inbound) -> Option<AnswerHead> {
    let mut interims = 0;
    loop {
        match inbound.pieces.pop_front() {
            None => {
                context.arm();
                if !inbound.read_head(context).await {
                    return None;
                }
            }
            Some(Piece::HeadPart) => {}
            Some(Piece::Answer(head)) => return Some(head),
            Some(interim @ Piece::Interim(_)) => {
                interims += 1;
                if interims > INTERIM_RESPONSES_MAX {
                    context.failed(Event::TargetFailed(Fault::TargetInterims));
                    return None;
                }
                context.arm_writing();
                if !context.is_old && !send(context, [interim]).await {
                    return None;
                }
                context.tell(Event::Interim);
            }
            Some(_) => {
                context.failed(Event::TargetFailed(Fault::TargetHead));
                return None;
            }
        }
    }
}

async fn send(context: &Context<'_>, pieces: impl IntoIterator<Item = Piece>) -> bool {
    let sent = context.worker.stage.send(context.client, Side::Proxy, pieces).await;
    if sent.is_err() {
        context.failed(Event::ClientGone(Fault::ClientReset));
    }
    sent.is_ok()
}

/// Tells the machine of the final head, and puts the client's head in front of the body.
fn begin_answer(context: &Context<'_>, head: AnswerHead, outgoing: &mut VecDeque<Piece>) {
    let shape = match (head.shape, context.is_old) {
        (Shape::None | Shape::Length, _) => head.shape,
        (Shape::Streamed | Shape::UntilClose, false) => Shape::Streamed,
        (Shape::Streamed | Shape::UntilClose, true) => Shape::UntilClose,
    };
    context.tell(Event::Response(Response {
        status: head.status,
        body: match head.shape {
            Shape::None => Body::None,
            Shape::Length => Body::Length(head.bytes),
            Shape::Streamed | Shape::UntilClose => Body::Streamed,
        },
        reusable: !head.is_last,
        ends_with_connection: head.shape == Shape::UntilClose,
    }));
    if context.is_over() {
        return;
    }
    let closes = shape == Shape::UntilClose;
    if closes || context.worker.is_draining() || !context.request_is_whole() {
        context.tell(Event::Drain);
    }
    context.ends_with_close.set(closes);
    context.worker.table.set_ends_with_close(context.place, closes);
    context.worker.table.set_state(context.place, State::Busy);
    outgoing.push_back(Piece::Answer(AnswerHead { shape, is_last: context.is_last(), ..head }));
}

/// A body of known length: what is there goes out with the head, the rest is relayed.
async fn plain(
    context: &Context<'_>,
    inbound: &mut Inbound,
    length: u64,
    outgoing: &mut VecDeque<Piece>,
) {
    let mut left = length;
    while left > 0
        && let Some(Piece::Data(_, _, bytes)) = inbound.pieces.front().copied()
    {
        left = left.saturating_sub(bytes);
        outgoing.extend(inbound.pieces.pop_front());
    }
    context.tell(Event::ResponseData(length - left));
    let clean = inbound.pieces.is_empty();
    if left == 0 {
        context.tell(Event::ResponseEnd { clean });
        return;
    }
    context.arm();
    if !send(context, std::mem::take(outgoing)).await {
        return;
    }
    while left > 0 {
        context.arm();
        let most = left.min(BUFFER_BYTES);
        let read = context.worker.stage.read(inbound.target, Side::Proxy, most).await;
        let Read::Pieces(pieces) = read else {
            context.failed(Event::TargetFailed(Fault::TargetReset));
            return;
        };
        for piece in &pieces {
            let Piece::Data(_, _, bytes) = piece else { continue };
            left = left.saturating_sub(*bytes);
            context.tell(Event::ResponseData(*bytes));
        }
        context.arm();
        if !send(context, pieces).await {
            return;
        }
    }
    context.tell(Event::ResponseEnd { clean: true });
}

/// A body whose length shows at its end only.
async fn streamed(
    context: &Context<'_>,
    inbound: &mut Inbound,
    head: AnswerHead,
    outgoing: &mut VecDeque<Piece>,
) {
    loop {
        while let Some(piece) = inbound.pieces.pop_front() {
            match piece {
                Piece::Data(_, _, bytes) => {
                    context.tell(Event::ResponseData(bytes));
                    outgoing.push_back(piece);
                }
                Piece::Last(_) => return end(context, inbound, piece, outgoing),
                _ => return context.failed(Event::TargetFailed(Fault::TargetBody)),
            }
        }
        context.arm();
        if !send(context, std::mem::take(outgoing)).await {
            return;
        }
        match inbound.read(context).await {
            Read::Pieces(_) => {}
            Read::End if head.shape == Shape::UntilClose => {
                // An end that we made ourselves is not the answer's.
                if context.has_ended() {
                    return;
                }
                return end(context, inbound, Piece::Last(context.exchange), outgoing);
            }
            Read::End | Read::Failed => {
                return context.failed(Event::TargetFailed(Fault::TargetReset));
            }
        }
    }
}

fn end(context: &Context<'_>, inbound: &Inbound, last: Piece, outgoing: &mut VecDeque<Piece>) {
    if !context.ends_with_close.get() {
        outgoing.push_back(last);
    }
    context.tell(Event::ResponseEnd { clean: inbound.pieces.is_empty() });
}
