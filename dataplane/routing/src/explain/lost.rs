//! Why a route did not take a request, in words.

use std::cmp::Ordering;

use pointsman_schemas::artifact::{Artifact, FilterPlace, FilterTest, Policy, SegmentKind};

use super::hidden::shown_text;
use super::secret::{MASK, is_sensitive, must_hide};
use crate::matching::{Candidate, Decided, HostTried, Trace, Tried, Verdict, compare, fits, holds};
use crate::patterns::{PatternText, segment_text};
use crate::request::Request;

/// How specific a host pattern is, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostFact {
    pub(super) text: Vec<u8>,
    pub(super) wildcard: bool,
    pub(super) rank: u8,
    pub(super) base: u32,
}

/// A pattern that fits host and path.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) candidate: Candidate,
    pub(super) verdict: Verdict,
    /// Index into [`Survey::hosts`].
    pub(super) host: usize,
}

/// All that the matcher met.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Hosts that fit, in the order in which they were asked.
    pub(super) hosts: Vec<HostFact>,
    pub(super) facts: Vec<Fact>,
}

impl Trace for Survey {
    fn host(&mut self, host: HostTried<'_>) {
        if host.fits {
            let HostTried { text, wildcard, rank, base, .. } = host;
            self.hosts.push(HostFact { text: text.to_vec(), wildcard, rank, base });
        }
    }

    fn tried(&mut self, tried: Tried) {
        let Tried { candidate, verdict } = tried;
        let host = self.hosts.len().saturating_sub(1);
        self.facts.push(Fact { candidate, verdict, host });
    }
}

/// Why a pattern that fits host and path lost; `winner` is none where the request is refused.
pub(super) fn why(
    artifact: &Artifact,
    request: &Request<'_>,
    survey: &Survey,
    fact: &Fact,
    winner: Option<&Fact>,
) -> String {
    let policy = artifact.policy(artifact.rule(fact.candidate.rule).policy);
    match (fact.verdict, winner) {
        (Verdict::Condition, _) => condition(artifact, request, policy),
        (Verdict::Listener, _) => format!("not on listener `{}`", request.listener_name),
        (Verdict::Method, _) => {
            let bits = policy.method_bits();
            let names = artifact.methods().enumerate().filter(|(bit, _)| bits & 1 << bit != 0);
            let names: Vec<&str> = names.map(|(_, name)| name).collect();
            let method = String::from_utf8_lossy(request.method);
            format!("takes {}, not {method}", names.join(", "))
        }
        (Verdict::Fits, None) => "would take it".to_owned(),
        (Verdict::Fits, Some(winner)) => less_specific(artifact, survey, fact, winner),
    }
}

/// The first condition that does not hold.
fn condition(artifact: &Artifact, request: &Request<'_>, policy: Policy<'_>) -> String {
    let all = policy.filter_set().into_iter().flat_map(|set| artifact.filters(set));
    let failing = all.into_iter().find(|filter| !holds(artifact, filter, request));
    let Some(filter) = failing else { return "a condition does not hold".to_owned() };
    let place = match filter.place {
        FilterPlace::Header => "header",
        FilterPlace::Query => "query",
        FilterPlace::Cookie => "cookie",
    };
    let name = filter.name;
    match filter.test {
        FilterTest::Exact(text) => {
            let text = String::from_utf8_lossy(text);
            let text = if must_hide(name, &text) { MASK.to_owned() } else { shown_text(&text) };
            format!("{place} `{name}` is not `{text}`")
        }
        FilterTest::Language { .. } if is_sensitive(name) => {
            format!("{place} `{name}` does not fit {MASK}")
        }
        FilterTest::Language { source, .. } => {
            format!("{place} `{name}` does not fit {}", shown_text(source))
        }
        FilterTest::Exists => format!("{place} `{name}` is not there"),
        FilterTest::NotDefined => format!("{place} `{name}` is there"),
    }
}

fn less_specific(artifact: &Artifact, survey: &Survey, fact: &Fact, winner: &Fact) -> String {
    let (own, best) = (&survey.hosts[fact.host], &survey.hosts[winner.host]);
    let text = |host: &HostFact| String::from_utf8_lossy(&host.text).into_owned();
    if own.wildcard != best.wildcard || own.rank != best.rank {
        return format!("host `{}` is less specific than `{}`", text(own), text(best));
    }
    let (order, decided) = compare(artifact, &winner.candidate, &fact.candidate);
    if order == Ordering::Greater {
        return "another route that fits beats it".to_owned();
    }
    let policy = |fact: &Fact| artifact.policy(artifact.rule(fact.candidate.rule).policy);
    let priorities = (policy(fact).priority(), policy(winner).priority());
    match decided {
        Decided::Kind(index) => {
            let kind = |fact: &Fact| {
                let shape = artifact.shape(artifact.rule(fact.candidate.rule).shape);
                let kind = shape.segments().nth(index).map(|segment| segment.kind);
                kind.map_or("nothing", kind_text)
            };
            format!("segment {} is {}, the winner's is {}", index + 1, kind(fact), kind(winner))
        }
        Decided::Inclusion(index) => {
            format!("its constraint on segment {} allows more than the winner's", index + 1)
        }
        Decided::Overlap(index) => format!(
            "constraints on segment {} overlap, and its priority {} is below {}",
            index + 1,
            priorities.0,
            priorities.1
        ),
        Decided::Length => "its pattern is shorter".to_owned(),
        Decided::Exact => "it fits as a prefix, the winner exactly".to_owned(),
        Decided::Methods => "it names no methods, the winner does".to_owned(),
        Decided::Conditions => "it has fewer conditions than the winner".to_owned(),
        Decided::Priority => {
            format!("its priority {} is below {}", priorities.0, priorities.1)
        }
        Decided::Id => "all else ties and its id sorts later".to_owned(),
    }
}

fn kind_text(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Static => "text",
        SegmentKind::Constrained => "constrained",
        SegmentKind::Param => "a parameter",
        SegmentKind::Star => "`*`",
    }
}

/// Why a pattern of a host that fits does not fit the path; none where it does.
pub(super) fn path_misses(
    artifact: &Artifact,
    request: &Request<'_>,
    pattern: &PatternText,
) -> Option<String> {
    let (path, places) = (request.canonical.path(), request.canonical.segments());
    let rule = artifact.rule(pattern.rule);
    let shape = artifact.shape(rule.shape);
    for (index, segment) in shape.segments().enumerate() {
        let fixed = pattern.statics.get(index).map(Vec::as_slice).unwrap_or_default();
        let wanted = segment_text(artifact, segment, fixed);
        let number = index + 1;
        let Some((at, len)) = places.get(index) else {
            return Some(format!("the path ends before segment {number}, `{wanted}`"));
        };
        let raw = path.get(at..at + len).unwrap_or_default();
        let fits = !raw.is_empty()
            && match (segment.kind, segment.constraint) {
                (SegmentKind::Static, _) => raw == fixed,
                (SegmentKind::Constrained, Some(id)) => fits(artifact.constraint(id), raw),
                _ => true,
            };
        if !fits {
            let raw = String::from_utf8_lossy(raw).into_owned();
            return Some(format!("segment {number}, `{raw}`, does not fit `{wanted}`"));
        }
    }
    let exact = artifact.policy(rule.policy).exact();
    (exact && places.total() > shape.len())
        .then(|| format!("it is exact and ends after segment {}", shape.len()))
}
