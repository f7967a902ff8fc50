//! The chunked coding: a decoder that says where data lies in a buffer and copies none of it, and
//! what stands around the chunks that we send. Nothing of a chunk's line is ever passed on.

use pointsman_routing::request::fields::Fields;

use super::scan::find_control;
use super::trailer::Trailer;
use crate::fault::{Fault, Side};
use crate::fields::name::Underscores;
use crate::limits::{
    BODY_BYTES_MAX, CHUNK_EXTENSION_BYTES_MAX, CHUNK_EXTENSION_LEAD_BYTES_MAX,
    CHUNK_SIZE_DIGITS_MAX,
};

/// What stands next in a chunked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `len` bytes of data, at least one, behind `skip` bytes of framing. The next call begins
    /// behind them.
    Data {
        /// Bytes of framing in front.
        skip: usize,
        /// Bytes of data.
        len: usize,
    },
    /// All was framing: the next call begins behind it, with more bytes.
    NeedMore {
        /// All bytes that were given.
        consumed: usize,
    },
    /// The body is over; what lies behind is the next message.
    End {
        /// Bytes of the body's end.
        consumed: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size,
    /// White space behind the size, which only an extension may follow.
    SizeSpace,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    /// Behind the last chunk: the empty line, or a trailer section.
    LastStart,
    LastLf,
    Trailer,
    End,
}

/// Takes the chunked coding off one body.
///
/// Shape: sizes of at most 16 digits and 18 decimal places, extensions of at most 1 KiB a chunk
/// which may not run more than 16 KiB ahead of the data, a trailer section of at most 8 KiB and 50
/// fields; every line ends with CR LF.
#[derive(Clone, Debug)]
pub struct ChunkedDecoder {
    side: Side,
    state: State,
    /// Of the chunk: what its line says, then what is left of it.
    size: u64,
    digits: u8,
    /// Bytes of this chunk's extensions.
    extension: u32,
    /// How far extensions have run ahead of data.
    lead: u64,
    trailer: Trailer,
}

impl ChunkedDecoder {
    /// For a body that comes from this side: it decides what faults are called.
    #[must_use]
    pub const fn new(side: Side, underscores: Underscores) -> Self {
        Self {
            side,
            state: State::Size,
            size: 0,
            digits: 0,
            extension: 0,
            lead: 0,
            trailer: Trailer::new(underscores),
        }
    }

    /// Begins anew, for the next body from the same side; the trailer's buffer is kept.
    pub fn reset(&mut self) {
        self.state = State::Size;
        self.begin_chunk();
        self.lead = 0;
        self.trailer.clear();
    }

    /// What stands at the front of `bytes`, which are those behind the last step's.
    ///
    /// Errors: the coding is broken; the connection cannot be used again. The result hangs on the
    /// bytes alone, not on how they were split.
    /// Cost: no allocation, but for a trailer section.
    pub fn next(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        self.step(bytes).map_err(|fault| match self.side {
            Side::Target => fault.of_target(),
            Side::Client | Side::Own => fault,
        })
    }

    /// Whether the whole body has been seen.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.state == State::End
    }

    /// The trailer fields that may be passed on, once the body has ended.
    #[must_use]
    pub fn trailers(&self) -> Fields<'_> {
        self.trailer.fields()
    }

    fn step(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::Data => {
                    let left = bytes.len() - at;
                    let len = usize::try_from(self.size).map_or(left, |size| size.min(left));
                    self.size -= len as u64;
                    if self.size == 0 {
                        self.state = State::DataCr;
                    }
                    return Ok(Step::Data { skip: at, len });
                }
                State::Extension => at += self.extension(&bytes[at..])?,
                State::Trailer => match self.trailer.add(&bytes[at..])? {
                    Some(used) => {
                        self.state = State::End;
                        return Ok(Step::End { consumed: at + used });
                    }
                    None => return Ok(Step::NeedMore { consumed: bytes.len() }),
                },
                State::End => return Ok(Step::End { consumed: 0 }),
                _ => {
                    let byte = bytes[at];
                    // The first byte of a trailer section belongs to it.
                    at += usize::from(self.byte(byte)?);
                    if self.state == State::End {
                        return Ok(Step::End { consumed: at });
                    }
                }
            }
        }
        if self.state == State::End {
            return Ok(Step::End { consumed: 0 });
        }
        Ok(Step::NeedMore { consumed: at })
    }

    /// One byte of framing. Returns whether it was used.
    fn byte(&mut self, byte: u8) -> Result<bool, Fault> {
        match (self.state, byte) {
            (State::Size, _) => self.size_byte(byte)?,
            (State::SizeSpace, b' ' | b'\t') => self.count_extension(1)?,
            (State::SizeSpace, b';') => self.state = State::Extension,
            (State::SizeLf, b'\n') => self.end_line()?,
            (State::DataCr, b'\r') => self.state = State::DataLf,
            (State::DataLf, b'\n') => {
                self.state = State::Size;
                self.begin_chunk();
            }
            (State::DataCr | State::DataLf, _) => return Err(Fault::ChunkEnd),
            (State::LastStart, b'\r') => self.state = State::LastLf,
            (State::LastStart, _) => {
                self.state = State::Trailer;
                return Ok(false);
            }
            (State::LastLf, b'\n') => self.state = State::End,
            (State::LastLf, _) => return Err(Fault::Trailer),
            _ => return Err(Fault::ChunkLine),
        }
        Ok(true)
    }

    fn size_byte(&mut self, byte: u8) -> Result<(), Fault> {
        //= RFC 9112 §7.1
        // At least one digit, no sign, no `0x`, no white space in front, no overflow.
        if let Some(digit) = hex_value(byte) {
            self.digits += 1;
            if self.digits > CHUNK_SIZE_DIGITS_MAX {
                return Err(Fault::ChunkSize);
            }
            self.size = self.size << 4 | u64::from(digit);
            return Ok(());
        }
        if self.digits == 0 || self.size > BODY_BYTES_MAX {
            return Err(Fault::ChunkSize);
        }
        self.state = match byte {
            b'\r' => State::SizeLf,
            b';' => State::Extension,
            //= RFC 9112 §7.1.1
            // Bad white space in front of an extension is read over; without one it is refused.
            b' ' | b'\t' => {
                self.count_extension(1)?;
                State::SizeSpace
            }
            b'\n' => return Err(Fault::ChunkLine),
            _ => return Err(Fault::ChunkSize),
        };
        Ok(())
    }

    /// Reads over extensions. Returns how many bytes were used.
    fn extension(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        //= RFC 9112 §7.1.1
        // An extension we do not know is ignored; there is none we know.
        let len = find_control(bytes).unwrap_or(bytes.len());
        self.count_extension(len)?;
        match bytes.get(len) {
            None => Ok(len),
            Some(b'\r') => {
                self.state = State::SizeLf;
                Ok(len + 1)
            }
            Some(b'\t') => {
                self.count_extension(1)?;
                Ok(len + 1)
            }
            Some(_) => Err(Fault::ChunkLine),
        }
    }

    fn count_extension(&mut self, len: usize) -> Result<(), Fault> {
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        self.extension = self.extension.saturating_add(len);
        if self.extension > CHUNK_EXTENSION_BYTES_MAX {
            return Err(Fault::ChunkExtension);
        }
        Ok(())
    }

    /// At the end of a chunk's line.
    fn end_line(&mut self) -> Result<(), Fault> {
        self.lead += u64::from(self.extension);
        if self.lead > CHUNK_EXTENSION_LEAD_BYTES_MAX {
            return Err(Fault::ChunkExtension);
        }
        self.lead = self.lead.saturating_sub(self.size);
        self.state = if self.size == 0 { State::LastStart } else { State::Data };
        Ok(())
    }

    fn begin_chunk(&mut self) {
        self.size = 0;
        self.digits = 0;
        self.extension = 0;
    }
}

const fn hex_value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The line in front of a chunk's data.
#[derive(Clone, Copy, Debug)]
pub struct ChunkHead {
    bytes: [u8; 18],
    at: u8,
}

impl ChunkHead {
    /// For that many bytes of data; zero would end the body, which is [`write_last_chunk`].
    #[must_use]
    pub const fn new(len: usize) -> Self {
        debug_assert!(len > 0, "a chunk without data ends the body");
        let mut bytes = [0; 18];
        bytes[16] = b'\r';
        bytes[17] = b'\n';
        let mut at = 16;
        let mut left = len as u64;
        loop {
            at -= 1;
            bytes[at] = crate::fields::number::hex_digit(left as u8);
            left >>= 4;
            if left == 0 {
                return Self { bytes, at: at as u8 };
            }
        }
    }

    /// Size, CR, LF.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[usize::from(self.at)..]
    }
}

/// What stands behind a chunk's data.
pub const CHUNK_END: &[u8] = b"\r\n";

/// Appends the line in front of `len` bytes of data, at least one.
pub fn write_chunk_head(len: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(ChunkHead::new(len).as_bytes());
}

/// Appends data, at least one byte, as one chunk.
pub fn write_chunk(data: &[u8], out: &mut Vec<u8>) {
    write_chunk_head(data.len(), out);
    out.extend_from_slice(data);
    out.extend_from_slice(CHUNK_END);
}

/// Appends the last chunk and the trailer fields, which a decoder has judged.
pub fn write_last_chunk(trailers: Fields<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"0\r\n");
    for (name, value) in trailers.iter() {
        out.extend_from_slice(name);
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}
