//! A request that no client sent, and what would become of it: for `explain`, `test` and the
//! artifact's own proof. It uses what serves, and nothing else.

use std::net::{IpAddr, Ipv4Addr};

use pointsman_schemas::artifact::{Artifact, Backend, FieldOperationKind, ListenerId, Route};

use crate::answer::{write_field, write_location};
use crate::expression::Scope;
use crate::matching::{Captures, Found, Hit, allow, find};
use crate::outgoing::{write_host, write_target};
use crate::request::percent::Decoded;
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

/// What would become of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The status of our own answer; none where a target answers.
    pub status: Option<u16>,
    /// Why it is our own answer, in the word that the log uses.
    pub reason: Option<&'static str>,
    /// More of that, in words.
    pub detail: Option<&'static str>,
    /// Methods for `Allow`.
    pub allow: Vec<String>,
    /// The route that takes it.
    pub route: Option<String>,
    /// What its pattern captured, decoded.
    pub params: Vec<(String, String)>,
    /// The part of the path that its pattern covers.
    pub matched_path: Option<String>,
    /// Name of the backend.
    pub backend: Option<String>,
    /// Path and query that are sent.
    pub sent_path: Option<String>,
    /// The `Host` that is sent.
    pub sent_host: Option<String>,
    /// Fields that the route sets or adds to what is sent, in their order, name in lower case.
    pub sent_fields: Vec<(String, String)>,
    /// Fields that the route removes from what is sent.
    pub removed_fields: Vec<String>,
    /// The place that the answer names, where it is a redirect.
    pub location: Option<String>,
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
        let (head, index) = self.head();
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

    /// Field lines as they would stand in a head; what does not fit in one is left out.
    fn head(&self) -> (Vec<u8>, Vec<FieldIndex>) {
        let host = self.authority.iter().map(|value| ("host", value.as_str()));
        let others = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
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

/// Answers that are our own, by the word that the log uses.
pub(crate) fn own(status: u16, reason: &'static str) -> Decision {
    Decision { status: Some(status), reason: Some(reason), ..Decision::default() }
}

pub(crate) fn refused(refusal: Refusal) -> Decision {
    Decision { detail: Some(refusal.as_str()), ..own(400, "bad_request") }
}

/// What becomes of a request of which the matcher said `found`.
pub(crate) fn decision(
    artifact: &Artifact,
    request: &Request<'_>,
    found: Found,
    captures: &Captures,
) -> Decision {
    match found {
        Found::Route(hit) => taken(artifact, request, hit, captures),
        Found::NoRoute => own(404, "no_route"),
        Found::Budget => own(500, "match_budget"),
        Found::MethodNotAllowed => {
            let mut names = Vec::new();
            allow(artifact, request, &mut names);
            let names = String::from_utf8_lossy(&names).into_owned();
            let allow = names.split(", ").filter(|name| !name.is_empty());
            Decision { allow: allow.map(str::to_owned).collect(), ..own(405, "method_not_allowed") }
        }
    }
}

fn taken(artifact: &Artifact, request: &Request<'_>, hit: Hit, captures: &Captures) -> Decision {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let route = artifact.route(hit.route);
    let backend = route.backend().map(|backend| artifact.backend(backend));
    let path = request.canonical.path();
    let params = captures.iter(path).map(|(name, segment)| {
        let value: Vec<u8> = Decoded::segment(segment).collect();
        (artifact.string(name).to_owned(), text(&value))
    });
    let mut decision = Decision {
        route: Some(route.id().to_owned()),
        params: params.collect(),
        matched_path: path.get(..hit.matched_len).map(text),
        backend: backend.map(|backend| backend.label().to_owned()),
        ..Decision::default()
    };
    let scope = Scope { artifact, request, captures, route: hit.route };
    let Some(backend) = backend else { return answered(decision, route, scope) };
    if let Err(refusal) = sent_fields(&mut decision, route, scope) {
        let Decision { status, reason, detail, .. } = refused(refusal);
        return Decision { status, reason, detail, ..decision };
    }
    let mut sent = Vec::new();
    if let Err(refusal) = write_target(artifact, hit, captures, request, &mut sent) {
        let Decision { status, reason, detail, .. } = refused(refusal);
        return Decision { status, reason, detail, ..decision };
    }
    decision.sent_path = Some(text(&sent));
    decision.sent_host = sent_host(artifact, backend, request);
    if backend.targets().all(|target| target.weight() == 0) {
        decision.status = Some(503);
        decision.reason = Some("no_target");
        decision.detail = Some("every target of the backend has weight 0");
    }
    decision
}

/// An answer of the route's own.
fn answered(mut decision: Decision, route: Route<'_>, scope: Scope<'_>) -> Decision {
    let Some(answer) = route.answer() else { return decision };
    let mut location = Vec::new();
    match write_location(answer, scope, &mut location) {
        Ok(()) => {
            decision.status = Some(answer.status());
            let text = String::from_utf8_lossy(&location).into_owned();
            decision.location = Some(text).filter(|text| !text.is_empty());
            decision
        }
        Err(refusal) => {
            let Decision { status, reason, detail, .. } = refused(refusal);
            Decision { status, reason, detail, ..decision }
        }
    }
}

/// What the route does to the fields that are sent.
fn sent_fields(decision: &mut Decision, route: Route<'_>, scope: Scope<'_>) -> Result<(), Refusal> {
    for operation in scope.artifact.request_changes(route.route_id()) {
        let mut value = Vec::new();
        let changed = write_field(operation, scope, &mut value)?;
        match changed.kind {
            FieldOperationKind::Remove => decision.removed_fields.push(changed.name.to_owned()),
            FieldOperationKind::Set | FieldOperationKind::Add => {
                let value = String::from_utf8_lossy(&value).into_owned();
                decision.sent_fields.push((changed.name.to_owned(), value));
            }
        }
    }
    Ok(())
}

/// The `Host` for the first target that gets requests.
fn sent_host(artifact: &Artifact, backend: Backend<'_>, request: &Request<'_>) -> Option<String> {
    let mut targets = backend.targets();
    let first = targets.next()?;
    let target = std::iter::once(first).chain(targets).find(|target| target.weight() > 0);
    let mut host = Vec::new();
    write_host(artifact, backend, target.unwrap_or(first), request, &mut host);
    Some(String::from_utf8_lossy(&host).into_owned())
}
