//! The values that a segment of a request can have. Everything else is left out of every table, so
//! that `.+` and `[^\n]+` are one language, as they are for every request.

use pointsman_routing::request::percent::{self, Decoded};

/// Where a value stands after some of its bytes: in a product with this, a table knows only what
/// requests can hold.
///
/// A request never gets as far as the matcher with an encoded control character, and its `.` and
/// `..` are refused or resolved first. An empty segment fits no constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Prefix {
    /// Nothing yet.
    Empty,
    /// `.`
    Dot,
    /// `..`
    Dots,
    /// Anything else.
    Other,
    /// A value of a field, a query or a cookie, which may be empty and hold any byte.
    Value,
}

impl Prefix {
    /// The value after one more byte; `None` where no request can go on like this.
    pub(super) fn step(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Value, _) => Some(Self::Value),
            (_, byte) if percent::is_control(byte) => None,
            (Self::Empty, b'.') => Some(Self::Dot),
            (Self::Dot, b'.') => Some(Self::Dots),
            _ => Some(Self::Other),
        }
    }

    /// Whether a value may end here.
    pub(super) fn may_end(self) -> bool {
        matches!(self, Self::Other | Self::Value)
    }
}

/// Whether a segment of a request can hold these bytes, decoded.
pub fn is_segment_value(bytes: &[u8]) -> bool {
    let mut prefix = Some(Prefix::Empty);
    for byte in bytes {
        prefix = prefix.and_then(|prefix| prefix.step(*byte));
    }
    prefix.is_some_and(Prefix::may_end)
}

/// The bytes that a segment in canonical form stands for: what a constraint sees and a parameter
/// holds.
pub fn segment_value(canonical: &[u8]) -> Vec<u8> {
    Decoded::segment(canonical).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segment_value_is_decoded_once() {
        assert_eq!(segment_value(b"a%2Fb%C3%A9%2541"), b"a/b\xc3\xa9%41");
        assert_eq!(segment_value(b"%"), b"%");
        assert_eq!(segment_value(b"%zz%4"), b"%zz%4");
    }

    #[test]
    fn segment_value_dots_controls_and_nothing_are_none() {
        for no in [&b""[..], b".", b"..", b"\n", b"a\x7f", b"\0"] {
            assert!(!is_segment_value(no), "{no:?}");
        }
        for yes in [&b"a"[..], b"...", b".a", b"..a", b"a/b", b"\xff", b" "] {
            assert!(is_segment_value(yes), "{yes:?}");
        }
    }
}
