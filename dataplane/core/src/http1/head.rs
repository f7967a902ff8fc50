//! Cuts a head out of what was received: where it begins, where it ends, and whether it can still
//! be one. It keeps its place between reads and never looks at a byte twice; it knows lines and
//! bytes, not fields.

use crate::fault::Fault;
use crate::fields::forwarded::FORWARDING;
use crate::fields::list::is_token_byte;
use crate::fields::name::{Names, Underscores};
use crate::limits::{
    HEAD_BYTES_MAX, HEAD_FIELDS_MAX, LEADING_EMPTY_LINES_MAX, METHOD_BYTES_MAX,
    RESPONSE_FIELDS_MAX, RESPONSE_HEAD_BYTES_MAX, TRAILER_BYTES_MAX, TRAILER_FIELDS_MAX,
};

use super::framing::Version;
use super::scan::find_control;

/// What is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Request,
    Response,
    Trailer,
}

/// What a head may be at most, and how its fields are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    kind: Kind,
    /// Bytes of the whole head, its empty line included.
    pub bytes: usize,
    /// Field lines.
    pub fields: usize,
    /// Bytes of the request target.
    pub target_bytes: usize,
    /// What becomes of names with `_`.
    pub underscores: Underscores,
    /// Fields that count as absent.
    pub ignored: Names,
}

impl HeadLimits {
    /// The same for a peer whose word about the client is not believed: its forwarding fields count
    /// as absent, for matcher, expressions, log and target alike.
    #[must_use]
    pub fn without_forwarding(self) -> Self {
        Self { ignored: FORWARDING, ..self }
    }

    /// For requests; values above what an index can hold are lowered to it.
    #[must_use]
    pub fn request(
        bytes: usize,
        fields: usize,
        target_bytes: usize,
        underscores: Underscores,
    ) -> Self {
        Self {
            kind: Kind::Request,
            bytes: bytes.min(HEAD_BYTES_MAX),
            fields: fields.min(HEAD_FIELDS_MAX),
            target_bytes,
            underscores,
            ignored: Names::default(),
        }
    }

    /// For responses: 32 KiB and 200 fields.
    #[must_use]
    pub fn response(underscores: Underscores) -> Self {
        Self {
            kind: Kind::Response,
            bytes: RESPONSE_HEAD_BYTES_MAX,
            fields: RESPONSE_FIELDS_MAX,
            target_bytes: 0,
            underscores,
            ignored: Names::default(),
        }
    }

    /// For trailer sections: 8 KiB and 50 fields.
    pub(super) fn trailer(underscores: Underscores) -> Self {
        Self {
            kind: Kind::Trailer,
            bytes: TRAILER_BYTES_MAX,
            fields: TRAILER_FIELDS_MAX,
            target_bytes: 0,
            underscores,
            ignored: Names::default(),
        }
    }

    /// Longest first line that can still be right.
    fn first_line_bytes(&self) -> usize {
        match self.kind {
            Kind::Request => METHOD_BYTES_MAX + b" ".len() + self.target_bytes + b" HTTP/1.1".len(),
            Kind::Response | Kind::Trailer => self.bytes,
        }
    }
}

/// Where a head stands in the bytes that were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadEnd {
    /// Its first byte, behind empty lines that were skipped.
    pub start: usize,
    /// Behind its empty line.
    pub end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before the first line: empty lines are skipped.
    Leading,
    FirstLine,
    /// Where a field line or the empty line begins.
    LineStart,
    FieldLine,
}

/// The search for the end of one head.
#[derive(Clone, Debug)]
pub struct HeadScan {
    /// The next byte to look at.
    at: usize,
    start: usize,
    skipped: u8,
    fields: usize,
    phase: Phase,
}

impl Default for HeadScan {
    fn default() -> Self {
        Self::new()
    }
}

impl HeadScan {
    /// A search that begins at the first byte.
    #[must_use]
    pub const fn new() -> Self {
        Self { at: 0, start: 0, skipped: 0, fields: 0, phase: Phase::Leading }
    }

    /// A search for the end of a trailer section, which has no first line.
    pub(super) const fn of_trailer() -> Self {
        Self { phase: Phase::LineStart, ..Self::new() }
    }

    /// Begins anew, for the next head.
    pub const fn reset(&mut self) {
        *self = Self::new();
    }

    /// Whether nothing but empty lines has come yet: a connection that ends here ends well.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.phase == Phase::Leading
    }

    /// Looks at what has come since the last call; `bytes` always begins with the byte it began
    /// with at the first one. `None` asks for more.
    ///
    /// Errors: the first byte from the left that no head can hold there, a limit that was passed,
    /// or a first line that no head can have. The result hangs on the bytes alone, not on how they
    /// were split.
    /// Cost: each byte is looked at once.
    pub fn advance(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<Option<HeadEnd>, Fault> {
        self.search(bytes, limits).map_err(|fault| match limits.kind {
            Kind::Request => fault,
            Kind::Response => fault.of_target(),
            Kind::Trailer => match fault {
                Fault::HeadTooLarge | Fault::TooManyFields => Fault::TrailerTooLarge,
                _ => Fault::Trailer,
            },
        })
    }

    fn search(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<Option<HeadEnd>, Fault> {
        if self.phase == Phase::Leading && !self.skip_empty_lines(bytes, limits)? {
            return Ok(None);
        }
        // What lies beyond the limit is not looked at, so that a split changes nothing.
        let window = &bytes[..bytes.len().min(self.start + limits.bytes)];
        if self.phase == Phase::FirstLine && limits.kind == Kind::Response {
            check_status_line_start(&window[self.start..])?;
        }
        loop {
            let found = match self.phase {
                Phase::LineStart => self.begin_line(window, limits)?,
                _ => self.end_line(window, limits)?,
            };
            match found {
                Found::Next => {}
                Found::End(end) => return Ok(Some(HeadEnd { start: self.start, end })),
                Found::More if window.len() - self.start >= limits.bytes => {
                    return Err(Fault::HeadTooLarge);
                }
                Found::More => return Ok(None),
            }
        }
    }

    /// Returns whether the first line has begun.
    fn skip_empty_lines(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<bool, Fault> {
        loop {
            match bytes[self.at..] {
                [] | [b'\r'] => return Ok(false),
                //= RFC 9112 §2.2
                // A server skips empty lines in front of a request; nothing allows them in front
                // of a response.
                [b'\r', b'\n', ..]
                    if limits.kind == Kind::Request && self.skipped < LEADING_EMPTY_LINES_MAX =>
                {
                    self.skipped += 1;
                    self.at += 2;
                }
                [b'\r', b'\n', ..] => return Err(Fault::RequestLine),
                [b'\r' | b'\n', ..] => return Err(Fault::LineEnd),
                [first, ..] if is_token_byte(first) => {
                    self.start = self.at;
                    self.phase = Phase::FirstLine;
                    return Ok(true);
                }
                _ => return Err(Fault::RequestLine),
            }
        }
    }

    /// At the first byte of a field line, or of the empty line that ends the head.
    fn begin_line(&mut self, window: &[u8], limits: &HeadLimits) -> Result<Found, Fault> {
        match window[self.at..] {
            [] | [b'\r'] => Ok(Found::More),
            [b'\r', b'\n', ..] => {
                self.at += 2;
                Ok(Found::End(self.at))
            }
            [b'\r' | b'\n', ..] => Err(Fault::LineEnd),
            //= RFC 9112 §5.2
            // A line that begins with white space continues the one before; we refuse it, as the
            // RFC lets us, also where there is none before (§2.2).
            [b' ' | b'\t', ..] => Err(Fault::FoldedLine),
            _ => {
                self.fields += 1;
                if self.fields > limits.fields {
                    return Err(Fault::TooManyFields);
                }
                self.phase = Phase::FieldLine;
                Ok(Found::Next)
            }
        }
    }

    /// Within a line: on to its end.
    fn end_line(&mut self, window: &[u8], limits: &HeadLimits) -> Result<Found, Fault> {
        let is_first = self.phase == Phase::FirstLine;
        loop {
            let found = find_control(&window[self.at..]);
            self.at = found.map_or(window.len(), |offset| self.at + offset);
            if is_first && self.at - self.start > limits.first_line_bytes() {
                return Err(too_long(&window[self.start..]));
            }
            match window[self.at..] {
                [] | [b'\r'] => return Ok(Found::More),
                [b'\r', b'\n', ..] => {
                    if is_first && limits.kind == Kind::Request {
                        check_request_line_end(&window[self.start..self.at])?;
                    }
                    self.at += 2;
                    self.phase = Phase::LineStart;
                    return Ok(Found::Next);
                }
                [b'\t', ..] if !is_first || limits.kind == Kind::Response => self.at += 1,
                //= RFC 9112 §2.2
                // A bare CR is refused; a bare LF too, though a recipient may take it for a line's
                // end: what one reads as one line and the next as two is how requests are smuggled.
                [b'\r' | b'\n', ..] => return Err(Fault::LineEnd),
                _ => return Err(Fault::ControlByte),
            }
        }
    }
}

enum Found {
    /// Another part of the head begins.
    Next,
    /// The bytes are used up.
    More,
    /// The head ends before this offset.
    End(usize),
}

/// A request line that passed its limit: by its method or by its target.
#[cold]
fn too_long(line: &[u8]) -> Fault {
    //= RFC 9112 §3
    // A method longer than any we know is answered with 501, a target too long with 414.
    match line.iter().take(METHOD_BYTES_MAX + 1).position(|byte| *byte == b' ') {
        Some(_) => Fault::TargetTooLong,
        None => Fault::MethodTooLong,
    }
}

/// Refuses a whole request line whose version we do not speak, before more is waited for: a client
/// of HTTP/0.9 sends no more.
fn check_request_line_end(line: &[u8]) -> Result<(), Fault> {
    match line.last_chunk::<9>() {
        Some(b" HTTP/1.1" | b" HTTP/1.0") => Ok(()),
        _ => Err(version_fault(line)),
    }
}

/// What is wrong with a request line that ends in neither of our versions.
#[cold]
pub(super) fn version_fault(line: &[u8]) -> Fault {
    match line.last_chunk::<9>() {
        //= RFC 9110 §15.6.6
        Some([b' ', b'H', b'T', b'T', b'P', b'/', major, b'.', minor])
            if major.is_ascii_digit()
                && minor.is_ascii_digit()
                && Version::of_digits(*major, *minor).is_none() =>
        {
            Fault::Version
        }
        _ => Fault::RequestLine,
    }
}

/// Refuses what does not begin as an answer of HTTP/1, as soon as it does not.
fn check_status_line_start(line: &[u8]) -> Result<(), Fault> {
    const START: &[u8] = b"HTTP/1.";
    let len = line.len().min(START.len());
    if line[..len] == START[..len] { Ok(()) } else { Err(Fault::RequestLine) }
}
