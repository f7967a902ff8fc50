//! One worker's share of a look-up: scratch that is filled again and again.

use std::net::{IpAddr, Ipv4Addr};

use pointsman_routing::{Canonical, Captures, Fields, Found, PathPolicy, Refusal, Request, find};
use pointsman_schemas::artifact::{Artifact, ListenerId};

use crate::routes::Wanted;

/// Requests side by side, in the order in which they are asked: reading them misses no cache, as the
/// bytes of a request that has just come in do not.
#[derive(Debug)]
pub struct Round {
    bytes: Vec<u8>,
    /// Where host and path of each end.
    ends: Vec<(u32, u32)>,
    next: usize,
    at: usize,
}

impl Round {
    /// All of them, from the first.
    #[must_use]
    pub fn new(requests: &[Wanted]) -> Self {
        let mut bytes = Vec::new();
        let mut ends = Vec::with_capacity(requests.len());
        for wanted in requests {
            bytes.extend_from_slice(wanted.host.as_bytes());
            let host = bytes.len() as u32;
            bytes.extend_from_slice(wanted.path.as_bytes());
            ends.push((host, bytes.len() as u32));
        }
        Self { bytes, ends, next: 0, at: 0 }
    }

    /// Host and path of the next one; the first follows the last.
    #[inline]
    pub fn next_request(&mut self) -> (&[u8], &[u8]) {
        if self.next == self.ends.len() {
            (self.next, self.at) = (0, 0);
        }
        let (host, path) = self.ends[self.next];
        let (start, host, path) = (self.at, host as usize, path as usize);
        self.next += 1;
        self.at = path;
        (&self.bytes[start..host], &self.bytes[host..path])
    }
}

/// A request whose host and path were read.
#[inline]
fn request(canonical: &Canonical) -> Request<'_> {
    Request {
        method: b"GET",
        canonical,
        fields: Fields::default(),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        secured: false,
        version: "HTTP/1.1",
        listener: ListenerId(0),
        listener_name: "web",
        id: b"0123456789abcdef",
        client_cert: None,
        now_ms: 0,
    }
}

/// Some requests that were just read, for a clock that runs while they are looked for and at no
/// other time. Few, so that they stand in the first cache as a request does that has just come in.
#[derive(Debug)]
pub struct Batch {
    read: Vec<Canonical>,
    captures: Captures,
}

impl Batch {
    /// Requests of one batch: reading the clock twice costs a look-up or less for all of them.
    pub const REQUESTS: usize = 32;

    /// Reads the next requests of a round.
    ///
    /// Errors: one has no meaning.
    pub fn read(&mut self, round: &mut Round) -> Result<(), Refusal> {
        for canonical in &mut self.read {
            let (host, path) = round.next_request();
            canonical.set(Some(host), path, PathPolicy::default())?;
        }
        Ok(())
    }

    /// Looks for all of them; how many a route takes.
    pub fn find(&mut self, artifact: &Artifact) -> usize {
        let Self { read, captures } = self;
        let found = read.iter().map(|one| find(artifact, &request(one), captures));
        found.filter(|found| matches!(found, Found::Route(_))).count()
    }
}

impl Default for Batch {
    fn default() -> Self {
        let read = (0..Self::REQUESTS).map(|_| Canonical::new()).collect();
        Self { read, captures: Captures::default() }
    }
}

/// Scratch of one worker.
#[derive(Debug, Default)]
pub struct Worker {
    canonical: Canonical,
    captures: Captures,
}

impl Worker {
    /// Reads host and path into their canonical form.
    ///
    /// Errors: they have no meaning.
    #[inline]
    pub fn read(&mut self, (host, path): (&[u8], &[u8])) -> Result<(), Refusal> {
        self.canonical.set(Some(host), path, PathPolicy::default())
    }

    /// Who takes the request that was read.
    #[inline]
    pub fn find(&mut self, artifact: &Artifact) -> Found {
        find(artifact, &request(&self.canonical), &mut self.captures)
    }

    /// The id of the route that takes a request.
    #[must_use]
    pub fn route<'a>(&mut self, artifact: &'a Artifact, wanted: &Wanted) -> Option<&'a str> {
        self.read((wanted.host.as_bytes(), wanted.path.as_bytes())).ok()?;
        match self.find(artifact) {
            Found::Route(hit) => Some(artifact.route(hit.route).id()),
            _ => None,
        }
    }
}
