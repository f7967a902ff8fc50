//! The target's side of an HTTP/1 connection: reading an answer's head, and the bytes behind it.

use pointsman_core::fault::Fault;
use pointsman_core::http1::head::{HeadEnd, HeadLimits, HeadScan};

use crate::buffer::LARGE_BYTES;
use crate::shard::Shard;
use crate::stream::outgoing::Outgoing;
use crate::sys::{self, Socket};

/// Room in front of an answer, so that our own head can stand right before its body and both go out
/// in one send without copying the body. Bytes.
///
/// Our head takes the place of the target's and is hardly longer: it gains a date at most.
pub const HEADROOM: usize = 128;

/// What comes from a target: `buffer[at..]` is not consumed yet.
pub struct Inbound {
    /// The bytes; the first [`HEADROOM`] are room.
    pub buffer: Vec<u8>,
    /// See [`Self::buffer`].
    pub at: usize,
    /// Where the client's head begins in front of the body.
    head_from: Option<usize>,
    scan: HeadScan,
}

/// What reading came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// That many bytes more.
    Bytes(usize),
    /// The target has said all.
    End,
    /// The connection failed.
    Failed,
}

impl Inbound {
    /// Nothing yet.
    pub fn new(shard: &Shard, expects_large: bool) -> Self {
        let buffers = &shard.buffers;
        let mut buffer = if expects_large { buffers.large() } else { buffers.medium() };
        buffer.resize(HEADROOM, 0);
        Self { buffer, at: HEADROOM, head_from: None, scan: HeadScan::new() }
    }

    /// Gives the buffer back.
    pub fn finish(self, shard: &Shard) {
        shard.buffers.give(self.buffer);
    }

    /// Cuts a head off, if a whole one is there.
    ///
    /// # Errors
    /// A head that no answer has.
    pub fn head(&mut self, limits: &HeadLimits) -> Result<Option<HeadEnd>, Fault> {
        let end = self.scan.advance(&self.buffer[self.at..], limits)?;
        let Some(end) = end else { return Ok(None) };
        self.scan.reset();
        let cut = HeadEnd { start: self.at + end.start, end: self.at + end.end };
        self.at = cut.end;
        Ok(Some(cut))
    }

    /// Reads once, behind what is there. The operation is submitted at once.
    pub fn read<'s>(
        &mut self,
        socket: &'s Socket,
    ) -> impl Future<Output = (Read, Vec<u8>)> + use<'s> {
        let from = self.buffer.len();
        let reading = socket.read(std::mem::take(&mut self.buffer), from, usize::MAX);
        async move {
            let (read, slice) = reading.await;
            let read = match read {
                Ok(0) => Read::End,
                Ok(count) => Read::Bytes(count),
                Err(_) => Read::Failed,
            };
            (read, slice.into_inner())
        }
    }

    /// Forgets what was consumed, so that there is room again.
    pub fn compact(&mut self) {
        if self.at > HEADROOM {
            self.buffer.drain(HEADROOM..self.at);
            self.at = HEADROOM;
        }
    }

    /// Makes room for more where there is none. Returns whether there is room then.
    pub fn make_room(&mut self, shard: &Shard) -> bool {
        if self.buffer.len() == self.buffer.capacity() {
            self.grow(shard);
        }
        self.buffer.len() < self.buffer.capacity()
    }

    /// Takes what has arrived by now, without waiting, until `count` bytes are there or nothing more
    /// is: what leaves in one send costs one.
    pub fn read_now(&mut self, socket: &Socket, count: usize) {
        while self.rest().len() < count && sys::read_now(socket.fd(), &mut self.buffer) > 0 {}
    }

    /// Moves to a large buffer.
    pub fn grow(&mut self, shard: &Shard) {
        if self.buffer.capacity() < LARGE_BYTES {
            let mut larger = shard.buffers.large();
            larger.extend_from_slice(&self.buffer);
            shard.buffers.give(std::mem::replace(&mut self.buffer, larger));
        }
    }

    /// Puts the client's head right before what is not consumed. Where that has no room, the head
    /// becomes what is sent first.
    pub fn put_before(&mut self, head: &[u8], outgoing: &mut Outgoing) {
        debug_assert!(outgoing.is_empty(), "what was owed was sent before the exchange");
        match self.at.checked_sub(head.len()) {
            Some(from) => {
                self.buffer[from..self.at].copy_from_slice(head);
                self.head_from = Some(from);
            }
            None => {
                outgoing.buffer.clear();
                outgoing.buffer.extend_from_slice(head);
                outgoing.from = 0;
                self.head_from = None;
            }
        }
    }

    /// Makes the head and the first `count` bytes of what follows it what is sent next. What stands
    /// behind them is gone then.
    pub fn send_later(&mut self, count: usize, outgoing: &mut Outgoing) {
        let end = self.at + count;
        match self.head_from.take() {
            Some(from) => {
                let mut buffer = std::mem::take(&mut self.buffer);
                buffer.truncate(end);
                *outgoing = Outgoing { buffer, from };
                self.at = 0;
            }
            None => {
                outgoing.buffer.extend_from_slice(&self.buffer[self.at..end]);
                self.at = end;
            }
        }
    }

    /// Moves the head to the front of `out`.
    pub fn move_head(&mut self, outgoing: &mut Outgoing, out: &mut Vec<u8>) {
        match self.head_from.take() {
            Some(from) => out.extend_from_slice(&self.buffer[from..self.at]),
            None => {
                out.extend_from_slice(&outgoing.buffer);
                *outgoing = Outgoing::default();
            }
        }
    }

    /// What is there and not consumed.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.at..]
    }
}
