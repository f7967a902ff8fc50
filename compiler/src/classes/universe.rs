//! What the parts of a request can be that constraints are put to, as the edge reads them: a value
//! after some of its bytes.

use pointsman_routing::request::percent::is_control;
use pointsman_schemas::artifact::FilterPlace;

/// The values of one part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Universe {
    /// A segment of a path, decoded.
    Segment,
    /// A value of a query, decoded: any bytes.
    Query,
    /// The value of a field, of plain letters and signs alone.
    PlainField,
    /// The value of a cookie, as RFC 6265 wants it written.
    PlainCookie,
    /// The value of a field.
    Field,
    /// The value of a cookie.
    Cookie,
}

/// Whether a value may end where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It may.
    Here,
    /// It may, and it cannot be shown: text cannot hold it, or a terminal hides it.
    Unshown,
    /// It may not, but what it goes on to may.
    Later,
}

/// Where a value stands.
pub(super) type At = u8;

/// Nothing yet.
pub(super) const EMPTY: At = 0;
/// Anything else that may end.
const OTHER: At = 1;
/// A segment that is `.`, and one that is `..`.
const DOT: At = 2;
const DOTS: At = 3;
/// Behind a space or a tab, which the edge takes off at an end.
const SPACE: At = 4;
/// In a letter of several bytes: one is missing, or two.
const ONE_MISSING: At = 5;
const TWO_MISSING: At = 6;
/// Behind bytes that cannot be shown.
const UNSHOWN: At = 7;
/// The same, behind a space or a tab.
const UNSHOWN_SPACE: At = 8;

/// Where a byte leads to from each place.
pub(super) type Kind = [Option<At>; 9];

impl Universe {
    /// Of values that everyone can type.
    pub(super) fn plain(place: FilterPlace) -> Self {
        match place {
            FilterPlace::Header => Self::PlainField,
            FilterPlace::Cookie => Self::PlainCookie,
            FilterPlace::Query => Self::Query,
        }
    }

    /// Of all that the edge accepts.
    pub(super) fn whole(place: FilterPlace) -> Self {
        match place {
            FilterPlace::Header => Self::Field,
            FilterPlace::Cookie => Self::Cookie,
            FilterPlace::Query => Self::Query,
        }
    }

    /// The value after one more byte; none where no request can go on like this.
    pub(super) fn step(self, at: At, byte: u8) -> Option<At> {
        match self {
            Self::Query => Some(OTHER),
            Self::Segment => segment(at, byte),
            Self::PlainField => match byte {
                b' ' if at == EMPTY => None,
                b' ' => Some(SPACE),
                b'!'..=b'~' => Some(OTHER),
                _ => None,
            },
            Self::PlainCookie => match byte {
                b';' | b',' | b'"' | b'\\' => None,
                b'!'..=b'~' => Some(OTHER),
                _ => None,
            },
            Self::Cookie if byte == b';' => None,
            Self::Field | Self::Cookie => field(at, byte),
        }
    }

    /// Whether a value may end here.
    pub(super) fn end(self, at: At) -> End {
        match (self, at) {
            (Self::Segment, EMPTY) | (_, DOT | DOTS | SPACE | UNSHOWN_SPACE) => End::Later,
            (_, ONE_MISSING | TWO_MISSING | UNSHOWN) => End::Unshown,
            _ => End::Here,
        }
    }

    /// Whether all that begins like this ends like this, where it ends.
    pub(super) fn is_settled(self, at: At) -> bool {
        matches!(at, OTHER | UNSHOWN) || (at == EMPTY && self.end(at) == End::Here)
    }

    /// What a byte does to a value wherever it stands: bytes of one kind do the same.
    pub(super) fn kind(self, byte: u8) -> Option<Kind> {
        let steps: Kind = std::array::from_fn(|at| self.step(at as At, byte));
        steps.iter().any(Option::is_some).then_some(steps)
    }

    /// How a whole value ends; none where no request holds it.
    pub(super) fn of(self, value: &[u8]) -> Option<End> {
        let at = value.iter().try_fold(EMPTY, |at, byte| self.step(at, *byte))?;
        Some(self.end(at))
    }
}

/// What a segment of a request can be that is not refused before it is matched.
fn segment(at: At, byte: u8) -> Option<At> {
    match (at, byte) {
        (_, byte) if is_control(byte) => None,
        (DOT | DOTS, b';') => None,
        (EMPTY, b'.') => Some(DOT),
        (DOT, b'.') => Some(DOTS),
        _ => Some(OTHER),
    }
}

/// What the value of a field can be. Of letters beyond ASCII those are shown that every terminal
/// shows, and none that could hide or turn what stands beside it.
fn field(at: At, byte: u8) -> Option<At> {
    let is_unshown = matches!(at, ONE_MISSING | TWO_MISSING | UNSHOWN | UNSHOWN_SPACE);
    match (at, byte) {
        (EMPTY, b' ' | b'\t') => None,
        (_, b'\t') => Some(UNSHOWN_SPACE),
        (_, byte) if is_control(byte) => None,
        (ONE_MISSING, 0x80..=0xbf) => Some(OTHER),
        (TWO_MISSING, 0x80..=0xbf) => Some(ONE_MISSING),
        (_, b' ') => Some(if is_unshown { UNSHOWN_SPACE } else { SPACE }),
        _ if is_unshown => Some(UNSHOWN),
        // Latin, Greek and Cyrillic.
        (_, 0xc3..=0xcb | 0xce..=0xd1) => Some(ONE_MISSING),
        // Chinese and Japanese.
        (_, 0xe4..=0xe9) => Some(TWO_MISSING),
        (_, 0x80..) => Some(UNSHOWN),
        _ => Some(OTHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_what_the_edge_makes_of_a_line() {
        let check = |universe: Universe, value: &[u8], expected: Option<End>| {
            assert_eq!(universe.of(value), expected, "{universe:?} {value:?}");
        };
        check(Universe::Field, b"", Some(End::Here));
        check(Universe::Field, "caf\u{e9} \u{4e2d}".as_bytes(), Some(End::Here));
        check(Universe::Field, b"caf\xe9", Some(End::Unshown));
        check(Universe::Field, b"\xc3", Some(End::Unshown));
        check(Universe::Field, b"a\tb", Some(End::Unshown));
        check(Universe::Field, b"a ", Some(End::Later));
        check(Universe::Field, b" a", None);
        check(Universe::Field, b"a\x7f", None);
        check(Universe::Cookie, b"a b,\"\\", Some(End::Here));
        check(Universe::Cookie, b"a;b", None);
        check(Universe::PlainCookie, b"a b", None);
        check(Universe::Segment, b"..", Some(End::Later));
        check(Universe::Segment, b".;a", None);
        check(Universe::Query, b"\0", Some(End::Here));
    }

    #[test]
    fn value_that_is_shown_is_text() {
        let bytes: Vec<u8> = [b'a', b' ', 0x80, 0xa9, 0xc3, 0xe4, 0xbf, 0xff].to_vec();
        let mut values = vec![Vec::new()];
        for _ in 0..5 {
            let longer = |value: &Vec<u8>| {
                bytes.iter().map(|byte| [value, &[*byte][..]].concat()).collect::<Vec<_>>()
            };
            values = values.iter().flat_map(longer).collect();
            for value in &values {
                if Universe::Field.of(value) == Some(End::Here) {
                    assert!(std::str::from_utf8(value).is_ok(), "{value:?}");
                }
            }
        }
    }
}
