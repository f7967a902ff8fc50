//! A response's head, as we take it from a target: strictly parsed, its body's length decided with
//! the method in mind. A target that sends anything else is `target_garbage`.

use std::mem::MaybeUninit;

use pointsman_routing::request::fields::{FieldIndex, Fields};

use super::framing::{BodyLength, Declared, FramingFields, Version, is_bodiless, persists};
use super::head::HeadLimits;
use super::server::{index_of, parse_fault};
use crate::fault::Fault;
use crate::fields::hop::Connection;
use crate::fields::name::{Name, Names};
use crate::limits::HEAD_FIELDS_MAX;

/// A response's head.
#[derive(Clone, Copy, Debug)]
pub struct ResponseHead<'a> {
    /// 100..=599, but never 101.
    pub status: u16,
    /// The target's version.
    pub version: Version,
    /// As it came; may be empty.
    pub reason: &'a [u8],
    /// All field lines, those with `_` in their name left out unless the policy passes them.
    pub fields: Fields<'a>,
    /// What kinds of names stand in the fields.
    pub seen: Names,
    /// The body that follows.
    pub body: BodyLength,
    /// What `Content-Length` says, also where no body follows: answers to HEAD, and 304.
    pub declared_length: Option<u64>,
    /// The connection can carry another exchange when this one is over and nothing is left in it.
    pub keep_alive: bool,
    /// What `Connection` says.
    pub connection: Connection,
}

impl ResponseHead<'_> {
    /// An interim response (1xx): another head follows.
    #[must_use]
    pub const fn is_interim(&self) -> bool {
        self.status < 200
    }
}

/// Parses a head that [`super::head::HeadScan`] cut, as the answer to a request of that method.
///
/// Errors: all of them are the target's (`target_garbage`), and end its connection.
/// Cost: two passes over the head, no allocation once `index` has grown.
pub fn parse_response<'a>(
    head: &'a [u8],
    index: &'a mut Vec<FieldIndex>,
    request_method: &[u8],
    limits: &HeadLimits,
) -> Result<ResponseHead<'a>, Fault> {
    parse(head, index, request_method, limits).map_err(Fault::of_target)
}

fn parse<'a>(
    head: &'a [u8],
    index: &'a mut Vec<FieldIndex>,
    request_method: &[u8],
    limits: &HeadLimits,
) -> Result<ResponseHead<'a>, Fault> {
    let mut slots = [const { MaybeUninit::uninit() }; HEAD_FIELDS_MAX];
    let slots = &mut slots[..limits.fields.min(HEAD_FIELDS_MAX)];
    let mut parsed = httparse::Response::new(&mut []);
    let end = httparse::ParserConfig::default()
        .parse_response_with_uninit_headers(&mut parsed, head, slots)
        .map_err(|error| parse_fault(error, head, |_| Fault::RequestLine))?;
    if end != httparse::Status::Complete(head.len()) {
        return Err(Fault::LineEnd);
    }
    let (Some(status), Some(version)) = (parsed.code, parsed.version) else {
        return Err(Fault::RequestLine);
    };
    check_status(status)?;
    let version = if version == 0 { Version::Http10 } else { Version::Http11 };
    let reason = reason_phrase(head);

    index.clear();
    let mut seen = Names::default();
    let mut framing = FramingFields::default();
    let mut connection = Connection::default();
    for header in &*parsed.headers {
        let name = header.name.as_bytes();
        let kind = Name::of(name);
        match kind {
            Name::Other if limits.underscores.drops(name) => continue,
            Name::ContentLength => framing.add_length(header.value),
            Name::TransferEncoding => framing.add_coding(header.value),
            Name::Connection => connection.add(header.value)?,
            _ => {}
        }
        seen.insert(kind);
        index.push(index_of(head, name, header.value));
    }
    let (body, declared_length) = body_length(status, request_method, framing, version)?;
    Ok(ResponseHead {
        status,
        version,
        reason,
        fields: Fields::new(head, index),
        seen,
        body,
        declared_length,
        keep_alive: persists(version, &connection) && body != BodyLength::UntilClose,
        connection,
    })
}

fn check_status(status: u16) -> Result<(), Fault> {
    match status {
        //= RFC 9110 §15.2.2
        // We never ask to switch protocols: `Upgrade` is not sent on.
        101 => Err(Fault::TargetSwitched),
        100..=599 => Ok(()),
        //= RFC 9110 §15
        _ => Err(Fault::TargetStatus),
    }
}

/// The reason phrase, which the parser drops when it is not ASCII: `HTTP/1.1 200 ` has 13 bytes.
fn reason_phrase(head: &[u8]) -> &[u8] {
    let end = head.iter().position(|byte| *byte == b'\r').unwrap_or(head.len());
    head.get(b"HTTP/1.1 200 ".len()..end).unwrap_or_default()
}

fn body_length(
    status: u16,
    request_method: &[u8],
    framing: FramingFields<'_>,
    version: Version,
) -> Result<(BodyLength, Option<u64>), Fault> {
    //= RFC 9112 §6.3
    if is_bodiless(status) && status != 304 {
        // What it says about a body that cannot be there is not even read: bytes that follow are
        // surplus and end the connection.
        return Ok((BodyLength::None, None));
    }
    let declared = framing.declared(version)?;
    let length = if let Declared::Length(length) = declared { Some(length) } else { None };
    let body = match declared {
        _ if request_method == b"HEAD" || status == 304 => BodyLength::None,
        Declared::Nothing => BodyLength::UntilClose,
        Declared::Length(length) => BodyLength::Length(length),
        Declared::Chunked => BodyLength::Chunked,
    };
    Ok((body, length))
}
