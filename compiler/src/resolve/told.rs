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

/// Finds names, metadata and ids of routes that cannot stand where an expression puts them; one
/// finding a use, since a text of `[defaults]` is that of many routes.
pub(super) fn check(texts: Texts<'_>, findings: &mut Findings) {
    let roots: Vec<Vec<(&Value, &Source)>> =
        texts.backends.iter().map(|backend| told(&backend.root).collect()).collect();
    // By text, place in it and name.
    let mut wrong: BTreeMap<(Span, usize, &Source), Wrong<'_>> = BTreeMap::new();
    let mut dotted: BTreeMap<Span, &Route> = BTreeMap::new();
    for route in texts.routes {
        let own = own(route).flat_map(|(template, text)| {
            told(template).map(move |(value, one)| (text, value, one))
        });
        let backend = route.backend().unwrap_or(usize::MAX);
        let root = texts.roots.get(backend).copied().flatten();
        let of_root = root.into_iter().flat_map(|root| {
            let told = roots.get(backend).into_iter().flatten();
            told.map(move |(value, source)| (root, *value, *source))
        });
        for (text, value, source) in own.chain(of_root) {
            if let Some(problem) = problem(route, source) {
                let first = wrong.entry((text, value.span.start, source));
                first.or_insert(Wrong { value, route, problem });
            }
        }
        let takes = roots.get(backend).is_some_and(|told| !told.is_empty());
        let Some(place) = root.filter(|_| takes) else { continue };
        let root = &texts.backends[backend].root;
        // Dots that stand there without the route's help were found already.
        if has_dots(&settle(root, &route.facts())) && !has_dots(root) {
            dotted.entry(place).or_insert(route);
        }
    }
    for ((text, _, source), Wrong { value, route, problem }) in wrong {
        findings.push(finding(texts.place(text, value), source, route, problem));
    }
    for (place, route) in dotted {
        let message = format!("for route `{}` a segment would be `.` or `..`", route.id.value);
        findings.push(
            Diagnostic::new(Code::BadRoot, place, message)
                .other(route.span, "with what this route says")
                .help("a root has no `.` and `..` segments; say something else in the route"),
        );
    }
}

/// A value that cannot stand in a text.
struct Wrong<'w> {
    value: &'w Value,
    route: &'w Route,
    problem: &'static str,
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
