//! What is said of what was found: places, who takes what, a request that shows it.

use std::collections::BTreeMap;

use pointsman_schemas::artifact::RouteId;

use super::ask::Request;
use super::hole::Hole;
use super::never::Never;
use super::pass::{Passed, Why};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::grammar::pattern::print;
use crate::model::{Model, Route};
use crate::source::Span;

/// Routes or hosts that one finding names; further ones are counted.
const NAMED_MAX: usize = 3;

/// Writes findings about a model, whose routes are numbered as those of its artifact.
pub(super) struct Reporter<'m, 'f> {
    pub(super) model: &'m Model,
    pub(super) findings: &'f mut Findings,
}

impl Reporter<'_, '_> {
    fn route(&self, id: RouteId) -> Option<&Route> {
        self.model.routes.get(id.index())
    }

    /// Routes that can never win, and patterns of others.
    pub(super) fn never(&mut self, all: Vec<Never>) {
        let mut by_route: BTreeMap<RouteId, Vec<Never>> = BTreeMap::new();
        for one in all {
            by_route.entry(one.route).or_default().push(one);
        }
        for (id, never) in by_route {
            let Some(route) = self.route(id) else { continue };
            let is_whole = never.len() >= route.patterns.len();
            let mut findings = Vec::new();
            for one in &never {
                findings.push(self.one_never(route, one, is_whole));
                if is_whole {
                    break;
                }
            }
            findings.into_iter().for_each(|finding| self.findings.push(finding));
        }
    }

    fn one_never(&self, route: &Route, never: &Never, is_whole: bool) -> Diagnostic {
        let (id, text) = (&route.id.value, &never.text);
        let span = pattern_span(route, text);
        let by: Vec<&Route> = never.by.iter().filter_map(|id| self.route(*id)).collect();
        let takers = listed(by.iter().map(|route| format!("`{}`", route.id.value)));
        let together = if by.len() > 1 { ", together" } else { "" };
        let (code, what) = if is_whole {
            (Code::RouteNeverWins, format!("route `{id}` can never win"))
        } else {
            (Code::PatternNeverWins, format!("pattern `{text}` of route `{id}` can never win"))
        };
        let takes = if by.len() > 1 { "take" } else { "takes" };
        let message = format!("{what}: {takers} {takes} every request that fits it{together}");
        let mut finding = Diagnostic::new(code, span, message)
            .label("wins no request")
            .help("remove it, or make it more specific; order never decides");
        for route in by.iter().take(NAMED_MAX) {
            finding = finding.other(span_of(route), "wins instead");
        }
        shown(finding, &never.request)
    }

    /// Hosts that let requests pass.
    pub(super) fn passed(&mut self, passed: Vec<Passed>) {
        for Passed { why, to, text, from, request } in passed {
            let Some(taker) = self.route(to) else { continue };
            let hosts = listed(from.iter().map(|(host, _)| format!("`{host}`")));
            let id = &taker.id.value;
            let (code, message, help) = match why {
                Why::Path => (
                    Code::HostFallsThrough,
                    format!("what no route of {hosts} takes goes to route `{id}` of `{text}`"),
                    "if that is meant, name the host in that route's `match` too; else give the \
                     host a route that takes or answers the rest",
                ),
                Why::Method => (
                    Code::HostMethodFallsThrough,
                    format!(
                        "methods that no route of {hosts} takes go to route `{id}` of `{text}`, \
                         and are not answered with 405"
                    ),
                    "give the host a route that takes or answers the other methods",
                ),
            };
            let mut finding = Diagnostic::new(code, span_of(taker), message)
                .label("takes what the others leave")
                .help(help);
            for (host, route) in from.iter().take(NAMED_MAX) {
                if let Some(route) = self.route(*route) {
                    finding = finding.other(span_of(route), format!("a route of `{host}`"));
                }
            }
            self.findings.push(shown(finding, &request));
        }
    }

    /// Methods that fall from a fixed path to a parameter.
    pub(super) fn holes(&mut self, holes: Vec<Hole>) {
        for Hole { fixed, taker, request } in holes {
            let (Some(fixed), Some(taker)) = (self.route(fixed), self.route(taker)) else {
                continue;
            };
            let (method, path) = (&request.method, &request.path);
            let message = format!(
                "`{method} {path}` goes to route `{}`, as a value of its pattern: route `{}` has \
                 the path and not the method",
                taker.id.value, fixed.id.value
            );
            let finding = Diagnostic::new(Code::MethodHole, span_of(fixed), message)
                .label("has the path")
                .other(span_of(taker), "takes the method")
                .help("name the method here too, or let both go to one backend");
            let finding = shown(finding, &request);
            self.findings.push(finding);
        }
    }
}

fn shown(finding: Diagnostic, request: &Request) -> Diagnostic {
    let (line, fields) = request.written();
    finding.witness(line).witness_headers(fields)
}

/// The first few, and how many more.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let named: Vec<String> = names.take(NAMED_MAX).collect();
    match (named.split_last(), count.saturating_sub(NAMED_MAX)) {
        (None, _) => String::new(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        (Some(_), more) => format!("{} and {more} more", named.join(", ")),
    }
}

/// Where a pattern is written; that of the route where it is not found again.
fn pattern_span(route: &Route, text: &str) -> Span {
    let same = route.patterns.iter().find(|one| print(&one.host, &one.path) == text);
    same.map_or(route.id.span, |pattern| pattern.span)
}

/// Where a route is shown: its pattern, where there is one alone.
fn span_of(route: &Route) -> Span {
    match &*route.patterns {
        [one] => one.span,
        _ => route.id.span,
    }
}
