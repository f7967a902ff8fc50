//! `load_balancing`: each type with the keys that it needs, and no others.

use super::belonging::{Owner, chosen, refuse_foreign};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::record::Record;
use crate::source::Span;

/// The type without a `type`.
const IMPLIED: &str = "round_robin";

const OWNERS: [Owner; 6] = [
    ("header_name", &["header_hash"]),
    ("cookie_name", &["cookie_hash", "sticky"]),
    ("query_name", &["query_hash"]),
    ("ratio", &["weighted_best_response_time"]),
    ("cookie_lifetime", &["sticky"]),
    ("secret", &["sticky"]),
];

/// What a type cannot do without.
const NEEDED: [(&str, &str, &str); 3] = [
    ("header_hash", "header_name", "\"x-user\""),
    ("cookie_hash", "cookie_name", "\"session-id\""),
    ("query_hash", "query_name", "\"user\""),
];

/// Finds keys that do not belong to the type, and those that it lacks. `place` is the table that
/// `written` stands in.
pub(super) fn check(
    written: Option<&Record>,
    defaults: Option<&Record>,
    place: Span,
    findings: &mut Findings,
) {
    // A type or a name that was refused is written.
    if [written, defaults].into_iter().flatten().any(|record| record.damaged) {
        return;
    }
    if let Some(written) = written {
        refuse_foreign(written, defaults, IMPLIED, &OWNERS, findings);
    }
    let none = Record::empty(&crate::document::keys::LOAD_BALANCING, place);
    let written = written.unwrap_or(&none);
    let Some(kind) = chosen(written, defaults) else { return };
    for (_, key, example) in NEEDED.iter().filter(|(of, ..)| *of == kind.value) {
        let is_there = [Some(written), defaults].into_iter().flatten();
        if is_there.into_iter().any(|record| record.field(key).is_some()) {
            continue;
        }
        let message = format!("`{}` has no `{key}` to hash", kind.value);
        let is_own = written.field("type").is_some();
        let mut finding =
            Diagnostic::new(Code::MissingKey, if is_own { kind.span } else { place }, message)
                .help(format!("write `{key} = {example}` beside it"));
        if !is_own {
            finding = finding.other(kind.span, "the type");
        }
        findings.push(finding);
    }
}
