//! What would become of a request, in words and whole: who answers, what is sent, what goes back.

use pointsman_schemas::artifact::{
    AnswerKind, Artifact, Backend, FieldOperation, FieldOperationKind, Route, Serve,
};

use crate::answer::{write_field, write_location};
use crate::expression::Scope;
use crate::matching::{Captures, Found, Hit, allow};
use crate::outgoing::{write_host, write_service_target, write_target};
use crate::request::percent::Decoded;
use crate::request::{Refusal, Request};
use crate::service::{ServiceKind, find_service};
use crate::to_https::ToHttps;

/// What would become of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The status of our own answer; none where a target answers.
    pub status: Option<u16>,
    /// Why it is refused, in the word that the log uses; none where it is not.
    pub reason: Option<&'static str>,
    /// More of that, in words.
    pub detail: Option<&'static str>,
    /// Methods for `Allow`.
    pub allow: Vec<String>,
    /// The route that takes it.
    pub route: Option<String>,
    /// The service that takes it, as its table is named.
    pub service: Option<String>,
    /// The listener that sends the client to https, where it does.
    pub redirected_by: Option<String>,
    /// What of the edge itself answers, where the service is such a one.
    pub builtin: Option<String>,
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
    /// What the route does to the fields that are sent, in order.
    pub request_changes: Vec<FieldChange>,
    /// What the route does to the fields of the answer, in order; those of an answer of its own
    /// come first.
    pub response_changes: Vec<FieldChange>,
    /// The place that the answer names, where it is a redirect.
    pub location: Option<String>,
    /// Length of an answer of the route's own. Unit: bytes.
    pub body_bytes: Option<usize>,
}

/// What is done to a field, its value evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// What is done.
    pub kind: FieldOperationKind,
    /// The field, in lower case.
    pub name: String,
    /// Its value; empty where it is removed.
    pub value: String,
}

/// The value that a field has after all changes, as far as they say.
fn changed<'c>(changes: &'c [FieldChange], name: &str) -> Option<&'c str> {
    let own = changes.iter().rfind(|change| change.name == name);
    own.filter(|change| change.kind != FieldOperationKind::Remove).map(|own| own.value.as_str())
}

impl Decision {
    /// What the route makes of a field that is sent; none where it removes it or leaves it alone.
    #[must_use]
    pub fn sent_field(&self, name: &str) -> Option<&str> {
        changed(&self.request_changes, name)
    }

    /// What the route makes of a field of the answer; none where it removes it or leaves it alone.
    #[must_use]
    pub fn answered_field(&self, name: &str) -> Option<&str> {
        let location = self.location.as_deref().filter(|_| name == "location");
        location.or_else(|| changed(&self.response_changes, name))
    }

    /// Whether a route, a service or the edge itself takes it, and not a refusal.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        let is_ours = self.route.is_some() || self.service.is_some();
        self.reason.is_none() && (is_ours || self.redirected_by.is_some())
    }

    fn refused_after_all(self, refusal: Refusal) -> Self {
        let Self { status, reason, detail, .. } = refused(refusal);
        Self { status, reason, detail, ..self }
    }
}

/// Answers that are our own, by the word that the log uses.
fn own(status: u16, reason: &'static str) -> Decision {
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
    if let Some(redirect) = ToHttps::of(artifact, request.listener)
        && redirect.takes(request)
    {
        return redirected(&redirect, request);
    }
    let listener = artifact.listener(request.listener);
    if listener.is_some_and(|listener| listener.serve() == Serve::Services) {
        return served(artifact, request);
    }
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn taken(artifact: &Artifact, request: &Request<'_>, hit: Hit, captures: &Captures) -> Decision {
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
    let scope = Scope { artifact, request, captures, route: Some(hit.route) };
    let done = match backend {
        Some(_) => changes(artifact.request_changes(route.route_id()), scope).map(|changes| {
            decision.request_changes = changes;
        }),
        None => answered(&mut decision, route, scope),
    };
    let done = done.and_then(|()| {
        let more = changes(artifact.response_changes(route.route_id()), scope)?;
        decision.response_changes.extend(more);
        Ok(())
    });
    let mut sent = Vec::new();
    if let Err(refusal) =
        done.and_then(|()| write_target(artifact, hit, captures, request, &mut sent))
    {
        return decision.refused_after_all(refusal);
    }
    match backend {
        Some(backend) => sending(decision, &sent, (artifact, backend), request),
        None => decision,
    }
}

/// Adds what is sent to a backend.
fn sending(
    mut decision: Decision,
    sent: &[u8],
    (artifact, backend): (&Artifact, Backend<'_>),
    request: &Request<'_>,
) -> Decision {
    decision.backend = Some(backend.label().to_owned());
    decision.sent_path = Some(text(sent));
    decision.sent_host = sent_host(artifact, backend, request);
    if backend.targets().all(|target| target.weight() == 0) {
        decision.status = Some(503);
        decision.reason = Some("no_target");
        decision.detail = Some("every target of the backend has weight 0");
    }
    decision
}

/// An answer of the route's own.
fn answered(decision: &mut Decision, route: Route<'_>, scope: Scope<'_>) -> Result<(), Refusal> {
    let Some(answer) = route.answer() else { return Ok(()) };
    let mut location = Vec::new();
    write_location(answer, scope, &mut location)?;
    decision.response_changes = changes(answer.fields(), scope)?;
    decision.status = Some(answer.status());
    match answer.kind() {
        AnswerKind::Redirect { .. } => decision.location = Some(text(&location)),
        AnswerKind::Respond { body } => decision.body_bytes = Some(body.len()),
    }
    Ok(())
}

/// What comes in by a listener that sends clients to https.
fn redirected(redirect: &ToHttps<'_>, request: &Request<'_>) -> Decision {
    let mut location = Vec::new();
    if let Err(refusal) = ToHttps::write_location(request, &mut location) {
        return refused(refusal);
    }
    Decision {
        status: Some(redirect.status),
        location: Some(text(&location)),
        redirected_by: Some(request.listener_name.to_owned()),
        ..Decision::default()
    }
}

/// What comes in by a listener of services.
fn served(artifact: &Artifact, request: &Request<'_>) -> Decision {
    let Some(hit) = find_service(artifact, request.canonical) else {
        let detail = Some("the path's first segment names no service");
        return Decision { detail, ..own(404, "no_route") };
    };
    let path = request.canonical.path();
    let decision = Decision {
        service: Some(hit.name.to_owned()),
        matched_path: path.get(..hit.matched_len).map(text),
        ..Decision::default()
    };
    match hit.kind {
        ServiceKind::Builtin(word) => Decision { builtin: Some(word.to_owned()), ..decision },
        // Its instances are known where it runs alone.
        ServiceKind::Registry => decision,
        ServiceKind::Backend(id) => {
            let backend = artifact.backend(id);
            let stripped = if hit.strip_slug { hit.matched_len } else { 0 };
            let mut sent = Vec::new();
            match write_service_target(artifact, backend, stripped, request, &mut sent) {
                Ok(()) => sending(decision, &sent, (artifact, backend), request),
                Err(refusal) => decision.refused_after_all(refusal),
            }
        }
    }
}

/// What is done to fields.
fn changes<'a>(
    all: impl Iterator<Item = FieldOperation<'a>>,
    scope: Scope<'_>,
) -> Result<Vec<FieldChange>, Refusal> {
    all.map(|operation| {
        let mut value = Vec::new();
        let changed = write_field(operation, scope, &mut value)?;
        let name = changed.name.to_owned();
        Ok(FieldChange { kind: changed.kind, name, value: text(&value) })
    })
    .collect()
}

/// The `Host` for the first target that gets requests.
fn sent_host(artifact: &Artifact, backend: Backend<'_>, request: &Request<'_>) -> Option<String> {
    let mut targets = backend.targets();
    let first = targets.next()?;
    let target = std::iter::once(first).chain(targets).find(|target| target.weight() > 0);
    let mut host = Vec::new();
    write_host(artifact, backend, target.unwrap_or(first), request, &mut host);
    Some(text(&host))
}
