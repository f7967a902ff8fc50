//! The rules as they are written, tried on every pattern of every route, against the matcher.

use std::cmp::Ordering;

use pointsman_routing::{Canonical, PathPolicy};
use pointsman_schemas::artifact::Artifact;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::world::{World, outcome_with};
use crate::document::route::Place;
use crate::grammar::condition::{self, Test};
use crate::grammar::pattern::{HostPattern, Segment};
use crate::language::algebra::{Relation, relate};
use crate::language::tables::Tables;
use crate::model::{Condition, Pattern, Route};

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

/// The bytes that a segment stands for.
fn decoded(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = raw;
    while let Some((byte, more)) = rest.split_first() {
        let escape = more.get(..2).filter(|_| *byte == b'%');
        let digits = escape.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                out.push(value);
                rest = &more[2..];
            }
            None => {
                out.push(*byte);
                rest = more;
            }
        }
    }
    out
}

fn segment_fits(segment: &Segment, raw: &[u8]) -> bool {
    let decoded = decoded(raw);
    !raw.is_empty()
        && match segment {
            Segment::Static(text) => &**text == raw,
            Segment::Constrained(own) => own.table.accepts(&decoded),
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
        Segment::Constrained(_) => 1,
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
            .then(b.route.conditions.len().cmp(&a.route.conditions.len()))
            .then(b.route.priority.cmp(&a.route.priority))
            .then(a.route.id.value.cmp(&b.route.id.value))
    })
}

/// Winners behind each language; those that contain another's fall out, then priority decides.
fn best_constrained<'a>(fits: &[Fit<'a>], depth: usize) -> Option<Fit<'a>> {
    let table = |fit: &Fit<'a>| match &fit.pattern.path[depth] {
        Segment::Constrained(own) => &own.table,
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
        if let (Segment::Constrained(own), Segment::Constrained(other)) = (own, other) {
            match relate(&own.table, &other.table) {
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
        .then(b.route.conditions.len().cmp(&a.route.conditions.len()))
        .then(priority)
        .then(a.route.id.value.cmp(&b.route.id.value))
}

/// Wildcards with longer literal ends first, then by text: the order in which they are asked.
fn asked(host: &HostPattern) -> (usize, String) {
    let text = host.to_string();
    let end = text.rfind('*').and_then(|star| text[star..].find('.').map(|dot| star + dot + 1));
    (usize::MAX - end.map_or(0, |end| 1 + text.len() - end), text)
}

/// What a request carries beside method, host and path: names and values as they are meant.
#[derive(Clone, Debug, Default)]
struct Carried {
    fields: Vec<(&'static str, &'static str)>,
    query: Vec<(&'static str, &'static str)>,
    cookies: Vec<(&'static str, &'static str)>,
}

impl Carried {
    /// Field lines as a client sends them.
    fn lines(&self) -> Vec<(String, String)> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut lines: Vec<(String, String)> = self.fields.iter().map(own).collect();
        // Half in a line of their own: cookies may come in several.
        let (first, rest) = self.cookies.split_at(self.cookies.len() / 2);
        for part in [first, rest].into_iter().filter(|part| !part.is_empty()) {
            let pairs: Vec<String> =
                part.iter().map(|(name, value)| format!("{name}={value}")).collect();
            lines.push(("Cookie".to_owned(), pairs.join("; ")));
        }
        lines
    }

    /// The query as a client sends it, with its `?`.
    fn query(&self) -> String {
        let pairs = self.query.iter().map(|(name, value)| format!("{name}={value}"));
        match pairs.collect::<Vec<_>>().join("&") {
            none if none.is_empty() => none,
            query => format!("?{query}"),
        }
    }
}

fn condition_holds(condition: &Condition, carried: &Carried) -> bool {
    let all = match condition.place {
        Place::Header => &carried.fields,
        Place::Query => &carried.query,
        Place::Cookie => &carried.cookies,
    };
    let same = |name: &str| match condition.place {
        Place::Header => name.eq_ignore_ascii_case(&condition.name),
        Place::Query | Place::Cookie => name == condition.name,
    };
    let mut values = all.iter().filter(|(name, _)| same(name)).map(|(_, value)| *value);
    match &condition.test {
        Test::Exact(text) => values.any(|value| value == text),
        Test::Language { table, .. } => values.any(|value| table.accepts(value.as_bytes())),
        Test::Exists => values.next().is_some(),
        Test::NotDefined => values.next().is_none(),
    }
}

/// A request.
#[derive(Clone, Copy, Debug)]
struct Asked<'r> {
    method: &'r str,
    host: &'r [u8],
    /// In canonical form.
    path: &'r [u8],
    carried: &'r Carried,
    listener: usize,
}

fn naive(world: &World, request: Asked<'_>) -> String {
    let Asked { method, host, path, carried, listener } = request;
    let mut fits: Vec<Fit<'_>> = Vec::new();
    let mut missed = false;
    for route in &world.model.routes {
        let here = route.listeners.is_empty() || route.listeners.contains(&listener);
        let holds = || route.conditions.iter().all(|condition| condition_holds(condition, carried));
        if !here || !holds() {
            continue;
        }
        for pattern in &route.patterns {
            if !host_fits(&pattern.host, host) || !path_fits(route, pattern, path) {
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
    conditions: Vec<(Place, &'static str, &'static str)>,
}

fn condition_text() -> impl Strategy<Value = (Place, &'static str, &'static str)> {
    let place = prop::sample::select(vec![Place::Header, Place::Query, Place::Cookie]);
    let name = prop::sample::select(vec!["n", "m"]);
    let test = prop::sample::select(vec![
        "a",
        "b",
        "Regex([ab]+)",
        "Regex(a.*)",
        "Wildcard(a*)",
        "Exists()",
        "NotDefined()",
    ]);
    (place, name, test)
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
    let conditions = prop_oneof![
        2 => Just(Vec::new()),
        1 => prop::collection::vec(condition_text(), 1..3),
    ];
    (patterns, methods, any::<bool>(), -2..3_i32, listeners, conditions).prop_map(
        |(patterns, methods, exact, priority, listeners, mut conditions)| {
            // A route asks once for a name.
            conditions.sort_unstable();
            conditions.dedup_by_key(|(place, name, _)| (*place, *name));
            RouteText { patterns, methods, exact, priority, listeners, conditions }
        },
    )
}

fn carried() -> impl Strategy<Value = Carried> {
    let pair = || {
        let name = prop::sample::select(vec!["n", "m"]);
        (name, prop::sample::select(vec!["a", "b", "ab", "ax", "x", ""]))
    };
    let pairs = || prop::collection::vec(pair(), 0..3);
    (pairs(), pairs(), pairs()).prop_map(|(mut fields, query, cookies)| {
        // Names of fields come in any case.
        fields
            .iter_mut()
            .skip(1)
            .for_each(|(name, _)| *name = if *name == "n" { "N" } else { "M" });
        Carried { fields, query, cookies }
    })
}

fn world(routes: &[RouteText], tables: Tables) -> World {
    let mut world = World::new();
    world.tables = tables;
    for (index, text) in routes.iter().enumerate() {
        let patterns: Vec<&str> = text.patterns.iter().map(String::as_str).collect();
        let conditions: Vec<Condition> = text
            .conditions
            .iter()
            .map(|(place, name, test)| Condition {
                place: *place,
                name: (*name).to_owned(),
                test: condition::parse(test, &mut world.tables).expect("a condition"),
            })
            .collect();
        let route = world.route(&format!("r{index:02}"), &patterns);
        route.methods = text.methods.clone().into();
        route.exact = text.exact;
        route.priority = text.priority;
        route.listeners = text.listeners.clone().into();
        route.conditions = conditions.into();
    }
    world
}

/// What the rules say, and what the matcher says.
fn both(
    world: &World,
    artifact: &Artifact,
    (method, text, listener): (&str, &str, usize),
    (carried, lines): (&Carried, &[(String, String)]),
) -> (String, String) {
    let request = format!("{method} {text}{}", carried.query());
    let found = outcome_with(artifact, &request, lines, listener as u32);
    let found = if found.starts_with("405") { "405".to_owned() } else { found };
    let (host, path) = text.split_once('/').expect("host/path");
    let mut canonical = Canonical::new();
    canonical.set(None, format!("/{path}").as_bytes(), PathPolicy::default()).expect("canonical");
    let (host, path) = (host.as_bytes(), canonical.path());
    (naive(world, Asked { method, host, path, carried, listener }), found)
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
        requests in prop::collection::vec((requests(), carried()), 24),
    ) {
        let world = world(&routes, Tables::new());
        let artifact = world.artifact();
        for ((method, text, listener), carried) in requests {
            let request = (method, text.as_str(), listener);
            let (expected, found) = both(&world, &artifact, request, (&carried, &carried.lines()));
            prop_assert_eq!(found, expected, "{:?} with {:?}", request, carried);
        }
    }
}

/// Route sets of the large comparison, and requests to each.
const SETS: usize = 2_500;
const REQUESTS: usize = 50;
/// What each request carries, one after the other, by each method.
const CARRIED: usize = 3;
const METHODS: [&str; 3] = ["GET", "PUT", "DELETE"];

/// Where the large comparison begins: `POINTSMAN_SEED`, or anywhere.
#[expect(clippy::disallowed_methods, reason = "whoever repeats a run says which")]
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    let said = std::env::var("POINTSMAN_SEED").ok().and_then(|text| text.parse().ok());
    said.unwrap_or_else(|| RandomState::new().hash_one("seed"))
}

fn some<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}

#[test]
fn matcher_agrees_with_the_rules_on_a_million_pairs() {
    let seed = seed();
    println!("POINTSMAN_SEED={seed} repeats it");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let routes = prop::collection::vec(route_text(), 1..16);
    let (request, carrying) = (requests(), carried());
    let mut tables = Tables::new();
    let (mut pairs, mut taken) = (0_usize, 0_usize);
    for set in 0..SETS {
        let routes = some(&routes, &mut runner);
        let world = world(&routes, tables);
        let artifact = world.artifact();
        let all: Vec<Carried> = (0..CARRIED).map(|_| some(&carrying, &mut runner)).collect();
        let all: Vec<_> = all.into_iter().map(|one| (one.lines(), one)).collect();
        for _ in 0..REQUESTS {
            let (_, text, listener) = some(&request, &mut runner);
            for (lines, carried) in &all {
                for method in METHODS {
                    let request = (method, text.as_str(), listener);
                    let (expected, found) = both(&world, &artifact, request, (carried, lines));
                    assert_eq!(
                        found, expected,
                        "seed {seed}, set {set}: {request:?} with {carried:?} to {routes:?}"
                    );
                    pairs += 1;
                    taken += usize::from(expected.starts_with('r'));
                }
            }
        }
        tables = world.tables;
    }
    assert!(pairs >= 1_000_000, "{pairs} pairs");
    assert!(taken * 5 > pairs, "{taken} of {pairs} reach a route");
    println!("{pairs} pairs, {taken} of them reach a route");
}
