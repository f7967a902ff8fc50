//! Parameters that a backend's `root`, a redirect or a change of fields uses: each pattern of each
//! route that leads to it captures them, or the expression says what holds without.

use std::collections::BTreeMap;

use super::fault;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::nearest;
use crate::grammar::expression::{Source, Template, Value};
use crate::grammar::pattern::Segment;
use crate::model::{Action, Backend, Pattern, Route, Service};
use crate::source::{SourceMap, Span};

/// Finds uses of parameters that some pattern does not capture, one finding a use.
pub(super) fn check(
    (routes, services): (&[Route], &[Service]),
    backends: &[Backend],
    roots: &[Option<Span>],
    sources: &SourceMap,
    findings: &mut Findings,
) {
    // Most backends use no parameter: their routes are not looked at.
    let needed: Vec<Vec<&Value>> =
        backends.iter().map(|backend| values_that_need(&backend.root)).collect();
    let mut missing: BTreeMap<(usize, usize), Missing<'_>> = BTreeMap::new();
    let mut own: BTreeMap<(Span, usize), (&Value, Missing<'_>)> = BTreeMap::new();
    for route in routes {
        for (place, template) in own_templates(route) {
            for value in values_that_need(template) {
                for pattern in lacking(route, value) {
                    let key = (place, value.span.start);
                    own.entry(key)
                        .or_insert((value, Missing { route, pattern, count: 0 }))
                        .1
                        .count += 1;
                }
            }
        }
        let Some(backend) = route.backend() else { continue };
        for (at, value) in needed.get(backend).into_iter().flatten().enumerate() {
            for pattern in lacking(route, value) {
                let first = missing.entry((backend, at));
                first.or_insert(Missing { route, pattern, count: 0 }).count += 1;
            }
        }
    }
    for ((backend, at), missing) in &missing {
        let (Some(value), Some(Some(root))) = (needed[*backend].get(*at), roots.get(*backend))
        else {
            continue;
        };
        let place = fault::within(*root, value.span.clone(), sources);
        findings.push(finding(Code::NotCaptured, value, place, missing));
    }
    for ((place, _), (value, missing)) in &own {
        let place = fault::within(*place, value.span.clone(), sources);
        findings.push(finding(Code::OwnNotCaptured, value, place, missing));
    }
    for service in services {
        let Some(backend) = service.backend else { continue };
        let (Some(value), Some(Some(root))) =
            (needed.get(backend).and_then(|values| values.first()), roots.get(backend))
        else {
            continue;
        };
        let place = fault::within(*root, value.span.clone(), sources);
        findings.push(of_service(service, value, place));
    }
}

/// A route that lacks a parameter.
struct Missing<'m> {
    route: &'m Route,
    pattern: &'m Pattern,
    /// How many patterns lack it.
    count: usize,
}

/// Texts of the route itself that may use parameters, and where they are written.
fn own_templates(route: &Route) -> impl Iterator<Item = (Span, &Template)> {
    let redirect = match &route.action {
        Action::Redirect(redirect) => Some((redirect.span, &redirect.to)),
        Action::Backend(_) | Action::Respond(_) => None,
    };
    let changes =
        route.changes.iter().flat_map(|changes| changes.request.iter().chain(&changes.response));
    redirect.into_iter().chain(changes.map(|change| (change.span, &change.value)))
}

/// Patterns of a route that capture nothing that a value could be.
fn lacking<'r>(route: &'r Route, value: &'r Value) -> impl Iterator<Item = &'r Pattern> {
    route.patterns.iter().filter(|pattern| !captures_one(pattern, value))
}

/// Values that have no default, and whose every alternative is a parameter or may be absent.
fn values_that_need(template: &Template) -> Vec<&Value> {
    let needs = |value: &&Value| {
        let is_parameter = |source: &Source| matches!(source, Source::PathParam(_));
        let is_sure = |source: &Source| !is_parameter(source) && source.is_always_present();
        value.default.is_none()
            && value.alternatives.iter().any(is_parameter)
            && !value.alternatives.iter().any(is_sure)
    };
    template.values().filter(needs).collect()
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

/// The parameter that a value is first looked for in.
fn parameter(value: &Value) -> &str {
    let name = value.alternatives.iter().find_map(|source| match source {
        Source::PathParam(name) => Some(name.as_str()),
        _ => None,
    });
    name.unwrap_or_default()
}

fn of_service(service: &Service, value: &Value, place: Span) -> Diagnostic {
    let name = parameter(value);
    let message = format!(
        "service `{}` captures no parameter, and its backend uses `{name}`",
        service.name.value
    );
    Diagnostic::new(Code::NotCaptured, place, message)
        .label("used here")
        .other(service.name.span, "a service has no pattern")
        .help(format!(
            "take a backend of its own, or give it a default: ${{req.pathparams.{name}:x}}"
        ))
}

fn finding(code: Code, value: &Value, place: Span, missing: &Missing<'_>) -> Diagnostic {
    let Missing { route, pattern, count } = missing;
    let name = parameter(value);
    let id = &route.id.value;
    let more = if *count > 1 { format!(" ({} more)", count - 1) } else { String::new() };
    let help = match nearest(name, captured(pattern)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("capture it in the pattern, or give it a default: ${{req.pathparams.{name}:x}}")
        }
    };
    Diagnostic::new(code, place, format!("route `{id}` does not capture `{name}`{more}"))
        .label("used here")
        .other(pattern.span, "this pattern lacks it")
        .help(help)
}
