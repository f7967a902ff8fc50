//! What `explain` says.

use pointsman_routing::{Probe, explain};
use pointsman_schemas::artifact::{Artifact, ListenerId};

use super::world::{World, backend};
use crate::document::route::Place;
use crate::grammar::condition::Test;
use crate::model::{Condition, Underscores};

fn probe(request: &str) -> Probe {
    let (method, rest) = request.split_once(' ').expect("METHOD host/path");
    let (host, target) = rest.split_at(rest.find('/').expect("a path"));
    Probe::new(method, Some(host), target, ListenerId(0))
}

fn lost(artifact: &Artifact, request: &str) -> Vec<String> {
    let considered = explain(artifact, &probe(request)).considered;
    considered.into_iter().map(|one| format!("{}: {}", one.route, one.lost)).collect()
}

#[test]
fn explanation_of_a_route_as_json() {
    let mut world = World::new();
    world.model.backends[0] = backend("users", "/v1/${req.pathparams.id}");
    world.model.backends[0].rewrite = true;
    world.route("bills", &["h.tld/users/$id<[0-9]+>"]);
    world.route("other", &["h.tld/users/me"]);
    let explanation = explain(&world.artifact(), &probe("GET h.tld:80/users/42/x?q"));
    assert_eq!(
        explanation.to_json(),
        "{\"outcome\":\"route\",\"status\":null,\"reason\":null,\"detail\":null,\"allow\":[],\
         \"route\":\"bills\",\"service\":null,\"builtin\":null,\"redirected_by\":null,\"match\":\"h.tld/users/$id<[0-9]+>\",\"file\":\"pointsman.toml\",\
         \"line\":1,\"params\":{\"id\":\"42\"},\"matched_path\":\"/users/42\",\
         \"backend\":\"users\",\"sent\":{\"path\":\"/v1/42?q\",\"host\":\"h.tld:80\",\
         \"headers\":[]},\"answer\":{\"status\":null,\"location\":null,\
         \"body_bytes\":null,\"headers\":[]},\
         \"considered\":[{\"route\":\"other\",\"lost\":\
         \"segment 2, `42`, does not fit `me`\"}],\"considered_more\":0,\"considered_whole\":true,\"nearest_hosts\":null}"
    );
    assert_eq!(explanation.pattern.as_deref(), Some("h.tld/users/$id<[0-9]+>"));
    assert_eq!(
        explanation.to_text(),
        "route     bills  (pointsman.toml:1)\n\
         match     h.tld/users/$id<[0-9]+>\n\
         param     id = 42\n\
         matched   /users/42\n\
         backend   users\n\
         sent      /v1/42?q\n\
         host      h.tld:80\n\
         lost      other  segment 2, `42`, does not fit `me`\n"
    );
}

#[test]
fn explanation_of_a_refusal_as_json() {
    let mut world = World::new();
    world.route("get \"x\"", &["h/a"]).methods = ["GET".to_owned()].into();
    let artifact = world.artifact();
    let check = |request: &str, expected: &str| {
        let json = explain(&artifact, &probe(request)).to_json();
        assert!(json.contains(expected), "{json}");
    };
    check(
        "POST h/a",
        "{\"outcome\":\"refused\",\"status\":405,\"reason\":\"method_not_allowed\",\
         \"detail\":null,\"allow\":[\"GET\"],\"route\":null,\"service\":null,\"builtin\":null,\"redirected_by\":null,\"match\":null,\"file\":null,\
         \"line\":null,\"params\":{},\"matched_path\":null,\"backend\":null,\"sent\":null,\"answer\":null,\
         \"considered\":[{\"route\":\"get \\\"x\\\"\",\"lost\":\"takes GET, not POST\"}],\
         \"considered_more\":0,\"considered_whole\":true,\"nearest_hosts\":null}",
    );
    check("GET h/b", "\"status\":404,\"reason\":\"no_route\"");
    check("GET q/a", "\"considered\":[]");
    check("GET h/..", "\"status\":400,\"reason\":\"bad_request\",\"detail\":\"a segment `.` or");
    let text = explain(&artifact, &probe("GET h/..")).to_text();
    assert_eq!(
        text,
        "answered  400 bad_request: a segment `.` or `..` in the path, or one with `;` after it\n"
    );
}

#[test]
fn fields_that_the_edge_removes_are_seen_by_no_condition() {
    let mut world = World::new();
    world.model.settings.paths.underscores = Underscores::Pass;
    world.route("spelled", &["h.tld"]);
    world.route("other", &["h.tld"]);
    let condition = |name: &str| Condition {
        place: Place::Header,
        name: name.to_owned(),
        test: Test::Exact("1".to_owned()),
    };
    world.model.routes[0].conditions = [condition("x_a")].into();
    world.model.routes[1].conditions = [condition("x_forwarded_a")].into();
    let mut asked = probe("GET h.tld/");
    asked.fields = vec![("X_A".to_owned(), "1".to_owned())];
    let route = |world: &World, asked: &Probe| explain(&world.artifact(), asked).decision.route;
    assert_eq!(route(&world, &asked).as_deref(), Some("spelled"));
    world.model.settings.paths.underscores = Underscores::Drop;
    assert_eq!(route(&world, &asked), None);
    // It could pass for one that the edge writes.
    world.model.settings.paths.underscores = Underscores::Pass;
    asked.fields = vec![("x_forwarded_a".to_owned(), "1".to_owned())];
    assert_eq!(route(&world, &asked), None);
}

#[test]
fn explanation_of_an_unknown_host_names_the_nearest() {
    let mut world = World::new();
    world.route("a", &["shop.tld/a"]);
    world.route("b", &["shoq.tld", "*.shp.tld", "another-host.tld"]);
    let artifact = world.artifact();
    let explained = explain(&artifact, &probe("GET shoo.tld/a"));
    assert_eq!(
        explained.to_text(),
        "answered  404 no_route\n\
         host      no route has the host shoo.tld; the nearest: shop.tld, shoq.tld, *.shp.tld\n"
    );
    let json = explained.to_json();
    let nearest = "\"nearest_hosts\":[\"shop.tld\",\"shoq.tld\",\"*.shp.tld\"]}";
    assert!(json.ends_with(nearest), "{json}");
    let far = explain(&artifact, &probe("GET q/a"));
    assert_eq!(far.to_text(), "answered  404 no_route\nhost      no route has the host q\n");
    assert!(far.to_json().ends_with("\"nearest_hosts\":[]}"));
    let known = explain(&artifact, &probe("GET shop.tld/b"));
    assert_eq!(known.unknown_host, None);
}

#[test]
fn explanation_says_why_each_other_lost() {
    let mut world = World::new();
    world.route("winner", &["h.tld/a/$x<[0-9]+>"]).methods = ["GET".to_owned()].into();
    world.route("any-method", &["h.tld/a/$y<[0-9]+>"]);
    world.route("low", &["h.tld/a/$y<[0-9]+>"]).methods = ["GET".to_owned()].into();
    world.model.routes[2].priority = -1;
    world.route("param", &["h.tld/a/:p"]);
    world.route("star", &["h.tld/a/*"]);
    world.route("large", &["h.tld/a/$z<[0-9a-z]+>"]);
    world.route("short", &["h.tld/a"]);
    world.route("wild", &["*.tld/a/1"]);
    world.route("elsewhere", &["h.tld/a/1"]).listeners = [1].into();
    world.route("missing", &["h.tld/a/1/b"]);
    world.route("exact", &["h.tld/a"]).exact = true;
    let artifact = world.artifact();
    let mut found = lost(&artifact, "GET h.tld/a/1");
    found.sort();
    assert_eq!(
        found,
        [
            "any-method: it names no methods, the winner does",
            "elsewhere: not on listener `alpha`",
            "exact: it is exact and ends after segment 1",
            "large: its constraint on segment 2 allows more than the winner's",
            "low: its priority -1 is below 0",
            "missing: the path ends before segment 3, `b`",
            "param: segment 2 is a parameter, the winner's is constrained",
            "short: its pattern is shorter",
            "star: segment 2 is `*`, the winner's is constrained",
            "wild: host `*.tld` is less specific than `h.tld`",
        ]
    );
}

#[test]
fn explanation_of_overlapping_constraints_names_the_priorities() {
    let mut world = World::new();
    world.route("first", &["h/$a<[0-9a-f]+>"]).priority = 1;
    world.route("second", &["h/$b<[a-z]+>"]).priority = 2;
    let artifact = world.artifact();
    assert_eq!(
        lost(&artifact, "GET h/ab"),
        ["first: constraints on segment 1 overlap, and its priority 1 is below 2"]
    );
}

#[test]
fn explanation_without_a_target_to_send_to_is_a_503() {
    let mut world = World::of(&["h"]);
    world.model.backends[0].targets[0].weight = 0;
    let explanation = explain(&world.artifact(), &probe("GET h/"));
    assert_eq!(explanation.decision.status, Some(503));
    assert_eq!(
        (explanation.outcome(), explanation.decision.reason),
        ("refused", Some("no_target"))
    );
}
