//! The request's way to the target: head first, then the body as it comes from the client, as the
//! shell does it.

use std::collections::VecDeque;

use pointsman_core::exchange::Event;
use pointsman_core::fault::Fault;

use super::context::Context;
use crate::network::{ConnectionId, Piece, Read, Side};
use crate::plan::{BodyPlan, Shape};

/// Largest read of a body, bytes.
const BUFFER_BYTES: u64 = 16 * 1024;

/// What is to be sent to the target, and where more of it comes from.
pub(super) struct Upload {
    /// What of the body came with the head.
    first: Vec<Piece>,
    first_bytes: u64,
    rest: Rest,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// All of it is in `first`.
    Held,
    /// That many bytes are still to come.
    Length(u64),
    /// Chunks are still to come.
    Chunked,
    /// All of it was sent.
    Done,
}

impl Upload {
    /// Takes as much of the body as came with the head.
    pub(super) fn new(body: BodyPlan, inbound: &mut VecDeque<Piece>) -> Self {
        let mut first = Vec::new();
        let mut first_bytes = 0;
        let rest = match body.shape {
            Shape::None => Rest::Held,
            Shape::Length => {
                while first_bytes < body.bytes
                    && let Some(Piece::Data(_, _, bytes)) = inbound.front().copied()
                {
                    first_bytes += bytes;
                    first.extend(inbound.pop_front());
                }
                match body.bytes - first_bytes {
                    0 => Rest::Held,
                    left => Rest::Length(left),
                }
            }
            Shape::Streamed | Shape::UntilClose => Rest::Chunked,
        };
        Self { first, first_bytes, rest }
    }

    /// All of the request is at hand.
    pub(super) fn is_held(&self) -> bool {
        self.rest == Rest::Held
    }

    /// All of the request came from the client.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.rest, Rest::Held | Rest::Done)
    }

    /// Tells the machine what came with the head.
    pub(super) fn begin(&self, context: &Context<'_>) {
        if context.request.body.shape != Shape::Length {
            return;
        }
        context.tell(Event::RequestData(self.first_bytes));
        if self.is_held() {
            context.tell(Event::RequestEnd);
        }
    }

    /// The head, and what came with it.
    pub(super) fn first(&self, context: &Context<'_>) -> VecDeque<Piece> {
        let attempt = context.attempt.get().saturating_sub(1);
        let head = Piece::Request(context.exchange, attempt);
        std::iter::once(head).chain(self.first.iter().copied()).collect()
    }
}

/// Sends the request whose body is not at hand yet.
pub(super) async fn upload(
    context: &Context<'_>,
    target: ConnectionId,
    upload: &mut Upload,
    inbound: &mut VecDeque<Piece>,
) {
    let stage = &context.worker.stage;
    context.arm();
    let first = upload.first(context);
    if stage.send(target, Side::Proxy, first).await.is_err() {
        context.failed(Event::TargetStoppedReading);
        return;
    }
    match std::mem::replace(&mut upload.rest, Rest::Done) {
        Rest::Length(left) => send_length(context, target, left, upload).await,
        Rest::Chunked => {
            let sent = send_each_chunk(context, target, inbound).await;
            match sent {
                Ok(()) => context.tell(Event::RequestEnd),
                Err(event) => {
                    upload.rest = Rest::Chunked;
                    context.failed(event);
                }
            }
            context.arm();
        }
        other @ (Rest::Held | Rest::Done) => upload.rest = other,
    }
}

async fn send_length(
    context: &Context<'_>,
    target: ConnectionId,
    length: u64,
    upload: &mut Upload,
) {
    let stage = &context.worker.stage;
    let mut left = length;
    let failed = loop {
        if left == 0 {
            break None;
        }
        context.tell(Event::RequestWanted);
        context.arm();
        let most = left.min(BUFFER_BYTES);
        let pieces = match stage.read(context.client, Side::Proxy, most).await {
            Read::Pieces(pieces) => pieces,
            Read::End => break Some(Event::RequestFault(Fault::BodyIncomplete)),
            Read::Failed => break Some(Event::ClientGone(Fault::ClientReset)),
        };
        for piece in &pieces {
            if let Piece::Data(_, _, bytes) = piece {
                left -= bytes;
                context.tell(Event::RequestData(*bytes));
            }
        }
        context.arm();
        if stage.send(target, Side::Proxy, pieces).await.is_err() {
            break Some(Event::TargetStoppedReading);
        }
    };
    if left > 0 || failed.is_some() {
        upload.rest = Rest::Length(left);
    }
    match failed {
        None => context.tell(Event::RequestEnd),
        Some(event) => context.failed(event),
    }
    context.arm();
}

async fn send_each_chunk(
    context: &Context<'_>,
    target: ConnectionId,
    inbound: &mut VecDeque<Piece>,
) -> Result<(), Event> {
    let stage = &context.worker.stage;
    let bytes_max = stage.plan.body_bytes_max;
    let mut received = 0;
    let mut out = Vec::new();
    loop {
        match inbound.pop_front() {
            Some(data @ Piece::Data(_, _, bytes)) => {
                received += bytes;
                if bytes_max > 0 && received > bytes_max {
                    return Err(Event::RequestFault(Fault::BodyTooLarge));
                }
                context.tell(Event::RequestData(bytes));
                out.push(data);
            }
            Some(last @ Piece::Last(_)) => {
                out.push(last);
                // Nobody is waited for any more but the target.
                context.arm();
                let sent = stage.send(target, Side::Proxy, out).await;
                return sent.map_err(|_| Event::TargetStoppedReading);
            }
            Some(_) => return Err(Event::RequestFault(Fault::ChunkSize)),
            None => {
                context.arm();
                let sent = stage.send(target, Side::Proxy, std::mem::take(&mut out)).await;
                sent.map_err(|_| Event::TargetStoppedReading)?;
                context.tell(Event::RequestWanted);
                context.arm();
                match stage.read(context.client, Side::Proxy, BUFFER_BYTES).await {
                    Read::Pieces(pieces) => inbound.extend(pieces),
                    Read::End => return Err(Event::RequestFault(Fault::BodyIncomplete)),
                    Read::Failed => return Err(Event::ClientGone(Fault::ClientReset)),
                }
            }
        }
    }
}
