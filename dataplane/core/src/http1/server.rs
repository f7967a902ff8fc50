//! A request's head, as we take it from a client: parsed once, whole, after it was cut. What it
//! accepts has one meaning; all else is a fault that closes the connection.

use std::mem::MaybeUninit;

use pointsman_routing::request::fields::{FieldIndex, Fields};

use super::framing::{BodyLength, Declared, FramingFields, Version, persists};
use super::head::{HeadLimits, version_fault};
use super::target::{Target, is_authority, parse as parse_target};
use crate::fault::Fault;
use crate::fields::hop::{Connection, max_forwards};
use crate::fields::list::members;
use crate::fields::name::{Name, Names};
use crate::limits::{HEAD_FIELDS_MAX, METHOD_BYTES_MAX};

/// A request's head.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    /// As it came, case and all.
    pub method: &'a [u8],
    /// What is asked for.
    pub target: Target<'a>,
    /// The client's version.
    pub version: Version,
    /// All field lines, those with `_` in their name left out unless the policy passes them.
    pub fields: Fields<'a>,
    /// What kinds of names stand in the fields.
    pub seen: Names,
    /// Authority of the target in absolute form, else the value of `Host`; none only in HTTP/1.0.
    pub host: Option<&'a [u8]>,
    /// The body that follows; never [`BodyLength::UntilClose`].
    pub body: BodyLength,
    /// The client wants to keep the connection for another request.
    pub keep_alive: bool,
    /// The client waits for `100 Continue` before it sends its body.
    pub expect_continue: bool,
    /// The client asks to switch protocols.
    pub has_upgrade: bool,
    /// The client says that it reads trailers (`TE: trailers`).
    pub accepts_trailers: bool,
    /// What `Connection` says.
    pub connection: Connection,
}

impl RequestHead<'_> {
    /// The request asks about us and not about a target: `OPTIONS *`, or an OPTIONS request that
    /// may not be passed on any further.
    #[must_use]
    pub fn is_for_us(&self) -> bool {
        //= RFC 9110 §7.6.2
        self.target == Target::Asterisk
            || max_forwards(self.method, self.fields, self.seen) == Some(0)
    }
}

/// Parses a head that [`super::head::HeadScan`] cut, from its first byte to behind its empty line.
///
/// Errors: what the client must not have sent. The connection is closed after each, since where
/// its next request would begin is uncertain or its sender is not to be trusted.
/// Cost: two passes over the head, no allocation once `index` has grown.
pub fn parse_request<'a>(
    head: &'a [u8],
    index: &'a mut Vec<FieldIndex>,
    limits: &HeadLimits,
) -> Result<RequestHead<'a>, Fault> {
    let mut slots = [const { MaybeUninit::uninit() }; HEAD_FIELDS_MAX];
    let slots = &mut slots[..limits.fields.min(HEAD_FIELDS_MAX)];
    let mut parsed = httparse::Request::new(&mut []);
    let end = parsed
        .parse_with_uninit_headers(head, slots)
        .map_err(|error| parse_fault(error, head, version_fault))?;
    // A head that ends elsewhere has line ends that the two readers do not see alike.
    if end != httparse::Status::Complete(head.len()) {
        return Err(Fault::LineEnd);
    }
    let (Some(method), Some(target), Some(version)) = (parsed.method, parsed.path, parsed.version)
    else {
        return Err(Fault::RequestLine);
    };
    let version = if version == 0 { Version::Http10 } else { Version::Http11 };
    let method = method.as_bytes();
    check_method(method)?;
    if target.len() > limits.target_bytes {
        return Err(Fault::TargetTooLong);
    }
    let (target, authority) = parse_target(method, target.as_bytes())?;

    index.clear();
    let mut special = Special::default();
    for header in &*parsed.headers {
        let name = header.name.as_bytes();
        let kind = Name::of(name);
        if kind == Name::Other {
            if limits.underscores.drops(name) {
                continue;
            }
        } else if limits.ignored.contains(kind) {
            continue;
        } else {
            special.take(kind, header.value)?;
        }
        index.push(index_of(head, name, header.value));
    }
    special.finish(method, target, authority, version, Fields::new(head, index))
}

/// Where a line stands, given slices of the head.
pub(super) fn index_of(head: &[u8], name: &[u8], value: &[u8]) -> FieldIndex {
    let base = head.as_ptr() as usize;
    let name_at = (name.as_ptr() as usize).wrapping_sub(base);
    // The parser's slice for an empty value need not lie in the head.
    let value_at = if value.is_empty() {
        name_at + name.len() + 1
    } else {
        (value.as_ptr() as usize).wrapping_sub(base)
    };
    // A head has at most `HEAD_BYTES_MAX` bytes, so that all of these fit.
    FieldIndex {
        name_at: name_at as u16,
        name_len: name.len() as u16,
        value_at: value_at as u16,
        value_len: value.len() as u16,
    }
}

/// The fault behind an error of the field parser.
#[cold]
pub(super) fn parse_fault(
    error: httparse::Error,
    head: &[u8],
    version_fault: fn(&[u8]) -> Fault,
) -> Fault {
    match error {
        httparse::Error::HeaderName => Fault::FieldLine,
        httparse::Error::HeaderValue => Fault::ControlByte,
        httparse::Error::NewLine => Fault::LineEnd,
        httparse::Error::TooManyHeaders => Fault::TooManyFields,
        httparse::Error::Token | httparse::Error::Status => Fault::RequestLine,
        httparse::Error::Version => {
            let end = head.iter().position(|byte| *byte == b'\r').unwrap_or(head.len());
            version_fault(&head[..end])
        }
    }
}

fn check_method(method: &[u8]) -> Result<(), Fault> {
    match method {
        //= RFC 9110 §9.3.6
        // A tunnel is never opened: this is no forward proxy.
        b"CONNECT" => Err(Fault::ConnectMethod),
        b"TRACE" => Err(Fault::TraceMethod),
        _ if method.len() > METHOD_BYTES_MAX => Err(Fault::MethodTooLong),
        _ => Ok(()),
    }
}

/// The fields that decide how the request is read.
#[derive(Default)]
struct Special<'a> {
    seen: Names,
    host: Option<&'a [u8]>,
    hosts: usize,
    framing: FramingFields<'a>,
    connection: Connection,
    expects: bool,
    expects_other: bool,
    accepts_trailers: bool,
}

impl<'a> Special<'a> {
    fn take(&mut self, kind: Name, value: &'a [u8]) -> Result<(), Fault> {
        self.seen.insert(kind);
        match kind {
            Name::Host => {
                self.host = Some(value);
                self.hosts += 1;
            }
            Name::ContentLength => self.framing.add_length(value),
            Name::TransferEncoding => self.framing.add_coding(value),
            Name::Connection => self.connection.add(value)?,
            Name::Expect => {
                for expectation in members(value) {
                    if expectation.eq_ignore_ascii_case(b"100-continue") {
                        self.expects = true;
                    } else {
                        self.expects_other = true;
                    }
                }
            }
            Name::Te => {
                self.accepts_trailers |=
                    members(value).any(|coding| coding.eq_ignore_ascii_case(b"trailers"));
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(
        self,
        method: &'a [u8],
        target: Target<'a>,
        authority: Option<&'a [u8]>,
        version: Version,
        fields: Fields<'a>,
    ) -> Result<RequestHead<'a>, Fault> {
        let body = match self.framing.declared(version)? {
            Declared::Nothing => BodyLength::None,
            Declared::Length(length) => BodyLength::Length(length),
            Declared::Chunked => BodyLength::Chunked,
        };
        let host = self.host(authority, version)?;
        //= RFC 9110 §10.1.1
        // In HTTP/1.0 no expectation counts; without a body there is nothing to wait with.
        let counts = version == Version::Http11;
        if counts && self.expects_other {
            return Err(Fault::Expectation);
        }
        let has_body = !matches!(body, BodyLength::None | BodyLength::Length(0));
        Ok(RequestHead {
            method,
            target,
            version,
            fields,
            seen: self.seen,
            host,
            body,
            keep_alive: persists(version, &self.connection),
            expect_continue: counts && self.expects && has_body,
            has_upgrade: self.connection.upgrade && self.seen.contains(Name::Upgrade),
            accepts_trailers: counts && self.accepts_trailers,
            connection: self.connection,
        })
    }

    fn host(
        &self,
        authority: Option<&'a [u8]>,
        version: Version,
    ) -> Result<Option<&'a [u8]>, Fault> {
        //= RFC 9112 §3.2
        if self.hosts > 1 {
            return Err(Fault::HostSeveral);
        }
        match self.host {
            None if version == Version::Http11 => Err(Fault::HostMissing),
            Some(host) if !is_authority(host) => Err(Fault::HostBad),
            //= RFC 9112 §3.2.2
            // The target in absolute form wins; `Host` is ignored, but must be right in itself.
            host => Ok(authority.or(host)),
        }
    }
}
