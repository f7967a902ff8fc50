//! Our reader, used as a session uses it: scan, parse, take the body off, go on while the
//! connection persists.

use pointsman_core::fault::{Fault, Side};
use pointsman_core::fields::name::Underscores;
use pointsman_core::http1::chunked::{ChunkedDecoder, Step};
use pointsman_core::http1::client::parse_response;
use pointsman_core::http1::framing::BodyLength;
use pointsman_core::http1::head::{HeadLimits, HeadScan};
use pointsman_core::http1::server::{RequestHead, parse_request};
use pointsman_core::http1::target::Target;

use crate::transcript::{Body, End, Message, Transcript};

/// What a client may send: the defaults of the product.
#[must_use]
pub fn request_limits() -> HeadLimits {
    HeadLimits::request(32 * 1024, 100, 8 * 1024, Underscores::Pass)
}

/// What our server side makes of a connection's bytes.
#[must_use]
pub fn read_requests(mut bytes: &[u8]) -> Transcript {
    let mut messages = Vec::new();
    let end = loop {
        match read_request(&mut bytes, &mut messages) {
            Ok(Some(true)) => {}
            Ok(Some(false)) => break End::Closed,
            Ok(None) if bytes.is_empty() => break End::Idle,
            Ok(None) => break End::Waiting,
            Err(fault) => break End::Refused(fault.status()),
        }
    };
    Transcript { messages, end }
}

/// Reads one request. Returns whether another may follow; nothing when bytes are missing.
fn read_request(bytes: &mut &[u8], messages: &mut Vec<Message>) -> Result<Option<bool>, Fault> {
    let limits = request_limits();
    let mut index = Vec::new();
    let mut scan = HeadScan::new();
    let Some(cut) = scan.advance(bytes, &limits)? else {
        if scan.is_idle() {
            *bytes = &[];
        }
        return Ok(None);
    };
    let head = parse_request(&bytes[cut.start..cut.end], &mut index, &limits)?;
    let rest = &bytes[cut.end..];
    let (body, used) = read_body(head.body, Side::Client, rest);
    let waits = matches!(body, Body::Waits(_));
    let broken = body == Body::Broken;
    messages.push(Message::new(request_line(&head), head.fields.iter(), body));
    *bytes = &rest[used..];
    if waits {
        *bytes = b"more is waited for";
        return Ok(None);
    }
    Ok(Some(head.keep_alive && !broken))
}

fn request_line(head: &RequestHead<'_>) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let target = match head.target {
        Target::Origin(path_and_query) => text(path_and_query),
        Target::Absolute { secured, authority, path_and_query } => {
            let scheme = if secured { "https" } else { "http" };
            let slash = if path_and_query.starts_with(b"?") { "/" } else { "" };
            format!("{scheme}://{}{slash}{}", text(authority), text(path_and_query))
        }
        Target::Asterisk => "*".to_owned(),
    };
    format!("{} {target} {}", text(head.method), head.version.as_str())
}

/// Takes a body off the front of the bytes. Returns how many of them it had.
fn read_body(length: BodyLength, side: Side, bytes: &[u8]) -> (Body, usize) {
    match length {
        BodyLength::None => (Body::Whole(Vec::new()), 0),
        BodyLength::UntilClose => (Body::Waits(bytes.to_vec()), bytes.len()),
        BodyLength::Length(length) => {
            let whole = usize::try_from(length).ok().filter(|length| *length <= bytes.len());
            match whole {
                Some(length) => (Body::Whole(bytes[..length].to_vec()), length),
                None => (Body::Waits(bytes.to_vec()), bytes.len()),
            }
        }
        BodyLength::Chunked => read_chunks(side, bytes),
    }
}

fn read_chunks(side: Side, bytes: &[u8]) -> (Body, usize) {
    let mut decoder = ChunkedDecoder::new(side, Underscores::Pass);
    let (mut body, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match decoder.next(&bytes[at..]) {
            Ok(Step::Data { skip, len }) => {
                body.extend_from_slice(&bytes[at + skip..at + skip + len]);
                at += skip + len;
            }
            Ok(Step::NeedMore { consumed }) => at += consumed,
            Ok(Step::End { consumed }) => return (Body::Whole(body), at + consumed),
            Err(_) => return (Body::Broken, at),
        }
    }
    (Body::Waits(body), at)
}

/// What our client side makes of the answer to a request of that method. The connection ends behind
/// the bytes where an answer is not whole before; interim answers are left out.
#[must_use]
pub fn read_response(method: &str, bytes: &[u8]) -> Transcript {
    let mut messages = Vec::new();
    let end = read_final(method, bytes, &mut messages).unwrap_or(End::Refused(0));
    Transcript { messages, end }
}

fn read_final(method: &str, mut bytes: &[u8], messages: &mut Vec<Message>) -> Result<End, Fault> {
    let limits = HeadLimits::response(Underscores::Pass);
    let mut index = Vec::new();
    loop {
        let Some(cut) = HeadScan::new().advance(bytes, &limits)? else { return Ok(End::Waiting) };
        let head =
            parse_response(&bytes[cut.start..cut.end], &mut index, method.as_bytes(), &limits)?;
        bytes = &bytes[cut.end..];
        if head.is_interim() {
            continue;
        }
        let (body, used) = read_body(head.body, Side::Target, bytes);
        let clean = matches!(body, Body::Whole(_)) && used == bytes.len();
        let body = match (head.body, body) {
            (BodyLength::UntilClose, Body::Waits(body)) => Body::Whole(body),
            (_, Body::Waits(_)) => Body::Broken,
            (_, body) => body,
        };
        let keep = head.keep_alive && clean;
        messages.push(Message::new(head.status.to_string(), head.fields.iter(), body));
        return Ok(if keep { End::Idle } else { End::Closed });
    }
}
