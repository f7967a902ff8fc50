//! The client's side of an HTTP/1 connection: its bytes, from which heads are cut, and what is
//! still to be written to it.

use std::net::SocketAddr;
use std::rc::Rc;

use pointsman_control::command::ListenerKey;
use pointsman_core::exchange::Waits;
use pointsman_core::fault::Fault;
use pointsman_core::fields::forwarded::IpText;
use pointsman_core::http1::head::{HeadEnd, HeadScan};
use pointsman_core::time::Instant;

use crate::buffer::LARGE_BYTES;
use crate::deadline::{Slot, State};
use crate::exchange::run;
use crate::limits::{LINGER_US, WRITE_US};
use crate::shard::Shard;
use crate::stream::outgoing::Outgoing;
use crate::stream::relay::Broken;
use crate::sys::Socket;

/// A connection that was accepted.
pub struct Client {
    /// Its socket.
    pub socket: Socket,
    /// The other end.
    pub peer: SocketAddr,
    /// The port that it connected to.
    pub port: u16,
    /// The socket that accepted it.
    pub listener: Rc<ListenerKey>,
}

/// A client's connection.
pub struct Http1 {
    /// The socket.
    pub socket: Socket,
    /// The client.
    pub peer: SocketAddr,
    /// Its address as text.
    pub peer_text: IpText,
    /// The port that it connected to.
    pub port: u16,
    /// The socket that accepted it.
    pub listener: Rc<ListenerKey>,
    /// What came and was not consumed: `inbound[at..]`.
    pub inbound: Vec<u8>,
    /// See [`Self::inbound`].
    pub at: usize,
    /// Its place in the table of deadlines.
    pub slot: Slot,
    /// To be sent before more is read.
    pub outgoing: Outgoing,
    scan: HeadScan,
    /// No request has begun yet.
    is_fresh: bool,
}

/// What reading a head came to.
pub enum Received {
    /// A whole head: offsets into [`Http1::inbound`].
    Head(HeadEnd),
    /// The client is done, or was idle for too long: nothing is owed to it.
    Closed,
    /// No head that we take.
    Refused(Fault),
}

impl Http1 {
    /// A fresh connection.
    pub fn new(shard: &Shard, client: Client) -> Self {
        let Client { socket, peer, port, listener } = client;
        let slot = shard.table.slot(socket.fd());
        Self {
            socket,
            peer,
            peer_text: IpText::of(peer.ip()),
            port,
            listener,
            inbound: Vec::new(),
            at: 0,
            slot,
            outgoing: Outgoing::default(),
            scan: HeadScan::new(),
            is_fresh: true,
        }
    }

    /// Sends what is owed and reads until a head is whole.
    pub async fn receive(&mut self, shard: &Shard) -> Received {
        let serving = shard.serving();
        let limits = serving.head_limits;
        let (idle_us, head_us) = (serving.keep_alive_timeout_us, serving.head_timeout_us);
        drop(serving);
        let mut head_deadline = Instant::NEVER;
        let mut is_first = true;
        loop {
            if self.at < self.inbound.len() {
                if !self.outgoing.is_empty() {
                    self.arm_write(shard);
                }
                if !self.outgoing.is_empty()
                    && self.outgoing.flush(&self.socket, &shard.buffers).await.is_err()
                {
                    return Received::Closed;
                }
                if is_first {
                    // The whole head must come within its time, however it trickles.
                    is_first = false;
                    self.is_fresh = false;
                    head_deadline = match head_us {
                        0 => Instant::NEVER,
                        us => shard.clock.coarse().plus_us(us),
                    };
                    self.slot.set_state(State::Busy);
                }
                match self.scan.advance(&self.inbound[self.at..], &limits) {
                    Ok(Some(end)) => {
                        self.scan.reset();
                        let end = HeadEnd { start: self.at + end.start, end: self.at + end.end };
                        self.at = end.end;
                        return Received::Head(end);
                    }
                    Ok(None) => {}
                    Err(fault) => return Received::Refused(fault),
                }
                self.slot.arm((head_deadline, Waits::ClientReading));
            } else {
                if shard.is_draining() && self.outgoing.is_empty() {
                    return Received::Closed;
                }
                self.slot.set_state(State::Idle);
                // A fresh connection owes a head as one that has begun it does.
                let idle_us = if self.is_fresh { head_us } else { idle_us };
                let until = match idle_us {
                    0 => Instant::NEVER,
                    us => shard.clock.coarse().plus_us(us),
                };
                self.slot.arm((until, Waits::Both));
            }
            self.make_room(shard);
            match self.read(shard).await {
                Ok(0) if !self.scan.is_idle() => {
                    let late = shard.clock.coarse() >= head_deadline;
                    return Received::Refused(if late {
                        Fault::HeadTimeout
                    } else {
                        Fault::RequestLine
                    });
                }
                Ok(0) | Err(Broken::Receiver | Broken::Sender) => return Received::Closed,
                Ok(_) => {}
            }
        }
    }

    /// A client that does not take its answers is bounded like one that asks nothing.
    pub fn arm_write(&self, shard: &Shard) {
        let us = shard.serving().keep_alive_timeout_us;
        let us = if us == 0 { WRITE_US } else { us.max(LINGER_US) };
        self.slot.set_state(State::Busy);
        self.slot.arm((shard.clock.coarse().plus_us(us), Waits::Both));
    }

    /// Room behind what is there: the consumed part goes first, then the buffer grows.
    fn make_room(&mut self, shard: &Shard) {
        if self.at == self.inbound.len() {
            self.inbound.clear();
            self.at = 0;
        }
        if self.inbound.capacity() == 0 {
            self.inbound = shard.buffers.small();
        }
        if self.inbound.len() < self.inbound.capacity() {
            return;
        }
        if self.at > 0 {
            self.inbound.drain(..self.at);
            self.at = 0;
            return;
        }
        // A head is shorter than a large buffer, whatever its configured limit.
        debug_assert!(self.inbound.len() < LARGE_BYTES, "the scan refuses longer heads");
        let mut larger = shard.buffers.large();
        larger.extend_from_slice(&self.inbound);
        shard.buffers.give(std::mem::replace(&mut self.inbound, larger));
    }

    /// Reads once, behind what is there. What is owed to the client goes out at the same time, so
    /// that both are one trip into the kernel.
    async fn read(&mut self, shard: &Shard) -> Result<usize, Broken> {
        let from = self.inbound.len();
        if self.outgoing.is_empty() {
            let (read, slice) =
                self.socket.read(std::mem::take(&mut self.inbound), from, usize::MAX).await;
            self.inbound = slice.into_inner();
            return read.map_err(|_| Broken::Sender);
        }
        let outgoing = std::mem::take(&mut self.outgoing);
        let write = self.socket.write(outgoing.buffer, outgoing.from);
        let read = self.socket.read(std::mem::take(&mut self.inbound), from, usize::MAX);
        let (written, slice) = write.await;
        self.outgoing = Outgoing {
            buffer: slice.into_inner(),
            from: outgoing.from + written.as_ref().copied().unwrap_or(0),
        };
        let flushed = match written {
            Ok(0) | Err(_) => Err(Broken::Receiver),
            Ok(_) => self.outgoing.flush(&self.socket, &shard.buffers).await,
        };
        if flushed.is_err() {
            // The read in flight must end before its buffer and the connection may go.
            crate::sys::shutdown(self.socket.fd(), crate::sys::Half::Both);
        }
        let (read, slice) = read.await;
        self.inbound = slice.into_inner();
        flushed?;
        read.map_err(|_| Broken::Sender)
    }

    /// What an exchange needs of it.
    pub fn client(&mut self) -> run::Client<'_> {
        run::Client {
            socket: &self.socket,
            slot: &self.slot,
            inbound: &mut self.inbound,
            at: &mut self.at,
            outgoing: &mut self.outgoing,
        }
    }

    /// An idle connection holds a small buffer only.
    pub fn rest(&mut self, shard: &Shard) {
        if self.at < self.inbound.len() {
            return;
        }
        if self.inbound.capacity() >= LARGE_BYTES {
            shard.buffers.give(std::mem::take(&mut self.inbound));
        }
        self.inbound.clear();
        self.at = 0;
    }
}
