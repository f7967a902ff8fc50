//! What is not there: no route, no listener, a backend that no route uses.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::model::{Listener, Serve};
use crate::resolve::Resolved;
use crate::source::{FileId, SourceMap, Span};

/// A listener as it is written.
const LISTENER: &str = "[listeners.web]\naddress = \"[::]:80\"";

/// Warns of what is missing or unused. Needs every file, and no error in a route: what one lacks
/// another may have.
pub fn presence(resolved: &Resolved, sources: &SourceMap, findings: &mut Findings) {
    let model = &resolved.model;
    let end = sources.file(FileId(0)).map_or(0, |file| file.text.len().min(1));
    let top = Span::new(FileId(0), 0..end);
    if model.listeners.is_empty() && resolved.enabled_routes == 0 {
        let message = "there is neither a listener nor an enabled route: nothing would be served";
        let finding = Diagnostic::new(Code::NothingServed, top, message)
            .help("write both; `pointsman init DIR` writes a folder to begin with");
        findings.push(finding);
        return;
    }
    if model.listeners.is_empty() {
        let finding = Diagnostic::new(Code::NoListener, top, "there is no listener")
            .help(format!("nothing comes in; write one, in two lines:\n{LISTENER}"));
        findings.push(finding);
    }
    let serves = |listener: &Listener| listener.serve == Serve::Routes;
    if let (true, Some(listener)) = (
        resolved.enabled_routes > 0,
        model.listeners.first().filter(|_| !model.listeners.iter().any(serves)),
    ) {
        let message = "there is no listener that serves routes";
        let finding = Diagnostic::new(Code::NoListener, listener.name.span, message)
            .label("serves services")
            .help(format!("no request comes to a route; write one, in two lines:\n{LISTENER}"));
        findings.push(finding);
    }
    if resolved.enabled_routes == 0 {
        let finding = Diagnostic::new(Code::NoRoute, top, "there is no enabled route")
            .help("every request is answered with 404; write one: [[routes]]");
        findings.push(finding);
    }
    for (backend, used) in model.backends.iter().zip(&resolved.used) {
        if !used {
            let message = format!("backend `{}` is not used by any route", backend.name);
            let finding = Diagnostic::new(Code::UnusedBackend, backend.span, message)
                .help("remove it, or name it in a route");
            findings.push(finding);
        }
    }
    // Where something was found wrong, it may be what names them.
    if findings.has_errors() {
        return;
    }
    for (certificate, used) in model.certificates.iter().zip(&resolved.used_certificates) {
        if !used {
            let name = &certificate.name;
            let message = format!("certificate `{}` is not used", name.value);
            let finding = Diagnostic::new(Code::UnusedCertificate, name.span, message)
                .help("remove it, or name it in a listener or a target");
            findings.push(finding);
        }
    }
}
