//! Patterns of a route, taken apart.

use super::fault;
use super::reading::Reading;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::host::HostPattern;
use crate::grammar::pattern;
use crate::model::Pattern;
use crate::source::{Span, Spanned};

/// All patterns; `None` when one of them is wrong.
pub(super) fn resolve(
    written: &[Spanned<String>],
    reading: &mut Reading<'_>,
    findings: &mut Findings,
) -> Option<Vec<Pattern>> {
    let mut patterns = Vec::with_capacity(written.len());
    for text in written {
        match pattern::parse_with(&text.value, &mut reading.tables) {
            Ok((host, path)) => {
                warn_of_underscore(&host, text.span, findings);
                patterns.push(Pattern { span: text.span, host, path })
            }
            Err(faults) => fault::report(faults, text.span, reading.sources, findings),
        }
    }
    (patterns.len() == written.len()).then_some(patterns)
}

/// `_` is a name that a request can carry, but whoever writes it alone means another thing.
fn warn_of_underscore(host: &HostPattern, place: Span, findings: &mut Findings) {
    if matches!(host, HostPattern::Exact(name) if &**name == "_") {
        let message = "the host `_` is that name alone, and not every host";
        let help = "write `*` for every host";
        findings.push(Diagnostic::new(Code::UnderscoreHost, place, message).help(help));
    }
}
