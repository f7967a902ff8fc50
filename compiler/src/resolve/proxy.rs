//! `proxy` of a backend: what it can be asked for.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::backend::Backend;
use crate::document::record::Record;

/// Finds what a proxy could not do. `proxy` is what is written with what `[defaults]` add.
pub(super) fn check(proxy: &Record, backend: &Backend, findings: &mut Findings) {
    check_user(proxy, findings);
    // What goes past the proxy is not known without looking names up.
    if proxy.texts("no_proxy").next().is_some() {
        return;
    }
    for target in backend.targets.iter().filter(|target| target.protocol == Some("HTTP/3.0")) {
        let message = format!(
            "target `{}` speaks HTTP/3.0, which no CONNECT of a proxy carries",
            target.id.value
        );
        findings.push(
            Diagnostic::new(Code::ProxyCannot, target.id.span, message)
                .label("over UDP")
                .other(proxy.span, "over TCP")
                .help("take another protocol, or name the target in `no_proxy`"),
        );
    }
}

/// User and password are sent together, or not at all.
fn check_user(proxy: &Record, findings: &mut Findings) {
    let (there, missing, example) = match (proxy.field("principal"), proxy.field("password")) {
        (Some(principal), None) => (principal, "password", "\"env:PROXY_PASSWORD\""),
        (None, Some(password)) => (password, "principal", "\"edge\""),
        _ => return,
    };
    let message = format!("`{}` of a proxy without `{missing}`", there.key.name);
    findings.push(
        Diagnostic::new(Code::ProxyCannot, there.place, message)
            .help(format!("write `{missing} = {example}` beside it, or leave both out")),
    );
}
