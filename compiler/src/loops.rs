//! Redirects that lead clients round in a circle. Each is followed as a client would follow it, by
//! the matcher that serves: what is found is shown by a request, and what leads elsewhere, or where
//! another route could take the next request, is none.

use std::collections::HashSet;

use pointsman_routing::{Decision, Probe, decide};
use pointsman_schemas::artifact::{Artifact, ListenerId};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::origin::{Absolute, absolute};
use crate::limits::{REDIRECT_HOPS_MAX, REDIRECTS_FOLLOWED_MAX};
use crate::model::{Action, Model, Redirect, Route};
use crate::witness::witness_within;

/// Finds routes whose redirects lead back to them.
///
/// Cost: bounded; of what is beyond it nothing is said.
pub(crate) fn find(model: &Model, artifact: &Artifact, findings: &mut Findings) {
    let mut left = REDIRECTS_FOLLOWED_MAX;
    let mut told = HashSet::new();
    // A client need not send the same fields and method again: it may have a cookie by then.
    let repeats = |route: &&Route| {
        route.conditions.is_empty()
            && (route.methods.is_empty() || route.methods.iter().any(|method| method == "GET"))
    };
    let certain = model.routes.iter().filter(repeats);
    let certain: HashSet<&str> = certain.map(|route| route.id.value.as_str()).collect();
    for route in &model.routes {
        let Action::Redirect(redirect) = &route.action else { continue };
        if !certain.contains(route.id.value.as_str()) || told.contains(&route.id.value) {
            continue;
        }
        if left == 0 {
            return;
        }
        let Some(mut first) = witness_within(model, artifact, route, &mut left) else { continue };
        "GET".clone_into(&mut first.probe.method);
        if let Some(round) = follow(artifact, &certain, first.probe, &mut left)
            && let Some(own) = round.iter().position(|hop| hop.takes(route))
        {
            told.extend(round.iter().filter_map(|hop| hop.decision.route.clone()));
            findings.push(finding(model, (route, redirect), &round, own));
        }
    }
}

/// A request, and the redirect that answers it.
struct Hop {
    probe: Probe,
    decision: Decision,
}

impl Hop {
    fn takes(&self, route: &Route) -> bool {
        self.decision.route.as_ref() == Some(&route.id.value)
    }

    fn url(&self) -> String {
        let scheme = if self.probe.secured { "https" } else { "http" };
        let authority = self.probe.authority.as_deref().unwrap_or_default();
        format!("{scheme}://{authority}{}", self.probe.target)
    }
}

/// The hops that a client would make again and again; none where it gets out, or may.
fn follow(
    artifact: &Artifact,
    certain: &HashSet<&str>,
    first: Probe,
    left: &mut usize,
) -> Option<Vec<Hop>> {
    let mut hops: Vec<Hop> = Vec::new();
    let mut probe = first;
    while hops.len() < REDIRECT_HOPS_MAX {
        *left = left.checked_sub(1)?;
        let decision = decide(artifact, &probe);
        if decision.route.as_deref().is_some_and(|route| !certain.contains(route)) {
            return None;
        }
        let next = next(artifact, &probe, decision.location.as_deref()?)?;
        hops.push(Hop { probe: std::mem::replace(&mut probe, next), decision });
        if let Some(start) = hops.iter().position(|hop| hop.probe == probe) {
            return Some(hops.split_off(start));
        }
    }
    // One route that leads on and on; many may be a long way.
    let is_one = hops.iter().all(|hop| hop.decision.route == hops[0].decision.route);
    is_one.then_some(hops)
}

/// The request that follows an answer; none where it may leave: to a port of no listener, or of
/// several, or to another host that no route names, which a name server may lead elsewhere.
fn next(artifact: &Artifact, probe: &Probe, location: &str) -> Option<Probe> {
    let location = location.split('#').next().unwrap_or_default();
    let Some(Absolute { is_tls, authority, rest }) = absolute(location) else {
        return Some(Probe { target: location.to_owned(), ..probe.clone() });
    };
    let authority = authority.to_ascii_lowercase();
    let (host, port) = split(&authority);
    let is_same = probe.authority.as_deref().is_some_and(|own| split(own).0 == host);
    if !is_same && artifact.exact_host(host.as_bytes()).is_none() {
        return None;
    }
    let port = match port {
        Some(port) => port.parse().ok()?,
        None if is_tls => 443,
        None => 80,
    };
    let slash = if rest.starts_with('/') { "" } else { "/" };
    Some(Probe {
        target: format!("{slash}{rest}"),
        listener: listener(artifact, is_tls, port)?,
        authority: Some(authority),
        secured: is_tls,
        ..probe.clone()
    })
}

/// Host, and port where one is named.
fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// The only listener at a port.
fn listener(artifact: &Artifact, is_tls: bool, port: u16) -> Option<ListenerId> {
    let mut fitting = artifact.listeners().filter(|one| {
        one.is_secured() == is_tls && one.addresses().any(|address| address.port() == port)
    });
    let first = fitting.next()?;
    fitting.next().is_none().then(|| first.id())
}

fn finding(
    model: &Model,
    (route, redirect): (&Route, &Redirect),
    round: &[Hop],
    own: usize,
) -> Diagnostic {
    let message = match round.len() {
        1 => "this redirect leads back to where it comes from",
        _ => "this redirect leads back to its own route",
    };
    let mut finding = Diagnostic::new(Code::RedirectToItself, redirect.span, message)
        .label("comes back here")
        .witness(format!("GET {}", round[own].url()));
    let (after, before) = (&round[own..], &round[..own]);
    for hop in after.iter().chain(before).skip(1).take(2) {
        if let Some(name) = &hop.decision.redirected_by {
            let listener = model.listeners.iter().find(|one| one.name.value == *name);
            let field = listener.and_then(|one| one.options.field("redirect_to_https"));
            finding =
                field.into_iter().fold(finding, |one, field| one.other(field.place, "and on"));
        }
        let next = hop.decision.route.as_ref().filter(|_| !hop.takes(route));
        let next = next.and_then(|id| model.routes.iter().find(|one| one.id.value == *id));
        finding = next.into_iter().fold(finding, |one, next| one.other(next.span, "and on"));
    }
    let to_https = round[own].decision.location.as_ref().is_some_and(|to| to.starts_with("https:"));
    finding.help(match to_https {
        true => {
            "name the plain listener in `listeners`, or write `redirect_to_https = true` in it \
             instead of this route"
        }
        false => "lead it to another host or path",
    })
}
