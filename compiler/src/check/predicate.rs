//! Predicates that need to know where clients are, on hosts that cannot know.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::model::Model;

/// Refuses `GeolocationMatch` without a database. Needs every file, and nothing found wrong in a
/// table of them.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let node = model.host.as_ref().and_then(|host| host.table("node"));
    if node.is_some_and(|node| node.field("geoip").is_some()) {
        return;
    }
    for target in model.backends.iter().flat_map(|backend| &backend.targets) {
        let predicate = target.options.as_ref().and_then(|one| one.table("predicate"));
        let kind = predicate.and_then(|predicate| predicate.text("type"));
        let Some(kind) = kind.filter(|kind| kind.value == "GeolocationMatch") else { continue };
        let message = "this predicate never holds: no database says where clients are";
        let mut finding = Diagnostic::new(Code::PredicateNeverHolds, kind.span, message)
            .help("write [node] geoip = \"file:/var/lib/GeoLite2-City.mmdb\"");
        if let Some(node) = node {
            finding = finding.other(node.span, "has no `geoip`");
        }
        findings.push(finding);
    }
}
