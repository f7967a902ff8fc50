//! `diff`: what it finds is what requests show, and what it does not find no request shows.

use pointsman_compiler::compile::compile;
use pointsman_compiler::diff::{Difference, Subject, diff};
use pointsman_compiler::document::{Folder, load};
use pointsman_routing::{Decision, Probe, decide};
use pointsman_schemas::artifact::{Artifact, ListenerId};
use proptest::prelude::*;

const HEAD: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:0\"\n[backends.b]\n\
                    targets = [{ id = \"a\", host = \"127.0.0.1\", port = 1 }]\n";

/// One side; none where it does not compile, as routes that tie do not.
fn side(routes: &str) -> Option<Subject> {
    let text = format!("{HEAD}{routes}");
    let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
    let loaded = load(&folder, "pointsman.toml").expect("the file is there");
    let outcome = compile(loaded, 0);
    let artifact = Artifact::from_bytes(outcome.artifact?).expect("an artifact");
    Some(Subject { artifact, sources: None })
}

fn route(id: &str, pattern: &str, more: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = [\"{pattern}\"]\nbackend = \"b\"\n{more}\n")
}

fn compared(old: &str, new: &str) -> Difference {
    let (old, new) = (side(old).expect("old compiles"), side(new).expect("new compiles"));
    diff(&old, &new)
}

/// What a change of a request is: the route, the answer, and what is sent.
fn outcome(decision: &Decision) -> (Option<String>, Option<u16>, Vec<String>, Option<String>) {
    let Decision { route, status, allow, sent_path, .. } = decision.clone();
    (route, status, allow, sent_path)
}

#[test]
fn precedence_changed_shows_the_requests_that_move() {
    let old = route("a", "h.org/x/:n", "") + &route("b", "h.org/x/*", "");
    let new = route("a", "h.org/x/:n", "") + &route("b", "h.org/x/$n<[0-9]+>", "");
    let found = compared(&old, &new);
    let moved: Vec<_> = found.moved.iter().map(|one| (&*one.old, &*one.new)).collect();
    assert!(moved.contains(&("route a", "route b")), "{moved:?}");
    assert!(found.complete);
    let witness = &found.moved[0].witness;
    assert_eq!(witness.request, "GET http://h.org/x/0");
}

#[test]
fn constraints_contended_follow_their_priority() {
    let routes = |a: i32, b: i32| {
        route("a", "h.org/$n<a.*>", &format!("priority = {a}"))
            + &route("b", "h.org/$n<.*b>", &format!("priority = {b}"))
    };
    let found = compared(&routes(1, 0), &routes(0, 1));
    let moved: Vec<_> = found.moved.iter().map(|one| (&*one.old, &*one.new)).collect();
    assert_eq!(moved, [("route a", "route b")]);
}

#[test]
fn hosts_fall_through_to_wildcards() {
    let old = route("a", "a.org/x", "exact = true") + &route("b", "*", "");
    let new =
        route("a", "a.org/x", "exact = true") + &route("c", "*.org", "") + &route("b", "*", "");
    let found = compared(&old, &new);
    let of = |one: &pointsman_compiler::diff::Moved| (one.old.clone(), one.new.clone());
    let moved: Vec<_> = found.moved.iter().map(of).collect();
    assert_eq!(moved, [("route b".to_owned(), "route c".to_owned())]);
    assert!(found.moved[0].classes >= 2, "the exact host falls through too: {found:?}");
}

#[test]
fn query_dropped_is_shown_by_a_request_that_has_one() {
    let routes = |keep: &str| {
        format!(
            "[[routes]]\nid = \"a\"\nmatch = [\"h.org\"]\n[routes.backend]\nkeep_query = {keep}\n\
             targets = [{{ id = \"a\", host = \"127.0.0.1\", port = 1 }}]\n"
        ) + &route("z", "z.org", "")
    };
    let found = compared(&routes("true"), &routes("false"));
    assert_eq!(found.moved.len(), 1, "{found:?}");
    assert_eq!(found.moved[0].witness.request, "GET http://h.org/?q=1");
}

#[test]
fn values_beyond_plain_letters_move_too() {
    let with =
        |place: &str, test: &str| route("a", "h.org", &format!("{place} = {{ x = '{test}' }}"));
    for (place, test) in [("headers", "Regex([ -~]*)"), ("cookies", "Regex([!-~]*)")] {
        let found = compared(&with(place, "Exists()"), &with(place, test));
        assert_eq!(found.moved.len(), 1, "{found:?}");
        let (_, value) = &found.moved[0].witness.headers[0];
        assert!(!value.chars().any(char::is_control), "{value:?}");
    }
    // Only bytes that no text holds move: none is shown, and it is said that some are left out.
    let found = compared(&with("headers", "Exists()"), &with("headers", "Regex((?u)[^\\x00]*)"));
    assert!(found.moved.is_empty() && !found.complete, "{found:?}");
}

fn patterns() -> impl Strategy<Value = String> {
    let hosts = prop::sample::select(vec!["a.org", "b.org", "*.org", "*", "*.b.org", "a.*"]);
    let segments = ["x", "y", ":p", "*", "$n<[0-9]+>", "$n<[0-9a]>", "v*", "$n<x|1>"];
    let segment = prop::sample::select(segments.to_vec());
    (hosts, prop::collection::vec(segment, 0..3)).prop_map(|(host, segments)| {
        let mut text = host.to_owned();
        for (at, segment) in segments.iter().enumerate() {
            text.push('/');
            text.push_str(
                &segment.replace(":p", &format!(":p{at}")).replace("$n", &format!("$n{at}")),
            );
        }
        text
    })
}

fn routes() -> impl Strategy<Value = Vec<String>> {
    let more = prop::sample::select(vec![
        "",
        "exact = true",
        "methods = [\"GET\"]",
        "methods = [\"POST\", \"GET\"]",
        "strip_path = true",
        "priority = 1",
        "headers = { x-a = \"1\" }",
        "headers = { x-a = \"Regex([0-9]+)\" }",
        "headers = { x-a = \"NotDefined()\" }",
        "headers = { x-a = \"Regex([ -~]*)\" }",
        "cookies = { c = \"Regex([!-~]*)\" }",
        "query = { q = \"Exists()\" }",
        "cookies = { c = \"Wildcard(a*)\" }\nheaders = { x-a = \"Exists()\" }",
    ]);
    let one = (prop::sample::select(vec!["r1", "r2", "r3", "r4"]), patterns(), more);
    prop::collection::vec(one, 1..4).prop_map(|all| {
        let mut seen = Vec::new();
        let mut out = Vec::new();
        for (id, pattern, more) in all {
            if !seen.contains(&id) {
                seen.push(id);
                out.push(route(id, &pattern, more));
            }
        }
        out
    })
}

/// Queries and fields that the conditions of the grid tell apart.
fn carried() -> Vec<(&'static str, Vec<(String, String)>)> {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut all = Vec::new();
    for query in ["", "?q=7"] {
        for value in [None, Some("1"), Some("22"), Some("b"), Some("\u{e9}")] {
            for cookie in [None, Some("c=ab"), Some("c=a \u{e9}")] {
                let mut fields: Vec<_> =
                    value.map(|value| field("x-a", value)).into_iter().collect();
                fields.extend(cookie.map(|value| field("cookie", value)));
                all.push((query, fields));
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn requests_of_a_grid_change_only_where_diff_says_so(old in routes(), new in routes()) {
        let (Some(old), Some(new)) = (side(&old.concat()), side(&new.concat())) else {
            return Ok(());
        };
        let found = diff(&old, &new);
        for moved in &found.moved {
            let was = decide(&old.artifact, &moved.witness.before.0);
            let is = decide(&new.artifact, &moved.witness.after.0);
            prop_assert_ne!(outcome(&was), outcome(&is), "{}", moved.witness.request);
        }
        let pairs: Vec<_> = found
            .moved
            .iter()
            .map(|one| (one.witness.before.1.route.clone(), one.witness.after.1.route.clone()))
            .collect();
        for host in ["a.org", "b.org", "c.org", "a.b.org", "a.x", "x.y"] {
            for path in ["/", "/x", "/y", "/1", "/a", "/z", "/v1", "/x/1", "/1/x", "/z/z", "/a/v2", "//x"] {
                for method in ["GET", "POST", "PUT"] {
                    for (query, fields) in carried() {
                        let target = format!("{path}{query}");
                        let probe = Probe { fields, ..Probe::new(method, Some(host), &target, ListenerId(0)) };
                        let (was, is) = (decide(&old.artifact, &probe), decide(&new.artifact, &probe));
                        if outcome(&was) != outcome(&is) {
                            let pair = (was.route.clone(), is.route.clone());
                            prop_assert!(pairs.contains(&pair), "{method} {host}{path}: {pair:?}");
                        }
                    }
                }
            }
        }
    }
}
