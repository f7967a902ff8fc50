//! The request's way to the target: head first, then the body as it comes from the client.

use pointsman_core::exchange::Event;
use pointsman_core::fault::{Fault, Side};
use pointsman_core::fields::name::Underscores;
use pointsman_core::http1::answer::CONTINUE;
use pointsman_core::http1::chunked::{ChunkedDecoder, Step, write_chunk, write_last_chunk};
use pointsman_core::http1::framing::BodyLength;

use super::context::Context;
use crate::shard::Shard;
use crate::stream::refill::refill;
use crate::stream::relay::{Broken, Step as Moved, relay, send_all};
use crate::sys::Socket;

/// What is to be sent to the target, and where more of it comes from.
pub(super) struct Upload<'d> {
    inbound: &'d mut Vec<u8>,
    at: &'d mut usize,
    /// Head and the part of the body that came with it; kept until an answer begins, so that it can
    /// be sent again.
    first: Vec<u8>,
    rest: Rest,
}

enum Rest {
    /// All of it is in `first`.
    Held,
    /// That many bytes are still to come.
    Length(u64),
    /// Chunks are still to come.
    Chunked(Box<ChunkedDecoder>),
    /// All of it was sent.
    Done,
}

impl<'d> Upload<'d> {
    /// Takes the head, and as much of the body as came with it.
    pub(super) fn new(
        body: BodyLength,
        underscores: Underscores,
        inbound: &'d mut Vec<u8>,
        at: &'d mut usize,
        mut first: Vec<u8>,
    ) -> Self {
        let rest = match body {
            BodyLength::None | BodyLength::UntilClose => Rest::Held,
            BodyLength::Length(length) => {
                let there = inbound.len() - *at;
                let taken = usize::try_from(length).map_or(there, |length| length.min(there));
                first.extend_from_slice(&inbound[*at..*at + taken]);
                *at += taken;
                match length - taken as u64 {
                    0 => Rest::Held,
                    left => Rest::Length(left),
                }
            }
            BodyLength::Chunked => {
                Rest::Chunked(Box::new(ChunkedDecoder::new(Side::Client, underscores)))
            }
        };
        Self { inbound, at, first, rest }
    }

    /// All of the request is at hand.
    pub(super) fn is_held(&self) -> bool {
        matches!(self.rest, Rest::Held)
    }

    /// Tells the machine what came with the head.
    pub(super) fn begin(&self, context: &Context<'_>) {
        let BodyLength::Length(length) = context.plan.body else { return };
        let left = match self.rest {
            Rest::Length(left) => left,
            _ => 0,
        };
        context.tell(Event::RequestData(length - left));
        if left == 0 {
            context.tell(Event::RequestEnd);
        }
    }

    /// The head, and what came with it.
    pub(super) fn first(&mut self) -> &mut Vec<u8> {
        &mut self.first
    }

    /// Gives the buffer back.
    pub(super) fn finish(self, shard: &Shard) {
        shard.buffers.give(self.first);
    }
}

/// Sends the request whose body is not at hand yet.
pub(super) async fn upload(context: &Context<'_>, target: &Socket, upload: &mut Upload<'_>) {
    context.arm();
    if context.plan.expect_continue && context.plan.is_old_target {
        // A target of HTTP/1.0 never says that it may come; the client waits for somebody to.
        let mut interim = CONTINUE.to_vec();
        context.arm_for_client();
        if send_all(context.client, &mut interim, 0).await.is_err() {
            context.failed(Event::ClientGone(Fault::ClientReset));
            return;
        }
    }
    if send_all(target, &mut upload.first, 0).await.is_err() {
        // Its answer may still come: it refuses the body, say.
        context.failed(Event::TargetStoppedReading);
        context.arm();
        return;
    }
    match std::mem::replace(&mut upload.rest, Rest::Done) {
        Rest::Length(left) => send_length(context, target, left, upload).await,
        Rest::Chunked(decoder) => send_chunks(context, target, decoder, upload).await,
        held @ (Rest::Held | Rest::Done) => upload.rest = held,
    }
}

async fn send_length(context: &Context<'_>, target: &Socket, length: u64, upload: &mut Upload<'_>) {
    let mut left = length;
    let moved = relay(context.client, target, length, context.shard.means(false), |step| {
        match step {
            Moved::Reading => context.tell(Event::RequestWanted),
            Moved::Read(count) => {
                left -= count;
                context.tell(Event::RequestData(count));
            }
        }
        context.arm();
    })
    .await;
    if left > 0 || moved.is_err() {
        upload.rest = Rest::Length(left);
    }
    match moved {
        Ok(()) => context.tell(Event::RequestEnd),
        Err(Broken::Sender) => context.body_ended(),
        Err(Broken::Receiver) => context.failed(Event::TargetStoppedReading),
    }
    context.arm();
}

async fn send_chunks(
    context: &Context<'_>,
    target: &Socket,
    mut decoder: Box<ChunkedDecoder>,
    upload: &mut Upload<'_>,
) {
    let mut out = context.shard.buffers.large();
    let sent = send_each_chunk(context, target, &mut decoder, upload, &mut out).await;
    context.shard.buffers.give(out);
    match sent {
        Ok(()) => context.tell(Event::RequestEnd),
        Err(ended) => {
            upload.rest = Rest::Chunked(decoder);
            match ended {
                Ended::Fault(fault) => context.failed(Event::RequestFault(fault)),
                Ended::Client => context.body_ended(),
                Ended::Target => context.failed(Event::TargetStoppedReading),
            }
        }
    }
    context.arm();
}

/// Why a chunked body was not sent to its end.
enum Ended {
    /// It is no body.
    Fault(Fault),
    /// The client sends no more.
    Client,
    /// The target takes no more.
    Target,
}

async fn send_each_chunk(
    context: &Context<'_>,
    target: &Socket,
    decoder: &mut ChunkedDecoder,
    upload: &mut Upload<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Ended> {
    let body_bytes_max = context.plan.serving.body_bytes;
    let mut received = 0_u64;
    loop {
        let bytes = &upload.inbound[*upload.at..];
        match decoder.next(bytes).map_err(Ended::Fault)? {
            Step::Data { skip, len } => {
                received += len as u64;
                if body_bytes_max > 0 && received > body_bytes_max {
                    return Err(Ended::Fault(Fault::BodyTooLarge));
                }
                context.tell(Event::RequestData(len as u64));
                write_chunk(&bytes[skip..skip + len], out);
                *upload.at += skip + len;
            }
            Step::End { consumed } => {
                *upload.at += consumed;
                write_last_chunk(decoder.trailers(), out);
                context.arm();
                return send_all(target, out, 0).await.map_err(|_| Ended::Target);
            }
            Step::NeedMore { consumed } => {
                *upload.at += consumed;
                if !out.is_empty() {
                    context.arm();
                    send_all(target, out, 0).await.map_err(|_| Ended::Target)?;
                    out.clear();
                }
                context.tell(Event::RequestWanted);
                context.arm();
                let read =
                    refill(context.client, upload.inbound, upload.at, &context.shard.buffers);
                match read.await {
                    Ok(0) | Err(_) => return Err(Ended::Client),
                    Ok(_) => {}
                }
            }
        }
    }
}
