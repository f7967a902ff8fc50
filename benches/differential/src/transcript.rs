//! What a reader got out of a connection's bytes, in one form for all readers.

use std::fmt;

/// How a message's body came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Whole.
    Whole(Vec<u8>),
    /// More bytes are needed.
    Waits(Vec<u8>),
    /// It is malformed: the connection ends.
    Broken,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// `GET /x HTTP/1.1`, or the status of an answer.
    pub start: String,
    /// Names in lower case, with their values; sorted, since some readers keep no order.
    pub fields: Vec<(String, Vec<u8>)>,
    /// What followed its head.
    pub body: Body,
}

impl Message {
    /// A message whose fields come in any order.
    pub fn new<'a>(
        start: String,
        fields: impl Iterator<Item = (&'a [u8], &'a [u8])>,
        body: Body,
    ) -> Self {
        let lower = |name: &[u8]| String::from_utf8_lossy(name).to_ascii_lowercase();
        let mut fields: Vec<_> =
            fields.map(|(name, value)| (lower(name), value.to_vec())).collect();
        fields.sort();
        Self { start, fields, body }
    }
}

/// What became of the connection, without its peer closing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Open, and nothing is owed: the next message may come.
    Idle,
    /// Open, in the middle of a message: more bytes are waited for.
    Waiting,
    /// Closed, or to be closed once the answer is out: nothing more is read from it.
    Closed,
    /// The peer's bytes were refused; with the status that the peer is told, where it is told one.
    Refused(u16),
}

/// A connection's messages and its end.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// In order.
    pub messages: Vec<Message>,
    /// After the last byte.
    pub end: End,
}

impl Transcript {
    /// Whether two readers understood the same: equal messages, equal ends. Which status a refusal
    /// has is each reader's choice.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let same_end = match (self.end, other.end) {
            (End::Refused(_), End::Refused(_)) => true,
            (one, two) => one == two,
        };
        let pairs = || self.messages.iter().zip(&other.messages);
        same_end
            && self.messages.len() == other.messages.len()
            && pairs().all(|(one, two)| {
                one.start == two.start && one.body == two.body && one.fields == two.fields
            })
    }
}

/// At most this many bytes of a body are shown.
const SHOWN_BYTES_MAX: usize = 40;

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, waits) = match self {
            Self::Whole(bytes) => (bytes, ""),
            Self::Waits(bytes) => (bytes, "..."),
            Self::Broken => return f.write_str(" broken"),
        };
        match bytes.len() {
            0 if waits.is_empty() => Ok(()),
            len if len > SHOWN_BYTES_MAX => write!(f, " {len} bytes{waits}"),
            _ => write!(f, " [{}]{waits}", bytes.escape_ascii()),
        }
    }
}

/// One line: `GET / HTTP/1.1 [body]; idle`. Fields are left out.
impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.messages {
            write!(f, "{}{}; ", message.start, message.body)?;
        }
        match self.end {
            End::Idle => f.write_str("idle"),
            End::Waiting => f.write_str("waiting"),
            End::Closed => f.write_str("closed"),
            End::Refused(status) => write!(f, "refused {status}"),
        }
    }
}
