//! The look-up: exact host, then wildcard hosts by rank; among equals the more specific winner.

use std::cmp::Ordering;

use pointsman_schemas::artifact::{Artifact, HostRoot, PatternId, Policy, RouteId};
use pointsman_schemas::limits::MATCH_STEPS_MAX;

use super::captures::Captures;
use super::filter::hold;
use super::host::{Wildcards, glob};
use super::path::{Budget, OverBudget, Sink, walk};
use super::trace::{HostTried, NoTrace, Refused, Trace, Tried, Verdict};
use super::winner::{Candidate, compare};
use crate::request::Request;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A route takes it.
    Route(Hit),
    /// Host and path fit a route, the method fits none: 405.
    MethodNotAllowed,
    /// No route: 404.
    NoRoute,
    /// More steps than `MATCH_STEPS_MAX`, which the compiler proves impossible.
    Budget,
}

/// The route that takes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The route.
    pub route: RouteId,
    /// Its pattern that fits.
    pub pattern: PatternId,
    /// Bytes of the canonical path that the pattern's segments cover; 0 for a host without a path.
    pub matched_len: usize,
    /// The pattern's rule.
    pub rule: u32,
}

/// Steps of a survey, which serves people and never a request.
const SURVEY_STEPS_MAX: u32 = 100_000;

/// Who takes a request.
///
/// Cost: at most `MATCH_STEPS_MAX` steps, no allocation, no recursion.
#[inline]
pub fn find(artifact: &Artifact, request: &Request<'_>, captures: &mut Captures) -> Found {
    find_traced(artifact, request, captures, &mut NoTrace)
}

/// [`find`], and `trace` hears of each step.
pub fn find_traced<T: Trace>(
    artifact: &Artifact,
    request: &Request<'_>,
    captures: &mut Captures,
    trace: &mut T,
) -> Found {
    captures.clear();
    let mut select = Select::new(artifact, request, Mode::First, trace);
    let candidate = match hosts(artifact, request, MATCH_STEPS_MAX, &mut select) {
        Ok(candidate) => candidate,
        Err(OverBudget) => return Found::Budget,
    };
    let Some(candidate) = candidate else {
        return if select.missed == 0 { Found::NoRoute } else { Found::MethodNotAllowed };
    };
    let segments = request.canonical.segments();
    captures.bind(artifact.shape(artifact.rule(candidate.rule).shape), segments);
    Found::Route(Hit {
        route: candidate.route(artifact),
        pattern: candidate.pattern,
        matched_len: segments.covered(candidate.depth),
        rule: candidate.rule,
    })
}

/// Every pattern that fits host and path, the winner included; for people.
pub fn survey<T: Trace>(artifact: &Artifact, request: &Request<'_>, trace: &mut T) {
    let mut select = Select::new(artifact, request, Mode::All, trace);
    // Past the bound the list is not whole, which serves its readers as well.
    let _ = hosts(artifact, request, SURVEY_STEPS_MAX, &mut select);
}

/// Appends the value of `Allow` for a 405: the methods of all routes that fit but for it.
pub fn allow(artifact: &Artifact, request: &Request<'_>, out: &mut Vec<u8>) {
    let mut silent = NoTrace;
    let mut select = Select::new(artifact, request, Mode::All, &mut silent);
    let _ = hosts(artifact, request, SURVEY_STEPS_MAX, &mut select);
    let allowed = select.missed;
    let start = out.len();
    for (bit, name) in artifact.methods().enumerate() {
        if allowed & 1 << bit != 0 {
            if out.len() > start {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(name.as_bytes());
        }
    }
}

/// Whether the search ends with the first route that takes the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    First,
    All,
}

/// Decides whether a route whose host and path fit takes the request.
struct Select<'a, T> {
    artifact: &'a Artifact,
    request: &'a Request<'a>,
    mode: Mode,
    method_bit: u64,
    listener_bit: u64,
    /// Methods of routes that fit but for the method.
    missed: u64,
    trace: &'a mut T,
}

impl<'a, T: Trace> Select<'a, T> {
    #[inline]
    fn new(artifact: &'a Artifact, request: &'a Request<'a>, mode: Mode, trace: &'a mut T) -> Self {
        let method_bit = artifact.method_bit(request.method);
        let listener_bit = 1_u64.checked_shl(request.listener.0).unwrap_or(0);
        Self { artifact, request, mode, method_bit, listener_bit, missed: 0, trace }
    }

    #[inline]
    fn verdict(&mut self, policy: Policy<'_>) -> Verdict {
        let bits = policy.listener_bits();
        if bits & self.listener_bit == 0 && (self.listener_bit != 0 || bits != u64::MAX) {
            return Verdict::Listener;
        }
        if let Some(set) = policy.filter_set()
            && !hold(self.artifact, set, self.request)
        {
            return Verdict::Condition;
        }
        let methods = policy.method_bits();
        if methods == 0 || methods & self.method_bit != 0 {
            return Verdict::Fits;
        }
        self.missed |= methods;
        Verdict::Method
    }
}

impl<T: Trace> Sink for Select<'_, T> {
    #[inline]
    fn ends(&mut self, candidate: Candidate) -> bool {
        let artifact = self.artifact;
        let policy = artifact.policy(artifact.rule(candidate.rule).policy);
        let verdict = self.verdict(policy);
        self.trace.tried(Tried { candidate, verdict });
        verdict == Verdict::Fits && self.mode == Mode::First
    }

    #[inline]
    fn refused(&mut self, refused: Refused) {
        self.trace.refused(refused);
    }
}

/// Goes through the hosts that fit, the more specific first.
#[inline]
fn hosts<T: Trace>(
    artifact: &Artifact,
    request: &Request<'_>,
    steps: u32,
    select: &mut Select<'_, T>,
) -> Result<Option<Candidate>, OverBudget> {
    let canonical = request.canonical;
    let mut budget = Budget(steps);
    if let Some(root) = artifact.exact_host(canonical.host()) {
        let text = canonical.host();
        let (id, base) = (root.id, root.base);
        select.trace.host(HostTried { id, text, wildcard: false, rank: 0, base, fits: true });
        let found = walk(artifact, canonical, root, &mut budget, select)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if artifact.has_wildcards() {
        return wildcard_hosts(artifact, request, &mut budget, select);
    }
    Ok(None)
}

/// Wildcard hosts by falling rank; those of one rank are all asked, and their winners compared.
fn wildcard_hosts<T: Trace>(
    artifact: &Artifact,
    request: &Request<'_>,
    budget: &mut Budget,
    select: &mut Select<'_, T>,
) -> Result<Option<Candidate>, OverBudget> {
    let canonical = request.canonical;
    let host = canonical.host();
    let mut best: Option<(u8, Candidate)> = None;
    for wildcard in Wildcards::of(artifact, host) {
        if best.is_some_and(|(rank, _)| wildcard.rank < rank) {
            break;
        }
        budget.spend()?;
        // A request without a host reaches `*` alone.
        let fits = if host.is_empty() { wildcard.text == b"*" } else { glob(wildcard.text, host) };
        let HostRoot { id, base, .. } = wildcard.host;
        let (text, rank) = (wildcard.text, wildcard.rank);
        select.trace.host(HostTried { id, text, wildcard: true, rank, base, fits });
        if !fits {
            continue;
        }
        let found = walk(artifact, canonical, wildcard.host, budget, select)?;
        best = match (best, found) {
            (Some((rank, best)), Some(found)) => {
                let wins = compare(artifact, &found, &best).0 == Ordering::Less;
                Some((rank, if wins { found } else { best }))
            }
            (None, Some(found)) => Some((rank, found)),
            (best, None) => best,
        };
    }
    Ok(best.map(|(_, candidate)| candidate))
}
