//! Accepts connections. An accept in flight is never dropped: a connection that completed it would
//! leak. It is asked to end, and what it still brings is served.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use monoio::io::Canceller;
use monoio::net::{TcpListener, TcpStream};
use pointsman_control::command::{BoundListener, ListenerKey};
use pointsman_core::time::Instant;

use crate::catch::contain;
use crate::driver::Driver;
use crate::limits::{ACCEPT_REST_MS, ACCEPTS_AT_ONCE};
use crate::notice;
use crate::shard::Shard;
use crate::sys::Socket;

use super::http1::Client;
use super::session;

/// Between two lines that accepting pauses, microseconds.
const COMPLAINT_INTERVAL_US: u64 = 1_000_000;

/// The sockets that a worker accepts on.
#[derive(Default)]
pub struct Listeners {
    open: RefCell<Vec<Open>>,
    accepting: Rc<Cell<usize>>,
    complained: Rc<Cell<Option<Instant>>>,
}

struct Open {
    key: Rc<ListenerKey>,
    canceller: Canceller,
    closing: Rc<Cell<bool>>,
}

impl Listeners {
    /// Begins to accept on a socket. One that is open already keeps what it has.
    pub fn open(&self, shard: &Rc<Shard>, bound: BoundListener) {
        if self.open.borrow().iter().any(|open| open.key.is_same_place(&bound.key)) {
            return;
        }
        let port = bound.socket.local_addr().map_or(0, |address| address.port());
        // On epoll an accept that finds nothing must come back; on the ring it must wait.
        let ready = bound.socket.set_nonblocking(shard.driver == Driver::Epoll);
        let listener = match ready.and_then(|()| TcpListener::from_std(bound.socket)) {
            Ok(listener) => listener,
            Err(error) => {
                notice::unusable(&bound.key.name, &error);
                return;
            }
        };
        let open = Open {
            key: Rc::new(bound.key),
            canceller: Canceller::new(),
            closing: Rc::new(Cell::new(false)),
        };
        let listener = Rc::new(listener);
        // On epoll a descriptor wakes one reader: of several, closing would wake the last alone.
        let accepts = if shard.driver == Driver::Epoll { 1 } else { ACCEPTS_AT_ONCE };
        for _ in 0..accepts {
            let accept = Accept {
                shard: Rc::clone(shard),
                listener: Rc::clone(&listener),
                key: Rc::clone(&open.key),
                port,
                handle: open.canceller.handle(),
                closing: Rc::clone(&open.closing),
                accepting: Rc::clone(&self.accepting),
                complained: Rc::clone(&self.complained),
            };
            self.accepting.set(self.accepting.get() + 1);
            monoio::spawn(accept.run());
        }
        self.open.borrow_mut().push(open);
    }

    /// Accepts what is queued on a socket, then closes it.
    pub fn close(&self, key: &ListenerKey) {
        let mut open = self.open.borrow_mut();
        if let Some(at) = open.iter().position(|open| open.key.is_same_place(key)) {
            open.swap_remove(at).close();
        }
    }

    /// Closes all of them.
    pub fn close_all(&self) {
        for open in self.open.borrow_mut().drain(..) {
            open.close();
        }
    }

    /// Some socket still accepts.
    pub fn is_accepting(&self) -> bool {
        self.accepting.get() > 0
    }
}

impl Open {
    fn close(self) {
        self.closing.set(true);
        self.canceller.cancel();
    }
}

struct Accept {
    shard: Rc<Shard>,
    listener: Rc<TcpListener>,
    /// As it was called when it opened.
    key: Rc<ListenerKey>,
    port: u16,
    handle: monoio::io::CancelHandle,
    closing: Rc<Cell<bool>>,
    accepting: Rc<Cell<usize>>,
    /// When the worker last told that accepting pauses.
    complained: Rc<Cell<Option<Instant>>>,
}

impl Accept {
    async fn run(self) {
        while !self.closing.get() {
            match self.listener.cancelable_accept(self.handle.clone()).await {
                Ok((stream, peer)) => self.serve(stream, peer),
                Err(_) if self.closing.get() => break,
                Err(error) if is_transient(&error) => {}
                Err(error) => {
                    // Out of descriptors or memory: those who wait in the queue are served when
                    // some are free again.
                    self.complain(&error);
                    monoio::time::sleep(Duration::from_millis(ACCEPT_REST_MS)).await;
                }
            }
        }
        self.take_queued();
        self.accepting.set(self.accepting.get() - 1);
    }

    /// Tells why accepting pauses, for all accepts of the worker at most once in a while: a shortage
    /// comes and goes with each connection that ends.
    fn complain(&self, error: &io::Error) {
        let now = self.shard.clock.fine();
        let is_news = |last: Instant| now.since_us(last) >= COMPLAINT_INTERVAL_US;
        if self.complained.get().is_none_or(is_news) {
            self.complained.set(Some(now));
            notice::accepting_pauses(&self.key.name, error);
        }
    }

    /// What the kernel accepted for us before the socket closes would be reset otherwise.
    fn take_queued(&self) {
        for (stream, peer) in crate::sys::accept_queued(&*self.listener) {
            let ready = stream.set_nonblocking(self.shard.driver == Driver::Epoll);
            match ready.and_then(|()| TcpStream::from_std(stream)) {
                Ok(stream) => self.serve(stream, peer),
                Err(error) => notice::lost(&self.key.name, &error),
            }
        }
    }

    fn serve(&self, stream: TcpStream, peer: SocketAddr) {
        let client = Client {
            socket: Socket::new(stream),
            peer: unmapped(peer),
            port: self.port,
            listener: Rc::clone(&self.key),
        };
        let shard = Rc::clone(&self.shard);
        monoio::spawn(contain(session::serve(shard, client)));
    }
}

/// The connection in the queue is gone; the next one may be well.
fn is_transient(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
            | io::ErrorKind::WouldBlock
    )
}

/// IPv4 on a socket of both families counts as IPv4.
fn unmapped(peer: SocketAddr) -> SocketAddr {
    SocketAddr::new(peer.ip().to_canonical(), peer.port())
}
