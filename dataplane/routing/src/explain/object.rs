//! The object that `explain` prints, the same from a folder, an artifact or a live host.

use std::collections::BTreeSet;

use pointsman_schemas::artifact::{Artifact, HostRoot, Serve};

use super::lost::{Fact, HostFact, Survey, path_misses, why};
use super::nearest::nearest_hosts;
use crate::decision::{Decision, decision, refused};
use crate::matching::{Captures, Found, find, survey};
use crate::patterns::host_patterns;
use crate::probe::Probe;
use crate::request::Request;

/// Routes that an explanation names beside the winner.
const CONSIDERED_MAX: usize = 32;
/// Patterns of one host that are looked at for those that nearly fit.
const PATTERNS_LOOKED_AT_MAX: usize = 4096;

/// Who wins and why, who lost and why, what would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What becomes of the request.
    pub decision: Decision,
    /// Routes that did not take it.
    pub considered: Vec<Considered>,
    /// How many more routes did not take it, of those that were looked at.
    pub more: usize,
    /// Whether every pattern of the hosts that fit was looked at.
    pub whole: bool,
    /// File and line of the winner.
    pub place: Option<(String, u32)>,
    /// The winner's pattern.
    pub pattern: Option<String>,
    /// Where no route has the request's host.
    pub unknown_host: Option<UnknownHost>,
}

/// A host that no route has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownHost {
    /// As it is matched.
    pub host: String,
    /// Hosts of routes that are like it, the nearest first.
    pub nearest: Vec<String>,
}

/// A route that did not take a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// Its id.
    pub route: String,
    /// Why it did not.
    pub lost: String,
}

/// Explains what would become of a request.
///
/// Cost: for people: looks at many patterns of the hosts that fit.
#[must_use]
pub fn explain(artifact: &Artifact, probe: &Probe) -> Explanation {
    probe
        .with_request(artifact, |request| explained(artifact, request))
        .unwrap_or_else(|refusal| Explanation::of(refused(refusal)))
}

fn explained(artifact: &Artifact, request: &Request<'_>) -> Explanation {
    let mut captures = Captures::new();
    let found = find(artifact, request, &mut captures);
    let mut explanation = Explanation::of(decision(artifact, request, found, &captures));
    let listener = artifact.listener(request.listener);
    let serves_none = listener.is_some_and(|listener| listener.serve() == Serve::Services);
    if serves_none || explanation.decision.redirected_by.is_some() {
        return explanation;
    }
    let mut all = Survey::default();
    survey(artifact, request, &mut all);
    let winner = match found {
        Found::Route(hit) => all.facts.iter().find(|fact| fact.candidate.pattern == hit.pattern),
        _ => None,
    };
    let host = request.canonical.host();
    if all.hosts.is_empty() && !host.is_empty() {
        explanation.unknown_host = Some(UnknownHost {
            host: String::from_utf8_lossy(host).into_owned(),
            nearest: nearest_hosts(artifact, host),
        });
    }
    let mut known = BTreeSet::new();
    let mut add = |route: &str, lost: String, all: &mut Explanation| {
        if !known.insert(route.to_owned()) {
            return;
        }
        match all.considered.len() < CONSIDERED_MAX {
            true => all.considered.push(Considered { route: route.to_owned(), lost }),
            false => all.more += 1,
        }
    };
    let winner_route = winner.map(|fact| fact.candidate.route(artifact));
    for fact in &all.facts {
        let route = fact.candidate.route(artifact);
        if Some(route) != winner_route {
            let lost = why(artifact, request, &all, fact, winner);
            add(artifact.route(route).id(), lost, &mut explanation);
        }
    }
    for host in &all.hosts {
        let mut looked_at = 0;
        each_pattern(artifact, host, &mut |pattern| {
            looked_at += 1;
            let own = winner.is_some_and(|fact| fact.candidate.pattern == pattern.pattern);
            if own {
                explanation.pattern = Some(pattern.text.clone());
            }
            if Some(pattern.route) != winner_route
                && let Some(lost) = path_misses(artifact, request, &pattern)
            {
                let route = artifact.route(pattern.route);
                add(route.id(), lost, &mut explanation);
            }
            explanation.whole &= looked_at < PATTERNS_LOOKED_AT_MAX;
            looked_at < PATTERNS_LOOKED_AT_MAX
        });
    }
    if let Some(place) = winner_route.and_then(|route| artifact.route(route).place()) {
        explanation.place = Some((place.file.to_owned(), place.line));
    }
    if let (None, Some(fact)) = (&explanation.pattern, winner) {
        explanation.pattern = winner_pattern(artifact, request, &all, fact);
    }
    explanation
}

/// The winner's pattern, where it lies beyond those that were looked at: its static segments are
/// the request's own.
fn winner_pattern(
    artifact: &Artifact,
    request: &Request<'_>,
    survey: &Survey,
    fact: &Fact,
) -> Option<String> {
    let shape = artifact.shape(artifact.rule(fact.candidate.rule).shape);
    let (path, places) = (request.canonical.path(), request.canonical.segments());
    let statics: Vec<Vec<u8>> = (0..shape.len())
        .filter_map(|index| places.get(index))
        .map(|(at, len)| path.get(at..at + len).unwrap_or_default().to_vec())
        .collect();
    let host = survey.hosts.get(fact.host)?;
    Some(crate::patterns::text(artifact, &host.text, shape, &statics))
}

fn each_pattern(
    artifact: &Artifact,
    host: &HostFact,
    visit: &mut impl FnMut(crate::patterns::PatternText) -> bool,
) {
    let root: Option<HostRoot> = if host.wildcard {
        let mut wildcards = artifact.wildcards();
        wildcards.find(|wildcard| wildcard.text == host.text).map(|wildcard| wildcard.host)
    } else {
        artifact.exact_host(&host.text)
    };
    if let Some(root) = root {
        host_patterns(artifact, &host.text, root, visit);
    }
}

impl Explanation {
    fn of(decision: Decision) -> Self {
        Self {
            decision,
            considered: Vec::new(),
            more: 0,
            whole: true,
            place: None,
            pattern: None,
            unknown_host: None,
        }
    }

    /// What becomes of it, in one word: `route` and `service` where a target answers, `redirect`
    /// and `respond` where the route itself does, `builtin` where the edge does, or `refused`.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        let Decision { location, service, builtin, body_bytes, .. } = &self.decision;
        if !self.decision.is_taken() {
            "refused"
        } else if location.is_some() {
            "redirect"
        } else if body_bytes.is_some() {
            "respond"
        } else if builtin.is_some() {
            "builtin"
        } else if service.is_some() {
            "service"
        } else {
            "route"
        }
    }
}
