//! What expressions take from the route: each pattern of each route that leads to an expression has
//! it, or the expression says what holds without.

use std::collections::BTreeMap;

use super::templates::{Texts, own};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::nearest;
use crate::document::value::shown;
use crate::grammar::expression::{Source, Template, Value};
use crate::grammar::pattern::Segment;
use crate::model::{Pattern, Route, Service};
use crate::source::Span;

/// Who leads to an expression and lacks what it takes.
#[derive(Clone, Copy)]
enum Lacking<'a> {
    Route(&'a Route, &'a Pattern),
    /// A service captures nothing, and has no route.
    Service(&'a Service),
}

/// By backend and value: the first that lacks it, and how many do.
type Missing<'a> = BTreeMap<(usize, usize), (Lacking<'a>, usize)>;

/// Finds uses of what some route or service does not have, one finding a use.
pub(super) fn check(texts: Texts<'_>, findings: &mut Findings) {
    // Most backends take nothing from a route: their routes are not looked at.
    let needed: Vec<Vec<&Value>> =
        texts.backends.iter().map(|backend| needing(&backend.root).collect()).collect();
    let mut missing = Missing::new();
    // A text of `[defaults]` is one text, however many routes have it.
    let mut owned: BTreeMap<Span, (&Value, Lacking<'_>, usize)> = BTreeMap::new();
    for route in texts.routes {
        for (template, text) in own(route) {
            for value in needing(template) {
                for pattern in route.patterns.iter().filter(|one| !has(route, one, value)) {
                    let first = (value, Lacking::Route(route, pattern), 0);
                    owned.entry(texts.place(text, value)).or_insert(first).2 += 1;
                }
            }
        }
        let Some(backend) = route.backend() else { continue };
        for (at, value) in needed.get(backend).into_iter().flatten().enumerate() {
            for pattern in route.patterns.iter().filter(|one| !has(route, one, value)) {
                missing.entry((backend, at)).or_insert((Lacking::Route(route, pattern), 0)).1 += 1;
            }
        }
    }
    for service in texts.services {
        let Some(backend) = service.backend else { continue };
        for at in 0..needed.get(backend).map_or(0, Vec::len) {
            missing.entry((backend, at)).or_insert((Lacking::Service(service), 0)).1 += 1;
        }
    }
    for (place, (value, who, count)) in owned {
        findings.push(finding(value, place, who, count));
    }
    for ((backend, at), (who, count)) in missing {
        let Some(value) = needed[backend].get(at) else { continue };
        if let Some(place) = texts.root_place(backend, value) {
            findings.push(finding(value, place, who, count));
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

fn finding(value: &Value, place: Span, who: Lacking<'_>, count: usize) -> Diagnostic {
    let source = value.alternatives.iter().find(|source| source.is_of_route());
    let (code, what) = match source {
        Some(Source::PathParam(name)) => (Code::NotCaptured, format!("does not capture `{name}`")),
        Some(Source::RouteMetadata(name)) => {
            (Code::RouteLacks, format!("has no metadata `{}`", shown(name)))
        }
        Some(Source::RouteName) => (Code::RouteLacks, "has no name".to_owned()),
        _ => (Code::RouteLacks, "has no route".to_owned()),
    };
    let more = if count > 1 { format!(" ({} more)", count - 1) } else { String::new() };
    let spelled = source.map(Source::spelled).unwrap_or_default();
    match who {
        Lacking::Route(route, pattern) => {
            let (other, label) = match source {
                Some(Source::PathParam(_)) => (pattern.span, "this pattern lacks it"),
                _ => (route.span, "this route lacks it"),
            };
            let message = format!("route `{}` {what}{more}", route.id.value);
            Diagnostic::new(code, place, message)
                .label("used here")
                .other(other, label)
                .help(help(source, route, pattern, &spelled))
        }
        Lacking::Service(service) => {
            let message = format!("service `{}` {what}{more}", shown(&service.name.value));
            Diagnostic::new(code, place, message)
                .label("used here")
                .other(service.name.span, "leads here")
                .help(format!(
                    "a service captures nothing and has no route; give it a default: \
                     ${{{spelled}:x}}"
                ))
        }
    }
}

/// What to do where a route lacks something.
fn help(source: Option<&Source>, route: &Route, pattern: &Pattern, spelled: &str) -> String {
    let near = match source {
        Some(Source::PathParam(name)) => nearest(name, captured(pattern)),
        Some(Source::RouteMetadata(name)) => {
            nearest(name, route.metadata.keys().map(String::as_str))
        }
        _ => None,
    };
    if let Some(near) = near {
        return format!("did you mean `{near}`?");
    }
    let write = match source {
        Some(Source::PathParam(_)) => "capture it in the pattern".to_owned(),
        Some(Source::RouteMetadata(name)) => {
            let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let mark = if is_bare { "" } else { "\"" };
            format!("write `metadata = {{ {mark}{}{mark} = \"…\" }}` in the route", shown(name))
        }
        _ => "write `name = \"…\"` in the route".to_owned(),
    };
    format!("{write}, or give it a default: ${{{spelled}:x}}")
}
