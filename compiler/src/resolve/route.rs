//! Routes: patterns taken apart, listeners and backends by index.

use super::fault;
use super::names::Names;
use crate::diagnostic::Findings;
use crate::document::route::Route as Written;
use crate::grammar::pattern;
use crate::model::{Pattern, Route};
use crate::source::{SourceMap, Spanned};

/// A route; `None` when it cannot be told which requests it takes.
pub(super) fn resolve(
    written: Written,
    backend: Option<usize>,
    listeners: &mut Names,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Route> {
    let patterns = resolve_patterns(&written.patterns, sources, findings);
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
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Vec<Pattern>> {
    let mut patterns = Vec::with_capacity(written.len());
    for text in written {
        match pattern::parse(&text.value) {
            Ok((host, path)) => patterns.push(Pattern {
                text: text.value.clone(),
                span: text.span,
                host,
                path,
            }),
            Err(faults) => fault::report(faults, text.span, sources, findings),
        }
    }
    (patterns.len() == written.len()).then_some(patterns)
}
