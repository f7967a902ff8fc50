//! Answers of our own: a short text, framed so that nobody can mistake its end.

use super::encode::{Persistence, write_date, write_framing, write_persistence, write_status_line};
use super::framing::{BodyLength, Version};

/// An answer that no target gave.
#[derive(Clone, Copy, Debug)]
pub struct OwnAnswer<'a> {
    /// One of those that [`reason_phrase`] knows.
    pub status: u16,
    /// One line, without its end.
    pub text: &'a str,
    /// Further fields, such as `Allow`.
    pub fields: &'a [(&'a [u8], &'a [u8])],
    /// The request was HEAD: the body is only spoken of.
    pub head_only: bool,
    /// The client's version.
    pub client_version: Version,
    /// What becomes of the client's connection.
    pub persistence: Persistence,
    /// For `Date`.
    pub date: &'a [u8],
}

/// Appends the whole answer.
pub fn write_own_answer(out: &mut Vec<u8>, answer: &OwnAnswer<'_>) {
    write_status_line(out, answer.status, reason_phrase(answer.status));
    write_date(out, answer.date);
    if !answer.text.is_empty() {
        out.extend_from_slice(b"Content-Type: text/plain; charset=utf-8\r\n");
    }
    for (name, value) in answer.fields {
        out.extend_from_slice(name);
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
    //= RFC 9110 §8.6
    // No length in a 204.
    if answer.status != 204 {
        let len = if answer.text.is_empty() { 0 } else { answer.text.len() + 1 };
        write_framing(out, BodyLength::Length(len as u64));
    }
    write_persistence(out, answer.client_version, answer.persistence);
    out.extend_from_slice(b"\r\n");
    if !answer.head_only && !answer.text.is_empty() {
        out.extend_from_slice(answer.text.as_bytes());
        out.push(b'\n');
    }
}

/// `100 Continue`, for a client that waits while no target will send it.
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The phrase for a status that we answer with; empty for others.
///
/// Source: RFC 9110 §15, RFC 6585.
#[must_use]
pub const fn reason_phrase(status: u16) -> &'static [u8] {
    match status {
        200 => b"OK",
        204 => b"No Content",
        301 => b"Moved Permanently",
        302 => b"Found",
        307 => b"Temporary Redirect",
        308 => b"Permanent Redirect",
        400 => b"Bad Request",
        403 => b"Forbidden",
        404 => b"Not Found",
        405 => b"Method Not Allowed",
        408 => b"Request Timeout",
        411 => b"Length Required",
        413 => b"Content Too Large",
        414 => b"URI Too Long",
        417 => b"Expectation Failed",
        421 => b"Misdirected Request",
        425 => b"Too Early",
        426 => b"Upgrade Required",
        429 => b"Too Many Requests",
        431 => b"Request Header Fields Too Large",
        500 => b"Internal Server Error",
        501 => b"Not Implemented",
        502 => b"Bad Gateway",
        503 => b"Service Unavailable",
        504 => b"Gateway Timeout",
        505 => b"HTTP Version Not Supported",
        508 => b"Loop Detected",
        _ => b"",
    }
}
