//! Heads as we send them: fields in their order, with what is meant for one hop taken off, and
//! exactly one framing field where there is a body. It decides nothing about routes or targets.

use pointsman_routing::request::fields::{FieldIndex, Fields};

use super::client::ResponseHead;
use super::framing::{BodyLength, Version};
use crate::fields::forwarded::Forwarding;
use crate::fields::hop::{ALWAYS_TAKEN_OFF, is_named_away, max_forwards};
use crate::fields::name::{Name, Names};
use crate::fields::number::write_decimal;
use crate::fields::via::ViaId;

/// What we say about the connection that a head goes out on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// It may carry another message.
    Keep,
    /// It is closed after this one.
    Close,
}

/// A request as it goes to a target.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingRequest<'a> {
    /// As it came.
    pub method: &'a [u8],
    /// Path and query for the request line.
    pub target: &'a [u8],
    /// The target's version.
    pub version: Version,
    /// The value of `Host`.
    pub host: &'a [u8],
    /// The received fields.
    pub fields: Fields<'a>,
    /// What kinds of names stand in the fields.
    pub seen: Names,
    /// `Connection` names some of them.
    pub names_fields: bool,
    /// The body as it goes out; never [`BodyLength::UntilClose`].
    pub body: BodyLength,
    /// The client waits for `100 Continue`, and the target is to send it.
    pub expect_continue: bool,
    /// The client reads trailers, and they can be passed on to it.
    pub accepts_trailers: bool,
    /// On whose behalf.
    pub forwarding: &'a Forwarding<'a>,
    /// Our name in `Via` and the version in which the request came; none when it is switched off.
    pub via: Option<(&'a ViaId, Version)>,
    /// The value of `X-Request-Id`.
    pub request_id: &'a [u8],
    /// What becomes of the target's connection.
    pub persistence: Persistence,
}

/// A response as it goes to a client.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingResponse<'a> {
    /// 200..=599; interim ones are [`write_interim_head`]'s.
    pub status: u16,
    /// The target's reason phrase; may be empty.
    pub reason: &'a [u8],
    /// The received fields.
    pub fields: Fields<'a>,
    /// What kinds of names stand in the fields.
    pub seen: Names,
    /// `Connection` names some of them.
    pub names_fields: bool,
    /// What is said about the body; see [`framing_to_client`].
    pub body: BodyLength,
    /// The client's version.
    pub client_version: Version,
    /// What becomes of the client's connection.
    pub persistence: Persistence,
    /// For `Date`, when the target sent none.
    pub date: &'a [u8],
}

/// How a response's body is framed for a client.
///
/// A body that ends with the target's connection goes out in chunks, so that the client can tell
/// its end from a cut; to HTTP/1.0, which knows no chunks, all that has no length ends with the
/// connection. Answers to HEAD and 304 keep the length that they state, and have no body.
#[must_use]
pub fn framing_to_client(head: &ResponseHead<'_>, client_version: Version) -> BodyLength {
    //= RFC 9112 §6.1
    match (head.body, client_version) {
        (BodyLength::None, _) => head.declared_length.map_or(BodyLength::None, BodyLength::Length),
        (BodyLength::Length(length), _) => BodyLength::Length(length),
        (BodyLength::Chunked | BodyLength::UntilClose, Version::Http11) => BodyLength::Chunked,
        (BodyLength::Chunked | BodyLength::UntilClose, Version::Http10) => BodyLength::UntilClose,
    }
}

/// Appends the whole head of a request.
pub fn write_request_head(out: &mut Vec<u8>, request: &OutgoingRequest<'_>) {
    let room = request.fields.bytes().len() + request.target.len() + 512;
    out.reserve(room);
    out.extend_from_slice(request.method);
    out.push(b' ');
    out.extend_from_slice(request.target);
    out.push(b' ');
    out.extend_from_slice(request.version.as_bytes());
    //= RFC 9112 §3.2
    // `Host` first, as the RFC recommends.
    out.extend_from_slice(b"\r\nHost: ");
    out.extend_from_slice(request.host);
    out.extend_from_slice(b"\r\n");

    let forwarded = request.forwarding.kept(request.fields, request.seen);
    let mut kept = REQUEST_KEPT.and(forwarded);
    if request.body == BodyLength::Chunked {
        kept.insert(Name::Trailer);
    }
    if request.expect_continue && request.version == Version::Http11 {
        kept.insert(Name::Expect);
    }
    let forwards = max_forwards(request.method, request.fields, request.seen);
    if forwards.is_none() {
        kept.insert(Name::MaxForwards);
    }
    copy_fields(out, request.fields, kept, request.names_fields);
    if let Some(forwards) = forwards {
        //= RFC 9110 §7.6.2
        out.extend_from_slice(b"Max-Forwards: ");
        write_decimal(out, forwards.saturating_sub(1));
        out.extend_from_slice(b"\r\n");
    }
    request.forwarding.write(out, request.fields, request.seen, forwarded);
    if let Some((id, received)) = request.via {
        //= RFC 9110 §7.6.3
        out.extend_from_slice(b"Via: ");
        out.extend_from_slice(&received.as_bytes()[b"HTTP/".len()..]);
        out.push(b' ');
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"X-Request-Id: ");
    out.extend_from_slice(request.request_id);
    out.extend_from_slice(b"\r\n");
    write_framing(out, request.body);
    //= RFC 9110 §10.1.4
    // `TE` is for one hop: `Connection` must name it.
    let te = request.accepts_trailers && request.version == Version::Http11;
    if te {
        out.extend_from_slice(b"TE: trailers\r\n");
    }
    out.extend_from_slice(match (request.version, request.persistence, te) {
        (Version::Http11, Persistence::Keep, false) => b"\r\n",
        (Version::Http11, Persistence::Keep, true) => b"Connection: TE\r\n\r\n",
        (Version::Http11, Persistence::Close, true) => b"Connection: close, TE\r\n\r\n",
        (_, Persistence::Close, _) => b"Connection: close\r\n\r\n",
        (Version::Http10, Persistence::Keep, _) => b"Connection: keep-alive\r\n\r\n",
    });
}

/// Appends the whole head of a final response.
pub fn write_response_head(out: &mut Vec<u8>, response: &OutgoingResponse<'_>) {
    out.reserve(response.fields.bytes().len() + 256);
    write_status_line(out, response.status, response.reason);
    let mut kept = RESPONSE_KEPT;
    if response.body == BodyLength::Chunked {
        kept.insert(Name::Trailer);
    }
    copy_fields(out, response.fields, kept, response.names_fields);
    //= RFC 9110 §6.6.1
    if !response.seen.contains(Name::Date) {
        write_date(out, response.date);
    }
    write_framing(out, response.body);
    // Where the connection's end is the body's end, it is closed, whatever was planned.
    let ends_with_connection = response.body == BodyLength::UntilClose;
    let persistence = if ends_with_connection { Persistence::Close } else { response.persistence };
    write_persistence(out, response.client_version, persistence);
    out.extend_from_slice(b"\r\n");
}

/// Appends the whole head of an interim response, which is never sent to HTTP/1.0.
pub fn write_interim_head(out: &mut Vec<u8>, head: &ResponseHead<'_>) {
    //= RFC 9110 §15.2
    out.reserve(head.fields.bytes().len());
    write_status_line(out, head.status, head.reason);
    copy_fields(out, head.fields, RESPONSE_KEPT, head.connection.names_fields);
    out.extend_from_slice(b"\r\n");
}

/// `HTTP/1.1 200 OK`; we state our own version, whatever the client's.
pub(super) fn write_status_line(out: &mut Vec<u8>, status: u16, reason: &[u8]) {
    //= RFC 9110 §6.2
    out.extend_from_slice(b"HTTP/1.1 ");
    write_decimal(out, u64::from(status));
    //= RFC 9112 §4
    // The space stands even where no phrase follows.
    out.push(b' ');
    out.extend_from_slice(reason);
    out.extend_from_slice(b"\r\n");
}

pub(super) fn write_date(out: &mut Vec<u8>, date: &[u8]) {
    out.extend_from_slice(b"Date: ");
    out.extend_from_slice(date);
    out.extend_from_slice(b"\r\n");
}

/// What a client must be told to know whether its connection goes on.
pub(super) fn write_persistence(out: &mut Vec<u8>, client: Version, persistence: Persistence) {
    //= RFC 9112 §9.3
    match (client, persistence) {
        (_, Persistence::Close) => out.extend_from_slice(b"Connection: close\r\n"),
        (Version::Http10, Persistence::Keep) => {
            out.extend_from_slice(b"Connection: keep-alive\r\n");
        }
        (Version::Http11, Persistence::Keep) => {}
    }
}

/// The one framing field.
pub(super) fn write_framing(out: &mut Vec<u8>, body: BodyLength) {
    match body {
        BodyLength::None | BodyLength::UntilClose => {}
        BodyLength::Length(length) => {
            out.extend_from_slice(b"Content-Length: ");
            write_decimal(out, length);
            out.extend_from_slice(b"\r\n");
        }
        BodyLength::Chunked => out.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
    }
}

/// Managed names that go on with a request as they came. The forwarding fields, `Host` and
/// `X-Request-Id` are written anew.
const REQUEST_KEPT: Names = Names::of(&[Name::Other, Name::Via, Name::Date]);

/// Managed names that go on with a response as they came: all that is not for one hop. `Trailer`
/// hangs on the framing.
const RESPONSE_KEPT: Names = Names::of(&[
    Name::Other,
    Name::Host,
    Name::Expect,
    Name::MaxForwards,
    Name::Via,
    Name::Date,
    Name::Forwarded,
    Name::XForwardedFor,
    Name::XForwardedProto,
    Name::XForwardedHost,
    Name::XForwardedPort,
    Name::XForwardedOther,
    Name::XRealIp,
    Name::XRequestId,
    Name::ClientCertificate,
]);

const _: () = assert!(!REQUEST_KEPT.has_any(ALWAYS_TAKEN_OFF));
const _: () = assert!(!RESPONSE_KEPT.has_any(ALWAYS_TAKEN_OFF));

/// Copies the lines of the kept names. Lines that stand side by side are copied in one piece.
fn copy_fields(out: &mut Vec<u8>, fields: Fields<'_>, kept: Names, names_fields: bool) {
    let bytes = fields.bytes();
    let mut run = 0..0;
    for at in fields.index() {
        let line = Line::of(bytes, *at);
        let name = &bytes[line.start..line.name_end];
        if !kept.contains(Name::of(name)) || names_fields && is_named_away(name, fields) {
            continue;
        }
        if line.start != run.end {
            out.extend_from_slice(&bytes[run]);
            run = line.start..line.start;
        }
        run.end = line.value_end;
        // White space behind a value is no part of it and is left out.
        if bytes[line.value_end..].starts_with(b"\r\n") {
            run.end += 2;
        } else {
            out.extend_from_slice(&bytes[run]);
            out.extend_from_slice(b"\r\n");
            run = 0..0;
        }
    }
    out.extend_from_slice(&bytes[run]);
}

struct Line {
    start: usize,
    name_end: usize,
    value_end: usize,
}

impl Line {
    fn of(bytes: &[u8], at: FieldIndex) -> Self {
        let start = usize::from(at.name_at);
        let name_end = start + usize::from(at.name_len);
        let value_end = usize::from(at.value_at) + usize::from(at.value_len);
        debug_assert!(name_end < value_end && value_end <= bytes.len() || bytes.is_empty());
        Self { start, name_end, value_end }
    }
}
