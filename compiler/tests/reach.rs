//! Proofs about routes: what is nearly wrong is left alone.

use pointsman_compiler::diagnostic::Code;
use pointsman_routing::{Probe, decide};
use pointsman_schemas::artifact::Artifact;

use crate::configuration::compile_text;

pub(crate) const HEAD: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [listeners.other]\naddress = \"127.0.0.1:81\"\n\
    [backends.a]\ntargets = [{ id = \"t\", host = \"a.tld\", port = 80 }]\n\
    [backends.b]\ntargets = [{ id = \"t\", host = \"b.tld\", port = 80 }]\n";

fn codes(routes: &str) -> Vec<Code> {
    let outcome = compile_text(&format!("{HEAD}{routes}"));
    let codes = outcome.findings.iter().filter(|one| one.code != Code::UnusedBackend);
    codes.map(|one| one.code).collect()
}

/// A route; `keys` are further lines.
pub(crate) fn route(id: &str, pattern: &str, backend: &str, keys: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = ['{pattern}']\nbackend = \"{backend}\"\n{keys}\n")
}

/// What is nearly wrong: id, pattern and further keys of each route.
type Near<'a> = (&'a str, [(&'a str, &'a str, &'a str); 3]);

#[test]
fn routes_that_win_something_are_left_alone() {
    let near: [Near<'_>; 9] = [
        (
            "`*` is left what the constraint refuses",
            [("one", "h.tld/$id<[0-9]+>", ""), ("two", "h.tld/*", ""), ("three", "h.tld/a", "")],
        ),
        (
            "a prefix goes on where exact ones end",
            [
                ("one", "h.tld/a", "exact = true"),
                ("two", "h.tld/a", ""),
                ("three", "h.tld/a/b", ""),
            ],
        ),
        (
            "all words but one letter",
            [
                ("one", "h.tld/$id<[a-y].*>", ""),
                ("two", "h.tld/$id<[a-z].*>", ""),
                ("three", "h.tld/zz", ""),
            ],
        ),
        (
            "another method",
            [
                ("one", "h.tld", "methods = [\"GET\"]\npriority = 1"),
                ("two", "h.tld", "methods = [\"GET\", \"PUT\"]"),
                ("three", "h.tld/a", ""),
            ],
        ),
        (
            "methods without a name",
            [
                ("one", "h.tld", "methods = [\"GET\"]"),
                ("two", "h.tld", "methods = [\"POST\"]"),
                ("three", "h.tld", ""),
            ],
        ),
        (
            "another listener",
            [
                ("one", "h.tld", "listeners = [\"web\"]\npriority = 1"),
                ("two", "h.tld", ""),
                ("three", "h.tld/a", ""),
            ],
        ),
        (
            "without the field",
            [
                ("one", "h.tld", "headers = { \"x-env\" = \"a\" }"),
                ("two", "h.tld", "headers = { \"x-env\" = \"Regex([b-z].*)\" }"),
                ("three", "h.tld", ""),
            ],
        ),
        (
            "a host of its own",
            [
                ("one", "x*.tld", ""),
                ("two", "*.tld", "priority = 1"),
                ("three", "*.tld/a", "priority = 1"),
            ],
        ),
        (
            "a path that goes on by nothing",
            [
                ("one", "h.tld/a", "exact = true"),
                ("two", "h.tld/a/:x", ""),
                ("three", "h.tld/a", ""),
            ],
        ),
    ];
    for (name, routes) in near {
        let all = routes.map(|(id, pattern, keys)| route(id, pattern, "a", keys)).concat();
        let found = codes(&all);
        let expected: &[Code] =
            if name == "a host of its own" { &[Code::RouteNeverWins] } else { &[] };
        assert_eq!(found, expected, "{name}\n{all}");
    }
}

#[test]
fn merged_slashes_leave_nothing_to_a_prefix_whose_ways_on_are_all_taken() {
    let all = [
        route("one", "h.tld/a", "a", "exact = true"),
        route("two", "h.tld/a/:x", "a", ""),
        route("three", "h.tld/a", "a", ""),
    ]
    .concat();
    let merged = format!("{all}[paths]\nmerge_slashes = true\n");
    assert_eq!(codes(&merged), [Code::RouteNeverWins]);
}

#[test]
fn hosts_that_are_meant_to_let_requests_pass_are_left_alone() {
    let (own, rest) = (route("own", "h.tld/a", "a", ""), "*.tld");
    for (name, more, expected) in [
        ("falls", route("rest", rest, "b", ""), Some(Code::HostFallsThrough)),
        ("any host", route("rest", "*", "b", ""), None),
        ("a path for every host", route("rest", "*.tld/health", "b", ""), None),
        ("a condition", route("rest", rest, "b", "headers = { \"x-a\" = \"1\" }"), None),
        (
            "one listener",
            route("rest", rest, "b", "listeners = [\"web\"]"),
            Some(Code::HostFallsThrough),
        ),
        ("another host", route("rest", "*.org", "b", ""), None),
        (
            "named too",
            "[[routes]]\nid = \"rest\"\nmatch = ['*.tld', 'h.tld']\nbackend = \"b\"\n".into(),
            None,
        ),
        (
            "answers itself",
            "[[routes]]\nid = \"rest\"\nmatch = ['*.tld']\nrespond = { status = 404 }\n".into(),
            None,
        ),
        (
            "the host takes the rest",
            route("rest", rest, "b", "") + &route("all", "h.tld", "a", ""),
            None,
        ),
    ] {
        let found = codes(&format!("{own}{more}"));
        let found: Vec<Code> = found.into_iter().filter(|code| *code != Code::NoRoute).collect();
        assert_eq!(found, Vec::from_iter(expected), "{name}\n{own}{more}");
    }
    let apart = route("own", "h.tld/a", "a", "listeners = [\"web\"]")
        + &route("rest", rest, "b", "listeners = [\"other\"]");
    assert_eq!(codes(&apart), []);
    let get = "methods = [\"GET\"]";
    for (name, keys, pattern, expected) in [
        ("other methods fall", "", "*", Some(Code::HostMethodFallsThrough)),
        ("methods that are named", "methods = [\"OPTIONS\"]", "*", None),
        ("a wildcard", "", "*.tld", Some(Code::HostMethodFallsThrough)),
    ] {
        let found = codes(&(route("own", "h.tld", "a", get) + &route("rest", pattern, "b", keys)));
        assert_eq!(found, Vec::from_iter(expected), "{name}");
    }
}

#[test]
fn methods_that_fall_to_one_backend_or_to_a_prefix_are_left_alone() {
    let put = "methods = [\"PUT\"]";
    let check = |name: &str, routes: &[String], expected: Option<Code>| {
        assert_eq!(codes(&routes.concat()), Vec::from_iter(expected), "{name}");
    };
    let me = route("me", "h.tld/u/me", "a", put);
    let user = |keys: &str| route("user", "h.tld/u/:id", "b", keys);
    check("falls", &[me.clone(), user("methods = [\"GET\"]")], Some(Code::MethodHole));
    check("falls to all methods", &[me.clone(), user("")], Some(Code::MethodHole));
    let deep = [
        route("me", "h.tld/u/me/mail", "a", put),
        route("user", "h.tld/u/:id/mail", "b", "methods = [\"GET\"]"),
    ];
    check("falls deeper", &deep, Some(Code::MethodHole));
    check("one backend", &[me.clone(), route("user", "h.tld/u/:id", "a", "")], None);
    check("a prefix above", &[me.clone(), route("all", "h.tld/u", "b", "")], None);
    check("the same method", &[me.clone(), user(put)], None);
    check("head and options", &[me.clone(), user("methods = [\"HEAD\", \"OPTIONS\"]")], None);
    let number = route("user", "h.tld/u/$id<[0-9]+>", "b", "");
    check("a constraint that does not fit", &[me.clone(), number], None);
    let get = route("get", "h.tld/u/me", "a", "methods = [\"GET\"]");
    check("taken there", &[me.clone(), get, user("methods = [\"GET\"]")], None);
    check("a condition", &[me, user("headers = { \"x-a\" = \"1\" }")], None);
}

#[test]
fn what_is_too_much_to_prove_is_counted_and_not_said() {
    // Sixteen conditions on names of their own: more ways to put them together than are tried.
    let mut routes = String::new();
    for number in 0..12 {
        let keys = format!("headers = {{ \"x-{number}\" = \"1\" }}\npriority = {}", 100 + number);
        routes += &route(&format!("r{number}"), "h.tld", "a", &keys);
        let keys =
            format!("headers = {{ \"x-{number}\" = \"NotDefined()\" }}\npriority = {number}");
        routes += &route(&format!("n{number}"), "h.tld", "a", &keys);
    }
    routes += &route("last", "h.tld", "a", "");
    let outcome = compile_text(&format!("{HEAD}{routes}"));
    let never = outcome.findings.iter().filter(|one| one.code == Code::RouteNeverWins);
    let never: Vec<&str> = never.map(|one| one.message.as_str()).collect();
    assert!(!never.iter().any(|message| message.starts_with("route `last`")), "{never:?}");
    assert!(outcome.reach.open > 0, "{never:?}");
    assert!(outcome.artifact.is_some());
}

/// Who takes a request to `h.tld` that carries a field.
fn winner(all: &str, (name, value): (&str, &str)) -> Option<String> {
    let artifact = compile_text(&format!("{HEAD}{all}")).artifact.expect("an artifact");
    let artifact = Artifact::from_bytes(artifact).expect("an artifact");
    let mut probe = Probe::new("GET", Some("h.tld"), "/", artifact.listener_named("web")?.id());
    probe.fields = vec![(name.to_owned(), value.to_owned())];
    decide(&artifact, &probe).route
}

/// A route that takes what fits a condition on `x`, and one that takes what has an `x`.
fn one_and_the_rest(place: &str, test: &str) -> String {
    let condition = |test: &str| format!("{place} = {{ x = '''{test}''' }}");
    route("one", "h.tld", "a", &format!("{}\npriority = 1", condition(test)))
        + &route("two", "h.tld", "a", &condition("Exists()"))
}

#[test]
fn values_beyond_plain_letters_are_left_to_who_takes_them() {
    for (place, test, carried) in [
        ("headers", r"Regex([ -~]*)", ("x", "caf\u{e9}")),
        ("headers", r"Regex([\t -~]*)", ("x", "caf\u{e9}")),
        ("headers", r"Regex([ -~\x80-\xff]*)", ("x", "a\tb")),
        ("headers", r"Regex((?u)[\x00-\x{3ff}]*)", ("x", "\u{4e2d}")),
        ("cookies", r"Regex([!-~]*)", ("cookie", "x=a b")),
        ("cookies", r"Regex([^,]*)", ("cookie", "x=a,b")),
        ("cookies", r"Regex([^\x22]*)", ("cookie", "x=\"a\"")),
        ("cookies", r"Regex([ -~]*)", ("cookie", "x=\u{e9}")),
    ] {
        let all = one_and_the_rest(place, test);
        assert_eq!(codes(&all), [], "{all}");
        assert_eq!(winner(&all, carried).as_deref(), Some("two"), "{all}");
    }
    // A query holds any bytes, and here only those that no text holds are left.
    for (place, test) in [("query", r"Regex([ -~]*)"), ("headers", r"Regex((?u)[^\x00]*)")] {
        assert_eq!(codes(&one_and_the_rest(place, test)), [], "{test}");
    }
    // What takes all that can be sent is still said to.
    for (place, test) in [
        ("headers", r"Regex([^\x00]*)"),
        ("headers", r"Regex(.*)"),
        ("headers", r"Regex([\t -~\x80-\xff]*)"),
        ("cookies", r"Regex([^;]*)"),
    ] {
        assert_eq!(codes(&one_and_the_rest(place, test)), [Code::RouteNeverWins], "{test}");
    }
}

#[test]
fn segments_that_begin_like_texts_are_left_to_who_takes_them() {
    // `aa` fits neither `[^ab].*` nor a text; `a` and `b` do not stand for it.
    let all = route("one", "h.tld/:x/a", "a", "exact = true")
        + &route("two", "h.tld/$x<[^ab].*>", "a", "")
        + "[[routes]]\nid = \"three\"\nmatch = ['h.tld/a/:y', 'h.tld/b/:y']\nbackend = \"a\"\n"
        + &route("four", "h.tld", "a", "");
    assert_eq!(codes(&all), []);
    // The texts are all that fits here.
    let all = route("one", "h.tld/$x<(en|de|fr|it|es)>", "a", "")
        + "[[routes]]\nid = \"two\"\nbackend = \"a\"\n\
           match = ['h.tld/en', 'h.tld/de', 'h.tld/fr', 'h.tld/it', 'h.tld/es']\n";
    assert_eq!(codes(&all), [Code::RouteNeverWins]);
}

#[test]
fn text_that_cannot_be_shown_is_not_said_to_win_nothing() {
    let all = route("one", "h.tld", "a", "headers = { x = 'Regex([ -~]*)' }\npriority = 2")
        + &route("two", "h.tld", "a", "headers = { x = '\u{1f680}' }\npriority = 1")
        + &route("three", "h.tld", "a", "headers = { x = 'Exists()' }");
    assert_eq!(codes(&all), []);
    assert_eq!(winner(&all, ("x", "\u{1f680}")).as_deref(), Some("two"));
}
