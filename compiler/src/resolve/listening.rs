//! Listeners: what one says that it cannot do.

use super::trust;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::listener::Listener as Written;
use crate::document::record::{Record, Value};
use crate::model::Listener;
use crate::source::Span;

/// Statuses that a redirect may have.
const REDIRECTS: [u64; 5] = [301, 302, 303, 307, 308];

/// Judges a listener; `options` are its own with what `[defaults]` add.
pub(super) fn check(written: &Written, options: &Record, findings: &mut Findings) {
    let tls = options.table("tls");
    let protocols = written.protocols.as_ref();
    if let Some(protocols) = protocols.filter(|words| words.value.contains(&"h3"))
        && tls.is_none()
    {
        let message = format!("listener `{}` speaks h3 and has no `tls`", written.name.value);
        findings.push(
            Diagnostic::new(Code::ListenerContradicts, protocols.span, message)
                .label("h3 is never without TLS")
                .other(written.name.span, "this listener")
                .help("write `tls = { certificates = [\"NAME\"] }`, or leave h3 out"),
        );
    }
    check_redirect(written, tls, findings);
    if let Some(tls) = tls {
        check_tls(tls, findings);
        // What `[defaults]` say is judged once, there.
        let own = written.options.table("tls").and_then(|tls| tls.table("client_auth"));
        if let Some(own) = own {
            check_hosts(own, findings);
            if !has_mode(Some(tls)) {
                refuse_unasked(own, findings);
            }
        }
    }
    // What `[defaults]` say is judged once, there.
    if let Some(proxies) = written.options.table("proxy_protocol") {
        check_proxies(proxies, findings);
    }
}

/// Judges `redirect_to_https`.
fn check_redirect(written: &Written, tls: Option<&Record>, findings: &mut Findings) {
    let Some(field) = written.options.field("redirect_to_https") else { return };
    if let Value::Table(table) = &field.value.value
        && let Some(status) = table.amount("status").filter(|one| !REDIRECTS.contains(&one.value))
    {
        let message = format!("{} is no status of a redirect", status.value);
        let help = "it is one of 301, 302, 303, 307, 308";
        findings.push(Diagnostic::new(Code::BadRedirect, status.span, message).help(help));
    }
    let Some(tls) = tls.filter(|_| !matches!(field.value.value, Value::Flag(false))) else {
        return;
    };
    let message = format!("listener `{}` redirects https to https", written.name.value);
    findings.push(
        Diagnostic::new(Code::ListenerContradicts, field.place, message)
            .label("each request would come back here")
            .other(tls.span, "TLS is spoken here")
            .help("write it in the plain listener, and leave it out here"),
    );
}

/// Judges `tls`.
fn check_tls(tls: &Record, findings: &mut Findings) {
    if let Some(list) = tls.value("certificates")
        && tls.texts("certificates").next().is_none()
        && tls.field("default_certificate").is_none()
    {
        refuse_empty("certificates", list.span, "name a certificate, or \"auto\"", findings);
    }
    let Some(auth) = tls.table("client_auth") else { return };
    let asks = auth.text("mode").filter(|mode| mode.value != "none");
    let Some(mode) = asks.filter(|_| auth.texts("ca").next().is_none()) else { return };
    let message = match mode.value {
        "require" => "clients must show a certificate, and nobody may have signed it",
        _ => "clients are asked for a certificate, and nobody may have signed it",
    };
    let mut finding = Diagnostic::new(Code::ListenerContradicts, mode.span, message)
        .help("name who signs them: `ca = [\"NAME\"]`, a certificate without a key");
    if let Some(list) = auth.value("ca") {
        finding = finding.other(list.span, "empty");
    }
    findings.push(finding);
}

/// Whether `tls` says whether clients are asked for a certificate.
fn has_mode(tls: Option<&Record>) -> bool {
    let auth = tls.and_then(|tls| tls.table("client_auth"));
    auth.is_some_and(|auth| auth.field("mode").is_some())
}

/// Judges `hosts` of `client_auth`: an empty list is not all of them, as elsewhere, but none.
pub(super) fn check_hosts(auth: &Record, findings: &mut Findings) {
    if let Some(list) = auth.value("hosts")
        && auth.texts("hosts").next().is_none()
    {
        let help = "no client of any host would be asked; leave it out for all hosts";
        refuse_empty("hosts", list.span, help, findings);
    }
}

/// Refuses a `client_auth` that says what certificates must be, and asks nobody for one.
fn refuse_unasked(auth: &Record, findings: &mut Findings) {
    let Some(field) = auth.fields.iter().find(|field| field.key.name != "mode") else { return };
    let message = "no client is asked for its certificate: `mode` is \"none\" where it is left out";
    findings.push(
        Diagnostic::new(Code::ListenerContradicts, field.place, message)
            .label("says nothing without it")
            .help(
                "write `mode = \"require\"` or `mode = \"request\"`; or \"none\" if that is meant",
            ),
    );
}

/// Judges `client_auth` of `[defaults]` by the listeners that take it: one of them may say whether
/// it asks, and then it is a list for that one.
pub(super) fn check_defaults(defaults: &Record, listeners: &[Listener], findings: &mut Findings) {
    let tls = defaults.table("tls");
    let Some(auth) = tls.and_then(|tls| tls.table("client_auth")) else { return };
    let mut takers = listeners.iter().filter_map(Listener::tls).peekable();
    if takers.peek().is_some() && takers.all(|tls| !has_mode(Some(tls))) {
        refuse_unasked(auth, findings);
    }
}

/// Judges `proxy_protocol`.
pub(super) fn check_proxies(proxies: &Record, findings: &mut Findings) {
    if let Some(list) = proxies.value("from")
        && proxies.texts("from").next().is_none()
    {
        refuse_empty("from", list.span, "name the networks that send it", findings);
    }
    for network in proxies.texts("from") {
        trust::warn_of_width("from", &network, findings);
    }
}

fn refuse_empty(key: &str, place: Span, help: &str, findings: &mut Findings) {
    let message = format!("`{key}` is empty");
    findings.push(Diagnostic::new(Code::EmptyList, place, message).help(help));
}
