//! A client that says exactly the bytes it is told to.

use std::net::{IpAddr, SocketAddr, TcpStream};

use super::PATIENCE;
use super::wire::{Answer, End, Wire};

/// A connection to an edge.
pub(crate) struct Client {
    wire: Wire,
}

impl Client {
    /// Connects.
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address);
        let stream = stream.unwrap_or_else(|error| panic!("connecting to {address}: {error}"));
        Self { wire: Wire::new(stream, Some(PATIENCE)) }
    }

    /// Connects from another address of loopback.
    pub(crate) fn from(ip: IpAddr, address: SocketAddr) -> Self {
        let (domain, kind) = (socket2::Domain::for_address(address), socket2::Type::STREAM);
        let socket = socket2::Socket::new(domain, kind, None).expect("a socket");
        socket.bind(&SocketAddr::new(ip, 0).into()).expect("an address of loopback");
        socket.connect(&address.into()).expect("an edge that listens");
        Self { wire: Wire::new(socket.into(), Some(PATIENCE)) }
    }

    /// Our own address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.wire.stream().local_addr().expect("an address")
    }

    /// Says it.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.wire.try_send(bytes.as_ref()).expect("an edge that reads");
    }

    /// Says it, whether or not it is heard.
    pub(crate) fn send_anyhow(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.wire.try_send(bytes.as_ref()).is_ok()
    }

    /// Asks for a path, with more fields if need be, and keeps the connection.
    pub(crate) fn get(&mut self, path: &str, fields: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: edge.test\r\n{fields}\r\n"));
        self.answer()
    }

    /// One whole answer.
    pub(crate) fn answer(&mut self) -> Answer {
        self.wire.answer(false).expect("a whole answer")
    }

    /// One whole answer to a HEAD.
    pub(crate) fn answer_to_head(&mut self) -> Answer {
        self.wire.answer(true).expect("a whole answer")
    }

    /// One answer, if it is whole.
    pub(crate) fn try_answer(&mut self) -> Option<Answer> {
        self.wire.answer(false)
    }

    /// A head alone.
    pub(crate) fn head(&mut self) -> Answer {
        self.wire.answer_head().expect("a head")
    }

    /// Whether bytes came that were not asked for yet.
    pub(crate) fn has_answer(&self) -> bool {
        self.wire.has_more()
    }

    /// That many bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.wire.exactly(count).expect("bytes")
    }

    /// Everything up to the end.
    pub(crate) fn rest(&mut self) -> (Vec<u8>, End) {
        self.wire.rest()
    }

    /// The edge says nothing more and closes.
    pub(crate) fn expect_close(&mut self) {
        let (rest, end) = self.rest();
        assert_eq!((String::from_utf8_lossy(&rest).as_ref(), end), ("", End::Closed));
    }

    /// We say nothing more.
    pub(crate) fn end_writing(&self) {
        self.wire.end_writing();
    }

    /// Goes away at once.
    pub(crate) fn reset(self) {
        self.wire.reset();
    }
}
