//! Parameters that a backend's `root` uses: each pattern of each route that leads to it captures
//! them, or the expression says what holds without.

use std::collections::BTreeMap;

use super::fault;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::nearest;
use crate::grammar::expression::{Source, Value};
use crate::grammar::pattern::Segment;
use crate::model::{Backend, Pattern, Route};
use crate::source::{SourceMap, Span};

/// Finds uses of parameters that some pattern does not capture, one finding a use.
pub(super) fn check(
    routes: &[Route],
    backends: &[Backend],
    roots: &[Option<Span>],
    sources: &SourceMap,
    findings: &mut Findings,
) {
    // Most backends use no parameter: their routes are not looked at.
    let needed: Vec<Vec<&Value>> = backends.iter().map(values_that_need).collect();
    let mut missing: BTreeMap<(usize, usize), (&Route, &Pattern, usize)> = BTreeMap::new();
    for route in routes {
        let Some(backend) = route.backend() else { continue };
        for (at, value) in needed.get(backend).into_iter().flatten().enumerate() {
            for pattern in &route.patterns {
                if !captures_one(pattern, value) {
                    let first = missing.entry((backend, at));
                    first.or_insert((route, pattern, 0)).2 += 1;
                }
            }
        }
    }
    for ((backend, at), (route, pattern, count)) in missing {
        let (Some(value), Some(Some(root))) = (needed[backend].get(at), roots.get(backend)) else {
            continue;
        };
        let place = fault::within(*root, value.span.clone(), sources);
        findings.push(finding(value, place, route, pattern, count));
    }
}

/// Values that have no default, and whose every alternative is a parameter or may be absent.
fn values_that_need(backend: &Backend) -> Vec<&Value> {
    let needs = |value: &&Value| {
        let is_parameter = |source: &Source| matches!(source, Source::PathParam(_));
        let is_sure = |source: &Source| !is_parameter(source) && source.is_always_present();
        value.default.is_none()
            && value.alternatives.iter().any(is_parameter)
            && !value.alternatives.iter().any(is_sure)
    };
    backend.root.values().filter(needs).collect()
}

fn captures_one(pattern: &Pattern, value: &Value) -> bool {
    value.alternatives.iter().any(|source| match source {
        Source::PathParam(name) => captured(pattern).any(|captured| captured == name),
        _ => false,
    })
}

fn captured(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.path.iter().filter_map(Segment::parameter)
}

fn finding(
    value: &Value,
    place: Span,
    route: &Route,
    pattern: &Pattern,
    count: usize,
) -> Diagnostic {
    let name = value.alternatives.iter().find_map(|source| match source {
        Source::PathParam(name) => Some(name.as_str()),
        _ => None,
    });
    let name = name.unwrap_or_default();
    let id = &route.id.value;
    let more = if count > 1 { format!(" ({} more)", count - 1) } else { String::new() };
    let help = match nearest(name, captured(pattern)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("capture it in the pattern, or give it a default: ${{req.pathparams.{name}:x}}")
        }
    };
    Diagnostic::new(
        Code::NotCaptured,
        place,
        format!("route `{id}` does not capture `{name}`{more}"),
    )
    .label("used here")
    .other(pattern.span, "this pattern lacks it")
    .help(help)
}
