//! The answer's way to the client: interim heads, the head, the body in the framing the client
//! understands.

use pointsman_core::exchange::{Body, Event, Response};
use pointsman_core::fault::{Fault, Side};
use pointsman_core::http1::chunked::{ChunkedDecoder, Step, write_chunk, write_last_chunk};
use pointsman_core::http1::client::parse_response;
use pointsman_core::http1::encode::{
    OutgoingResponse, Persistence, framing_to_client, write_interim_head, write_response_head,
};
use pointsman_core::http1::framing::{BodyLength, Version};
use pointsman_core::http1::head::{HeadEnd, HeadLimits};
use pointsman_core::limits::INTERIM_RESPONSES_MAX;
use pointsman_routing::request::fields::Fields;

use super::context::Context;
use super::upload::Upload;
use crate::buffer::{LARGE_BYTES, MEDIUM_BYTES};
use crate::deadline::State;
use crate::stream::outgoing::Outgoing;
use crate::stream::relay::{Broken, Step as Moved, relay, send_all};
use crate::sys::Socket;
use crate::upstream::http1::{HEADROOM, Inbound, Read};

/// What is known of the answer once its head went through.
#[derive(Clone, Copy)]
struct Answer {
    /// How its body comes.
    from_target: BodyLength,
    /// How it goes out.
    to_client: BodyLength,
}

fn limits(context: &Context<'_>) -> HeadLimits {
    HeadLimits::response(context.plan.serving.underscores)
}

fn method(context: &Context<'_>) -> &'static [u8] {
    if context.plan.is_head { b"HEAD" } else { b"GET" }
}

/// Sends the request if it is at hand, then brings the answer to the client.
///
/// What of the answer can be sent in one piece at its end is left in `outgoing`, so that it leaves
/// together with the read for the next request.
pub(super) async fn download(
    context: &Context<'_>,
    target: &Socket,
    held: Option<&mut Upload<'_>>,
    outgoing: &mut Outgoing,
) {
    let state = &context.plan.pick.target;
    let mut inbound = Inbound::new(context.shard, state.answers_large.get());
    if let Some(upload) = held
        && !send_and_read(context, target, upload, &mut inbound).await
    {
        return;
    }
    let Some(head) = final_head(context, target, &mut inbound).await else { return };
    let Some(answer) = begin_answer(context, &mut inbound, head, outgoing) else {
        inbound.finish(context.shard);
        return;
    };
    body(context, target, &mut inbound, answer, outgoing).await;
    inbound.finish(context.shard);
}

/// Sends the request and reads the answer's first bytes: both are handed to the kernel at once.
async fn send_and_read(
    context: &Context<'_>,
    target: &Socket,
    upload: &mut Upload<'_>,
    inbound: &mut Inbound,
) -> bool {
    context.arm();
    let first = upload.first();
    let length = first.len();
    let write = target.write(std::mem::take(first), 0);
    let read = inbound.read(target);
    let (written, slice) = write.await;
    *first = slice.into_inner();
    let sent = match written {
        Ok(count) if count == length => true,
        Ok(count) if count > 0 => send_all(target, first, count).await.is_ok(),
        _ => false,
    };
    if !sent {
        // An answer may stand in the connection all the same, such as a refusal of the request's
        // size; the end of the connection tells.
        context.failed(Event::TargetStoppedReading);
    }
    let (read, buffer) = read.await;
    inbound.buffer = buffer;
    arrived(context, read, inbound)
}

/// Reads more of an answer whose head is not whole. Returns whether there is more.
async fn read_head(context: &Context<'_>, target: &Socket, inbound: &mut Inbound) -> bool {
    context.arm();
    let (read, buffer) = inbound.read(target).await;
    inbound.buffer = buffer;
    arrived(context, read, inbound)
}

fn arrived(context: &Context<'_>, read: Read, inbound: &Inbound) -> bool {
    match read {
        Read::Bytes(_) => {
            if context.first_byte.get() == pointsman_core::time::Instant::NEVER {
                if context.is_logged {
                    context.first_byte.set(context.shard.clock.fine());
                }
                context.tell(Event::ResponseBegun);
            }
            true
        }
        Read::End | Read::Failed => {
            debug_assert!(inbound.at <= inbound.buffer.len(), "offsets stay inside");
            context.failed(Event::TargetFailed(Fault::TargetReset));
            false
        }
    }
}

/// Brings interim answers through and returns the head of the final one.
async fn final_head(
    context: &Context<'_>,
    target: &Socket,
    inbound: &mut Inbound,
) -> Option<HeadEnd> {
    let limits = limits(context);
    let mut interims = 0;
    loop {
        let head = match inbound.head(&limits) {
            Ok(Some(head)) => head,
            Ok(None) => {
                if inbound.make_room(context.shard) {
                    if !read_head(context, target, inbound).await {
                        return None;
                    }
                    continue;
                }
                context.failed(Event::TargetFailed(Fault::TargetHeadTooLarge));
                return None;
            }
            Err(fault) => {
                context.failed(Event::TargetFailed(fault));
                return None;
            }
        };
        if !is_interim(&inbound.buffer[head.start..head.end]) {
            return Some(head);
        }
        interims += 1;
        if interims > INTERIM_RESPONSES_MAX {
            context.failed(Event::TargetFailed(Fault::TargetInterims));
            return None;
        }
        if !interim(context, inbound, head).await {
            return None;
        }
        inbound.compact();
    }
}

/// A look at the status: the whole head is parsed where it is used.
fn is_interim(head: &[u8]) -> bool {
    head.get(9) == Some(&b'1') && head.get(..9).is_some_and(|line| line.starts_with(b"HTTP/1."))
}

/// Hands an interim answer on, never to HTTP/1.0.
async fn interim(context: &Context<'_>, inbound: &Inbound, head: HeadEnd) -> bool {
    let mut out = Vec::new();
    let parsed = {
        let mut scratch = context.shard.scratch.borrow_mut();
        let bytes = &inbound.buffer[head.start..head.end];
        let index = &mut scratch.response_index;
        parse_response(bytes, index, method(context), &limits(context)).map(|response| {
            if context.plan.version == Version::Http11 {
                write_interim_head(&mut out, &response);
            }
        })
    };
    if let Err(fault) = parsed {
        context.failed(Event::TargetFailed(fault));
        return false;
    }
    context.arm_for_client();
    if !out.is_empty() && send_all(context.client, &mut out, 0).await.is_err() {
        context.failed(Event::ClientGone(Fault::ClientReset));
        return false;
    }
    context.tell(Event::Interim);
    true
}

/// Parses the final head, tells the machine, and puts the client's head right before the body's
/// first bytes.
fn begin_answer(
    context: &Context<'_>,
    inbound: &mut Inbound,
    head: HeadEnd,
    outgoing: &mut Outgoing,
) -> Option<Answer> {
    let plan = context.plan;
    let mut scratch = context.shard.scratch.borrow_mut();
    let scratch = &mut *scratch;
    let bytes = &inbound.buffer[head.start..head.end];
    let index = &mut scratch.response_index;
    let response = match parse_response(bytes, index, method(context), &limits(context)) {
        Ok(response) => response,
        Err(fault) => {
            context.failed(Event::TargetFailed(fault));
            return None;
        }
    };
    let to_client = framing_to_client(&response, plan.version);
    context.tell(Event::Response(Response {
        status: response.status,
        body: match response.body {
            BodyLength::None => Body::None,
            BodyLength::Length(length) => Body::Length(length),
            BodyLength::Chunked | BodyLength::UntilClose => Body::Streamed,
        },
        reusable: response.keep_alive,
        ends_with_connection: response.body == BodyLength::UntilClose,
    }));
    if context.is_over() {
        return None;
    }
    let ends_with_close = to_client == BodyLength::UntilClose;
    if ends_with_close || context.shard.is_draining() || !context.request_is_whole() {
        context.tell(Event::Drain);
    }
    context.ends_with_close.set(ends_with_close);
    context.slot.set_state(State::Busy);
    scratch.out.clear();
    write_response_head(
        &mut scratch.out,
        &OutgoingResponse {
            status: response.status,
            reason: response.reason,
            fields: response.fields,
            seen: response.seen,
            names_fields: response.connection.names_fields,
            body: to_client,
            client_version: plan.version,
            persistence: if context.is_last() { Persistence::Close } else { Persistence::Keep },
            date: &context.shard.date.text(),
        },
    );
    // The next answer is likely to be as this one.
    plan.pick.target.answers_large.set(match response.body {
        BodyLength::None => false,
        BodyLength::Length(length) => length > MEDIUM_BYTES as u64,
        BodyLength::Chunked | BodyLength::UntilClose => true,
    });
    let answer = Answer { from_target: response.body, to_client };
    inbound.put_before(&scratch.out, outgoing);
    Some(answer)
}

async fn body(
    context: &Context<'_>,
    target: &Socket,
    inbound: &mut Inbound,
    answer: Answer,
    outgoing: &mut Outgoing,
) {
    match answer.from_target {
        BodyLength::None => {
            let clean = inbound.rest().is_empty();
            inbound.send_later(0, outgoing);
            context.tell(Event::ResponseEnd { clean });
        }
        BodyLength::Length(length) => {
            plain(context, target, inbound, length, outgoing).await;
        }
        BodyLength::Chunked | BodyLength::UntilClose => {
            streamed(context, target, inbound, answer, outgoing).await;
        }
    }
}

/// A body of known length: what is there goes out with the head, the rest is relayed.
async fn plain(
    context: &Context<'_>,
    target: &Socket,
    inbound: &mut Inbound,
    length: u64,
    outgoing: &mut Outgoing,
) {
    if length <= (LARGE_BYTES - HEADROOM) as u64 {
        inbound.read_now(target, usize::try_from(length).unwrap_or(usize::MAX));
    }
    let there = inbound.rest().len();
    let count = usize::try_from(length).map_or(there, |length| length.min(there));
    let left = length - count as u64;
    context.tell(Event::ResponseData(count as u64));
    let clean = count == there;
    inbound.send_later(count, outgoing);
    if left == 0 {
        context.tell(Event::ResponseEnd { clean });
        return;
    }
    context.arm();
    if outgoing.flush(context.client, &context.shard.buffers).await.is_err() {
        context.failed(Event::ClientGone(Fault::ClientReset));
        return;
    }
    // While the request is still read from the client, its socket must stay as it is.
    let means = context.shard.means(context.request_is_whole());
    let moved = relay(target, context.client, left, means, |step| {
        if let Moved::Read(count) = step {
            context.tell(Event::ResponseData(count));
        }
        context.arm();
    })
    .await;
    match moved {
        Ok(()) => context.tell(Event::ResponseEnd { clean: true }),
        Err(Broken::Sender) => context.failed(Event::TargetFailed(Fault::TargetReset)),
        Err(Broken::Receiver) => context.failed(Event::ClientGone(Fault::ClientReset)),
    }
}

/// A body whose length shows at its end only.
async fn streamed(
    context: &Context<'_>,
    target: &Socket,
    inbound: &mut Inbound,
    answer: Answer,
    outgoing: &mut Outgoing,
) {
    let mut out = context.shard.buffers.large();
    inbound.grow(context.shard);
    inbound.move_head(outgoing, &mut out);
    let mut decoder = ChunkedDecoder::new(Side::Target, context.plan.serving.underscores);
    let ended = loop {
        match take(context, inbound, &answer, &mut decoder, &mut out) {
            Ok(true) => break true,
            Ok(false) => {}
            Err(fault) => {
                context.failed(Event::TargetFailed(fault));
                break false;
            }
        }
        inbound.compact();
        context.arm();
        if !out.is_empty() {
            if send_all(context.client, &mut out, 0).await.is_err() {
                context.failed(Event::ClientGone(Fault::ClientReset));
                break false;
            }
            out.clear();
        }
        let (read, buffer) = inbound.read(target).await;
        inbound.buffer = buffer;
        match read {
            Read::Bytes(_) => {}
            Read::End if answer.from_target == BodyLength::UntilClose => {
                // The tick may have ended it: then it is cut, not whole.
                if context.has_ended() {
                    break false;
                }
                if answer.to_client == BodyLength::Chunked {
                    write_last_chunk(Fields::new(&[], &[]), &mut out);
                }
                break true;
            }
            Read::End | Read::Failed => {
                context.failed(Event::TargetFailed(Fault::TargetReset));
                break false;
            }
        }
    };
    if ended {
        *outgoing = Outgoing { buffer: out, from: 0 };
        let clean = inbound.rest().is_empty();
        context.tell(Event::ResponseEnd { clean });
    } else {
        context.shard.buffers.give(out);
    }
}

/// Takes what is there of a streamed body. Returns whether that was its end.
fn take(
    context: &Context<'_>,
    inbound: &mut Inbound,
    answer: &Answer,
    decoder: &mut ChunkedDecoder,
    out: &mut Vec<u8>,
) -> Result<bool, Fault> {
    let mut put = |data: &[u8]| {
        context.tell(Event::ResponseData(data.len() as u64));
        match answer.to_client {
            BodyLength::Chunked => write_chunk(data, out),
            _ => out.extend_from_slice(data),
        }
    };
    if answer.from_target == BodyLength::UntilClose {
        if !inbound.rest().is_empty() {
            put(inbound.rest());
            inbound.at = inbound.buffer.len();
        }
        return Ok(false);
    }
    loop {
        let bytes = &inbound.buffer[inbound.at..];
        match decoder.next(bytes)? {
            Step::Data { skip, len } => {
                put(&bytes[skip..skip + len]);
                inbound.at += skip + len;
            }
            Step::NeedMore { consumed } => {
                inbound.at += consumed;
                return Ok(false);
            }
            Step::End { consumed } => {
                inbound.at += consumed;
                if answer.to_client == BodyLength::Chunked {
                    // Trailers reach only those who said that they read them.
                    let trailers = if context.plan.accepts_trailers {
                        decoder.trailers()
                    } else {
                        Fields::new(&[], &[])
                    };
                    write_last_chunk(trailers, out);
                }
                return Ok(true);
            }
        }
    }
}
