//! Percent-encoding: reading it back, and which bytes stand for themselves where.

/// Value of a hexadecimal digit.
#[inline]
#[must_use]
pub fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The byte that `%XX` at the start of `bytes` stands for.
#[inline]
#[must_use]
pub fn escape(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    Some(hex(*high)? << 4 | hex(*low)?)
}

/// Appends `%XX`, upper-case.
#[inline]
pub fn put_escape(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(&[b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

/// `A-Z a-z 0-9 - . _ ~`.
///
/// Source: RFC 3986 §2.3.
#[inline]
#[must_use]
pub const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// `! $ & ' ( ) * + , ; =`.
///
/// Source: RFC 3986 §2.2.
#[inline]
#[must_use]
pub const fn is_sub_delimiter(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// A byte below 0x20, or 0x7F.
#[inline]
#[must_use]
pub const fn is_control(byte: u8) -> bool {
    byte < 0x20 || byte == 0x7f
}

/// Whether a value's byte stands for itself inside one segment of a path.
#[inline]
#[must_use]
pub const fn is_segment_byte(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delimiter(byte) || matches!(byte, b':' | b'@')
}

/// Whether a value's byte stands for itself inside a value of a query: not what separates pairs,
/// and not `+`, which many read as a space.
#[inline]
#[must_use]
pub const fn is_query_value_byte(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b',' | b':' | b'@' | b'/' | b'?'
        )
}

/// Text with its escapes read; a `%` that begins none stands for itself.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    rest: &'a [u8],
    plus_is_space: bool,
}

impl<'a> Decoded<'a> {
    /// Bytes of a path's segment.
    #[inline]
    #[must_use]
    pub fn segment(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, plus_is_space: false }
    }

    /// Bytes of a query's name or value, where `+` is a space.
    #[inline]
    #[must_use]
    pub fn query(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, plus_is_space: true }
    }
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        if *first == b'%'
            && let Some(byte) = escape(self.rest)
        {
            self.rest = self.rest.get(3..).unwrap_or_default();
            return Some(byte);
        }
        self.rest = rest;
        Some(if *first == b'+' && self.plus_is_space { b' ' } else { *first })
    }
}
