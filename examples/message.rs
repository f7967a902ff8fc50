//! Reads HTTP/1.1 messages from a stream, within bounds: what the target and the load loop of the
//! examples share. It is no part of the proxy, and never trusts a length that it has not checked.
#![forbid(unsafe_code)]

use std::io::{self, BufRead, Read};

/// Longest head, in bytes.
pub const HEAD_BYTES_MAX: u64 = 64 * 1024;
/// Most fields of a head.
pub const FIELDS_MAX: usize = 256;
/// Longest line of chunked framing, in bytes.
pub const CHUNK_LINE_BYTES_MAX: u64 = 4096;

/// A head as it came: its first line and its fields in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// Request line or status line, without the line's end.
    pub first: String,
    /// Names and values; bytes that are no UTF-8 are shown as U+FFFD.
    pub fields: Vec<(String, String)>,
}

/// How the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// By its length in bytes.
    Length(u64),
    /// By its last chunk.
    Chunked,
}

impl Head {
    /// The values of a field, which is named in lower case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fitting = self.fields.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name));
        fitting.map(|(_, value)| value.as_str())
    }

    /// Whether one of a field's comma-separated values is this one, whatever its case.
    pub fn says(&self, name: &str, wanted: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(','))
            .any(|value| value.trim().eq_ignore_ascii_case(wanted))
    }

    /// How the end of the body is known.
    ///
    /// # Errors
    /// When the fields contradict each other or are no framing at all.
    pub fn body(&self) -> io::Result<Body> {
        let lengths: Vec<&str> = self.values("content-length").collect();
        match (self.values("transfer-encoding").next(), lengths.as_slice()) {
            (None, []) => Ok(Body::None),
            (None, [length])
                if !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit()) =>
            {
                let length = length.parse().map_err(|_| malformed("a length out of range"))?;
                Ok(Body::Length(length))
            }
            (Some(encoding), []) if encoding.eq_ignore_ascii_case("chunked") => Ok(Body::Chunked),
            _ => Err(malformed("a body of unknown length")),
        }
    }
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// One line without its end, which must come within `left` bytes; they count down.
fn line(reader: &mut impl BufRead, left: &mut u64) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let read = reader.take(*left).read_until(b'\n', &mut line)? as u64;
    if !line.ends_with(b"\n") {
        let whole = read == *left;
        return Err(if whole {
            malformed("too long")
        } else {
            io::ErrorKind::UnexpectedEof.into()
        });
    }
    *left -= read;
    line.pop();
    if line.pop() != Some(b'\r') || line.contains(&b'\r') {
        return Err(malformed("a line that does not end with CRLF"));
    }
    Ok(line)
}

/// Reads a head; nothing when the stream ends in front of it.
///
/// # Errors
/// `InvalidData` when it is no head or too large, else what the stream says.
pub fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    if reader.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut left = HEAD_BYTES_MAX;
    let first = line(reader, &mut left)?;
    let mut fields = Vec::new();
    loop {
        let line = line(reader, &mut left)?;
        if line.is_empty() {
            let first = String::from_utf8_lossy(&first).into_owned();
            return Ok(Some(Head { first, fields }));
        }
        let text = String::from_utf8_lossy(&line);
        let (name, value) = text.split_once(':').ok_or_else(|| malformed("no field"))?;
        if name.is_empty() || name.contains(char::is_whitespace) || fields.len() == FIELDS_MAX {
            return Err(malformed("a bad field, or too many"));
        }
        fields.push((name.to_owned(), value.trim().to_owned()));
    }
}

/// Reads a body and throws it away; gives back its length in bytes.
///
/// # Errors
/// `InvalidData` for broken chunks, `UnexpectedEof` for a body cut short.
pub fn skip_body(reader: &mut impl BufRead, body: Body) -> io::Result<u64> {
    match body {
        Body::None => Ok(0),
        Body::Length(length) => skip(reader, length),
        Body::Chunked => skip_chunks(reader),
    }
}

fn skip(reader: &mut impl BufRead, length: u64) -> io::Result<u64> {
    let read = io::copy(&mut reader.take(length), &mut io::sink())?;
    if read == length { Ok(length) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn skip_chunks(reader: &mut impl BufRead) -> io::Result<u64> {
    let mut total = 0_u64;
    loop {
        let line_of_size = line(reader, &mut CHUNK_LINE_BYTES_MAX.clone())?;
        let text = String::from_utf8_lossy(&line_of_size);
        let digits = text.split(';').next().unwrap_or_default().trim_end();
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = u64::from_str_radix(digits, 16).ok().filter(|_| is_hex);
        let size = size.ok_or_else(|| malformed("no size of a chunk"))?;
        if size == 0 {
            break;
        }
        let read = skip(reader, size)?;
        total = total.checked_add(read).ok_or_else(|| malformed("an endless body"))?;
        if !line(reader, &mut CHUNK_LINE_BYTES_MAX.clone())?.is_empty() {
            return Err(malformed("a chunk longer than its size"));
        }
    }
    let mut left = HEAD_BYTES_MAX;
    while !line(reader, &mut left)?.is_empty() {}
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_head_fields_keep_order_and_case() {
        let mut bytes = &b"GET / HTTP/1.1\r\nHost: a\r\nX-A:  b \r\n\r\nrest"[..];
        let head = read_head(&mut bytes).expect("readable").expect("a head");
        assert_eq!(head.first, "GET / HTTP/1.1");
        assert_eq!(head.fields, [("Host".into(), "a".into()), ("X-A".into(), "b".into())]);
        assert_eq!(bytes, b"rest");
    }

    #[test]
    fn read_head_broken_input_is_refused() {
        let check = |bytes: &[u8], expected: io::ErrorKind| {
            let error = read_head(&mut { bytes }).expect_err("refused");
            assert_eq!(error.kind(), expected, "{}", String::from_utf8_lossy(bytes));
        };
        check(b"GET / HTTP/1.1\n\n", io::ErrorKind::InvalidData);
        check(b"GET / HTTP/1.1\r\nno field\r\n\r\n", io::ErrorKind::InvalidData);
        check(b"GET / HTTP/1.1\r\na : b\r\n\r\n", io::ErrorKind::InvalidData);
        check(b"GET / HTTP/1.1\r\nHost: a", io::ErrorKind::UnexpectedEof);
        check(&b"a".repeat(70_000), io::ErrorKind::InvalidData);
        assert!(read_head(&mut &b""[..]).expect("readable").is_none());
    }

    #[test]
    fn skip_body_chunks_are_counted_without_framing() {
        let check = |bytes: &[u8], expected: Option<u64>| {
            assert_eq!(skip_body(&mut { bytes }, Body::Chunked).ok(), expected);
        };
        check(b"3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\n\r\n", Some(19));
        check(b"0\r\nx-t: 1\r\n\r\n", Some(0));
        check(b"3\r\nabcd\r\n0\r\n\r\n", None);
        check(b"+3\r\nabc\r\n0\r\n\r\n", None);
        check(b"3\r\nab", None);
        check(b"\r\n", None);
    }

    #[test]
    fn body_contradicting_fields_are_refused() {
        let check = |fields: &[(&str, &str)], expected: Option<Body>| {
            let fields = fields.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let head = Head { first: String::new(), fields: fields.collect() };
            assert_eq!(head.body().ok(), expected);
        };
        check(&[], Some(Body::None));
        check(&[("Content-Length", "12")], Some(Body::Length(12)));
        check(&[("Transfer-Encoding", "Chunked")], Some(Body::Chunked));
        check(&[("Content-Length", "+1")], None);
        check(&[("Content-Length", "1"), ("Content-Length", "1")], None);
        check(&[("Content-Length", "1"), ("Transfer-Encoding", "chunked")], None);
        check(&[("Content-Length", "99999999999999999999999")], None);
    }
}
