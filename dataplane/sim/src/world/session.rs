//! One client connection of the proxy: head, exchange, head, exchange, end.

use std::collections::VecDeque;
use std::rc::Rc;

use pointsman_core::exchange::{After, Waits};

use super::down::Down;
use super::run::run;
use super::table::State;
use super::worker::Worker;
use crate::network::{ConnectionId, Half, Piece, Read, Side};
use crate::transcript::{ExchangeId, Fact};

/// How long a client may go on sending after its last answer, microseconds.
const LINGER_US: u64 = 2_000_000;

/// Serves a connection until it ends.
pub(super) async fn serve(worker: Rc<Worker>, client: usize, connection: ConnectionId) {
    let place = worker.table.place(connection);
    let mut down = Down { connection, place, inbound: VecDeque::new(), outgoing: VecDeque::new() };
    let after = loop {
        let exchange = match receive(&worker, &mut down).await {
            Received::Head(exchange) => exchange,
            // A request that crosses the drain must not destroy the answer before it.
            Received::Closed if worker.is_draining() => break After::Close,
            Received::Closed => break After::Cut,
            Received::Late => break After::Linger,
        };
        let after = run(&worker, &mut down, exchange).await;
        if after != After::KeepAlive {
            break after;
        }
        if worker.is_draining() {
            break After::Close;
        }
    };
    end(&worker, &mut down, after).await;
    worker.table.set_state(place, State::Free);
    worker.stage.note_apart(Fact::Closed(client));
    worker.stage.network.close(&worker.stage.engine, connection, Side::Proxy);
    worker.check_drain();
}

/// What reading a head came to.
enum Received {
    Head(ExchangeId),
    Closed,
    Late,
}

/// Sends what is owed and reads until a head is whole.
async fn receive(worker: &Worker, down: &mut Down) -> Received {
    let stage = &worker.stage;
    let mut head_deadline = None;
    loop {
        if let Some(piece) = down.inbound.pop_front() {
            let outgoing = &mut down.outgoing;
            let sent =
                stage.network.send_all(&stage.engine, down.connection, Side::Proxy, outgoing).await;
            if sent.is_err() {
                return Received::Closed;
            }
            let deadline = *head_deadline.get_or_insert_with(|| {
                worker.table.set_state(down.place, State::Busy);
                stage.engine.coarse().plus_us(stage.plan.head_timeout_us)
            });
            match piece {
                Piece::Request(exchange, _) => return Received::Head(exchange),
                Piece::HeadPart => {}
                _ => return Received::Late,
            }
            worker.arm(down.place, (deadline, Waits::ClientReading));
            if !down.inbound.is_empty() {
                continue;
            }
        } else {
            if worker.is_draining() && down.outgoing.is_empty() {
                return Received::Closed;
            }
            worker.table.set_state(down.place, State::Idle);
            let until = stage.engine.coarse().plus_us(stage.plan.keep_alive_us);
            worker.arm(down.place, (until, Waits::Both));
        }
        let outgoing = std::mem::take(&mut down.outgoing);
        if stage.send(down.connection, Side::Proxy, outgoing).await.is_err() {
            return Received::Closed;
        }
        match stage.read(down.connection, Side::Proxy, u64::MAX).await {
            Read::Pieces(pieces) => down.inbound.extend(pieces),
            Read::End if head_deadline.is_some() => return Received::Late,
            Read::End | Read::Failed => return Received::Closed,
        }
    }
}

/// Ends a connection so that what was said arrives.
async fn end(worker: &Worker, down: &mut Down, after: After) {
    let stage = &worker.stage;
    worker.table.set_state(down.place, State::Busy);
    if after == After::Cut {
        return;
    }
    // A slow reader has its time for what is still owed; only then does lingering begin.
    let flushed = stage.engine.coarse().plus_us(stage.plan.keep_alive_us);
    worker.arm(down.place, (flushed, Waits::Both));
    let outgoing = std::mem::take(&mut down.outgoing);
    if stage.send(down.connection, Side::Proxy, outgoing).await.is_err() {
        return;
    }
    worker.table.set_ends_with_close(down.place, false);
    worker.arm(down.place, (stage.engine.coarse().plus_us(LINGER_US), Waits::Both));
    let is_quiet = stage.network.is_quiet(&stage.engine, down.connection, Side::Proxy);
    if after == After::Close && down.inbound.is_empty() && is_quiet {
        return;
    }
    stage.network.shutdown(&stage.engine, down.connection, Side::Proxy, Half::Write);
    while let Read::Pieces(_) = stage.read(down.connection, Side::Proxy, u64::MAX).await {}
}
