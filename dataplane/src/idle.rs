//! The sockets behind core's ledger of idle connections. An idle connection has nothing in flight;
//! whether it still stands is asked when it is taken.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;

use pointsman_core::backend::Ledger;
use pointsman_core::time::Instant;

use crate::limits::IDLE_PER_TARGET_MAX;
use crate::sys::{self, Socket};

/// What one worker knows of one target, across swaps that leave the target as it is.
#[derive(Default)]
pub struct Target {
    ledger: RefCell<Ledger>,
    /// Exchanges that have this target now.
    pub in_flight: Cell<u32>,
    /// Open connections, idle ones included.
    pub connections: Cell<u32>,
    /// Its last answer was a large one.
    pub answers_large: Cell<bool>,
}

/// A connection to a target.
pub struct Connection {
    /// The socket.
    pub socket: Socket,
    /// Where it leads.
    pub address: SocketAddr,
    target: Rc<Target>,
}

impl Connection {
    /// A fresh one.
    pub fn new(socket: Socket, address: SocketAddr, target: &Rc<Target>) -> Self {
        target.connections.set(target.connections.get() + 1);
        Self { socket, address, target: Rc::clone(target) }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.target.connections.set(self.target.connections.get().saturating_sub(1));
    }
}

/// The idle connections of one worker.
#[derive(Default)]
pub struct Idle {
    sockets: RefCell<Vec<Option<Connection>>>,
    free: RefCell<Vec<u32>>,
}

impl Idle {
    /// Puts a connection by until `until`.
    pub fn put(&self, connection: Connection, until: Instant) {
        let target = Rc::clone(&connection.target);
        let mut sockets = self.sockets.borrow_mut();
        let number = match self.free.borrow_mut().pop() {
            Some(number) => {
                sockets[number as usize] = Some(connection);
                number
            }
            None => {
                sockets.push(Some(connection));
                u32::try_from(sockets.len() - 1).unwrap_or(u32::MAX)
            }
        };
        drop(sockets);
        let surplus = target.ledger.borrow_mut().put(number, until, IDLE_PER_TARGET_MAX);
        if let Some(surplus) = surplus {
            drop(self.take_out(surplus));
        }
    }

    /// Takes a connection that still stands, silent and to one of `addresses`.
    pub fn take(
        &self,
        target: &Rc<Target>,
        addresses: &[SocketAddr],
        now: Instant,
    ) -> Option<Connection> {
        loop {
            let number = target.ledger.borrow_mut().take(now)?;
            let connection = self.take_out(number)?;
            // Closed, or bytes that nobody asked for: either way it answers no request of ours.
            if addresses.contains(&connection.address) && sys::is_quiet(connection.socket.fd()) {
                return Some(connection);
            }
        }
    }

    /// Closes what is past its time.
    pub fn expire(&self, target: &Target, now: Instant) {
        loop {
            let expired = target.ledger.borrow_mut().expire(now);
            let Some(number) = expired else { return };
            drop(self.take_out(number));
        }
    }

    /// Closes all connections to a target.
    pub fn evict(&self, target: &Target) {
        loop {
            let evicted = target.ledger.borrow_mut().evict();
            let Some(number) = evicted else { return };
            drop(self.take_out(number));
        }
    }

    fn take_out(&self, number: u32) -> Option<Connection> {
        let connection = self.sockets.borrow_mut().get_mut(number as usize)?.take();
        self.free.borrow_mut().push(number);
        connection
    }
}

impl Target {
    /// How many connections wait for a request.
    pub fn idle_count(&self) -> usize {
        self.ledger.borrow().len()
    }
}
