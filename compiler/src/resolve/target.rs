//! Targets: what is set up for TLS where none is spoken, and predicates that no request fits.

use super::belonging::{Owner, refuse_foreign};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::backend::Target;
use crate::document::form;
use crate::document::record::Record;

/// The predicate without a `type`.
const IMPLIED: &str = "AlwaysMatch";

const OWNERS: [Owner; 6] = [
    ("provider", &["NetworkLocationMatch"]),
    ("region", &["NetworkLocationMatch"]),
    ("zone", &["NetworkLocationMatch"]),
    ("dc", &["NetworkLocationMatch"]),
    ("rack", &["NetworkLocationMatch"]),
    ("positions", &["GeolocationMatch"]),
];

/// Finds what a target says and cannot mean.
pub(super) fn check(target: &Target, findings: &mut Findings) {
    let options = target.options.as_deref();
    let tls = options.and_then(|options| options.flag("tls"));
    if !tls.as_ref().is_some_and(|tls| tls.value) {
        refuse_tls(target, options, findings);
    }
    if let Some(predicate) = options.and_then(|options| options.table("predicate")) {
        check_predicate(predicate, findings);
    }
}

/// What needs TLS, on a target without it. Port 443 is no sign of it: neither is guessed from the
/// other.
fn refuse_tls(target: &Target, options: Option<&Record>, findings: &mut Findings) {
    let plain = options.and_then(|options| options.flag("tls")).map(|tls| tls.span);
    let mut refuse = |message: String, place, help: &str| {
        let finding = Diagnostic::new(Code::TlsNotSpoken, place, message).help(help);
        findings.push(match plain {
            Some(plain) => finding.other(plain, "no TLS is spoken"),
            None => finding,
        });
    };
    let id = &target.id.value;
    let settings = options.and_then(|options| options.field("tls_settings"));
    let is_on = |settings: &Record| settings.flag("enabled").is_none_or(|enabled| enabled.value);
    if let Some(field) = settings
        && options.and_then(|options| options.table("tls_settings")).is_some_and(is_on)
    {
        let message = format!("target `{id}` has `tls_settings` and speaks no TLS");
        refuse(message, field.place, "write `tls = true`, or leave `tls_settings` out");
    }
    if target.protocol == Some("HTTP/3.0") {
        let message = format!("target `{id}` speaks HTTP/3.0 and no TLS");
        refuse(message, target.span, "HTTP/3.0 is never without TLS: write `tls = true`");
    }
}

fn check_predicate(predicate: &Record, findings: &mut Findings) {
    refuse_foreign(predicate, None, IMPLIED, &OWNERS, findings);
    let Some(kind) = predicate.text("type").filter(|kind| kind.value == "GeolocationMatch") else {
        return;
    };
    let circles: Vec<_> = predicate.texts("positions").collect();
    let has_room = |text: &str| form::circle(text).is_ok_and(|[_, _, km]| km > 0.0);
    if circles.iter().any(|circle| has_room(circle.value)) {
        return;
    }
    let (place, why) = match (predicate.value("positions"), circles.is_empty()) {
        (None, _) => (kind.span, "it has no `positions`"),
        (Some(list), true) => (list.span, "`positions` is empty"),
        (Some(list), false) => (list.span, "circles of 0 km hold nobody"),
    };
    let message = format!("this predicate never holds: {why}");
    findings.push(
        Diagnostic::new(Code::PredicateNeverHolds, place, message)
            .help("write circles, `positions = [\"48.85;2.35;100\"]`, or leave `predicate` out"),
    );
}
