//! Checks of tables against each other.

use super::{acme, listener, predicate, priority, secret, trust};
use crate::diagnostic::Findings;
use crate::resolve::Resolved;

/// Finds what does not go together. What another file may bring is only called missing where none
/// is missing and nothing was found wrong in it.
pub fn sense(resolved: &Resolved, findings: &mut Findings) {
    let model = &resolved.model;
    trust::check(model, findings);
    secret::check(model, findings);
    if resolved.is_whole && resolved.tables_whole {
        listener::check(model, findings);
        acme::check(model, findings);
        predicate::check(model, findings);
        priority::check(model, findings);
    }
}
