//! The rules as they are written, tried on every pattern of every route, against the matcher.

use std::cmp::Ordering;

use pointsman_routing::request::percent::Decoded;
use pointsman_routing::{Canonical, PathPolicy};
use proptest::prelude::*;

use super::world::{World, outcome};
use crate::grammar::pattern::{HostPattern, Segment};
use crate::language::algebra::{Relation, relate};
use crate::model::{Pattern, Route};

#[derive(Clone, Copy)]
struct Fit<'a> {
    route: &'a Route,
    pattern: &'a Pattern,
}

/// Whether a wildcard fits, by trying every length of every `*`.
fn wildcard_fits(pattern: &[u8], host: &[u8]) -> bool {
    match pattern.split_first() {
        None => host.is_empty(),
        Some((b'*', rest)) => (1..=host.len()).any(|len| wildcard_fits(rest, &host[len..])),
        Some((byte, rest)) => host.first() == Some(byte) && wildcard_fits(rest, &host[1..]),
    }
}

fn host_fits(pattern: &HostPattern, host: &[u8]) -> bool {
    match pattern {
        HostPattern::Any => true,
        HostPattern::Exact(name) => name.as_bytes() == host,
        HostPattern::Wildcard(text) => wildcard_fits(text.as_bytes(), host),
    }
}

/// More is more specific.
fn host_rank(pattern: &HostPattern) -> usize {
    match pattern {
        HostPattern::Any => 0,
        HostPattern::Exact(_) => usize::MAX,
        HostPattern::Wildcard(text) => text.split('.').filter(|label| !label.contains('*')).count(),
    }
}

fn segment_fits(segment: &Segment, raw: &[u8]) -> bool {
    let decoded: Vec<u8> = Decoded::segment(raw).collect();
    !raw.is_empty()
        && match segment {
            Segment::Static(text) => &**text == raw,
            Segment::Constrained { table, .. } => table.accepts(&decoded),
            Segment::Param { .. } | Segment::Star => true,
        }
}

fn path_fits(route: &Route, pattern: &Pattern, path: &[u8]) -> bool {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    let segments: Vec<&[u8]> = path.split(|byte| *byte == b'/').skip(1).collect();
    let enough = if route.exact {
        segments.len() == pattern.path.len()
    } else {
        segments.len() >= pattern.path.len()
    };
    enough && pattern.path.iter().zip(&segments).all(|(segment, raw)| segment_fits(segment, raw))
}

fn kind(segment: &Segment) -> u8 {
    match segment {
        Segment::Static(_) => 0,
        Segment::Constrained { .. } => 1,
        Segment::Param { .. } => 2,
        Segment::Star => 3,
    }
}

/// The winner among patterns of one host that all fit, from segment `depth` on.
fn best<'a>(fits: &[Fit<'a>], depth: usize) -> Option<Fit<'a>> {
    for wanted in 0..4 {
        let deeper: Vec<Fit<'a>> = fits
            .iter()
            .filter(|fit| fit.pattern.path.get(depth).is_some_and(|own| kind(own) == wanted))
            .copied()
            .collect();
        if deeper.is_empty() {
            continue;
        }
        return if wanted == 1 {
            best_constrained(&deeper, depth)
        } else {
            best(&deeper, depth + 1)
        };
    }
    fits.iter().copied().min_by(|a, b| {
        let names = |fit: &Fit<'_>| !fit.route.methods.is_empty();
        (b.route.exact.cmp(&a.route.exact))
            .then(names(b).cmp(&names(a)))
            .then(b.route.priority.cmp(&a.route.priority))
            .then(a.route.id.value.cmp(&b.route.id.value))
    })
}

/// Winners behind each language; those that contain another's fall out, then priority decides.
fn best_constrained<'a>(fits: &[Fit<'a>], depth: usize) -> Option<Fit<'a>> {
    let table = |fit: &Fit<'a>| match &fit.pattern.path[depth] {
        Segment::Constrained { table, .. } => table,
        _ => unreachable!("constrained ones alone were chosen"),
    };
    let smallest = fits.iter().filter(|fit| {
        !fits.iter().any(|other| relate(table(other), table(fit)) == Relation::Subset)
    });
    let mut winners: Vec<Fit<'a>> = Vec::new();
    for fit in smallest {
        let same: Vec<Fit<'a>> =
            fits.iter().filter(|other| table(other) == table(fit)).copied().collect();
        winners.extend(best(&same, depth + 1));
    }
    winners.into_iter().min_by(|a, b| {
        let by_priority = b.route.priority.cmp(&a.route.priority);
        by_priority
            .then(a.route.id.value.cmp(&b.route.id.value))
            .then_with(|| table(a).cmp(table(b)))
    })
}

/// Compares winners of two wildcard hosts of one rank.
fn compare(a: &Fit<'_>, b: &Fit<'_>) -> Ordering {
    let priority = b.route.priority.cmp(&a.route.priority);
    for (own, other) in a.pattern.path.iter().zip(&b.pattern.path) {
        let by_kind = kind(own).cmp(&kind(other));
        if by_kind != Ordering::Equal {
            return by_kind;
        }
        if let (
            Segment::Constrained { table: own, .. },
            Segment::Constrained { table: other, .. },
        ) = (own, other)
        {
            match relate(own, other) {
                Relation::Subset => return Ordering::Less,
                Relation::Superset => return Ordering::Greater,
                Relation::Overlap { .. } if priority != Ordering::Equal => return priority,
                _ => {}
            }
        }
    }
    let names = |fit: &Fit<'_>| !fit.route.methods.is_empty();
    (b.pattern.path.len().cmp(&a.pattern.path.len()))
        .then(b.route.exact.cmp(&a.route.exact))
        .then(names(b).cmp(&names(a)))
        .then(priority)
        .then(a.route.id.value.cmp(&b.route.id.value))
}

/// Wildcards with longer literal ends first, then by text: the order in which they are asked.
fn asked(host: &HostPattern) -> (usize, String) {
    let text = host.to_string();
    let end = text.rfind('*').and_then(|star| text[star..].find('.').map(|dot| star + dot + 1));
    (usize::MAX - end.map_or(0, |end| 1 + text.len() - end), text)
}

fn naive(world: &World, method: &str, host: &[u8], path: &[u8], listener: usize) -> String {
    let mut fits: Vec<Fit<'_>> = Vec::new();
    let mut missed = false;
    for route in &world.model.routes {
        for pattern in &route.patterns {
            let here = route.listeners.is_empty() || route.listeners.contains(&listener);
            let fit = host_fits(&pattern.host, host) && path_fits(route, pattern, path);
            if !here || !fit {
                continue;
            }
            if route.methods.is_empty() || route.methods.iter().any(|own| own == method) {
                fits.push(Fit { route, pattern });
            } else {
                missed = true;
            }
        }
    }
    let rank = fits.iter().map(|fit| host_rank(&fit.pattern.host)).max();
    let Some(rank) = rank else {
        return if missed { "405".to_owned() } else { "404".to_owned() };
    };
    fits.retain(|fit| host_rank(&fit.pattern.host) == rank);
    fits.sort_by_key(|fit| asked(&fit.pattern.host));
    let same_host = |a: &Fit<'_>, b: &Fit<'_>| a.pattern.host == b.pattern.host;
    let winners = fits.chunk_by(same_host).filter_map(|fits| best(fits, 0));
    let winner = winners.reduce(
        |best, next| {
            if compare(&next, &best) == Ordering::Less { next } else { best }
        },
    );
    let winner = winner.expect("some pattern fits");
    let path = path.strip_suffix(b"/").unwrap_or(path);
    let mut line = winner.route.id.value.clone();
    for (segment, raw) in winner.pattern.path.iter().zip(path.split(|byte| *byte == b'/').skip(1)) {
        if let Some(name) = segment.parameter() {
            line.push_str(&format!(" {name}={}", String::from_utf8_lossy(raw)));
        }
    }
    line
}

fn host_text() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a.tld", "b.tld", "a.b.tld", "*.tld", "*.b.tld", "a.*.tld", "*a.tld", "a*", "*", "x.*",
    ])
}

fn segment_text() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b",
        "ab",
        "12",
        "a",
        "b",
        "$N<[0-9]+>",
        "$N<[0-9a-z]+>",
        "$N<1[0-9]*>",
        "$N<[ab]+>",
        "$N<[b-z0-9]+>",
        "$N<.{2}>",
        "a*",
        "*b",
        ":N",
        "*",
        "*",
    ])
}

#[derive(Clone, Debug)]
struct RouteText {
    patterns: Vec<String>,
    methods: Vec<String>,
    exact: bool,
    priority: i32,
    listeners: Vec<usize>,
}

fn pattern_text() -> impl Strategy<Value = String> {
    (host_text(), prop::collection::vec(segment_text(), 0..4)).prop_map(|(host, segments)| {
        let mut text = host.to_owned();
        for (index, segment) in segments.iter().enumerate() {
            text.push('/');
            text.push_str(&segment.replace('N', &format!("p{index}")));
        }
        text
    })
}

fn route_text() -> impl Strategy<Value = RouteText> {
    let methods = prop::sample::subsequence(vec!["GET".to_owned(), "PUT".to_owned()], 0..2);
    let listeners = prop::sample::subsequence(vec![0_usize, 1], 0..2);
    let patterns = prop::collection::vec(pattern_text(), 1..3);
    (patterns, methods, any::<bool>(), -2..3_i32, listeners).prop_map(
        |(patterns, methods, exact, priority, listeners)| RouteText {
            patterns,
            methods,
            exact,
            priority,
            listeners,
        },
    )
}

fn requests() -> impl Strategy<Value = (&'static str, String, usize)> {
    let host = prop::sample::select(vec![
        "a.tld", "b.tld", "a.b.tld", "aa.b.tld", "c.tld", "a.a.tld", "x.y", "a", "",
    ]);
    let segment = prop::sample::select(vec![
        "a", "b", "ab", "12", "1", "ba", "a1", "zz", "", "%2F", "a%2F", "x:y",
    ]);
    let path = prop::collection::vec(segment, 0..5);
    let method = prop::sample::select(vec!["GET", "PUT", "DELETE"]);
    (method, host, path, any::<bool>(), 0..2_usize).prop_map(
        |(method, host, path, slash, listener)| {
            let mut text = format!("{host}/{}", path.join("/"));
            if slash {
                text.push('/');
            }
            (method, text, listener)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn matcher_agrees_with_the_rules_as_written(
        routes in prop::collection::vec(route_text(), 1..16),
        requests in prop::collection::vec(requests(), 24),
    ) {
        let mut world = World::new();
        for (index, text) in routes.iter().enumerate() {
            let patterns: Vec<&str> = text.patterns.iter().map(String::as_str).collect();
            let route = world.route(&format!("r{index:02}"), &patterns);
            route.methods.clone_from(&text.methods);
            route.exact = text.exact;
            route.priority = text.priority;
            route.listeners.clone_from(&text.listeners);
        }
        let artifact = world.artifact();
        for (method, text, listener) in requests {
            let found = outcome(&artifact, &format!("{method} {text}"), listener as u32);
            let found = if found.starts_with("405") { "405".to_owned() } else { found };
            let (host, path) = text.split_once('/').expect("host/path");
            let mut canonical = Canonical::new();
            let path = format!("/{path}");
            canonical.set(None, path.as_bytes(), PathPolicy::default()).expect("canonical");
            let expected =
                naive(&world, method, host.as_bytes(), canonical.path(), listener);
            prop_assert_eq!(found, expected, "{} {} on {}", method, text, listener);
        }
    }
}
