//! Conditions on fields, query and cookies, from text to who answers.

use pointsman_compiler::diagnostic::Code;
use pointsman_routing::probe::{Probe, decide};
use pointsman_schemas::artifact::{Artifact, ListenerId};

use crate::configuration::compile_text;

const FRAME: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";

fn route(id: &str, more: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = [\"a.tld/x\"]\nbackend = \"b\"\n{more}\n")
}

fn artifact(routes: &[(&str, &str)]) -> Artifact {
    let routes: String = routes.iter().map(|(id, more)| route(id, more)).collect();
    let outcome = compile_text(&format!("{FRAME}{routes}"));
    let found: Vec<&String> = outcome.findings.iter().map(|finding| &finding.message).collect();
    assert!(found.is_empty(), "{found:?}");
    Artifact::from_bytes(outcome.artifact.expect("an artifact")).expect("what was written")
}

/// The route that answers, or the status.
fn answers(artifact: &Artifact, method: &str, target: &str, fields: &[(&str, &str)]) -> String {
    let mut probe = Probe::new(method, Some("a.tld"), target, ListenerId(0));
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    probe.fields = fields.iter().map(own).collect();
    let decision = decide(artifact, &probe);
    decision.route.unwrap_or_else(|| decision.status.expect("a status").to_string())
}

#[test]
fn conditions_on_fields_choose_the_route() {
    let artifact = artifact(&[
        ("plain", ""),
        ("prod", "headers = { X-Env = \"prod\" }"),
        ("pre", "headers = { x-env = \"Regex(pre.*)\" }"),
        ("none", "headers = { x-env = \"NotDefined()\", x-new = \"Exists()\" }"),
    ]);
    let check = |fields: &[(&str, &str)], expected: &str| {
        assert_eq!(answers(&artifact, "GET", "/x", fields), expected, "{fields:?}");
    };
    check(&[], "plain");
    check(&[("x-env", "prod")], "prod");
    check(&[("X-ENV", "prod")], "prod");
    check(&[("x-env", "Prod")], "plain");
    check(&[("x-env", "preprod")], "pre");
    check(&[("x-env", "a preprod")], "plain");
    check(&[("x-env", "other"), ("x-env", "prod")], "prod");
    check(&[("x-new", "")], "none");
    check(&[("x-new", ""), ("x-env", "")], "plain");
    // Both hold, which no single value can do: the id that sorts first.
    check(&[("x-env", "prod"), ("x-env", "pre")], "pre");
}

#[test]
fn conditions_on_query_and_cookies_choose_the_route() {
    let artifact = artifact(&[
        ("plain", ""),
        ("beta", "query = { beta = \"Exists()\" }\npriority = 2"),
        ("space", "query = { \"a b\" = \"c d\" }\npriority = 1"),
        ("cookie", "cookies = { Session = \"Wildcard(s*)\" }"),
    ]);
    let check = |target: &str, cookie: &str, expected: &str| {
        let fields = [("cookie", cookie)];
        let fields = if cookie.is_empty() { &fields[..0] } else { &fields[..] };
        assert_eq!(answers(&artifact, "GET", target, fields), expected, "{target} {cookie}");
    };
    check("/x?beta", "", "beta");
    check("/x?Beta", "", "plain");
    check("/x?a+b=c%20d", "", "space");
    check("/x?%61%20b=x&a+b=c+d", "", "space");
    check("/x?a=b", "", "plain");
    check("/x", "Session=s1", "cookie");
    check("/x", "a=b; Session=x; Session=s1", "cookie");
    check("/x", "Session=s", "plain");
    check("/x", "session=s1", "plain");
}

#[test]
fn conditions_come_before_the_method_and_after_it_in_rank() {
    let artifact = artifact(&[
        ("get", "methods = [\"GET\"]\nheaders = { a = \"1\" }"),
        ("post", "methods = [\"POST\"]"),
        ("any", "headers = { a = \"1\", b = \"1\" }"),
    ]);
    let one = [("a", "1")];
    let two = [("a", "1"), ("b", "1")];
    assert_eq!(answers(&artifact, "GET", "/x", &one), "get");
    // A route that names its methods wins over one with more conditions.
    assert_eq!(answers(&artifact, "GET", "/x", &two), "get");
    assert_eq!(answers(&artifact, "DELETE", "/x", &two), "any");
    // The method of a route whose conditions do not hold is not allowed.
    let probe = Probe::new("DELETE", Some("a.tld"), "/x", ListenerId(0));
    let decision = decide(&artifact, &probe);
    assert_eq!((decision.status, decision.allow), (Some(405), vec!["POST".to_owned()]));
}

#[test]
fn conditions_that_hold_together_tie_and_the_witness_carries_them() {
    let text = format!(
        "{FRAME}{}{}",
        route("one", "headers = { x-env = \"prod\" }\nquery = { a = \"1\" }"),
        route("two", "headers = { x-env = \"Regex(p.*)\" }\ncookies = { s = \"Exists()\" }"),
    );
    let outcome = compile_text(&text);
    let finding = outcome.findings.iter().next().expect("a finding");
    assert_eq!(finding.code, Code::RoutesTie);
    assert_eq!(finding.witness.as_deref(), Some("GET http://a.tld/x?a=1"));
    assert_eq!(finding.witness_headers, ["x-env: prod", "cookie: s=1"]);
}

#[test]
fn conditions_at_one_place_are_bounded() {
    let routes: String = (0..200)
        .map(|n| {
            let more: String = (0..3).map(|k| format!("h{k} = \"{n}\", ")).collect();
            route(&format!("r{n}"), &format!("headers = {{ {} }}", more.trim_end_matches(", ")))
        })
        .collect();
    let outcome = compile_text(&format!("{FRAME}{routes}"));
    let finding = outcome.findings.iter().next().expect("a finding");
    assert_eq!(finding.code, Code::ArtifactRefused);
    assert!(outcome.artifact.is_none());
}

#[test]
fn redirect_never_names_a_host_by_its_path() {
    let text = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
        [[routes]]\nid = \"r\"\nmatch = [\"a.tld/:p\"]\nheaders = { x = \"NotDefined()\" }\n\
        redirect = { to = \"/${req.query.x:}/${req.pathparams.p}\" }\n";
    let outcome = compile_text(text);
    let bytes = outcome.artifact.expect("an artifact");
    let artifact = Artifact::from_bytes(bytes).expect("what was written");
    let probe = Probe::new("GET", Some("a.tld"), "/evil.tld", ListenerId(0));
    assert_eq!(decide(&artifact, &probe).location.as_deref(), Some("/evil.tld"));
    // A path that begins like `//host` once a `/` stands in front of it.
    let other = text.replace("/${req.query.x:}/${req.pathparams.p}", "/${req.query.x || req.path}");
    let artifact = Artifact::from_bytes(compile_text(&other).artifact.expect("an artifact"));
    let decision = decide(&artifact.expect("what was written"), &probe);
    assert_eq!(decision.location.as_deref(), Some("/evil.tld"));
    let text = text.replace("/${req.query.x:}/${req.pathparams.p}", "/${req.path}");
    assert_eq!(compile_text(&text).findings.iter().next().map(|f| f.code), Some(Code::BadRedirect));
}

/// Where a route on `a.tld` that redirects to `to` leads a request for `/` with this query. It has a
/// condition: without one it would lead to itself.
fn location(to: &str, query: &str) -> (Option<u16>, Option<String>) {
    let text = format!(
        "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
         [[routes]]\nid = \"r\"\nmatch = [\"a.tld\"]\n\
         headers = {{ x = \"NotDefined()\" }}\nredirect = {{ to = '{to}' }}\n"
    );
    let artifact = Artifact::from_bytes(compile_text(&text).artifact.expect("an artifact"));
    let probe = Probe::new("GET", Some("a.tld"), &format!("/{query}"), ListenerId(0));
    let decision = decide(&artifact.expect("what was written"), &probe);
    (decision.status, decision.location)
}

#[test]
fn url_inside_of_a_redirect_is_text() {
    for (to, query, expected) in [
        (
            "/x?next=https://a.example/${req.query.n:}",
            "?n=a%26admin=1%3dx%2b",
            "/x?next=https://a.example/a%26admin%3D1%3Dx%2B",
        ),
        ("/a b\"é://c/${req.query.n:}", "?n=1", "/a%20b%22%C3%A9://c/1"),
        ("/://c${req.path}${req.query.n:}", "?n=1", "/://c/1"),
        (
            "https://b.tld?next=http://c.tld/${req.query.n:}",
            "?n=%26",
            "https://b.tld?next=http://c.tld/%26",
        ),
    ] {
        assert_eq!(location(to, query), (Some(308), Some(expected.to_owned())), "{to}");
    }
}

#[test]
fn value_that_leads_a_redirect_upwards_is_refused() {
    for (to, query) in [
        ("https://o.example/${req.query.q:}/z", "?q=.."),
        ("/x/.${req.query.q:}", "?q=."),
        ("/x/${req.query.q:}", "?q=..;a"),
    ] {
        assert_eq!(location(to, query), (Some(400), None), "{to}");
    }
    let kept = |to, query, expected: &str| {
        assert_eq!(location(to, query), (Some(308), Some(expected.to_owned())), "{to}");
    };
    kept("https://o.example/${req.query.q:}/z", "?q=...", "https://o.example/.../z");
    // In a query dots are text, also in that of the request.
    kept("/x?to=/${req.query.q:}/z", "?q=..", "/x?to=/../z");
    kept("https://o.example${req.uri}", "?q=/../z", "https://o.example/?q=/../z");
    // What would be refused for every request is not compiled.
    let text = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n[[routes]]\nid = \"r\"\n\
        match = [\"a.tld\"]\nredirect = { to = \"https://o.example/../${req.query.q:}\" }\n";
    assert_eq!(compile_text(text).findings.iter().next().map(|f| f.code), Some(Code::BadRedirect));
}
