//! A request's head at hand, and who sent it.

use std::net::IpAddr;
use std::rc::Rc;

use pointsman_control::command::ListenerKey;
use pointsman_core::fields::forwarded::client_address;
use pointsman_core::fields::request_id::{self, RequestId};
use pointsman_core::http1::server::RequestHead;
use pointsman_routing::{Canonical, Request};
use pointsman_schemas::artifact::id::ListenerId;

use crate::serving::Serving;
use crate::shard::Shard;

/// The head at hand, and who sent it.
pub struct Asked<'a> {
    /// The head.
    pub head: RequestHead<'a>,
    /// Where it came in.
    pub listener: ListenerId,
    /// Name of that listener.
    pub listener_name: Rc<str>,
    /// Who sent it; behind trusted proxies, whom they name.
    pub client: IpAddr,
    /// The other end of the connection is a trusted proxy.
    pub trusted: bool,
    /// When it was read, milliseconds since 1970-01-01 UTC.
    pub now_ms: u64,
}

impl<'a> Asked<'a> {
    /// What this peer asked.
    pub fn new(
        head: RequestHead<'a>,
        serving: &Serving,
        (peer, socket): (IpAddr, &ListenerKey),
        now_ms: u64,
    ) -> Self {
        let (listener, listener_name) = serving.listener(socket);
        Self {
            head,
            listener,
            listener_name,
            client: client_address(peer, head.fields, head.seen, &serving.trusted),
            trusted: serving.trusted.contains(peer),
            now_ms,
        }
    }

    /// Writes the request's identifier: that of a trusted peer is kept, all others get one of ours.
    pub fn write_id(&self, shard: &Shard, id: &mut Vec<u8>) {
        id.clear();
        let received = if self.trusted { request_id::received(self.head.fields) } else { None };
        match received {
            Some(received) => id.extend_from_slice(received),
            None => {
                id.extend_from_slice(RequestId::make(&mut shard.rng.borrow_mut()).as_bytes());
            }
        }
    }

    /// As matcher and expressions see it.
    pub fn request<'r>(&'r self, canonical: &'r Canonical, id: &'r [u8]) -> Request<'r> {
        Request {
            method: self.head.method,
            canonical,
            fields: self.head.fields,
            client: self.client,
            secured: false,
            version: self.head.version.as_str(),
            listener: self.listener,
            listener_name: &self.listener_name,
            id,
            client_cert: None,
            now_ms: self.now_ms,
        }
    }
}
