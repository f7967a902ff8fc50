//! Proofs about any routes: what is said is shown by the request beside it, and what wins a request
//! is never said not to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use pointsman_compiler::compile::Outcome;
use pointsman_compiler::diagnostic::{Code, Diagnostic};
use pointsman_routing::patterns::host_patterns;
use pointsman_routing::{Contest, Found, Probe, contest, decide, explain};
use pointsman_schemas::artifact::{Artifact, PatternId};
use proptest::prelude::*;

use crate::configuration::compile_text;
use crate::reach::{HEAD, route};

const HOSTS: [&str; 6] = ["h.tld", "*.tld", "a*.tld", "*.h.tld", "a.*", "*"];
const SEGMENTS: [&str; 10] =
    ["a", "b", ":x", ":x", "*", "a*", "*b", "$x<[ab]+>", "$x<[^ab].*>", "$x<a|cb>"];
const METHODS: [&str; 5] =
    ["", "", "methods = [\"GET\"]", "methods = [\"POST\"]", "methods = [\"GET\", \"POST\"]"];
const DOORS: [&str; 6] = ["", "", "", "", "listeners = [\"web\"]", "listeners = [\"other\"]"];
const CONDITIONS: [&str; 13] = [
    "",
    "",
    "",
    "",
    "",
    "headers = { \"x-env\" = \"a\" }",
    "headers = { \"x-env\" = \"Exists()\" }",
    "headers = { \"x-env\" = \"NotDefined()\" }",
    "query = { q = \"Regex([ab]+)\" }",
    "cookies = { c = \"NotDefined()\" }",
    "headers = { \"x-env\" = \"Regex([ -~]*)\" }",
    "cookies = { c = \"Exists()\" }",
    "cookies = { c = \"Regex([!-~]*)\" }",
];

const WORLD_HOSTS: [&str; 10] =
    ["h.tld", "ax.tld", "q.tld", "q.h.tld", "a.h.tld", "a.q", "zz", "a.tld", "a.x.tld", "ax.h.tld"];
const WORLD_SEGMENTS: [&str; 13] =
    ["a", "b", "aa", "ab", "ac", "ba", "bb", "bc", "cb", "x", "acb", "bcb", "xab"];
const WORLD_FIELDS: [&[(&str, &str)]; 14] = [
    &[],
    &[("x-env", "a")],
    &[("x-env", "z")],
    &[("cookie", "c=1")],
    &[("x-env", "a"), ("cookie", "c=1")],
    &[("x-env", "z"), ("cookie", "c=1")],
    &[("x-env", "\u{e9}")],
    &[("x-env", "a\tb")],
    &[("x-env", "\u{e9}"), ("cookie", "c=1")],
    &[("cookie", "c=\u{e9}")],
    &[("cookie", "c=a b")],
    &[("x-env", "a"), ("cookie", "c=a,b")],
    &[("x-env", "z"), ("cookie", "c=\u{e9}")],
    &[("x-env", "\u{e9}"), ("cookie", "c=\u{e9}")],
];

/// Which of the patterns a host and a path fit.
fn fits(patterns: &[Artifact], host: &str, path: &str) -> Vec<bool> {
    let fits = |artifact: &Artifact| {
        let door = artifact.listener_named("web").expect("a listener").id();
        let probe = Probe::new("GET", Some(host), path, door);
        matches!(contest(artifact, &probe).expect("a request").found, Found::Route(_))
    };
    patterns.iter().map(fits).collect()
}

/// An artifact of one pattern.
fn alone(pattern: &str) -> Artifact {
    let outcome = compile_text(&format!("{HEAD}{}", route("r", pattern, "a", "exact = true")));
    Artifact::from_bytes(outcome.artifact.expect("an artifact")).expect("an artifact")
}

/// Every text of so many of the parts, with `join` between them.
fn texts_of(parts: &[&str], most: usize, join: &str) -> Vec<String> {
    let mut texts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
    let mut last = texts.clone();
    for _ in 1..most {
        let longer = last.iter().flat_map(|a| parts.iter().map(move |b| format!("{a}{join}{b}")));
        last = longer.collect();
        texts.extend_from_slice(&last);
    }
    texts
}

#[test]
fn world_has_a_text_of_every_kind_that_the_patterns_tell_apart() {
    let segments = SEGMENTS.map(|segment| alone(&format!("h.tld/{segment}")));
    let known = WORLD_SEGMENTS.map(|one| fits(&segments, "h.tld", &format!("/{one}")));
    for text in texts_of(&["a", "b", "x", "c"], 4, "") {
        let kind = fits(&segments, "h.tld", &format!("/{text}"));
        assert!(known.contains(&kind), "no segment of the world is like `{text}`");
    }
    let hosts = HOSTS.map(alone);
    let known = WORLD_HOSTS.map(|one| fits(&hosts, one, "/"));
    for text in texts_of(&["a", "ax", "h", "q", "tld"], 4, ".") {
        let kind = fits(&hosts, &text, "/");
        assert!(known.contains(&kind), "no host of the world is like `{text}`");
    }
}

/// A configuration of so many of the hosts.
fn configuration(hosts: usize) -> impl Strategy<Value = String> {
    let pattern = (0..hosts, proptest::collection::vec(0..SEGMENTS.len(), 0..3));
    let pattern = pattern.prop_map(|(host, path)| {
        let mut text = HOSTS[host].to_owned();
        for (depth, segment) in path.into_iter().enumerate() {
            // A pattern captures a name once.
            let _ = write!(text, "/{}", SEGMENTS[segment].replace('x', &format!("x{depth}")));
        }
        text
    });
    let patterns = proptest::collection::vec(pattern, 1..3);
    let keys = (0..METHODS.len(), 0..DOORS.len(), 0..CONDITIONS.len(), any::<bool>());
    let routes = proptest::collection::vec((patterns, keys), 4..12);
    (routes, any::<bool>()).prop_map(|(routes, merge)| {
        let mut text = format!("{HEAD}[paths]\nmerge_slashes = {merge}\n");
        for (number, (patterns, (methods, doors, conditions, exact))) in
            routes.into_iter().enumerate()
        {
            let patterns = patterns.join("', '");
            // What would tie has a priority each.
            let _ = writeln!(
                text,
                "[[routes]]\nid = \"r{number}\"\nmatch = ['{patterns}']\nexact = {exact}\n\
                 priority = {number}\nbackend = \"{}\"\n{}\n{}\n{}",
                ["a", "b"][number % 2],
                METHODS[methods],
                DOORS[doors],
                CONDITIONS[conditions]
            );
        }
        text
    })
}

/// Every path of the world.
fn paths() -> Vec<String> {
    let mut paths = vec!["/".to_owned()];
    for first in WORLD_SEGMENTS {
        paths.extend([format!("/{first}"), format!("/{first}//x")]);
        for second in WORLD_SEGMENTS {
            paths.extend([format!("/{first}/{second}"), format!("/{first}/{second}//x")]);
        }
        paths.push(format!("/{first}/x/x"));
    }
    paths.push("//x".to_owned());
    paths
}

/// Every request of the world that some route of `text` could tell from others.
fn world(artifact: &Artifact, text: &str) -> Vec<Probe> {
    let asks = |word: &str| text.contains(word);
    let doors: &[&str] = if asks("listeners = [") { &["web", "other"] } else { &["web"] };
    let is_one = !asks("*.tld") && !asks("['*") && !asks("['a");
    let hosts = if is_one { &WORLD_HOSTS[..1] } else { &WORLD_HOSTS[..] };
    let queries: &[&str] = if asks("query = ") { &["", "?q=ab"] } else { &[""] };
    let methods: &[&str] = if asks("methods = ") { &["GET", "POST", "PUT"] } else { &["GET"] };
    let fields = WORLD_FIELDS.iter().filter(|all| {
        all.iter()
            .all(|(name, _)| asks(if *name == "cookie" { "cookies = " } else { "headers = " }))
    });
    let fields: Vec<_> = fields.collect();
    let mut probes = Vec::new();
    for door in doors {
        let door = artifact.listener_named(door).expect("a listener").id();
        for host in hosts {
            for path in paths() {
                for query in queries {
                    let target = format!("{path}{query}");
                    for (fields, method) in
                        fields.iter().flat_map(|one| methods.iter().map(move |two| (one, two)))
                    {
                        let mut probe = Probe::new(method, Some(host), &target, door);
                        let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
                        probe.fields = fields.iter().map(own).collect();
                        probes.push(probe);
                    }
                }
            }
        }
    }
    probes
}

/// Routes and patterns that win a request of the world.
fn winners(artifact: &Artifact, text: &str) -> (BTreeSet<String>, BTreeSet<PatternId>) {
    let (mut routes, mut patterns) = (BTreeSet::new(), BTreeSet::new());
    for probe in world(artifact, text) {
        let Contest { found, .. } = contest(artifact, &probe).expect("a request");
        if let Found::Route(hit) = found {
            routes.insert(artifact.route(hit.route).id().to_owned());
            patterns.insert(hit.pattern);
        }
        if patterns.len() == artifact.pattern_count() {
            break;
        }
    }
    (routes, patterns)
}

/// Each pattern as text.
fn texts(artifact: &Artifact) -> BTreeMap<PatternId, String> {
    let mut texts = BTreeMap::new();
    let exact = artifact.exact_hosts().collect::<Vec<_>>();
    let wild = artifact.wildcards().map(|one| (one.text, one.host)).collect::<Vec<_>>();
    for (text, root) in exact.into_iter().chain(wild) {
        host_patterns(artifact, text, root, &mut |found| {
            texts.insert(found.pattern, found.text);
            true
        });
    }
    texts
}

/// Names in backquotes.
fn named(finding: &Diagnostic) -> Vec<&str> {
    finding.message.split('`').skip(1).step_by(2).collect()
}

/// The request of a finding, by each listener by which it may come in.
fn probes(artifact: &Artifact, finding: &Diagnostic) -> Vec<Probe> {
    let witness = finding.witness.as_deref().expect("a witness");
    let (method, url) = witness.split_once(" http://").expect("a request");
    let at = url.find('/').expect("a path");
    let fields = finding.witness_headers.iter().map(|line| {
        let (name, value) = line.split_once(": ").expect("a field");
        (name.to_owned(), value.to_owned())
    });
    let fields: Vec<(String, String)> = fields.collect();
    let doors = ["web", "other"].map(|name| artifact.listener_named(name).expect("one").id());
    let probe = |door| Probe {
        fields: fields.clone(),
        ..Probe::new(method, Some(&url[..at]), &url[at..], door)
    };
    doors.map(probe).into()
}

/// Whether the request of a finding shows it.
fn is_shown(artifact: &Artifact, finding: &Diagnostic) -> bool {
    let names = named(finding);
    let mut probes = probes(artifact, finding).into_iter();
    probes.any(|probe| {
        let winner = decide(artifact, &probe).route;
        let considered = explain(artifact, &probe).considered;
        let lost = |id: &str| considered.iter().any(|one| one.route == id);
        match finding.code {
            Code::RouteNeverWins => {
                lost(names[0]) && names[1..].iter().any(|id| winner.as_deref() == Some(id))
            }
            Code::PatternNeverWins => {
                lost(names[1]) && names[2..].iter().any(|id| winner.as_deref() == Some(id))
            }
            Code::HostFallsThrough | Code::HostMethodFallsThrough => {
                winner.as_deref() == Some(names[names.len() - 2])
            }
            Code::MethodHole => winner.as_deref() == Some(names[1]) && lost(names[2]),
            _ => false,
        }
    })
}

fn is_proof(finding: &&Diagnostic) -> bool {
    finding.code.id().starts_with("W03")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn what_is_said_is_shown_and_is_what_trying_says(
        text in prop_oneof![5 => configuration(1), 1 => configuration(HOSTS.len())],
    ) {
        let outcome: Outcome = compile_text(&text);
        let Some(bytes) = outcome.artifact.clone() else { return Ok(()) };
        let artifact = Artifact::from_bytes(bytes).expect("an artifact");
        for finding in outcome.findings.iter().filter(is_proof) {
            prop_assert!(is_shown(&artifact, finding), "{finding:?}\n{text}");
        }
        let (routes, patterns) = winners(&artifact, &text);
        let never = |code: Code| outcome.findings.iter().filter(move |one| one.code == code);
        let dead: BTreeSet<&str> =
            never(Code::RouteNeverWins).map(|finding| named(finding)[0]).collect();
        for id in &routes {
            prop_assert!(!dead.contains(id.as_str()), "{id} wins\n{text}");
        }
        let texts = texts(&artifact);
        for finding in never(Code::PatternNeverWins) {
            let names = named(finding);
            let wins = patterns.iter().any(|pattern| {
                let route = artifact.route(artifact.pattern_route(*pattern)).id();
                texts[pattern] == names[0] && route == names[1]
            });
            prop_assert!(!wins, "{finding:?}\n{text}");
        }
        // The world is rich enough: what wins nothing there wins nothing at all.
        if outcome.reach.open == 0 {
            for route in artifact.routes() {
                let is_known = routes.contains(route.id()) || dead.contains(route.id());
                prop_assert!(is_known, "{} wins nothing and nothing is said\n{text}", route.id());
            }
        }
    }
}
