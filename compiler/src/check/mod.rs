//! Whether a configuration makes sense as a whole. Looks at what it means, never at its text.

mod limit;
mod presence;
mod tie;

use crate::diagnostic::Findings;
use crate::model::Model;
use crate::resolve::Resolved;
use crate::source::SourceMap;

/// Checks that need every file: what is missing or unused.
pub fn presence(resolved: &Resolved, sources: &SourceMap, findings: &mut Findings) {
    presence::check(resolved, sources, findings);
}

/// Checks that hold for any part of a configuration: routes that tie, and counts.
pub fn model(model: &Model, findings: &mut Findings) {
    limit::check(model, findings);
    tie::check(model, findings);
}
