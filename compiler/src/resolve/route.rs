//! Routes: patterns taken apart, listeners and backends by index.

use super::fault;
use super::names::Names;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::route::Route as Written;
use crate::grammar::host::HostPattern;
use crate::grammar::pattern;
use crate::language::tables::Tables;
use crate::model::{Pattern, Route};
use crate::source::{SourceMap, Span, Spanned};

/// What reading patterns needs: the files, and the constraints that were read before, since many
/// routes write the same few.
pub(super) struct Reading<'s> {
    pub(super) sources: &'s SourceMap,
    pub(super) tables: Tables,
}

/// A route; `None` when it cannot be told which requests it takes.
pub(super) fn resolve(
    written: Written,
    backend: Option<usize>,
    listeners: &mut Names,
    reading: &mut Reading<'_>,
    findings: &mut Findings,
) -> Option<Route> {
    let patterns = resolve_patterns(&written.patterns, reading, findings);
    let mut indices = Vec::with_capacity(written.listeners.len());
    let mut all_known = true;
    for name in &written.listeners {
        match listeners.find(name, findings) {
            Some(index) => indices.push(index),
            None => all_known = false,
        }
    }
    indices.sort_unstable();
    indices.dedup();
    if written.damaged || !all_known {
        return None;
    }
    Some(Route {
        id: written.id?,
        name: written.name,
        metadata: written.metadata.into_iter().collect(),
        patterns: patterns?,
        methods: written.methods,
        exact: written.exact,
        strip_path: written.strip_path,
        priority: written.priority,
        listeners: indices,
        backend: backend?,
        span: written.span,
    })
}

/// All patterns; `None` when one of them is wrong.
fn resolve_patterns(
    written: &[Spanned<String>],
    reading: &mut Reading<'_>,
    findings: &mut Findings,
) -> Option<Vec<Pattern>> {
    let mut patterns = Vec::with_capacity(written.len());
    for text in written {
        match pattern::parse_with(&text.value, &mut reading.tables) {
            Ok((host, path)) => {
                warn_of_underscore(&host, text.span, findings);
                patterns.push(Pattern { text: text.value.clone(), span: text.span, host, path })
            }
            Err(faults) => fault::report(faults, text.span, reading.sources, findings),
        }
    }
    (patterns.len() == written.len()).then_some(patterns)
}

/// `_` is a name that a request can carry, but whoever writes it alone means another thing.
fn warn_of_underscore(host: &HostPattern, place: Span, findings: &mut Findings) {
    if matches!(host, HostPattern::Exact(name) if name == "_") {
        let message = "the host `_` is that name alone, and not every host";
        let help = "write `*` for every host";
        findings.push(Diagnostic::new(Code::UnderscoreHost, place, message).help(help));
    }
}
