//! Requests, and what the matcher that serves says of them. Counts what asking it costs.

use pointsman_routing::{Contest, Probe, ToHttps, contest};
use pointsman_schemas::artifact::{Artifact, ListenerId, Policy, Serve};

use crate::classes::{Carried, Classes, Effort};
use crate::limits::{COMPARISONS_PER_REQUEST, REACH_REQUESTS_MAX};

/// Methods that a witness has where any will do.
pub(super) const COMMON: [&str; 8] =
    ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND"];

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) carried: Carried,
    pub(super) door: Door,
}

/// A listener that serves routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Door {
    pub(super) id: ListenerId,
    pub(super) secured: bool,
}

impl Door {
    /// Whether a route is behind it.
    pub(super) fn leads_to(self, policy: Policy<'_>) -> bool {
        let bits = policy.listener_bits();
        bits == u64::MAX || bits.checked_shr(self.id.0).unwrap_or(0) & 1 != 0
    }
}

/// Asks the matcher.
pub(super) struct Asker<'a> {
    pub(super) artifact: &'a Artifact,
    pub(super) doors: Vec<Door>,
    /// What was found out about classes of requests, and what may be spent on it.
    pub(super) classes: Classes,
    pub(super) effort: Effort,
    /// Work that may still be done, in plain requests.
    left: usize,
}

impl<'a> Asker<'a> {
    pub(super) fn new(artifact: &'a Artifact) -> Self {
        // One that sends all clients to https asks no route.
        let asks = |id| ToHttps::of(artifact, id).is_none_or(|one| !one.except.is_empty());
        let serving = artifact.listeners().filter(|one| one.serve() == Serve::Routes);
        let serving = serving.filter(|one| asks(one.id()));
        let mut doors: Vec<Door> =
            serving.map(|one| Door { id: one.id(), secured: one.is_secured() }).collect();
        if doors.is_empty() {
            doors.push(Door { id: ListenerId(0), secured: false });
        }
        let (classes, effort) = (Classes::default(), Effort::new());
        Self { artifact, doors, classes, effort, left: REACH_REQUESTS_MAX }
    }

    /// What the matcher says; none where the request has no meaning.
    pub(super) fn ask(&mut self, request: &Request) -> Option<Contest> {
        let contest = contest(self.artifact, &request.probe()).ok();
        // Each pattern that was tried may have looked through all that the request carries, when it
        // was found and when it was listed.
        let tried = contest.as_ref().map_or(0, |one| one.tried.len() + one.hosts.len());
        let weight = request.carried.weight();
        self.spend(1 + weight / 8 + tried * (1 + 2 * weight) / COMPARISONS_PER_REQUEST);
        contest
    }

    /// Takes work off that costs as much as so many requests.
    pub(super) fn spend(&mut self, requests: usize) {
        self.left = self.left.saturating_sub(requests);
    }

    /// Whether all that may be asked was asked.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// Work that may still be done, in plain requests.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Names of a policy's methods; none is all.
    pub(super) fn methods(&self, policy: Policy<'_>) -> Vec<&'a str> {
        let bits = policy.method_bits();
        let named = self.artifact.methods().enumerate();
        named.filter(|(bit, _)| bits & 1 << bit != 0).map(|(_, name)| name).collect()
    }
}

impl Request {
    /// Path and query.
    fn target(&self) -> String {
        match self.carried.query.join("&") {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    fn probe(&self) -> Probe {
        Probe {
            secured: self.door.secured,
            fields: self.carried.fields.clone(),
            ..Probe::new(&self.method, Some(&self.host), &self.target(), self.door.id)
        }
    }

    /// The request as a line, and its field lines.
    pub(super) fn written(&self) -> (String, Vec<String>) {
        let scheme = if self.door.secured { "https" } else { "http" };
        let line = format!("{} {scheme}://{}{}", self.method, self.host, self.target());
        let fields = self.carried.fields.iter().map(|(name, value)| format!("{name}: {value}"));
        (line, fields.collect())
    }
}
