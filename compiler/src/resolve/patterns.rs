//! Patterns of a route, taken apart.

use super::reading::Reading;
use super::{anchors, fault, placeholders};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::host::HostPattern;
use crate::grammar::pattern;
use crate::grammar::pattern::Segment;
use crate::model::Pattern;
use crate::source::{SourceMap, Span, Spanned};

/// All patterns; `None` when one of them is wrong.
pub(super) fn resolve(
    written: &[Spanned<String>],
    reading: &mut Reading<'_>,
    findings: &mut Findings,
) -> Option<Box<[Pattern]>> {
    let mut patterns = Vec::with_capacity(written.len());
    for text in written {
        match pattern::parse_with(&text.value, &mut reading.tables) {
            Ok((host, path)) => {
                warn_of_underscore(&host, text.span, findings);
                warn_of_anchors(text, &path, reading.sources, findings);
                placeholders::warn_of_parameter(text, reading.sources, findings);
                patterns.push(Pattern { span: text.span, host, path })
            }
            Err(faults) => fault::report(faults, text.span, reading.sources, findings),
        }
    }
    (patterns.len() == written.len()).then(|| patterns.into())
}

/// A constraint holds for the whole segment, with `^` and `$` or without.
fn warn_of_anchors(
    text: &Spanned<String>,
    path: &[Segment],
    sources: &SourceMap,
    findings: &mut Findings,
) {
    for segment in path {
        let Segment::Constrained(own) = segment else { continue };
        let (Some(name), source) = (&own.name, &own.source) else { continue };
        let written = format!("${name}<{source}>");
        let Some(at) = text.value.find(&written) else { continue };
        let start = at + written.len() - 1 - source.len();
        anchors::warn((text.span, start), source, "a constraint", sources, findings);
    }
}

/// `_` is a name that a request can carry, but whoever writes it alone means another thing.
fn warn_of_underscore(host: &HostPattern, place: Span, findings: &mut Findings) {
    if matches!(host, HostPattern::Exact(name) if &**name == "_") {
        let message = "the host `_` is that name alone, and not every host";
        let help = "write `*` for every host";
        findings.push(Diagnostic::new(Code::UnderscoreHost, place, message).help(help));
    }
}
