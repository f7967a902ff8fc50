//! Verification of targets and proxies that is weaker than it could be.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::record::Record;
use crate::model::Model;
use crate::source::Span;

/// Warns of `verify` that is not `full`, once a place: `[defaults]` may have brought it to many.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let mut look = |settings: Option<&Record>, who: &str| {
        let Some(settings) = settings else { return };
        let is_off = settings.flag("enabled").is_some_and(|enabled| !enabled.value);
        let verify = settings.text("verify").filter(|verify| verify.value != "full" && !is_off);
        let Some(verify) = verify.filter(|verify| seen.insert(verify.span)) else { return };
        let (what, help) = match verify.value {
            "no_hostname" => (
                "whoever has any certificate of that authority is taken for it",
                "write \"full\"; `ip` connects elsewhere and still verifies the name of `host`",
            ),
            _ => (
                "whoever answers is taken for it",
                "write \"full\", and name who signed in `trusted_certificates`",
            ),
        };
        let message = format!("the certificate of {who} is not verified in full: {what}");
        let finding = Diagnostic::new(Code::WeakVerify, verify.span, message);
        findings.push(finding.help(help));
    };
    for backend in &model.backends {
        for target in backend.targets.iter().filter(|target| target.tls) {
            let settings = target.options.as_ref().and_then(|one| one.table("tls_settings"));
            look(settings, &format!("target `{}/{}`", backend.name, target.id));
        }
        let proxy = backend.options.table("proxy");
        let is_https = |proxy: &&Record| {
            proxy.text("protocol").is_some_and(|protocol| protocol.value == "https")
        };
        let settings = proxy.filter(is_https).and_then(|proxy| proxy.table("tls_settings"));
        look(settings, &format!("the proxy of backend `{}`", backend.name));
    }
}
