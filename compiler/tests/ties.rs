//! Ties against the rules as they are written: each pair of routes, each request of a small world,
//! compared one by one. What the rules leave open must be found, and what is found must be open.

use std::cmp::Ordering;
use std::fmt::Write as _;

use pointsman_compiler::diagnostic::{Code, Severity};
use proptest::prelude::*;

use crate::configuration::compile_text;

const HOSTS: [&str; 7] = ["h.tld", "*.tld", "a.*", "*a.tld", "a*.tld", "*.h.tld", "*"];
const SEGMENTS: [&str; 9] = ["a", "b", ":x", ":y", "*", "a*", "*b", "$x<[ab]+>", "$x<a|cb>"];
const METHODS: [&[&str]; 4] = [&[], &["GET"], &["POST"], &["GET", "POST"]];

const WORLD_HOSTS: [&str; 8] =
    ["h.tld", "a.tld", "ba.tld", "a.x", "a.h.tld", "aa.tld", "x", "x.tld"];
const WORLD_SEGMENTS: [&str; 8] = ["a", "b", "ab", "cb", "ac", "x", "aab", "xb"];

#[derive(Clone, Debug)]
struct Route {
    host: usize,
    path: Vec<usize>,
    exact: bool,
    methods: usize,
    priority: i32,
}

fn routes() -> impl Strategy<Value = Vec<Route>> {
    let route = (
        0..HOSTS.len(),
        proptest::collection::vec(0..SEGMENTS.len(), 0..3),
        any::<bool>(),
        0..METHODS.len(),
        0..2,
    );
    let route = route.prop_map(|(host, mut path, exact, methods, priority)| {
        // A pattern captures a name once.
        let name = |segment: usize| SEGMENTS[segment].trim_start_matches([':', '$']).get(..1);
        let captures = |segment: usize| SEGMENTS[segment].starts_with([':', '$']);
        if let [first, second] = path[..]
            && captures(first)
            && captures(second)
            && name(first) == name(second)
        {
            path.truncate(1);
        }
        Route { host, path, exact, methods, priority }
    });
    proptest::collection::vec(route, 2..5)
}

/// A wildcard of a host or segment; `*` is one or more characters.
fn fits_glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(b'*'), Some(_)) => {
            (1..=text.len()).any(|taken| fits_glob(&pattern[1..], &text[taken..]))
        }
        (Some(p), Some(t)) => p == t && fits_glob(&pattern[1..], &text[1..]),
        _ => false,
    }
}

fn fits_segment(segment: &str, text: &str) -> bool {
    match segment {
        ":x" | ":y" | "*" => true,
        "$x<[ab]+>" => text.bytes().all(|byte| b"ab".contains(&byte)),
        "$x<a|cb>" => text == "a" || text == "cb",
        glob => fits_glob(glob.as_bytes(), text.as_bytes()),
    }
}

fn kind(segment: &str) -> u8 {
    match segment {
        "*" => 3,
        ":x" | ":y" => 2,
        _ if segment.contains(['*', '<']) => 1,
        _ => 0,
    }
}

impl Route {
    fn fits(&self, host: &str, path: &[&str], method: &str) -> bool {
        let methods = METHODS[self.methods];
        let length =
            if self.exact { path.len() == self.path.len() } else { path.len() >= self.path.len() };
        fits_glob(HOSTS[self.host].as_bytes(), host.as_bytes())
            && length
            && self
                .path
                .iter()
                .zip(path)
                .all(|(segment, text)| fits_segment(SEGMENTS[*segment], text))
            && (methods.is_empty() || methods.contains(&method))
    }

    /// Exact, then wildcards by labels without `*`, then any.
    fn host_rank(&self) -> usize {
        match HOSTS[self.host] {
            "*" => 0,
            host if !host.contains('*') => usize::MAX,
            host => 1 + host.split('.').filter(|label| !label.contains('*')).count(),
        }
    }
}

/// Segments of the world that fit, which is enough to tell these constraints apart.
fn language(segment: &str) -> Vec<&'static str> {
    let more = ["aa", "bb", "ba", "abb", "axb", "bab", "a", "cb", "xbb"];
    let all = WORLD_SEGMENTS.iter().chain(&more);
    all.copied().filter(|text| fits_segment(segment, text)).collect()
}

/// Which route wins where both fit; `None` where the rules leave it open.
fn compare(a: &Route, b: &Route) -> Option<Ordering> {
    let decided = |order: Ordering| (order != Ordering::Equal).then_some(order);
    if let Some(order) = decided(a.host_rank().cmp(&b.host_rank())) {
        return Some(order);
    }
    for (a_segment, b_segment) in a.path.iter().zip(&b.path) {
        let (one, other) = (SEGMENTS[*a_segment], SEGMENTS[*b_segment]);
        if let Some(order) = decided(kind(other).cmp(&kind(one))) {
            return Some(order);
        }
        if kind(one) != 1 || one == other {
            continue;
        }
        let (mine, yours) = (language(one), language(other));
        let inside = |a: &[&str], b: &[&str]| a.iter().all(|text| b.contains(text));
        match (inside(&mine, &yours), inside(&yours, &mine)) {
            (true, true) => {}
            (true, false) => return Some(Ordering::Greater),
            (false, true) => return Some(Ordering::Less),
            (false, false) => return decided(a.priority.cmp(&b.priority)),
        }
    }
    let names = |route: &Route| !METHODS[route.methods].is_empty();
    let order = a.path.len().cmp(&b.path.len());
    let order = order.then(a.exact.cmp(&b.exact)).then(names(a).cmp(&names(b)));
    decided(order.then(a.priority.cmp(&b.priority)))
}

fn configuration(routes: &[Route]) -> String {
    let mut text = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
        [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n"
        .to_owned();
    for (number, route) in routes.iter().enumerate() {
        let path: String = route.path.iter().map(|at| format!("/{}", SEGMENTS[*at])).collect();
        let _ = writeln!(
            text,
            "[[routes]]\nid = \"{number}\"\nmatch = ['{}{path}']\nexact = {}\npriority = {}\nbackend = \"b\"",
            HOSTS[route.host], route.exact, route.priority
        );
        if !METHODS[route.methods].is_empty() {
            let _ = writeln!(text, "methods = {:?}", METHODS[route.methods]);
        }
    }
    text
}

/// Every path of the world of up to two segments, one more than patterns have.
fn paths() -> Vec<Vec<&'static str>> {
    let mut paths = vec![Vec::new()];
    for first in WORLD_SEGMENTS {
        paths.push(vec![first]);
        paths.extend(WORLD_SEGMENTS.iter().map(|second| vec![first, second]));
        paths.push(vec![first, "b", "x"]);
    }
    paths
}

fn open_in_world(routes: &[Route]) -> Option<String> {
    for (index, a) in routes.iter().enumerate() {
        for b in routes[index + 1..].iter().filter(|b| compare(a, b).is_none()) {
            for host in WORLD_HOSTS {
                for path in paths() {
                    for method in ["GET", "POST", "PUT"] {
                        if a.fits(host, &path, method) && b.fits(host, &path, method) {
                            return Some(format!("{method} {host} {path:?}: {a:?} {b:?}"));
                        }
                    }
                }
            }
        }
    }
    None
}

#[test]
fn request_that_shows_a_tie_comes_in_where_both_routes_are() {
    let web = "[listeners.web]\naddress = \"127.0.0.1:80\"\n";
    let redirecting = format!("{web}redirect_to_https = true\n");
    for (plain, named, expected) in [
        (web, "listeners = [\"sec\"]\n", "GET https://h.tld/"),
        (web, "listeners = [\"sec\", \"web\"]\n", "GET http://h.tld/"),
        (web, "", "GET http://h.tld/"),
        ("", "", "GET https://h.tld/"),
        (&redirecting, "", "GET https://h.tld/"),
    ] {
        let mut text = format!(
            "version = 1\n{plain}[listeners.sec]\naddress = \"127.0.0.1:443\"\n\
             tls = {{ certificates = [\"shop\"] }}\n[certificates.shop]\n\
             certificate = \"file:/x.pem\"\nkey = \"env:K\"\n[backends.b]\n\
             targets = [{{ id = \"t\", host = \"t.tld\", port = 80 }}]\n"
        );
        for id in ["a", "b"] {
            let _ = writeln!(
                text,
                "[[routes]]\nid = \"{id}\"\nmatch = [\"h.tld\"]\nbackend = \"b\"\n{named}"
            );
        }
        let findings = compile_text(&text).findings;
        let tie = findings.iter().find(|one| one.code == Code::RoutesTie).expect("a tie");
        assert_eq!(tie.witness.as_deref(), Some(expected), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn ties_are_found_exactly_where_the_rules_leave_it_open(routes in routes()) {
        let text = configuration(&routes);
        let outcome = compile_text(&text);
        let ties = [Code::RoutesTie, Code::HostsTie, Code::ConstraintsTie];
        let errors = outcome.findings.iter().filter(|one| one.severity() == Severity::Error);
        for finding in errors {
            prop_assert!(ties.contains(&finding.code), "{finding:?}\n{text}");
            // The ids stand in the message, and the witness fits both.
            let ids: Vec<&str> = finding.message.split('`').skip(1).step_by(2).collect();
            let route = |at: usize| &routes[ids[at].parse::<usize>().expect("an id")];
            let (a, b) = (route(0), route(1));
            prop_assert_eq!(compare(a, b), None, "{:?}\n{}", finding, &text);
            let witness = finding.witness.as_deref().expect("a witness");
            let (method, url) = witness.split_once(" http://").expect("a request");
            let (host, path) = url.split_once('/').expect("a path");
            let path: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
            prop_assert!(a.fits(host, &path, method), "{witness}: {a:?}\n{text}");
            prop_assert!(b.fits(host, &path, method), "{witness}: {b:?}\n{text}");
        }
        if let Some(open) = open_in_world(&routes) {
            prop_assert!(outcome.findings.has_errors(), "{open}\n{text}");
        }
    }
}
