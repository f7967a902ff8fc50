//! Routes: patterns taken apart, listeners and backends by index.

use super::action;
use super::entry::Entries;
use super::names::Names;
use super::reading::Grammar;
use crate::diagnostic::Findings;
use crate::document::keys::ROUTE;
use crate::document::record::Record;
use crate::document::route::Route as Written;
use crate::model::{Action, Route};
use crate::source::SourceMap;

/// A route; `None` when it cannot be told which requests it takes.
pub(super) fn resolve(
    written: Written,
    backend: Option<usize>,
    (listeners, entries, defaults): (&mut Names, &Entries<'_>, &Record),
    grammar: Grammar,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Route> {
    let Grammar { patterns, conditions } = grammar;
    let mut indices = Vec::with_capacity(written.listeners.len());
    let mut all_known = true;
    for name in &written.listeners {
        match listeners.find(name, findings) {
            Some(index) => indices.push(index),
            None => all_known = false,
        }
    }
    if all_known {
        entries.check(&written, &indices, findings);
    }
    if let (false, Some(options)) = (written.damaged, &written.options) {
        action::warn_of_no_target(options, findings);
    }
    let options = match written.options {
        Some(options) => Some(Box::new(options.or(defaults))),
        None if defaults.is_empty() => None,
        None => Some(Box::new(Record::empty(&ROUTE, written.span).or(defaults))),
    };
    let errors_before = findings.errors();
    let action = options.as_ref().map_or_else(
        || backend.map(Action::Backend),
        |options| answer(options, backend, sources, findings),
    );
    let changes = options.as_ref().and_then(|options| action::changes(options, sources, findings));
    all_known &= findings.errors() == errors_before;
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
        listeners: indices.into(),
        conditions: conditions?,
        action: action?,
        changes,
        options: options.and_then(kept),
        span: written.span,
    })
}

/// What of the options is not told elsewhere.
fn kept(mut options: Box<Record>) -> Option<Box<Record>> {
    options.fields.retain(|field| matches!(field.key.name, "upgrade" | "hsts"));
    Some(options).filter(|options| !options.is_empty())
}

/// Who answers: a target of the backend, or we.
fn answer(
    options: &Record,
    backend: Option<usize>,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Action> {
    if let Some(written) = options.table("redirect") {
        return action::redirect(written, sources, findings)
            .map(|redirect| Action::Redirect(Box::new(redirect)));
    }
    if let Some(written) = options.table("respond") {
        return action::respond(written, sources, findings)
            .map(|respond| Action::Respond(Box::new(respond)));
    }
    backend.map(Action::Backend)
}
