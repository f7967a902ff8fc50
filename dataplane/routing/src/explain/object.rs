//! The object that `explain` prints, the same from a folder, an artifact or a live host.

use pointsman_schemas::artifact::{Artifact, HostRoot};

use super::json;
use super::lost::{Fact, HostFact, Survey, path_misses, why};
use super::nearest::nearest_hosts;
use crate::matching::{Captures, Found, find, survey};
use crate::patterns::host_patterns;
use crate::probe::{Decision, Probe, decision, refused};
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
    probe.with_request(artifact, |request| explained(artifact, request)).unwrap_or_else(|refusal| {
        Explanation {
            decision: refused(refusal),
            considered: Vec::new(),
            place: None,
            pattern: None,
            unknown_host: None,
        }
    })
}

fn explained(artifact: &Artifact, request: &Request<'_>) -> Explanation {
    let mut captures = Captures::new();
    let found = find(artifact, request, &mut captures);
    let mut all = Survey::default();
    survey(artifact, request, &mut all);
    let winner = match found {
        Found::Route(hit) => all.facts.iter().find(|fact| fact.candidate.pattern == hit.pattern),
        _ => None,
    };
    let mut explanation = Explanation {
        decision: decision(artifact, request, found, &captures),
        considered: Vec::new(),
        place: None,
        pattern: None,
        unknown_host: None,
    };
    let host = request.canonical.host();
    if all.hosts.is_empty() && !host.is_empty() {
        explanation.unknown_host = Some(UnknownHost {
            host: String::from_utf8_lossy(host).into_owned(),
            nearest: nearest_hosts(artifact, host),
        });
    }
    let add = |route: &str, lost: String, all: &mut Vec<Considered>| {
        let known = all.iter().any(|other| other.route == route);
        if !known && all.len() < CONSIDERED_MAX {
            all.push(Considered { route: route.to_owned(), lost });
        }
    };
    let winner_route = winner.map(|fact| fact.candidate.route(artifact));
    for fact in &all.facts {
        let route = fact.candidate.route(artifact);
        if Some(route) != winner_route {
            let lost = why(artifact, request, &all, fact, winner);
            add(artifact.route(route).id(), lost, &mut explanation.considered);
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
                add(route.id(), lost, &mut explanation.considered);
            }
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
    /// `route` where a target answers, else `refused`.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        if self.decision.status.is_none() && self.decision.route.is_some() {
            "route"
        } else {
            "refused"
        }
    }

    /// One JSON object on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let decision = &self.decision;
        let mut out = format!("{{\"outcome\":\"{}\",\"status\":", self.outcome());
        match decision.status {
            Some(status) => out.push_str(&status.to_string()),
            None => out.push_str("null"),
        }
        json::member(&mut out, "reason", decision.reason);
        json::member(&mut out, "detail", decision.detail);
        out.push_str(",\"allow\":");
        json::list(&mut out, ('[', ']'), decision.allow.iter(), |out, name| {
            json::string(out, name);
        });
        json::member(&mut out, "route", decision.route.as_deref());
        json::member(&mut out, "match", self.pattern.as_deref());
        json::member(&mut out, "file", self.place.as_ref().map(|(file, _)| file.as_str()));
        out.push_str(",\"line\":");
        match &self.place {
            Some((_, line)) => out.push_str(&line.to_string()),
            None => out.push_str("null"),
        }
        out.push_str(",\"params\":");
        json::list(&mut out, ('{', '}'), decision.params.iter(), |out, (name, value)| {
            json::string(out, name);
            out.push(':');
            json::string(out, value);
        });
        json::member(&mut out, "matched_path", decision.matched_path.as_deref());
        json::member(&mut out, "backend", decision.backend.as_deref());
        out.push_str(",\"sent\":");
        match (&decision.sent_path, &decision.sent_host) {
            (Some(path), host) => {
                out.push_str("{\"path\":");
                json::string(&mut out, path);
                json::member(&mut out, "host", host.as_deref());
                out.push('}');
            }
            (None, _) => out.push_str("null"),
        }
        out.push_str(",\"considered\":");
        json::list(&mut out, ('[', ']'), self.considered.iter(), |out, one| {
            out.push_str("{\"route\":");
            json::string(out, &one.route);
            json::member(out, "lost", Some(&one.lost));
            out.push('}');
        });
        // `null` where a route has the host, so that no host being near is another thing.
        out.push_str(",\"nearest_hosts\":");
        match &self.unknown_host {
            Some(unknown) => {
                let nearest = unknown.nearest.iter();
                json::list(&mut out, ('[', ']'), nearest, |out, host| json::string(out, host));
            }
            None => out.push_str("null"),
        }
        out.push('}');
        out
    }

    /// The same for people, some lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let decision = &self.decision;
        let mut lines: Vec<String> = Vec::new();
        if let Some(route) = &decision.route {
            let place = self.place.as_ref();
            let place = place.map(|(file, line)| format!("  ({file}:{line})")).unwrap_or_default();
            lines.push(format!("route     {route}{place}"));
        }
        if let Some(pattern) = &self.pattern {
            lines.push(format!("match     {pattern}"));
        }
        if let (Some(status), Some(reason)) = (decision.status, decision.reason) {
            let detail = decision.detail.map(|text| format!(": {text}")).unwrap_or_default();
            lines.push(format!("answered  {status} {reason}{detail}"));
        }
        if let Some(UnknownHost { host, nearest }) = &self.unknown_host {
            let nearest = match nearest.as_slice() {
                [] => String::new(),
                nearest => format!("; the nearest: {}", nearest.join(", ")),
            };
            lines.push(format!("host      no route has the host {host}{nearest}"));
        }
        if !decision.allow.is_empty() {
            lines.push(format!("allow     {}", decision.allow.join(", ")));
        }
        for (name, value) in &decision.params {
            lines.push(format!("param     {name} = {value}"));
        }
        if let Some(path) = decision.matched_path.as_deref().filter(|path| !path.is_empty()) {
            lines.push(format!("matched   {path}"));
        }
        if let Some(backend) = &decision.backend {
            lines.push(format!("backend   {backend}"));
        }
        if let (Some(path), Some(host)) = (&decision.sent_path, &decision.sent_host) {
            lines.push(format!("sent      {path}"));
            lines.push(format!("host      {host}"));
        }
        let width = self.considered.iter().map(|one| one.route.len()).max().unwrap_or(0);
        for (index, one) in self.considered.iter().enumerate() {
            let label = if index == 0 { "lost    " } else { "        " };
            lines.push(format!("{label}  {:width$}  {}", one.route, one.lost));
        }
        let mut text = lines.join("\n");
        text.push('\n');
        text
    }
}
