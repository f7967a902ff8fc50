//! `req.client_cert` in expressions: what serves it, and who could ever have it.

use std::collections::BTreeMap;

use super::templates::{Texts, own};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::expression::{Source, Template, Value};
use crate::model::{Listener, Route, Serve};
use crate::source::Span;

/// Warns of values that are never there; whether any expression asks for a certificate.
///
/// `is_whole` says that nothing is missing that is written: without it nobody is warned.
pub(super) fn check(texts: Texts<'_>, is_whole: bool, findings: &mut Findings) -> bool {
    let mut is_asked = false;
    for (number, backend) in texts.backends.iter().enumerate() {
        let Some(value) = asking(&backend.root).next() else { continue };
        let mut users = texts.routes.iter().filter(|route| route.backend() == Some(number));
        let first = users.next();
        // One that is written in a route which is switched off asks for nothing.
        if first.is_none() && backend.name.starts_with("route:") {
            continue;
        }
        is_asked = true;
        let mut services = texts.services.iter().filter(|one| one.backend == Some(number));
        let Some(first) = first else { continue };
        let may = std::iter::once(first).chain(users).any(|route| may_show(texts, route))
            || services.any(|_| texts.listeners.iter().any(asks));
        if let Some(place) = texts.root_place(number, value).filter(|_| is_whole && !may) {
            findings.push(finding(place, first));
        }
    }
    // A text of `[defaults]` is that of many routes.
    let mut never: BTreeMap<Span, (&Value, &Route)> = BTreeMap::new();
    for route in texts.routes {
        for (template, text) in own(route) {
            let Some(value) = asking(template).next() else { continue };
            is_asked = true;
            if is_whole && !may_show(texts, route) {
                never.entry(text).or_insert((value, route));
            }
        }
    }
    for (text, (value, route)) in never {
        findings.push(finding(texts.place(text, value), route));
    }
    is_asked
}

fn asking(template: &Template) -> impl Iterator<Item = &Value> {
    let is_cert = |source: &Source| matches!(source, Source::ClientCert(_));
    template.values().filter(move |value| value.alternatives.iter().any(is_cert))
}

/// Whether a client of some listener of the route may show a certificate.
fn may_show(texts: Texts<'_>, route: &Route) -> bool {
    if route.listeners.is_empty() {
        return texts.listeners.iter().any(|one| one.serve == Serve::Routes && asks(one));
    }
    route.listeners.iter().filter_map(|index| texts.listeners.get(*index)).any(asks)
}

fn asks(listener: &Listener) -> bool {
    let auth = listener.tls().and_then(|tls| tls.table("client_auth"));
    let mode = auth.and_then(|auth| auth.text("mode"));
    mode.is_some_and(|mode| mode.value != "none")
}

fn finding(place: Span, route: &Route) -> Diagnostic {
    let id = &route.id.value;
    let message = format!("no listener of route `{id}` asks clients for a certificate");
    Diagnostic::new(Code::NeverPresent, place, message)
        .label("never there")
        .other(route.span, "this route")
        .help(
            "write `client_auth = { mode = \"request\", ca = [\"NAME\"] }` in the listener's `tls`",
        )
}
