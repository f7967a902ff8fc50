//! Exchanges as a session drives them, without bytes: what the machine itself costs.

use pointsman_core::exchange::{Action, After, Body, Event, Exchange, Request, Response, Timeouts};
use pointsman_core::time::Instant;

/// The defaults of a backend.
pub const LIMITS: Timeouts = Timeouts {
    connection_us: 10_000_000,
    idle_us: 60_000_000,
    call_us: 30_000_000,
    call_and_stream_us: 120_000_000,
    global_us: 30_000_000,
    min_body_rate: 1024,
};

fn drain(exchange: &mut Exchange) -> Option<Action> {
    let mut last = None;
    while let Some(action) = exchange.poll_action() {
        last = Some(action);
    }
    last
}

fn tell(exchange: &mut Exchange, now: Instant, event: Event) -> Option<Action> {
    exchange.handle(now, event);
    let last = drain(exchange);
    std::hint::black_box(exchange.next_deadline());
    last
}

fn answer(exchange: &mut Exchange, now: Instant) -> bool {
    let response = Response {
        status: 200,
        body: Body::Length(512),
        reusable: true,
        ends_with_connection: false,
    };
    tell(exchange, now, Event::ResponseBegun);
    tell(exchange, now, Event::Response(response));
    tell(exchange, now, Event::ResponseData(512));
    let last = tell(exchange, now, Event::ResponseEnd { clean: true });
    last == Some(Action::Finish(After::KeepAlive))
}

/// A GET on a pooled connection. Returns whether the client's connection goes on.
#[must_use]
pub fn keep_alive_get(limits: Timeouts) -> bool {
    let now = Instant::from_us(1);
    let mut exchange = Exchange::new(limits);
    let request = Request {
        body: Body::None,
        idempotent: true,
        replayable: true,
        persistent: true,
        waits_for_interim: false,
    };
    tell(&mut exchange, now, Event::Request(request));
    tell(&mut exchange, now, Event::Connected { reused: true });
    answer(&mut exchange, now)
}

/// A POST whose body comes in so many reads. Returns whether the client's connection goes on.
#[must_use]
pub fn upload(limits: Timeouts, reads: u64) -> bool {
    let mut now = Instant::from_us(1);
    let mut exchange = Exchange::new(limits);
    let body = Body::Length(reads * 1024);
    let request = Request {
        body,
        idempotent: false,
        replayable: false,
        persistent: true,
        waits_for_interim: false,
    };
    tell(&mut exchange, now, Event::Request(request));
    tell(&mut exchange, now, Event::Connected { reused: true });
    for _ in 0..reads {
        tell(&mut exchange, now, Event::RequestWanted);
        now = now.plus_us(10);
        tell(&mut exchange, now, Event::RequestData(1024));
    }
    tell(&mut exchange, now, Event::RequestEnd);
    answer(&mut exchange, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchange_of_each_kind_ends_well() {
        assert!(keep_alive_get(LIMITS));
        assert!(upload(LIMITS, 64));
    }
}
