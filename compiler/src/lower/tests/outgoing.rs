//! What is sent, by root, strip, rewrite, query and expressions.

use std::net::IpAddr;

use pointsman_routing::{
    Canonical, Captures, FieldIndex, Fields, Found, PathPolicy, Refusal, Request, find, write_host,
    write_target,
};
use pointsman_schemas::artifact::{ListenerId, TargetId};

use super::world::{World, backend, target};
use crate::model::{Backend, HostHeader};

struct Case {
    root: &'static str,
    rewrite: bool,
    keep_query: bool,
    strip_path: bool,
}

const PLAIN: Case = Case { root: "/", rewrite: false, keep_query: true, strip_path: false };

/// What a request `host/path?query` to pattern `pattern` is sent as.
fn sent(case: &Case, pattern: &str, request: &str) -> Result<String, Refusal> {
    let mut world = World::new();
    world.model.backends = vec![Backend {
        rewrite: case.rewrite,
        keep_query: case.keep_query,
        ..backend("users", case.root)
    }];
    world.route("r", &[pattern]).strip_path = case.strip_path;
    let artifact = world.artifact();
    let (host, target) = request.split_at(request.find('/').expect("a path"));
    let mut canonical = Canonical::new();
    canonical.set(Some(host.as_bytes()), target.as_bytes(), PathPolicy::default())?;
    let head = b"x-name: a/b\r\nx-bad: a\x07b";
    let index = [
        FieldIndex { name_at: 0, name_len: 6, value_at: 8, value_len: 3 },
        FieldIndex { name_at: 13, name_len: 5, value_at: 20, value_len: 3 },
    ];
    let request = Request {
        method: b"GET",
        canonical: &canonical,
        fields: Fields::new(head, &index),
        client: IpAddr::from([127, 0, 0, 1]),
        secured: false,
        version: "HTTP/1.1",
        listener: ListenerId(0),
        listener_name: "alpha",
        id: b"1",
        client_cert: None,
        now_ms: 0,
    };
    let mut captures = Captures::new();
    let Found::Route(hit) = find(&artifact, &request, &mut captures) else {
        return Ok("no route".to_owned());
    };
    let mut out = b"keep ".to_vec();
    write_target(&artifact, hit, &captures, &request, &mut out)?;
    let text = String::from_utf8(out).expect("a target is ASCII");
    Ok(text.strip_prefix("keep ").expect("what was there stays").to_owned())
}

fn check(case: &Case, pattern: &str, request: &str, expected: &str) {
    let found = sent(case, pattern, request);
    assert_eq!(found.as_deref(), Ok(expected), "{} {pattern} {request}", case.root);
}

#[test]
fn root_is_joined_with_a_slash_exactly_once() {
    for (root, request, expected) in [
        ("/", "h/", "/"),
        ("/", "h/a/b", "/a/b"),
        ("/", "h/a/", "/a/"),
        ("/", "h//a", "//a"),
        ("/api", "h/", "/api/"),
        ("/api", "h/users", "/api/users"),
        ("/api/", "h/users", "/api/users"),
        ("api", "h/users", "/api/users"),
        ("", "h/users", "/users"),
        ("/api", "h/a%2Fb?q=%zz", "/api/a%2Fb?q=%zz"),
        ("/api?k=1", "h/a", "/api/a?k=1"),
        ("/api?k=1", "h/a?x=2", "/api/a?k=1&x=2"),
        ("/api", "h/a?", "/api/a?"),
        ("/a b", "h/c", "/a%20b/c"),
    ] {
        check(&Case { root, ..PLAIN }, "h", request, expected);
    }
}

#[test]
fn strip_path_removes_the_matched_segments() {
    for (root, pattern, request, expected) in [
        ("/", "h/users/:id", "h/users/42/bills", "/bills"),
        ("/", "h/users/:id", "h/users/42", "/"),
        ("/", "h/users/:id", "h/users/42/", "/"),
        ("/api", "h/users/:id", "h/users/42", "/api"),
        ("/api", "h/users/:id", "h/users/42/", "/api/"),
        ("/api", "h/users/:id", "h/users/42//x", "/api//x"),
        ("/api/", "h/a", "h/a/b", "/api/b"),
        ("/api", "h", "h/", "/api/"),
        ("/api", "h", "h/x", "/api/x"),
    ] {
        check(&Case { root, strip_path: true, ..PLAIN }, pattern, request, expected);
    }
}

#[test]
fn rewrite_replaces_the_path_whole() {
    let case = |root| Case { root, rewrite: true, ..PLAIN };
    check(
        &case("/apis/v1/basic_users/${req.pathparams.id}/all_bills"),
        "h/api/users/$id<[0-9]+>/bills",
        "h/api/users/42/bills/?x=1",
        "/apis/v1/basic_users/42/all_bills?x=1",
    );
    check(&case("/new?k=1"), "h", "h/old?x=2", "/new?k=1&x=2");
    check(&Case { keep_query: false, ..case("/new?k=1") }, "h", "h/old?x=2", "/new?k=1");
    check(&Case { keep_query: false, ..PLAIN }, "h", "h/old?x=2", "/old");
}

#[test]
fn value_in_a_path_is_encoded_for_it() {
    let case = |root| Case { root, rewrite: true, ..PLAIN };
    for (root, request, expected) in [
        ("/x/${req.pathparams.v}", "h/a%2Fb", "/x/a%2Fb"),
        ("/x/${req.pathparams.v}", "h/a:@!$&'()*+,;=b", "/x/a:@!$&'()*+,;=b"),
        ("/x/${req.pathparams.v}", "h/%25%3F%23%C3%A9", "/x/%25%3F%23%C3%A9"),
        ("/x/${req.query.q:none}", "h/a?q=1%2F2+3", "/x/1%2F2%203?q=1%2F2+3"),
        ("/x/${req.query.q:a b}", "h/a", "/x/a%20b"),
        ("/x/${req.query.q:}", "h/a?q=", "/x/?q="),
        ("/x/${req.query.q || req.method :: none}", "h/a", "/x/GET"),
        ("/x/${req.query.q || req.query.r :: none}", "h/a?r=7", "/x/7?r=7"),
        ("/x/${req.query.q || req.query.r :: none}", "h/a", "/x/none"),
        ("/x/${req.headers.x-name:d}", "h/a", "/x/a%2Fb"),
        ("/x/${req.headers.x-none:d}", "h/a", "/x/d"),
        ("/x/${req.host}", "h:80/a", "/x/h:80"),
        ("/x${req.path}", "h/a/b%2Fc", "/x/a/b%2Fc"),
        ("${req.path}", "h/a", "/a"),
    ] {
        check(&case(root), "h/:v", request, expected);
    }
}

#[test]
fn value_in_a_query_is_encoded_for_it() {
    let case = |root| Case { root, rewrite: true, keep_query: false, ..PLAIN };
    for (root, request, expected) in [
        ("/x?v=${req.pathparams.v}&w=1", "h/a&b=+%2F", "/x?v=a%26b%3D%2B/&w=1"),
        ("/x?v=${req.query.q:d}", "h/a?q=1%26+%23", "/x?v=1%26%20%23"),
        ("/x?v=${req.path}", "h/a&%2F", "/x?v=/a%26%2F"),
        ("/x?v=${req.query.q:}", "h/a?q=%0d%0a", "/x?v=%0D%0A"),
    ] {
        check(&case(root), "h/:v", request, expected);
    }
}

#[test]
fn value_that_would_change_the_path_is_refused() {
    let case = |root| Case { root, rewrite: true, ..PLAIN };
    for (root, request, refusal) in [
        ("/x/${req.query.q:}/y", "h/a?q=..", Refusal::SentDotSegment),
        ("/x/${req.query.q:}", "h/a?q=.", Refusal::SentDotSegment),
        ("/x/.${req.query.q:}", "h/a?q=%2e", Refusal::SentDotSegment),
        ("/x/${req.query.q:..}", "h/a", Refusal::SentDotSegment),
        ("/x/${req.query.q:}/y", "h/a?q=..;a", Refusal::SentDotSegment),
        ("/x/.${req.query.q:}", "h/a?q=%3b", Refusal::SentDotSegment),
        ("/x/${req.query.q:}", "h/a?q=%0d%0aX", Refusal::SentControl),
        ("/x/${req.query.q:}", "h/a?q=%00", Refusal::SentControl),
        ("/x/${req.headers.x-bad:}", "h/a", Refusal::SentControl),
    ] {
        assert_eq!(sent(&case(root), "h", request), Err(refusal), "{root} {request}");
    }
    assert_eq!(sent(&case("/x/${req.query.q:}"), "h", "h/a?q=..."), Ok("/x/...?q=...".to_owned()));
}

#[test]
fn host_is_what_the_backend_says() {
    let check = |header: HostHeader, port: u16, host: &str, authority: Option<&str>, expected| {
        let mut world = World::new();
        world.route("r", &["*"]);
        let mut own = target("a");
        own.port = port;
        own.host = host.to_owned();
        world.model.backends[0].host_header = header;
        world.model.backends[0].targets = vec![own];
        let artifact = world.artifact();
        let mut canonical = Canonical::new();
        let authority = authority.map(str::as_bytes);
        canonical.set(authority, b"/", PathPolicy::default()).expect("a host");
        let request = Request {
            method: b"GET",
            canonical: &canonical,
            fields: Fields::default(),
            client: IpAddr::from([127, 0, 0, 1]),
            secured: false,
            version: "HTTP/1.1",
            listener: ListenerId(0),
            listener_name: "alpha",
            id: b"1",
            client_cert: None,
            now_ms: 0,
        };
        let target = artifact.target(TargetId(0));
        let mut out = Vec::new();
        write_host(&artifact, artifact.backend(target.backend()), target, &request, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), expected);
    };
    check(HostHeader::Client, 80, "t", Some("A.tld.:81"), "a.tld:81");
    check(HostHeader::Client, 8080, "t", None, "t:8080");
    check(HostHeader::Target, 80, "t", Some("a"), "t");
    check(HostHeader::Target, 65535, "t", Some("a"), "t:65535");
    check(HostHeader::Target, 8080, "::1", Some("a"), "[::1]:8080");
    check(HostHeader::Name("n.tld".to_owned()), 8080, "t", Some("a"), "n.tld");
}
