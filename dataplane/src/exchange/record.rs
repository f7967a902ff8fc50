//! What the access log says of an exchange: kept from its head, completed at its end.

use std::net::SocketAddr;
use std::rc::Rc;

use pointsman_control::record::{Protocol, Record};
use pointsman_core::exchange::Outcome;
use pointsman_core::fault::Fault;
use pointsman_core::http1::framing::Version;
use pointsman_core::time::Instant;

use super::plan::Plan;
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
    pub fn write(
        self,
        shard: &Shard,
        plan: &Plan,
        outcome: &Outcome,
        connect_us: Option<u64>,
        first_byte: Instant,
    ) {
        let artifact = plan.serving.artifact();
        let record = Record {
            route: artifact.route(plan.route).id(),
            backend: artifact.backend(plan.backend).label(),
            target: artifact.target(plan.pick.id).id(),
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
