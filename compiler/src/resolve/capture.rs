//! What a backend's `root`, a redirect or a change of fields takes from the route: each pattern of
//! each route that leads to it has it, or the expression says what holds without.

use std::collections::BTreeMap;

use super::templates::{Texts, own};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::nearest;
use crate::document::value::shown;
use crate::grammar::expression::{Source, Template, Value};
use crate::grammar::pattern::Segment;
use crate::model::{Pattern, Route, Service};
use crate::source::Span;

/// A route that lacks what a value takes.
struct Missing<'m> {
    value: &'m Value,
    /// Whether the text is the route's own, and not its backend's.
    is_own: bool,
    route: &'m Route,
    pattern: &'m Pattern,
    /// How many patterns lack it.
    count: usize,
}

/// Finds uses of what some pattern or service does not have, one finding a use: a text of
/// `[defaults]` is that of many routes.
pub(super) fn check(texts: Texts<'_>, findings: &mut Findings) {
    // Most backends take nothing from a route: their routes are not looked at.
    let needed: Vec<Vec<&Value>> =
        texts.backends.iter().map(|backend| needing(&backend.root).collect()).collect();
    // By text and place in it.
    let mut missing: BTreeMap<(Span, usize), Missing<'_>> = BTreeMap::new();
    for route in texts.routes {
        let own = own(route)
            .flat_map(|(template, text)| needing(template).map(move |value| (text, value, true)));
        let backend = route.backend().unwrap_or(usize::MAX);
        let root = texts.roots.get(backend).copied().flatten();
        let of_root = root.into_iter().flat_map(|root| {
            let needed = needed.get(backend).into_iter().flatten();
            needed.map(move |value| (root, *value, false))
        });
        for (text, value, is_own) in own.chain(of_root) {
            for pattern in route.patterns.iter().filter(|one| !has(route, one, value)) {
                let first = missing.entry((text, value.span.start));
                let lacking = Missing { value, is_own, route, pattern, count: 0 };
                first.or_insert(lacking).count += 1;
            }
        }
    }
    for ((text, _), missing) in &missing {
        findings.push(finding(texts.place(*text, missing.value), missing));
    }
    for service in texts.services {
        let Some(backend) = service.backend else { continue };
        let value = needed.get(backend).and_then(|values| values.first());
        let place = value.and_then(|value| texts.root_place(backend, value));
        if let (Some(value), Some(place)) = (value, place) {
            findings.push(of_service(service, value, place));
        }
    }
}

/// Values that have no default, and whose every alternative is a route's or may be absent.
fn needing(template: &Template) -> impl Iterator<Item = &Value> {
    template.values().filter(|value| {
        let is_sure = |source: &Source| !source.is_of_route() && source.is_always_present();
        value.default.is_none()
            && value.alternatives.iter().any(Source::is_of_route)
            && !value.alternatives.iter().any(is_sure)
    })
}

/// Whether a request that a pattern of a route takes has some alternative of a value.
fn has(route: &Route, pattern: &Pattern, value: &Value) -> bool {
    value.alternatives.iter().any(|source| match source {
        Source::PathParam(name) => captured(pattern).any(|captured| captured == name),
        _ => matches!(route.facts().value(source), Some(Some(_))),
    })
}

fn captured(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.path.iter().filter_map(Segment::parameter)
}

/// What a value is first looked for in, of what is a route's.
fn first(value: &Value) -> &Source {
    value.alternatives.iter().find(|source| source.is_of_route()).unwrap_or(&Source::RouteId)
}

fn of_service(service: &Service, value: &Value, place: Span) -> Diagnostic {
    let (source, name) = (first(value), &service.name.value);
    let (code, message, label) = match source {
        Source::PathParam(parameter) => (
            Code::NotCaptured,
            format!("service `{name}` captures no parameter, and its backend uses `{parameter}`"),
            "a service has no pattern",
        ),
        _ => (
            Code::RouteLacks,
            format!("service `{name}` has no route, and its backend uses `{}`", source.spelled()),
            "a service has no route",
        ),
    };
    let spelled = source.spelled();
    Diagnostic::new(code, place, message)
        .label("used here")
        .other(service.name.span, label)
        .help(format!("take a backend of its own, or give it a default: ${{{spelled}:x}}"))
}

fn finding(place: Span, missing: &Missing<'_>) -> Diagnostic {
    let Missing { value, is_own, route, pattern, count } = missing;
    let source = first(value);
    let (what, write, near) = match source {
        Source::PathParam(name) => (
            format!("does not capture `{name}`"),
            "capture it in the pattern".to_owned(),
            nearest(name, captured(pattern)),
        ),
        Source::RouteMetadata(name) => {
            let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let mark = if is_bare { "" } else { "\"" };
            let name = shown(name);
            (
                format!("has no metadata `{name}`"),
                format!("write `metadata = {{ {mark}{name}{mark} = \"…\" }}` in the route"),
                nearest(&name, route.metadata.keys().map(String::as_str)),
            )
        }
        _ => ("has no name".to_owned(), "write `name = \"…\"` in the route".to_owned(), None),
    };
    let (code, other, label) = match (source, is_own) {
        (Source::PathParam(_), false) => (Code::NotCaptured, pattern.span, "this pattern lacks it"),
        (Source::PathParam(_), true) => {
            (Code::OwnNotCaptured, pattern.span, "this pattern lacks it")
        }
        _ => (Code::RouteLacks, route.span, "this route lacks it"),
    };
    let more = if *count > 1 { format!(" ({} more)", count - 1) } else { String::new() };
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{write}, or give it a default: ${{{}:x}}", source.spelled()),
    };
    Diagnostic::new(code, place, format!("route `{}` {what}{more}", route.id.value))
        .label("used here")
        .other(other, label)
        .help(help)
}
