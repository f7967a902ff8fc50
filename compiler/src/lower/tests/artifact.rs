//! What stands in an artifact, and that no order of files changes a byte.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use pointsman_routing::{patterns_by_route, self_test};
use pointsman_schemas::artifact::layout::DIGEST_AT;
use pointsman_schemas::artifact::sections::digest;
use pointsman_schemas::artifact::{
    AccessLog, Artifact, BackendId, LogFormat, RouteId, SelfTestExpect, TargetProtocol, exercise,
};

use super::super::lower;
use super::world::{World, backend, outcome, target};
use crate::model::{Action, Expect, Protocol, Test};
use crate::source::{FileId, SourceFile, SourceMap, Span};

fn world() -> World {
    let mut world = World::new();
    world.model.backends.push(backend("route:b", "/api"));
    world.model.backends.push(backend("a", "/"));
    let mut other = target("b");
    other.ip = Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)));
    other.protocol = Protocol::Http10;
    other.weight = 3;
    world.model.backends[0].targets.push(other);
    world.route("c", &["h/$id<[0-9]+>", "*.h/:x"]).action = Action::Backend(2);
    world.route("b", &["h/a"]).action = Action::Backend(1);
    world.route("a", &["g/v*/*", "[::1]"]).name = Some("First".into());
    world.model.routes[0].methods = ["PUT".to_owned()].into();
    world.model.routes[1].listeners = [1].into();
    world
}

fn request(method: &str, authority: &str, target: &str, expect: Expect) -> Test {
    Test {
        name: Some("named".to_owned()),
        method: method.to_owned(),
        scheme: "http".to_owned(),
        authority: authority.to_owned(),
        target: target.to_owned(),
        headers: vec![("x-a".to_owned(), "1".to_owned())],
        client_ip: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
        listener: Some(0),
        expect,
        span: Span::default(),
    }
}

fn route_expected(route: &str, path: Option<&str>, params: &[(&str, &str)]) -> Expect {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Expect::Route {
        route: route.to_owned(),
        backend: None,
        path: path.map(str::to_owned),
        params: params.collect::<BTreeMap<_, _>>(),
        headers: BTreeMap::new(),
        status: None,
        response_headers: BTreeMap::new(),
    }
}

#[test]
fn tables_of_a_model_read_back() {
    let artifact = world().artifact();
    assert_eq!(artifact.generation(), 7);
    let settings = artifact.settings();
    assert_eq!(settings.access_log, AccessLog::File("access.log"));
    assert_eq!((settings.log_format, settings.drain_timeout_ms), (LogFormat::Text, 8));
    let ids: Vec<&str> = artifact.routes().map(|route| route.id()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(artifact.route(RouteId(0)).name(), Some("First"));
    assert_eq!(artifact.route(RouteId(2)).methods().collect::<Vec<_>>(), ["PUT"]);
    let names: Vec<&str> = artifact.backends().map(|backend| backend.label()).collect();
    assert_eq!(names, ["a", "route:b", "users"]);
    assert_eq!(artifact.backend(BackendId(1)).name(), None);
    let of_route: Vec<&str> = artifact
        .routes()
        .map(|route| artifact.backend(route.backend().expect("one")).label())
        .collect();
    assert_eq!(of_route, ["users", "route:b", "a"]);
    let users = artifact.backend(BackendId(2));
    let targets: Vec<(&str, u16)> =
        users.targets().map(|target| (target.id(), target.weight())).collect();
    assert_eq!(targets, [("a", 1), ("b", 3)]);
    let last = users.targets().last().expect("two targets");
    assert_eq!(last.protocol(), TargetProtocol::Http10);
    assert_eq!(last.ip(), Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))));
    assert!(exercise(&artifact) > 0);
}

#[test]
fn patterns_are_read_back_from_the_trees() {
    let artifact = world().artifact();
    assert_eq!(
        patterns_by_route(&artifact),
        [vec!["[::1]", "g/v*/*"], vec!["h/a"], vec!["*.h/:x", "h/$id<[0-9]+>"]]
    );
    let texts = ["a.b/x/y/z", "a.b/x/y", "a.b", "*.b/x/:y/q", "*"];
    let mut expected: Vec<Vec<String>> =
        texts.iter().map(|text| vec![(*text).to_owned()]).collect();
    expected.sort();
    let mut found = patterns_by_route(&World::of(&texts).artifact());
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn order_of_a_model_changes_no_byte() {
    let first = world();
    let mut second = world();
    second.model.routes.reverse();
    second.model.backends.reverse();
    second.model.listeners.reverse();
    for route in &mut second.model.routes {
        let backend = route.backend().expect("one");
        route.action = Action::Backend(first.model.backends.len() - 1 - backend);
        route.patterns.reverse();
        route.listeners = route.listeners.iter().map(|index| 1 - index).collect();
    }
    for backend in &mut second.model.backends {
        backend.targets.reverse();
    }
    assert!(first.bytes() == second.bytes());
}

#[test]
fn identity_changes_with_what_it_stands_for() {
    let identities = |change: &dyn Fn(&mut World)| {
        let mut world = world();
        change(&mut world);
        let artifact = world.artifact();
        let users = artifact.backend(BackendId(2));
        let target = users.targets().next().expect("a target");
        (users.identity(), target.identity())
    };
    let before = identities(&|_| {});
    let renumbered = identities(&|world| {
        world.route("0", &["z"]).name = Some("Zero".into());
    });
    assert_eq!(before, renumbered);
    let weight = identities(&|world| world.model.backends[0].targets[0].weight = 9);
    assert!(weight.0 != before.0 && weight.1 == before.1);
    let port = identities(&|world| world.model.backends[0].targets[0].port = 9);
    assert!(port.0 != before.0 && port.1 != before.1);
    let root = identities(&|world| world.model.backends[0].rewrite = true);
    assert!(root.0 != before.0 && root.1 == before.1);
}

#[test]
fn place_of_a_route_is_kept() {
    let mut world = world();
    let mut sources = SourceMap::new();
    sources.add(SourceFile::new("z.toml".to_owned(), "a\nb\nc".to_owned()));
    let file = sources.add(SourceFile::new("routes/a.toml".to_owned(), "a\nb\nc".to_owned()));
    assert_eq!(file, FileId(1));
    world.model.routes[0].span = Span::new(file, 2..3);
    let bytes = lower(&world.model, &sources, 0).expect("a model").bytes;
    let artifact = Artifact::from_bytes(bytes).expect("what was just written");
    let place = artifact.route(RouteId(2)).place().expect("provenance");
    assert_eq!((place.file, place.line), ("routes/a.toml", 2));
    assert_eq!(artifact.route(RouteId(0)).place().map(|place| place.file), Some("z.toml"));
}

#[test]
fn self_tests_that_hold_are_silent() {
    let mut world = world();
    world.model.tests = vec![
        request("PUT", "h", "/42", route_expected("c", Some("/42"), &[("id", "42")])),
        request("PUT", "H.:80", "/4%32?x", route_expected("c", Some("/42?x"), &[])),
        request("GET", "h", "/42", Expect::Status(405)),
        request("GET", "h", "/42", Expect::Refused("method_not_allowed".to_owned())),
        request("GET", "q", "/", Expect::Refused("no_route".to_owned())),
        request("GET", "h", "/..", Expect::Status(400)),
    ];
    let artifact = world.artifact();
    assert_eq!(artifact.self_tests().len(), 6);
    let first = artifact.self_tests().next().expect("six");
    assert_eq!(first.fields().collect::<Vec<_>>(), [("x-a", "1")]);
    assert_eq!(first.client_ip(), Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))));
    assert!(matches!(first.expect(), SelfTestExpect::Route { route: "c", .. }));
    assert_eq!(self_test(&artifact), Ok(()));
}

#[test]
fn self_test_that_fails_says_what_was_found() {
    let check = |test: Test, expected: &str, found: &str| {
        let mut world = world();
        world.model.tests = vec![test];
        let failure = self_test(&world.artifact()).expect_err("a test that fails");
        assert_eq!((failure.expected.as_str(), failure.found.as_str()), (expected, found));
        assert!(failure.to_string().starts_with("self-test 0 `"), "{failure}");
    };
    check(request("PUT", "h", "/42", Expect::Status(404)), "404", "route `c`");
    let wrong_route = route_expected("b", None, &[]);
    check(request("PUT", "h", "/42", wrong_route), "route `b`", "route `c`");
    check(request("GET", "q", "/", route_expected("c", None, &[])), "route `c`", "404 no_route");
    let wrong_path = route_expected("c", Some("/x"), &[]);
    check(request("PUT", "h", "/42", wrong_path), "`/x` sent", "`/42`");
    let wrong_param = route_expected("c", None, &[("id", "7")]);
    check(request("PUT", "h", "/42", wrong_param), "parameter id = `7`", "`42`");
    let own = |own_status: Option<u16>, field: (&str, &str)| {
        let mut expected = route_expected("c", None, &[]);
        if let Expect::Route { status, response_headers, .. } = &mut expected {
            *status = own_status;
            response_headers.insert(field.0.to_owned(), field.1.to_owned());
        }
        request("PUT", "h", "/42", expected)
    };
    check(own(Some(503), ("x-a", "1")), "status 503", "none");
    check(own(None, ("x-a", "1")), "field x-a: `1` answered", "none");
}

/// What the matcher makes of an artifact that passes every check but was never written: some
/// answer, and no panic.
#[test]
fn artifact_damaged_and_sealed_again_is_refused_or_answers() {
    let mut world = world();
    world.route("overlap", &["h/$a<[0-9a-f]+>/x"]).priority = 1;
    world.route("deep", &["h/b/c/d", "h/:p/*/d"]);
    let whole = world.bytes();
    let mut opened = 0;
    for bit in 128 * 8..whole.len() * 8 {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let digest = digest(&damaged);
        damaged[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&digest);
        let Ok(artifact) = Artifact::from_bytes(damaged) else { continue };
        opened += 1;
        for request in ["PUT h/42/x/d", "GET h/b/c/d", "GET q.h/1//", "PUT g/v1/2"] {
            assert!(!outcome(&artifact, request, 0).is_empty());
        }
        let _ = self_test(&artifact);
        assert_eq!(patterns_by_route(&artifact).len(), artifact.route_count());
    }
    assert!(opened > 0);
}
