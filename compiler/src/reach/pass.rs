//! Hosts with routes of their own that let requests pass to what takes everything of a less specific
//! host. Other proxies end such a request with 404 or 405: who comes from them does not expect it.
//! Of `*` alone, which says all that is left, only methods are told.

use std::collections::BTreeMap;

use pointsman_routing::matching::{Tried, Verdict};
use pointsman_routing::{Contest, Found, Hit};
use pointsman_schemas::artifact::{Artifact, HostRoot, PatternId, Policy, RouteId, SectionKind};

use super::ask::{Asker, COMMON, Door, Request};
use super::hosts::Host;
use super::place::Place;
use crate::classes::Carried;

/// Why a request passes the routes of its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// None has its path.
    Path,
    /// Those that have its path do not take its method.
    Method,
}

/// Hosts that let requests pass to one route.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) why: Why,
    /// The route that takes everything of a less specific host.
    pub(super) to: RouteId,
    /// That host.
    pub(super) text: String,
    /// Hosts with routes of their own, and one of these routes.
    pub(super) from: Vec<(String, RouteId)>,
    pub(super) request: Request,
}

/// Listeners by which one host is tried.
const DOORS_TRIED: usize = 4;

/// A pattern that takes everything of its host and sends it to a target.
type Catching = BTreeMap<PatternId, String>;

/// All hosts that let requests pass.
pub(super) fn passed(asker: &mut Asker<'_>, hosts: &[Host]) -> Vec<Passed> {
    let catching = catching(asker.artifact, hosts);
    if catching.is_empty() {
        return Vec::new();
    }
    let mut bases: Vec<u32> =
        hosts.iter().filter_map(|host| Some(host.roots.first()?.base)).collect();
    bases.sort_unstable();
    let mut found: BTreeMap<(RouteId, Why), Passed> = BTreeMap::new();
    for host in hosts {
        let (Some(root), Some(example)) = (host.roots.first(), &host.example) else { continue };
        let end = bases.partition_point(|base| *base <= root.base);
        let patterns = root.base..bases.get(end).copied().unwrap_or(u32::MAX);
        let own = Own { root: *root, patterns };
        if is_closed(asker.artifact, *root) {
            continue;
        }
        let Some((why, hit, request)) = passing(asker, &own, example, &catching) else { continue };
        let from = (host.text.clone(), asker.artifact.pattern_route(PatternId(root.base)));
        let text = catching.get(&hit.pattern).cloned().unwrap_or_default();
        let passed = found.entry((hit.route, why)).or_insert_with(|| Passed {
            why,
            to: hit.route,
            text,
            from: Vec::new(),
            request,
        });
        passed.from.push(from);
    }
    found.into_values().collect()
}

/// A host's tree and patterns.
struct Own {
    root: HostRoot,
    patterns: std::ops::Range<u32>,
}

/// The patterns of wildcard hosts that take every path without a condition. What answers by itself
/// is meant to catch what is left, and surprises nobody.
fn catching(artifact: &Artifact, hosts: &[Host]) -> Catching {
    let mut catching = Catching::new();
    for host in hosts.iter().filter(|host| host.wildcard) {
        let Some(root) = host.roots.first() else { continue };
        for (pattern, policy) in prefixes(artifact, *root) {
            let sends = artifact.route(artifact.pattern_route(pattern)).backend().is_some();
            if sends && policy.filter_set().is_none() {
                catching.insert(pattern, host.text.clone());
            }
        }
    }
    catching
}

/// Whether a host's own routes take every request to it.
fn is_closed(artifact: &Artifact, root: HostRoot) -> bool {
    prefixes(artifact, root).into_iter().any(|(_, policy)| {
        let all = policy.method_bits() == 0 && policy.listener_bits() == u64::MAX;
        all && policy.filter_set().is_none()
    })
}

/// What takes every path of a host.
fn prefixes(artifact: &Artifact, root: HostRoot) -> Vec<(PatternId, Policy<'_>)> {
    let ends = Place::root(root.base, root.root).ends(artifact.section(SectionKind::PATHS));
    let prefixes = ends.prefix.into_iter();
    let policy = |rule| artifact.policy(artifact.rule(rule).policy);
    prefixes.map(|(pattern, rule)| (PatternId(root.base + pattern), policy(rule))).collect()
}

/// A request that passes the routes of a host, and what takes it.
fn passing(
    asker: &mut Asker<'_>,
    own: &Own,
    host: &str,
    catching: &Catching,
) -> Option<(Why, Hit, Request)> {
    let artifact = asker.artifact;
    let first = artifact.route(artifact.pattern_route(PatternId(own.root.base)));
    let behind = asker.doors.clone().into_iter().filter(|door| door.leads_to(first.policy()));
    let doors: Vec<Door> = behind.take(DOORS_TRIED).collect();
    let place = Place::root(own.root.base, own.root.root);
    let nodes = artifact.section(SectionKind::PATHS);
    let words = ["x", "x1", "x2", "other"].into_iter();
    let fresh = words.filter(|word| place.behind(nodes, word.as_bytes()).is_none());
    let fresh: Vec<&str> = fresh.take(1).collect();
    let paths = fresh.iter().map(|word| format!("/{word}")).chain(["/".to_owned()]);
    let gets =
        paths.flat_map(|path| doors.iter().map(move |door| request("GET", host, &path, *door)));
    for get in gets {
        let (hit, tried) = asked(asker, own, &get);
        if tried.is_empty() {
            // `*` says all that is left; a wildcard names some.
            let names = |hit: &Hit| catching.get(&hit.pattern).is_some_and(|text| text != "*");
            if let Some(hit) = hit.filter(names) {
                return Some((Why::Path, hit, get));
            }
            continue;
        }
        let Some(missing) = missing(artifact, &tried) else { continue };
        let other = Request { method: missing.to_owned(), ..get };
        let (hit, _) = asked(asker, own, &other);
        let takes_all = |hit: &Hit| {
            let policy = artifact.policy(artifact.rule(hit.rule).policy);
            catching.contains_key(&hit.pattern) && policy.method_bits() == 0
        };
        if let Some(hit) = hit.filter(takes_all) {
            return Some((Why::Method, hit, other));
        }
    }
    None
}

/// A method that none of a host's patterns takes whose path fits; none where one of them takes all,
/// or where more than methods decides.
fn missing(artifact: &Artifact, tried: &[Tried]) -> Option<&'static str> {
    if tried.iter().any(|one| matches!(one.verdict, Verdict::Listener | Verdict::Condition)) {
        return None;
    }
    let mut named = 0;
    for one in tried {
        let policy = artifact.policy(artifact.rule(one.candidate.rule).policy);
        if policy.method_bits() == 0 {
            return None;
        }
        named |= policy.method_bits();
    }
    COMMON.into_iter().find(|name| artifact.method_bit(name.as_bytes()) & named == 0)
}

/// Who takes a request, and which patterns of the host itself fit its path.
fn asked(asker: &mut Asker<'_>, own: &Own, request: &Request) -> (Option<Hit>, Vec<Tried>) {
    let Some(Contest { found, mut tried, .. }) = asker.ask(request) else {
        return (None, Vec::new());
    };
    tried.retain(|one| own.patterns.contains(&one.candidate.pattern.0));
    let Found::Route(hit) = found else { return (None, tried) };
    (Some(hit).filter(|hit| !own.patterns.contains(&hit.pattern.0)), tried)
}

fn request(method: &str, host: &str, path: &str, door: Door) -> Request {
    Request {
        method: method.to_owned(),
        host: host.to_owned(),
        path: path.to_owned(),
        carried: Carried::default(),
        door,
    }
}
