//! Listeners and what is served by none: services without a listener, a listener without services,
//! a redirect to https where nobody speaks TLS.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::expression::Part;
use crate::grammar::origin::{Absolute, absolute};
use crate::grammar::pattern::HostPattern;
use crate::model::{Action, Model, Serve};

/// Warns of what no request comes to. Needs every file, and nothing found wrong in a table of them.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let of = |serve: Serve| model.listeners.iter().filter(move |one| one.serve == serve);
    if let (Some(service), None) = (model.services.first(), of(Serve::Services).next()) {
        let message = "no listener serves services: no request comes to any of them";
        findings.push(
            Diagnostic::new(Code::ServicesUnreached, service.name.span, message)
                .label("the first of them")
                .help("write a listener with `serve = \"services\"`, or remove them"),
        );
    }
    if let (None, Some(listener)) = (model.services.first(), of(Serve::Services).next()) {
        let message =
            format!("listener `{}` serves services, and there is none", listener.name.value);
        findings.push(
            Diagnostic::new(Code::ServicesUnreached, listener.name.span, message)
                .help("every request is answered with 404; write [services.NAME]"),
        );
    }
    if model.listeners.iter().any(|listener| listener.tls().is_some()) {
        return;
    }
    warn_of_routes(model, findings);
    for listener in model.listeners.iter().filter(|listener| listener.redirects()) {
        let field = listener.options.field("redirect_to_https");
        let place = field.map_or(listener.name.span, |field| field.place);
        let message = format!(
            "listener `{}` redirects to https, which no listener speaks",
            listener.name.value
        );
        findings.push(
            Diagnostic::new(Code::RedirectWithoutTls, place, message)
                .label("leads nowhere of ours")
                .other(listener.name.span, "this listener")
                .help("write a listener with `tls`, or leave the redirect to who has one"),
        );
    }
}

/// Warns of routes that lead their own host to https. One with conditions may ask a proxy in front.
fn warn_of_routes(model: &Model, findings: &mut Findings) {
    for route in model.routes.iter().filter(|route| route.conditions.is_empty()) {
        let Action::Redirect(redirect) = &route.action else { continue };
        let Some(Part::Literal(first)) = redirect.to.parts.first() else { continue };
        let first = String::from_utf8_lossy(first);
        let Some(Absolute { is_tls: true, authority, .. }) = absolute(&first) else { continue };
        let host = authority.strip_suffix(":443").unwrap_or(authority).to_ascii_lowercase();
        let own = route
            .patterns
            .iter()
            .find(|pattern| matches!(&pattern.host, HostPattern::Exact(name) if **name == *host));
        let Some(own) = own else { continue };
        let message =
            format!("route `{}` redirects to https, which no listener speaks", route.id.value);
        findings.push(
            Diagnostic::new(Code::RedirectWithoutTls, redirect.span, message)
                .label("leads to its own host")
                .other(own.span, "this one")
                .help("write a listener with `tls`, or leave the redirect to who has one"),
        );
    }
}
