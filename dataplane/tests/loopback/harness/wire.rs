//! HTTP/1 as it stands on the wire, read by a second pair of eyes: strict, simple, and nothing of
//! the edge's own code.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// One end of a connection, with what was read ahead.
pub(crate) struct Wire {
    stream: TcpStream,
    ahead: Vec<u8>,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The other side said that it was done.
    Closed,
    /// The other side reset the connection.
    Reset,
}

/// What was read: some bytes, or the end.
enum Got {
    Bytes,
    End(End),
}

/// A request as a target got it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    head: String,
    /// Its body, without framing.
    pub(crate) body: Vec<u8>,
    /// The trailer section, as it came.
    pub(crate) trailers: String,
}

/// An answer as a client got it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    head: String,
    /// Its body, without framing.
    pub(crate) body: Vec<u8>,
    /// The trailer section, as it came.
    pub(crate) trailers: String,
}

fn values<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    let fields = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
    fields.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
}

impl Asked {
    /// `METHOD TARGET VERSION`
    pub(crate) fn line(&self) -> &str {
        self.head.split("\r\n").next().unwrap_or_default()
    }

    /// All of the head.
    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    /// The values of all fields of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        values(&self.head, name)
    }

    /// The value of the one field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "several `{name}`: {}", self.head);
        all.first().copied()
    }
}

impl Answer {
    /// Its status.
    pub(crate) fn status(&self) -> u16 {
        let status = self.head.get(9..12).and_then(|digits| digits.parse().ok());
        status.unwrap_or_else(|| panic!("no status: {}", self.head))
    }

    /// All of the head.
    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    /// The value of the one field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "several `{name}`: {}", self.head);
        all.first().copied()
    }

    /// The values of all fields of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        values(&self.head, name)
    }

    /// Its body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body that is text")
    }
}

impl Wire {
    /// Reading and writing may take that long.
    pub(crate) fn new(stream: TcpStream, patience: Option<Duration>) -> Self {
        stream.set_read_timeout(patience).expect("a limit for reading");
        stream.set_write_timeout(patience).expect("a limit for writing");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, ahead: Vec::new() }
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)
    }

    pub(crate) fn end_writing(&self) {
        self.stream.shutdown(Shutdown::Write).expect("a connection that stands");
    }

    /// Closing resets the connection.
    pub(crate) fn reset(self) {
        socket2::SockRef::from(&self.stream)
            .set_linger(Some(Duration::ZERO))
            .expect("a socket that may linger");
    }

    fn read(&mut self) -> Got {
        let mut bytes = [0; 64 * 1024];
        loop {
            return match self.stream.read(&mut bytes) {
                Ok(0) => Got::End(End::Closed),
                Ok(count) => {
                    self.ahead.extend_from_slice(&bytes[..count]);
                    Got::Bytes
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => Got::End(End::Reset),
                Err(error) => {
                    let so_far = String::from_utf8_lossy(&self.ahead);
                    panic!("waiting for bytes: {error}; so far: {so_far:?}")
                }
            };
        }
    }

    /// Whether reading would not wait.
    pub(crate) fn has_more(&self) -> bool {
        self.stream.set_nonblocking(true).expect("a socket that does not block");
        let peeked = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false).expect("a socket that blocks");
        !matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Everything up to the end.
    pub(crate) fn rest(&mut self) -> (Vec<u8>, End) {
        loop {
            if let Got::End(end) = self.read() {
                return (std::mem::take(&mut self.ahead), end);
            }
        }
    }

    /// Everything up to and with `mark`; none when the connection ends first.
    pub(crate) fn up_to(&mut self, mark: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.ahead.windows(mark.len()).position(|window| window == mark) {
                return Some(self.ahead.drain(..at + mark.len()).collect());
            }
            if let Got::End(_) = self.read() {
                return None;
            }
        }
    }

    /// That many bytes; none when the connection ends first.
    pub(crate) fn exactly(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.ahead.len() < count {
            if let Got::End(_) = self.read() {
                return None;
            }
        }
        Some(self.ahead.drain(..count).collect())
    }

    fn head(&mut self) -> Option<String> {
        let head = self.up_to(b"\r\n\r\n")?;
        Some(String::from_utf8(head).expect("a head that is text").trim_end().to_owned())
    }

    fn chunks(&mut self) -> Option<(Vec<u8>, String)> {
        let mut body = Vec::new();
        loop {
            let line = self.up_to(b"\r\n")?;
            let digits = std::str::from_utf8(&line[..line.len() - 2]).expect("a size that is text");
            let size = usize::from_str_radix(digits, 16);
            let size = size.unwrap_or_else(|_| panic!("a chunk's size: {digits:?}"));
            if size == 0 {
                break;
            }
            body.extend(self.exactly(size)?);
            assert_eq!(self.exactly(2)?, b"\r\n", "a chunk ends with its length");
        }
        let mut trailers = String::new();
        loop {
            let line = self.up_to(b"\r\n")?;
            if line == b"\r\n" {
                return Some((body, trailers));
            }
            trailers.push_str(std::str::from_utf8(&line).expect("a trailer that is text"));
        }
    }

    fn framed(&mut self, head: &str) -> Option<(Vec<u8>, String)> {
        let (lengths, codings) =
            (values(head, "content-length"), values(head, "transfer-encoding"));
        match (&lengths[..], &codings[..]) {
            ([], ["chunked"]) => self.chunks(),
            ([length], []) => {
                let length = length.parse().expect("a length");
                Some((self.exactly(length)?, String::new()))
            }
            ([], []) => Some(Default::default()),
            _ => panic!("not exactly one framing field: {head}"),
        }
    }

    /// One whole request; none when the connection ends before one is whole.
    pub(crate) fn request(&mut self) -> Option<Asked> {
        let head = self.head()?;
        let (body, trailers) = self.framed(&head)?;
        Some(Asked { head, body, trailers })
    }

    /// A request's head alone.
    pub(crate) fn request_head(&mut self) -> Option<Asked> {
        Some(Asked { head: self.head()?, body: Vec::new(), trailers: String::new() })
    }

    /// An answer's head alone, interim or not.
    pub(crate) fn answer_head(&mut self) -> Option<Answer> {
        Some(Answer { head: self.head()?, body: Vec::new(), trailers: String::new() })
    }

    /// One whole answer; none when the connection ends before one is whole.
    pub(crate) fn answer(&mut self, is_to_head: bool) -> Option<Answer> {
        let mut answer = self.answer_head()?;
        let bodiless = is_to_head || matches!(answer.status(), 100..=199 | 204 | 304);
        if !bodiless {
            let framed = ["content-length", "transfer-encoding"]
                .iter()
                .any(|name| !answer.all(name).is_empty());
            (answer.body, answer.trailers) = if framed {
                self.framed(&answer.head)?
            } else {
                let (body, end) = self.rest();
                if end == End::Reset {
                    return None;
                }
                (body, String::new())
            };
        }
        Some(answer)
    }
}
