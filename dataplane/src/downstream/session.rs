//! One client connection from its first byte to its last: head, exchange, head, exchange, end.

use std::net::SocketAddr;
use std::rc::Rc;

use pointsman_core::exchange::{After, Waits};
use pointsman_core::http1::framing::BodyLength;

use super::collect::collect;
use super::head::{self, Plan, Planned};
use super::http1::{Http1, Received};
use crate::deadline::State;
use crate::exchange;
use crate::limits::{LINGER_BYTES_MAX, LINGER_US};
use crate::sys::{self, Half, Socket};
use crate::worker::Worker;

/// A connection that was accepted.
pub struct Client {
    /// Its socket.
    pub socket: Socket,
    /// The other end.
    pub peer: SocketAddr,
    /// The port that it connected to.
    pub port: u16,
    /// Name of the listener.
    pub listener: Rc<str>,
}

/// Counts the connection as open as long as it lives, panics included.
struct Counted(Rc<Worker>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.stats().connections.sub(1);
    }
}

/// Serves a connection until it ends.
pub async fn serve(worker: Rc<Worker>, client: Client) {
    worker.stats().connections.add(1);
    let _counted = Counted(Rc::clone(&worker));
    let mut down = Http1::new(&worker, client);
    let after = loop {
        let end = match down.receive(&worker).await {
            Received::Head(end) => end,
            Received::Closed => break After::Cut,
            Received::Refused(fault) => {
                head::refuse(&worker, &mut down, fault);
                break After::Linger;
            }
        };
        worker.stats().requests.add(1);
        let after = match head::plan(&worker, &mut down, end) {
            Planned::Forward(plan) if !plan.received.is_empty() => {
                exchange_collected(&worker, &mut down, plan).await
            }
            Planned::Forward(plan) => exchange::run(&worker, &mut down, plan).await,
            Planned::Answered(after) => after,
        };
        if after != After::KeepAlive {
            break after;
        }
        down.rest(&worker);
    };
    end(&worker, &mut down, after).await;
    worker.buffers.give(std::mem::take(&mut down.inbound));
}

/// An exchange with a target that must be told the body's length.
async fn exchange_collected(worker: &Worker, down: &mut Http1, mut plan: Plan) -> After {
    let collected = collect(worker, down, &plan).await.and_then(|body| {
        head::compose_with_length(worker, &mut plan, down, body.len() as u64)?;
        Ok(body)
    });
    match collected {
        Ok(body) => {
            plan.body = BodyLength::None;
            plan.head.extend_from_slice(&body);
            exchange::run(worker, down, plan).await
        }
        Err(fault) => {
            head::answer_fault(worker, &plan, fault, After::Linger, &mut down.outgoing);
            head::log_fault(worker, plan, fault);
            After::Linger
        }
    }
}

/// Ends a connection so that what was said arrives.
async fn end(worker: &Worker, down: &mut Http1, after: After) {
    down.slot.set_state(State::Busy);
    if after == After::Cut {
        return;
    }
    let patience_us = worker.serving().keep_alive_timeout_us.max(LINGER_US);
    down.slot.arm((worker.clock.coarse().plus_us(patience_us), Waits::Both));
    if down.outgoing.flush(&down.socket, worker).await.is_err() {
        return;
    }
    // Closing while bytes wait unread would reset the connection and destroy the answer.
    if after == After::Close && down.at == down.inbound.len() && sys::is_quiet(down.socket.fd()) {
        return;
    }
    sys::shutdown(down.socket.fd(), Half::Write);
    down.slot.arm((worker.clock.coarse().plus_us(LINGER_US), Waits::Both));
    let mut left = LINGER_BYTES_MAX;
    let mut buffer = worker.buffers.small();
    while left > 0 {
        let (read, slice) = down.socket.read(buffer, 0, usize::MAX).await;
        buffer = slice.into_inner();
        match read {
            Ok(0) | Err(_) => break,
            Ok(count) => left = left.saturating_sub(count as u64),
        }
        buffer.clear();
    }
    worker.buffers.give(buffer);
}
