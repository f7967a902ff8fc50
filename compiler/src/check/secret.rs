//! Secrets among the values of fields that routes change and health checks send.

use std::collections::BTreeSet;

use crate::diagnostic::Findings;
use crate::document::secret;
use crate::grammar::expression::{Part, Template};
use crate::model::Model;
use crate::source::Span;

/// Warns of values that look like secrets, once a place: `[defaults]` bring one to many.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for changes in model.routes.iter().filter_map(|route| route.changes.as_ref()) {
        for change in changes.request.iter().chain(&changes.response) {
            let Some(text) = literal(&change.value) else { continue };
            if secret::looks_secret(&change.name, &text) && seen.insert(change.span) {
                findings.push(secret::finding(&change.name, change.span));
            }
        }
    }
    let backends = model.backends.iter().map(|backend| &backend.options);
    let services = model.services.iter().map(|service| &service.options);
    for check in backends.chain(services).filter_map(|options| options.table("health_check")) {
        for (name, value) in check.words("headers") {
            if secret::looks_secret(&name.value, &value.value) && seen.insert(value.span) {
                findings.push(secret::finding(&name.value, value.span));
            }
        }
    }
}

/// The text of a template that takes nothing from a request.
fn literal(template: &Template) -> Option<String> {
    match template.parts.as_slice() {
        [Part::Literal(text)] => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    }
}
