//! How long a body is: RFC 9112 §6.3, strictly. Where two readers could disagree, it refuses.

use crate::fault::Fault;
use crate::fields::hop::Connection;
use crate::fields::list::{is_token, members};
use crate::fields::number::parse_decimal;
use crate::limits::{BODY_BYTES_MAX, LENGTH_DIGITS_MAX};

/// The version of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `HTTP/1.0`
    Http10,
    /// `HTTP/1.1`
    Http11,
}

impl Version {
    /// The version with these digits, if we speak it.
    pub(super) const fn of_digits(major: u8, minor: u8) -> Option<Self> {
        match (major, minor) {
            (b'1', b'0') => Some(Self::Http10),
            (b'1', b'1') => Some(Self::Http11),
            _ => None,
        }
    }

    /// `HTTP/1.0` or `HTTP/1.1`
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Http10 => b"HTTP/1.0",
            Self::Http11 => b"HTTP/1.1",
        }
    }

    /// `HTTP/1.0` or `HTTP/1.1`
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
        }
    }
}

/// How much body follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLength {
    /// None, and no field says so.
    None,
    /// That many bytes.
    Length(u64),
    /// Chunks, until the last one.
    Chunked,
    /// All until the connection ends; only in responses.
    UntilClose,
}

/// The framing fields of one head, as they come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FramingFields<'a> {
    length: Option<&'a [u8]>,
    lengths: usize,
    coding: Option<&'a [u8]>,
    codings: usize,
}

/// What the framing fields say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    Nothing,
    Length(u64),
    Chunked,
}

impl<'a> FramingFields<'a> {
    pub(super) fn add_length(&mut self, value: &'a [u8]) {
        self.length = Some(value);
        self.lengths += 1;
    }

    pub(super) fn add_coding(&mut self, value: &'a [u8]) {
        self.coding = Some(value);
        self.codings += 1;
    }

    /// What they say together, or why they say nothing that all readers would understand alike.
    pub(super) fn declared(&self, version: Version) -> Result<Declared, Fault> {
        if let Some(coding) = self.coding {
            //= RFC 9112 §6.1
            // The RFC lets a server process the coding alone; a peer that sends both is attacking
            // or broken, and it says to close in any case.
            if self.lengths > 0 {
                return Err(Fault::LengthWithCoding);
            }
            //= RFC 9112 §6.1
            if version == Version::Http10 {
                return Err(Fault::CodingInOldVersion);
            }
            if self.codings > 1 {
                return Err(Fault::CodingBad);
            }
            return if coding.eq_ignore_ascii_case(b"chunked") {
                Ok(Declared::Chunked)
            } else {
                Err(coding_fault(coding))
            };
        }
        let Some(length) = self.length else { return Ok(Declared::Nothing) };
        //= RFC 9112 §6.3
        // Even equal values are refused: RFC 9110 §8.6 leaves that choice, and not every reader
        // behind us would see that they are equal.
        if self.lengths > 1 {
            return Err(Fault::LengthSeveral);
        }
        parse_length(length).map(Declared::Length).ok_or(Fault::LengthBad)
    }
}

/// Reads `Content-Length`: digits alone, no sign, no list, no overflow.
fn parse_length(value: &[u8]) -> Option<u64> {
    //= RFC 9110 §8.6
    if value.len() > LENGTH_DIGITS_MAX {
        return None;
    }
    parse_decimal(value).filter(|length| *length <= BODY_BYTES_MAX)
}

/// Why a `Transfer-Encoding` that is not `chunked` alone is refused.
#[cold]
fn coding_fault(value: &[u8]) -> Fault {
    //= RFC 9112 §6.1
    // A coding we do not know, well-formed, with `chunked` behind it: 501. All else leaves the
    // body's end open, or has `chunked` twice or in front: 400 (§6.3).
    let mut last = None;
    let mut chunked = 0;
    for coding in members(value) {
        if !is_token(coding) || coding.eq_ignore_ascii_case(b"identity") {
            return Fault::CodingBad;
        }
        chunked += usize::from(coding.eq_ignore_ascii_case(b"chunked"));
        last = Some(coding);
    }
    match last {
        Some(last)
            if chunked == 1
                && last.eq_ignore_ascii_case(b"chunked")
                && members(value).count() > 1 =>
        {
            Fault::CodingUnknown
        }
        _ => Fault::CodingBad,
    }
}

/// Whether the connection can carry another message after this one, as far as its head says.
#[must_use]
pub(super) fn persists(version: Version, connection: &Connection) -> bool {
    //= RFC 9112 §9.3
    !connection.close && (version == Version::Http11 || connection.keep_alive)
}

/// A status whose message ends with its head, whatever the fields say.
#[must_use]
pub const fn is_bodiless(status: u16) -> bool {
    //= RFC 9112 §6.3
    matches!(status, 100..=199 | 204 | 304)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(version: Version, fields: &[(&str, &str)]) -> Result<Declared, Fault> {
        let mut framing = FramingFields::default();
        for (name, value) in fields {
            match *name {
                "cl" => framing.add_length(value.as_bytes()),
                _ => framing.add_coding(value.as_bytes()),
            }
        }
        framing.declared(version)
    }

    #[test]
    fn length_is_digits_and_nothing_else() {
        //= RFC 9110 §8.6
        fn check(value: &str, expected: Result<u64, Fault>) {
            let found = declared(Version::Http11, &[("cl", value)]);
            assert_eq!(found, expected.map(Declared::Length), "{value:?}");
        }
        check("0", Ok(0));
        check("5", Ok(5));
        check("003", Ok(3));
        check("4294967301", Ok(4_294_967_301));
        check("999999999999999999", Ok(BODY_BYTES_MAX));
        for bad in [
            "",
            "+5",
            "-5",
            "5Z",
            "abc",
            "0x5",
            "0_5",
            "+1_0",
            "5 5",
            "5, 5",
            "5,6",
            ",5",
            "5,",
            "5;",
            "5.0",
            "\u{ff15}",
            "1000000000000000000",
            "18446744073709551621",
            "1000000000000000000000",
            "00000000000000000005",
        ] {
            check(bad, Err(Fault::LengthBad));
        }
    }

    #[test]
    fn length_twice_is_refused_even_when_equal() {
        //= RFC 9112 §6.3
        for version in [Version::Http10, Version::Http11] {
            for pair in [["5", "5"], ["5", "3"], ["44", "0"], ["5", ""]] {
                let found = declared(version, &[("cl", pair[0]), ("cl", pair[1])]);
                assert_eq!(found, Err(Fault::LengthSeveral), "{pair:?}");
            }
        }
    }

    #[test]
    fn coding_is_one_final_chunked() {
        //= RFC 9112 §6.1
        fn check(value: &str, expected: Result<Declared, Fault>) {
            assert_eq!(declared(Version::Http11, &[("te", value)]), expected, "{value:?}");
        }
        check("chunked", Ok(Declared::Chunked));
        check("CHUNKED", Ok(Declared::Chunked));
        check("gzip, chunked", Err(Fault::CodingUnknown));
        check("foo,CHUNKED", Err(Fault::CodingUnknown));
        for bad in [
            "",
            "identity",
            "identity, chunked",
            "gzip",
            "chunked, gzip",
            "chunked, chunked",
            "chunked;q=1",
            "xchunked",
            "chunkedchunked",
            "chunked foo",
            "cow chunked bar",
            "\"chunked\"",
            ",chunked",
            "chunked,",
            "\u{a0}chunked",
            "chunked\u{ff}",
        ] {
            check(bad, Err(Fault::CodingBad));
        }
    }

    #[test]
    fn coding_beside_length_or_twice_or_in_old_version_is_refused() {
        //= RFC 9112 §6.1
        let both = [("te", "chunked"), ("cl", "5")];
        assert_eq!(declared(Version::Http11, &both), Err(Fault::LengthWithCoding));
        assert_eq!(declared(Version::Http10, &both), Err(Fault::LengthWithCoding));
        let twice = [("te", "chunked"), ("te", "chunked")];
        assert_eq!(declared(Version::Http11, &twice), Err(Fault::CodingBad));
        let old = [("te", "chunked")];
        assert_eq!(declared(Version::Http10, &old), Err(Fault::CodingInOldVersion));
    }

    #[test]
    fn connection_persists_by_version_and_option() {
        //= RFC 9112 §9.3
        fn check(version: Version, value: &[u8], expected: bool) {
            let mut connection = Connection::default();
            connection.add(value).expect("few options");
            assert_eq!(persists(version, &connection), expected, "{version:?} {value:?}");
        }
        check(Version::Http11, b"", true);
        check(Version::Http11, b"close", false);
        check(Version::Http11, b"keep-alive, close", false);
        check(Version::Http10, b"", false);
        check(Version::Http10, b"keep-alive", true);
        check(Version::Http10, b"keep-alive, close", false);
    }
}
