//! What routes say of themselves, where an expression takes it: it can stand there.

use std::collections::BTreeMap;

use pointsman_schemas::limits::EXPRESSION_BYTES_MAX;

use super::backend::has_dots;
use super::templates::{Texts, own};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::expression::{Source, Template, Value};
use crate::grammar::settle::settle;
use crate::model::Route;
use crate::source::Span;

/// Finds names, metadata and ids of routes that cannot stand where an expression puts them.
pub(super) fn check(texts: Texts<'_>, findings: &mut Findings) {
    let roots: Vec<Vec<(&Value, &Source)>> =
        texts.backends.iter().map(|backend| told(&backend.root).collect()).collect();
    let mut wrong: BTreeMap<(usize, usize), (&Route, &str)> = BTreeMap::new();
    let mut dotted: BTreeMap<usize, &Route> = BTreeMap::new();
    for route in texts.routes {
        for (template, text) in own(route) {
            for (value, source) in told(template) {
                if let Some(problem) = problem(route, source) {
                    findings.push(finding(texts.place(text, value), source, route, problem));
                }
            }
        }
        let Some(backend) = route.backend() else { continue };
        let Some(told) = roots.get(backend).filter(|told| !told.is_empty()) else { continue };
        for (at, (_, source)) in told.iter().enumerate() {
            if let Some(problem) = problem(route, source) {
                wrong.entry((backend, at)).or_insert((route, problem));
            }
        }
        let root = &texts.backends[backend].root;
        // Dots that stand there without the route's help were found already.
        if has_dots(&settle(root, &route.facts())) && !has_dots(root) {
            dotted.entry(backend).or_insert(route);
        }
    }
    for ((backend, at), (route, problem)) in wrong {
        let Some((value, source)) = roots[backend].get(at) else { continue };
        if let Some(place) = texts.root_place(backend, value) {
            findings.push(finding(place, source, route, problem));
        }
    }
    for (backend, route) in dotted {
        let Some(root) = texts.roots.get(backend).copied().flatten() else { continue };
        let message = format!("for route `{}` a segment would be `.` or `..`", route.id.value);
        findings.push(
            Diagnostic::new(Code::BadRoot, root, message)
                .other(route.span, "with what this route says")
                .help("a root has no `.` and `..` segments; say something else in the route"),
        );
    }
}

/// What a text takes from what a route says of itself.
fn told(template: &Template) -> impl Iterator<Item = (&Value, &Source)> {
    template.values().flat_map(|value| {
        let all = value.alternatives.iter().map(move |source| (value, source));
        all.filter(|(_, source)| {
            matches!(source, Source::RouteId | Source::RouteName | Source::RouteMetadata(_))
        })
    })
}

/// Why a route's value can stand in no text.
fn problem(route: &Route, source: &Source) -> Option<&'static str> {
    let text = route.facts().value(source)??;
    if text.chars().any(char::is_control) {
        return Some("holds a control character");
    }
    (text.len() > EXPRESSION_BYTES_MAX).then_some("is longer than 4096 bytes")
}

fn finding(place: Span, source: &Source, route: &Route, problem: &str) -> Diagnostic {
    let message = format!("`{}` of route `{}` {problem}", source.spelled(), route.id.value);
    Diagnostic::new(Code::RouteLacks, place, message)
        .label("used here")
        .other(route.span, "written in this route")
        .help("what an expression takes is one line of a few words")
}
