//! What the access log says of an exchange: kept from its head, completed at its end.

use std::net::SocketAddr;
use std::rc::Rc;

use pointsman_control::record::{Protocol, Record};
use pointsman_core::exchange::Outcome;
use pointsman_core::fault::Fault;
use pointsman_core::http1::framing::Version;
use pointsman_core::time::Instant;

use crate::shard::Shard;

/// What is kept of a request's head until its end.
pub struct Entry {
    /// Wall clock when the head was whole, microseconds since 1970-01-01 UTC.
    pub time_us: u64,
    /// The worker's clock then.
    pub began: Instant,
    /// The client's own address, behind trusted proxies the one that they tell.
    pub client: SocketAddr,
    /// Name of the listener.
    pub listener: Rc<str>,
    /// Version of the request; none when it never parsed.
    pub version: Option<Version>,
    /// Method, host, path, request id, user agent, referer: one behind the other.
    pub text: Vec<u8>,
    /// Where each of them ends in `text`.
    pub ends: [usize; 6],
}

/// Where an exchange led, by the names of its artifact.
pub struct To<'a> {
    /// Id of the route.
    pub route: &'a str,
    /// Name of the backend.
    pub backend: &'a str,
    /// Id of the target.
    pub target: &'a str,
}

/// When things happened on the target's side.
#[derive(Clone, Copy)]
pub struct Times {
    /// Time to connect; none on a kept connection.
    pub connect_us: Option<u64>,
    /// When its first byte came; [`Instant::NEVER`] when none did.
    pub first_byte: Instant,
}

impl Entry {
    fn part(&self, at: usize) -> &[u8] {
        let from = if at == 0 { 0 } else { self.ends[at - 1] };
        self.text.get(from..self.ends[at]).unwrap_or_default()
    }

    /// A record without a target.
    fn record<'a>(&'a self, shard: &Shard, status: u16, fault: Option<Fault>) -> Record<'a> {
        Record {
            time_us: self.time_us,
            request_id: self.part(3),
            client: self.client,
            listener: &self.listener,
            protocol: match self.version {
                None => Protocol::Unknown,
                Some(Version::Http10) => Protocol::Http10,
                Some(Version::Http11) => Protocol::Http11,
            },
            tls: None,
            method: self.part(0),
            host: self.part(1),
            path: self.part(2),
            status,
            route: "",
            backend: "",
            target: "",
            attempts: 0,
            received_bytes: 0,
            sent_bytes: 0,
            total_us: shard.clock.fine().since_us(self.began),
            connect_us: None,
            first_byte_us: None,
            reason: fault.map_or("", |fault| fault.reason().as_str()),
            referer: self.part(5),
            user_agent: self.part(4),
        }
    }

    /// Writes what an exchange came to.
    pub fn write(self, shard: &Shard, to: &To<'_>, outcome: &Outcome, times: Times) {
        let Times { connect_us, first_byte } = times;
        let record = Record {
            route: to.route,
            backend: to.backend,
            target: to.target,
            attempts: u32::from(outcome.attempts),
            received_bytes: outcome.request_bytes,
            sent_bytes: outcome.response_bytes,
            connect_us,
            first_byte_us: (first_byte != Instant::NEVER).then(|| first_byte.since_us(self.began)),
            ..self.record(shard, outcome.status, outcome.fault)
        };
        shard.log.push(&record, shard.stats());
        shard.buffers.give(self.text);
    }

    /// Writes an answer of our own to a request that reached no backend.
    pub fn write_own(
        self,
        shard: &Shard,
        status: u16,
        fault: Option<Fault>,
        route: &str,
        backend: &str,
    ) {
        let record = Record { route, backend, ..self.record(shard, status, fault) };
        shard.log.push(&record, shard.stats());
        shard.buffers.give(self.text);
    }
}
