//! One client connection from its first byte to its last: head, exchange, head, exchange, end.

use std::rc::Rc;

use pointsman_core::exchange::{After, Waits};
use pointsman_core::fault::Fault;
use pointsman_core::http1::framing::BodyLength;

use super::collect::collect;
use super::compose::compose_with_length;
use super::head::{self, Planned};
use super::http1::{Client, Http1, Received};
use crate::deadline::State;
use crate::exchange::answer::answer_fault;
use crate::exchange::plan::Plan;
use crate::exchange::run;
use crate::limits::{DRAIN_LINGER_US, LINGER_BYTES_MAX, LINGER_US};
use crate::shard::Shard;
use crate::sys::{self, Half};

/// Counts the connection as open as long as it lives, panics included.
struct Counted(Rc<Shard>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.stats().connections.sub(1);
    }
}

/// Serves a connection until it ends.
pub async fn serve(shard: Rc<Shard>, client: Client) {
    shard.stats().connections.add(1);
    let _counted = Counted(Rc::clone(&shard));
    let mut down = Http1::new(&shard, client);
    let after = loop {
        let end = match down.receive(&shard).await {
            Received::Head(end) => end,
            // A request that crosses the drain must not destroy the answer before it.
            Received::Closed if shard.is_draining() => break After::Close,
            Received::Closed => break After::Cut,
            Received::Refused(fault) => {
                head::refuse(&shard, &mut down, fault);
                break After::Linger;
            }
        };
        shard.stats().requests.add(1);
        let after = match head::plan(&shard, &mut down, end) {
            Planned::Forward(plan) if !plan.received.is_empty() => {
                Box::pin(exchange_collected(&shard, &mut down, plan)).await
            }
            Planned::Forward(mut plan) => run::run(&shard, down.client(), &mut plan).await,
            Planned::Answered(after) => after,
        };
        if after != After::KeepAlive {
            break after;
        }
        down.rest(&shard);
    };
    end(&shard, &mut down, after).await;
    shard.buffers.give(std::mem::take(&mut down.inbound));
}

/// An exchange with a target that must be told the body's length.
async fn exchange_collected(shard: &Shard, down: &mut Http1, mut plan: Plan) -> After {
    let collected = collect(shard, down, &plan).await.and_then(|body| {
        compose_with_length(shard, &mut plan, down, body.len() as u64)?;
        Ok(body)
    });
    match collected {
        Ok(body) => {
            plan.body = BodyLength::None;
            plan.head.extend_from_slice(&body);
            run::run(shard, down.client(), &mut plan).await
        }
        // Cut: nobody can be answered.
        Err(Fault::Drained) => {
            head::log_fault(shard, plan, Fault::Drained, 0);
            After::Cut
        }
        Err(fault) => {
            answer_fault(shard, &plan, fault, After::Linger, &mut down.outgoing);
            head::log_fault(shard, plan, fault, fault.status());
            After::Linger
        }
    }
}

/// Ends a connection so that what was said arrives.
async fn end(shard: &Shard, down: &mut Http1, after: After) {
    down.slot.set_state(State::Busy);
    if after == After::Cut {
        return;
    }
    down.arm_write(shard);
    if down.outgoing.flush(&down.socket, &shard.buffers).await.is_err() {
        return;
    }
    // Closing while bytes wait unread would reset the connection and destroy the answer.
    if after == After::Close && down.at == down.inbound.len() && !sys::has_unread(down.socket.fd())
    {
        return;
    }
    sys::shutdown(down.socket.fd(), Half::Write);
    down.slot.set_state(State::Lingering);
    // What was sent may still be on its way when time is up: then reading ends, and the kernel
    // delivers the rest.
    let until = shard.clock.coarse().plus_us(LINGER_US);
    let mut left = LINGER_BYTES_MAX;
    let mut buffer = shard.buffers.small();
    while left > 0 {
        let pause = if shard.is_draining() { DRAIN_LINGER_US } else { LINGER_US };
        let silent = shard.clock.coarse().plus_us(pause);
        down.slot.arm((until.min(silent), Waits::ClientReading));
        let (read, slice) = down.socket.read(buffer, 0, usize::MAX).await;
        buffer = slice.into_inner();
        match read {
            Ok(0) | Err(_) => break,
            Ok(count) => left = left.saturating_sub(count as u64),
        }
        buffer.clear();
    }
    shard.buffers.give(buffer);
}
