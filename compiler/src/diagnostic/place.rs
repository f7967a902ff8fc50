//! Places and sentences as other programs want them: names seen from where the command was called,
//! and all that a finding says in one text.

use std::fmt::Write as _;

use super::finding::Diagnostic;
use crate::source::{Position, SourceMap, Span};

/// Where a place begins and ends; the end is one past its last character.
pub(super) fn ends(span: Span, sources: &SourceMap) -> (Position, Position) {
    let end = Span { start: span.end, ..span };
    (sources.position(span), sources.position(end))
}

/// Message, help and witness, a line each.
pub(super) fn sentences(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    if let Some(help) = &finding.help {
        // Writing to a text cannot fail.
        let _ = write!(out, "\nhelp: {help}");
    }
    if let Some(witness) = &finding.witness {
        let _ = write!(out, "\na request that shows it: {witness}");
    }
    out
}

/// The name of a file as a relative reference.
///
/// Source: RFC 3986 §4.2; what is not unreserved is percent-encoded, so that no segment looks like
/// a scheme.
pub(super) fn uri(base: &str, name: &str) -> String {
    let mut out = String::with_capacity(base.len() + name.len());
    for byte in base.bytes().chain(name.bytes()) {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uri_encodes_what_is_not_unreserved() {
        assert_eq!(uri("", "routes/users.toml"), "routes/users.toml");
        assert_eq!(uri("my edge/", "a:b#c?é.toml"), "my%20edge/a%3Ab%23c%3F%C3%A9.toml");
    }
}
