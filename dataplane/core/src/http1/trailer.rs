//! Trailer sections: collected, bounded, judged like fields of a head, and never mixed with one.

use pointsman_routing::request::fields::{FieldIndex, Fields};

use super::head::{HeadLimits, HeadScan};
use super::server::index_of;
use crate::fault::Fault;
use crate::fields::hop::is_protected;
use crate::fields::name::{Name, Underscores};
use crate::limits::{TRAILER_BYTES_MAX, TRAILER_FIELDS_MAX};

/// The trailer section of one body, as it comes in.
#[derive(Clone, Debug)]
pub struct Trailer {
    underscores: Underscores,
    bytes: Vec<u8>,
    scan: HeadScan,
    index: Vec<FieldIndex>,
}

impl Trailer {
    /// An empty one; nothing is allocated before a section comes.
    pub(super) const fn new(underscores: Underscores) -> Self {
        Self { underscores, bytes: Vec::new(), scan: HeadScan::of_trailer(), index: Vec::new() }
    }

    /// Empties it and keeps its buffers.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.index.clear();
        self.scan = HeadScan::of_trailer();
    }

    /// Takes in more. Returns how many of `more` belonged to the section, once it has ended.
    pub(super) fn add(&mut self, more: &[u8]) -> Result<Option<usize>, Fault> {
        let before = self.bytes.len();
        let room = TRAILER_BYTES_MAX - before;
        self.bytes.extend_from_slice(&more[..more.len().min(room)]);
        let limits = HeadLimits::trailer(self.underscores);
        let Some(found) = self.scan.advance(&self.bytes, &limits)? else { return Ok(None) };
        self.bytes.truncate(found.end);
        self.parse()?;
        Ok(Some(found.end - before))
    }

    /// The fields that may be passed on.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields::new(&self.bytes, &self.index)
    }

    fn parse(&mut self) -> Result<(), Fault> {
        let mut slots = [httparse::EMPTY_HEADER; TRAILER_FIELDS_MAX];
        let parsed = httparse::parse_headers(&self.bytes, &mut slots);
        let Ok(httparse::Status::Complete((_, headers))) = parsed else {
            return Err(Fault::Trailer);
        };
        self.index.clear();
        for header in headers {
            let name = header.name.as_bytes();
            if !is_forbidden(name) && !self.underscores.drops(name) {
                self.index.push(index_of(&self.bytes, name, header.value));
            }
        }
        Ok(())
    }
}

/// Names that would change how the message was framed, routed, authorized or understood, had they
/// stood in its head. Such a trailer field is dropped.
//= RFC 9110 §6.5.1
#[must_use]
pub fn is_forbidden(name: &[u8]) -> bool {
    const FORBIDDEN: [&[u8]; 6] = [
        b"max-forwards",
        b"proxy-status",
        b"set-cookie2",
        b"te",
        b"warning",
        b"x-http-method-override",
    ];
    Name::of(name) != Name::Other
        || is_protected(name)
        || FORBIDDEN.iter().any(|forbidden| name.eq_ignore_ascii_case(forbidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailer_names_that_mean_something_to_a_head_are_forbidden() {
        //= RFC 9110 §6.5.1
        for name in [
            "Transfer-Encoding",
            "content-length",
            "Host",
            "Connection",
            "Trailer",
            "TE",
            "Authorization",
            "Cookie",
            "Set-Cookie",
            "Content-Type",
            "Content-Encoding",
            "Cache-Control",
            "Expect",
            "Max-Forwards",
            "Range",
            "If-Match",
            "X-Forwarded-For",
            "Forwarded",
            "X-Real-IP",
            "Via",
            "Date",
            "Age",
            "Expires",
            "Location",
            "Vary",
            "WWW-Authenticate",
            "Proxy-Authenticate",
        ] {
            assert!(is_forbidden(name.as_bytes()), "{name}");
        }
        for name in ["grpc-status", "grpc-message", "Server-Timing", "X-Checksum", "Digest"] {
            assert!(!is_forbidden(name.as_bytes()), "{name}");
        }
    }
}
