//! A request that no client sent, and what would become of it: for `explain`, `test` and the
//! artifact's own proof. It uses what serves, and nothing else.

use std::net::{IpAddr, Ipv4Addr};

use pointsman_schemas::artifact::{Artifact, ListenerId};

use crate::decision::{Decision, decision, refused};
use crate::matching::{Captures, find};
use crate::request::name::Underscores;
use crate::request::{Canonical, FieldIndex, Fields, PathPolicy, Refusal, Request};

/// A request that no client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The method.
    pub method: String,
    /// What stands in `Host`; none for a request of HTTP/1.0 without one.
    pub authority: Option<String>,
    /// Path and query.
    pub target: String,
    /// Field lines besides `Host`, in order.
    pub fields: Vec<(String, String)>,
    /// Whose it is.
    pub client: IpAddr,
    /// Where it comes in.
    pub listener: ListenerId,
    /// Whether it comes by TLS.
    pub secured: bool,
    /// When it comes, milliseconds since 1970-01-01 UTC.
    pub now_ms: u64,
}

impl Probe {
    /// When a request comes of which nobody says when: 1970-01-01T00:00:00Z. No clock is read, so
    /// that a proof has the same outcome every day.
    pub const NOW_MS: u64 = 0;

    /// `GET /` to no host, by the first listener.
    #[must_use]
    pub fn new(method: &str, authority: Option<&str>, target: &str, listener: ListenerId) -> Self {
        Self {
            method: method.to_owned(),
            authority: authority.map(str::to_owned),
            target: target.to_owned(),
            fields: Vec::new(),
            client: IpAddr::V4(Ipv4Addr::LOCALHOST),
            listener,
            secured: false,
            now_ms: Self::NOW_MS,
        }
    }

    /// Hands the request to `answer`, in the form in which the edge makes one.
    ///
    /// Errors: it has no meaning; a client would get 400.
    pub(crate) fn with_request<R>(
        &self,
        artifact: &Artifact,
        answer: impl FnOnce(&Request<'_>) -> R,
    ) -> Result<R, Refusal> {
        let mut canonical = Canonical::new();
        let authority = self.authority.as_ref().map(|text| text.as_bytes());
        let policy = PathPolicy::of(&artifact.settings());
        canonical.set(authority, self.target.as_bytes(), policy)?;
        let (head, index) = self.head(Underscores::of(&artifact.settings()));
        let listener = artifact.listener(self.listener);
        Ok(answer(&Request {
            method: self.method.as_bytes(),
            canonical: &canonical,
            fields: Fields::new(&head, &index),
            client: self.client,
            secured: self.secured,
            version: "HTTP/1.1",
            listener: self.listener,
            listener_name: listener.map_or("", |listener| listener.name()),
            id: b"explain",
            client_cert: None,
            now_ms: self.now_ms,
        }))
    }

    /// Field lines as they would stand in a head, without those that the edge removes; what does
    /// not fit in one is left out.
    fn head(&self, underscores: Underscores) -> (Vec<u8>, Vec<FieldIndex>) {
        let host = self.authority.iter().map(|value| ("host", value.as_str()));
        let others = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let others = others.filter(|(name, _)| !underscores.removes(name));
        let (mut head, mut index) = (Vec::new(), Vec::new());
        for (name, value) in host.chain(others) {
            let narrow = |at: usize| u16::try_from(at).ok();
            let value_at = head.len() + name.len() + 2;
            let place = (narrow(head.len()), narrow(name.len()), narrow(value_at));
            let (Some(name_at), Some(name_len), Some(value_at)) = place else { break };
            let Some(value_len) = narrow(value.len()) else { break };
            head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
            index.push(FieldIndex { name_at, name_len, value_at, value_len });
        }
        (head, index)
    }
}

/// What would become of a request.
#[must_use]
pub fn decide(artifact: &Artifact, probe: &Probe) -> Decision {
    probe
        .with_request(artifact, |request| {
            let mut captures = Captures::new();
            let found = find(artifact, request, &mut captures);
            decision(artifact, request, found, &captures)
        })
        .unwrap_or_else(refused)
}
