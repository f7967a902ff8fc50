//! Listeners and what is served by none: services without a listener, a listener without services,
//! a redirect to https where nobody speaks TLS.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::model::{Model, Serve};

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
