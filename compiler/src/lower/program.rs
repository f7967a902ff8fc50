//! Templates as flat programs: literals written for their place while compiling, values with the
//! operations to leave out once they are there.

use pointsman_routing::expression::Place;
use pointsman_routing::request::percent::{
    escape, is_control, is_query_value_byte, is_segment_byte, is_unreserved, put_escape,
};
use pointsman_schemas::artifact::layout::{self, NONE, OperationRecord, U16, U32};
use pointsman_schemas::artifact::write::Writer;
use pointsman_schemas::artifact::{CertPart, TimeFormat};

use crate::grammar::expression::{Part, Source, Template, Value};

/// The programs of a root: its path, and its query where it has one.
pub(super) fn root(writer: &mut Writer, template: &Template) -> (u32, Option<u32>) {
    let (mut path, mut query) = (Program::new(Place::Path), None::<Program>);
    for part in &template.parts {
        match (part, &mut query) {
            (Part::Literal(text), None) => {
                let split = text.iter().position(|byte| *byte == b'?');
                path.literal(&text[..split.unwrap_or(text.len())]);
                if let Some(at) = split {
                    path.flush(writer);
                    let mut program = Program::new(Place::Query);
                    program.literal(&text[at + 1..]);
                    query = Some(program);
                }
            }
            (Part::Literal(text), Some(query)) => query.literal(text),
            (Part::Value(value), None) => path.value(writer, value),
            (Part::Value(value), Some(query)) => query.value(writer, value),
        }
    }
    let path = path.finish(writer);
    let query = query.map(|query| query.finish(writer));
    (path, query)
}

/// The program of a text for one place.
pub(super) fn one(writer: &mut Writer, template: &Template, place: Place) -> u32 {
    let mut program = Program::new(place);
    for part in &template.parts {
        match part {
            Part::Literal(text) => program.literal(text),
            Part::Value(value) => program.value(writer, value),
        }
    }
    program.finish(writer)
}

struct Program {
    place: Place,
    operations: Vec<OperationRecord>,
    /// Text that no value parts from what comes next.
    text: String,
}

impl Program {
    fn new(place: Place) -> Self {
        Self { place, operations: Vec::new(), text: String::new() }
    }

    fn push(&mut self, kind: u8, skip: usize, argument: u32) {
        self.operations.push(OperationRecord {
            kind,
            skip: skip as u8,
            reserved: U16::ZERO,
            argument: U32::new(argument),
        });
    }

    fn literal(&mut self, text: &[u8]) {
        self.text.push_str(&match self.place {
            Place::Path => path_literal(text),
            Place::Query => query_literal(text),
            Place::Header => String::from_utf8_lossy(text).into_owned(),
        });
    }

    /// Makes an operation of the text so far.
    fn flush(&mut self, writer: &mut Writer) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            let text = writer.string(&text).0;
            self.push(layout::OPERATION_LITERAL, 0, text);
        }
    }

    fn finish(mut self, writer: &mut Writer) -> u32 {
        self.flush(writer);
        writer.program(&self.operations)
    }

    /// Alternatives in order, each of which leaves out those behind it; then the default.
    fn value(&mut self, writer: &mut Writer, value: &Value) {
        let default = value.default.as_ref().map(|text| default_literal(text, self.place));
        let default = default.filter(|text| !text.is_empty());
        if value.alternatives.is_empty() {
            self.text.push_str(&default.unwrap_or_default());
            return;
        }
        self.flush(writer);
        let all = value.alternatives.len() + usize::from(default.is_some());
        for (index, source) in value.alternatives.iter().enumerate() {
            let (kind, name) = operation(source);
            let argument = name.map_or(NONE, |name| writer.string(name).0);
            self.push(kind, all - index - 1, argument);
        }
        if let Some(text) = default {
            let text = writer.string(&text).0;
            self.push(layout::OPERATION_LITERAL, 0, text);
        }
    }
}

/// The operation of a name, and the text that it names.
fn operation(source: &Source) -> (u8, Option<&String>) {
    match source {
        Source::PathParam(name) => (layout::OPERATION_PATH_PARAM, Some(name)),
        Source::Method => (layout::OPERATION_METHOD, None),
        Source::Host => (layout::OPERATION_HOST, None),
        Source::Path => (layout::OPERATION_PATH, None),
        Source::Query(name) => (layout::OPERATION_QUERY, Some(name)),
        Source::Header(name) => (layout::OPERATION_HEADER, Some(name)),
        Source::Cookie(name) => (layout::OPERATION_COOKIE, Some(name)),
        Source::Uri => (layout::OPERATION_URI, None),
        Source::Domain => (layout::OPERATION_DOMAIN, None),
        Source::Protocol => (layout::OPERATION_PROTOCOL, None),
        Source::Secured => (layout::OPERATION_SECURED, None),
        Source::Ip => (layout::OPERATION_IP, None),
        Source::Version => (layout::OPERATION_VERSION, None),
        Source::Listener => (layout::OPERATION_LISTENER, None),
        Source::Id => (layout::OPERATION_ID, None),
        Source::ClientCert(CertPart::Dn) => (layout::OPERATION_CERT_DN, None),
        Source::ClientCert(CertPart::Cn) => (layout::OPERATION_CERT_CN, None),
        Source::ClientCert(CertPart::IssuerDn) => (layout::OPERATION_CERT_ISSUER_DN, None),
        Source::RouteId => (layout::OPERATION_ROUTE_ID, None),
        Source::RouteName => (layout::OPERATION_ROUTE_NAME, None),
        Source::RouteMetadata(name) => (layout::OPERATION_ROUTE_METADATA, Some(name)),
        Source::Now(TimeFormat::Rfc3339) => (layout::OPERATION_NOW, None),
        Source::Now(TimeFormat::Epoch) => (layout::OPERATION_NOW_EPOCH, None),
        Source::Now(TimeFormat::EpochMs) => (layout::OPERATION_NOW_EPOCH_MS, None),
        Source::Now(TimeFormat::Http) => (layout::OPERATION_NOW_HTTP, None),
        Source::Now(TimeFormat::Date) => (layout::OPERATION_NOW_DATE, None),
    }
}

/// Text of a root's path in canonical form: escapes are kept, what may not stand raw is encoded.
fn path_literal(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match escape(&text[at - 1..]) {
            Some(decoded) => {
                at += 2;
                if is_unreserved(decoded) {
                    out.push(decoded)
                } else {
                    put_escape(&mut out, decoded)
                }
            }
            None if *byte == b'/' || is_segment_byte(*byte) => out.push(*byte),
            None => put_escape(&mut out, *byte),
        }
    }
    ascii(out)
}

/// Text of a root's query: only what no query may hold raw is encoded.
fn query_literal(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if *byte <= b' ' || *byte == b'#' || *byte >= 0x80 || is_control(*byte) {
            put_escape(&mut out, *byte);
        } else {
            out.push(*byte);
        }
    }
    ascii(out)
}

/// A default is a value: encoded like one.
fn default_literal(text: &str, place: Place) -> String {
    let mut out = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = match place {
            Place::Path => is_segment_byte(byte),
            Place::Query => is_query_value_byte(byte),
            Place::Header => !is_control(byte),
        };
        if plain { out.push(byte) } else { put_escape(&mut out, byte) }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Encoded text is ASCII, so nothing is lost.
fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_written_for_their_place() {
        assert_eq!(path_literal("/a b/%2f%41\"é/%".as_bytes()), "/a%20b/%2FA%22%C3%A9/%25");
        assert_eq!(query_literal("a=b c&d=#é%41".as_bytes()), "a=b%20c&d=%23%C3%A9%41");
        assert_eq!(default_literal("a/b c%", Place::Path), "a%2Fb%20c%25");
        assert_eq!(default_literal("a&b=+/", Place::Query), "a%26b%3D%2B/");
    }
}
