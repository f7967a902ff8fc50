//! Imports let nobody in whom Otoroshi kept out: what a route refuses or lost never goes to a wider
//! route beside it.

use std::fs;
use std::path::PathBuf;

use pointsman_compiler::import::{onebackend, settle};
use serde_json::{Value, json};

use crate::command::{code, pointsman, text};
use crate::import::{assert_complete, from_otoroshi, tree};

/// An import that was written.
pub(crate) struct Written {
    _folder: tempfile::TempDir,
    pub(crate) edge: PathBuf,
    pub(crate) code: i32,
    pub(crate) err: String,
}

impl Written {
    pub(crate) fn new(entities: &[Value], options: &[&str]) -> Self {
        let whole = Value::from(entities.to_vec()).to_string();
        Self::of("otoroshi", "export.json", &whole, options)
    }

    /// Imports a text of a file.
    pub(crate) fn of(system: &str, name: &str, whole: &str, options: &[&str]) -> Self {
        let tree = tree(&[(name, whole)]);
        match system {
            "1backend" => assert_complete(&tree, &settle(onebackend(&tree)).expect("a plan")),
            _ => assert_complete(&tree, &from_otoroshi(&tree)),
        }
        let folder = tempfile::tempdir().expect("a folder");
        let (input, edge) = (folder.path().join(name), folder.path().join("edge"));
        fs::write(&input, whole).expect("a file");
        let (from, to) = (input.to_string_lossy(), edge.to_string_lossy());
        let output = pointsman(&[&["import", system, &*from, "-o", &*to][..], options].concat());
        Self { code: code(&output), err: text(&output.stderr), edge, _folder: folder }
    }

    /// The route that takes a request, if any does.
    pub(crate) fn route(&self, request: &str, options: &[&str]) -> String {
        let edge = self.edge.to_string_lossy();
        let call = [&["explain", &*edge, request, "--json"], options].concat();
        let output = pointsman(&call);
        let said: Value = serde_json::from_str(&text(&output.stdout)).expect("an object");
        said["route"].as_str().map_or_else(|| said["status"].to_string(), str::to_owned)
    }

    /// The file of a route.
    pub(crate) fn file(&self, id: &str) -> String {
        fs::read_to_string(self.edge.join(format!("routes/{id}.toml"))).expect("a route")
    }
}

pub(crate) fn route(id: &str, domain: &str, plugins: &[(&str, Value)]) -> Value {
    let plugin = |(name, config): &(&str, Value)| json!({"plugin": format!("cp:otoroshi.next.plugins.{name}"), "enabled": true, "config": config});
    json!({
        "kind": "Route", "id": id,
        "frontend": {"domains": [domain], "strip_path": false},
        "backend": {"targets": [{"id": "a", "hostname": "a.internal", "port": 80}]},
        "plugins": plugins.iter().map(plugin).collect::<Vec<_>>(),
    })
}

pub(crate) fn with(mut route: Value, key: &str, value: Value) -> Value {
    route["frontend"][key] = value;
    route
}

#[test]
fn route_that_lost_its_guard_answers_itself() {
    let guarded = || route("admin", "p.tld/admin", &[("ApikeyCalls", json!({}))]);
    let edge = Written::new(&[guarded(), route("all", "p.tld", &[])], &[]);
    assert_eq!(edge.code, 1);
    assert!(edge.err.contains("1 route switched off, and answered with 503"), "{}", edge.err);
    assert_eq!(edge.route("GET http://p.tld/admin/x", &[]), "admin-closed");
    assert!(edge.file("admin-closed").contains("respond = { status = 503"));
    assert!(edge.file("admin").contains("enabled = false"));
    assert_eq!(edge.route("GET http://p.tld/x", &[]), "all");
    let edge = Written::new(&[guarded(), route("all", "p.tld", &[])], &["--accept-loss"]);
    assert_eq!(edge.code, 0);
    assert_eq!(edge.route("GET http://p.tld/admin/x", &[]), "admin");
    // What is off there is off here, and takes nothing.
    let mut off = guarded();
    off["enabled"] = json!(false);
    let edge = Written::new(&[off, route("all", "*.tld", &[])], &[]);
    assert_eq!(edge.route("GET http://p.tld/admin/x", &[]), "all");
    assert!(!edge.err.contains("switched off"), "{}", edge.err);
}

#[test]
fn route_that_lost_a_condition_a_secret_or_its_place_answers_itself() {
    let narrow = |key: &str, value: Value| with(route("admin", "p.tld/admin", &[]), key, value);
    let mut place = route("admin", "p.tld/admin", &[]);
    place["backend"]["root"] = json!("/${env.SECRET}");
    let answer = json!({"status": 200, "headers": {"x-api-key": "hunter2abc9"}, "body": "ok"});
    for (at, closed) in [
        narrow("headers", json!({"x-role": "Regex((?=a)b)"})),
        narrow("headers", json!({"authorization": "Bearer hunter2abc9"})),
        narrow("query", json!({"token": "hunter2abc9"})),
        narrow("cookies", json!({"session": "hunter2abc9"})),
        route("admin", "p.tld/admin", &[("StaticResponse", answer)]),
        place,
    ]
    .into_iter()
    .enumerate()
    {
        // There a route with conditions is tried before one without, whatever their order.
        let beside = route("beside", "p.tld/admin", &[]);
        let methods = if at < 4 { json!([]) } else { json!(["PUT"]) };
        let beside = with(beside, "methods", methods);
        let edge = Written::new(&[route("all", "p.tld", &[]), beside, closed], &[]);
        assert_eq!(edge.route("GET http://p.tld/admin/x", &[]), "admin-closed", "{at}");
        assert_eq!(edge.route("GET http://p.tld/x", &[]), "all", "{at}");
    }
}

#[test]
fn method_that_a_plugin_refuses_is_refused() {
    let allow = json!({"allowed": ["GET", "POST"], "forbidden": ["POST"]});
    for plugin in [("ReadOnlyCalls", json!({})), ("AllowHttpMethods", allow)] {
        for wide in ["p.tld", "*.tld", "*", "p.tld/:any", "p.tld/api"] {
            let api = route("api", "p.tld/api", std::slice::from_ref(&plugin));
            let edge = Written::new(&[api, route("all", wide, &[])], &[]);
            assert_eq!(edge.code, 0, "{}", edge.err);
            assert_eq!(edge.route("DELETE http://p.tld/api/x", &[]), "api-other-methods", "{wide}");
            assert_eq!(edge.route("GET http://p.tld/api/x", &[]), "api");
            let file = edge.file("api-other-methods");
            assert!(file.contains("status = 405") && file.contains("allow = \"GET"), "{file}");
        }
    }
    // Nothing could take it: what is answered is the same without a route.
    let api = route("api", "p.tld/api", &[("ReadOnlyCalls", json!({}))]);
    let edge = Written::new(&[api, route("other", "p.tld/other", &[])], &[]);
    assert_eq!(edge.route("DELETE http://p.tld/api/x", &[]), "405");
    assert!(!edge.edge.join("routes/api-other-methods.toml").exists());
    // The plugin and the route agree on no method.
    let api = route("api", "p.tld/api", &[("ReadOnlyCalls", json!({}))]);
    let api = with(api, "methods", json!(["DELETE"]));
    let edge = Written::new(&[api, route("all", "p.tld", &[])], &[]);
    assert_eq!(edge.route("DELETE http://p.tld/api/x", &[]), "api-other-methods");
    assert_eq!(edge.route("GET http://p.tld/api/x", &[]), "api-otherwise");
}

#[test]
fn request_that_fails_a_condition_goes_to_no_wider_route() {
    let all = || route("all", "p.tld", &[]);
    for (key, value) in [
        ("methods", json!(["POST"])),
        ("methods", json!(["G ET"])),
        ("headers", json!({"x-internal": "yes"})),
        ("query", json!({"beta": "1"})),
        ("cookies", json!({"beta": "1"})),
    ] {
        let admin = with(route("admin", "p.tld/admin", &[]), key, value);
        let edge = Written::new(&[all(), admin], &[]);
        assert_eq!(edge.route("GET http://p.tld/admin/x", &[]), "admin-otherwise", "{key}");
        assert!(edge.file("admin-otherwise").contains("status = 404"));
    }
    // Of one path, the routes are tried one after the other, there as here; below an exact path
    // nothing is taken.
    let narrow = with(route("narrow", "p.tld/a", &[]), "headers", json!({"x-a": "1"}));
    let post = with(route("post", "p.tld/a", &[]), "methods", json!(["POST"]));
    let exact = with(route("exact", "p.tld/a", &[]), "exact", json!(true));
    let edge = Written::new(&[all(), narrow, post, exact], &[]);
    assert_eq!(edge.route("POST http://p.tld/a", &["-H", "x-a: 1"]), "narrow-first-3");
    assert_eq!(edge.route("POST http://p.tld/a", &[]), "post-first");
    assert_eq!(edge.route("GET http://p.tld/a", &[]), "exact");
    assert_eq!(edge.route("POST http://p.tld/a/b", &["-H", "x-a: 1"]), "narrow-first");
    assert_eq!(edge.route("POST http://p.tld/a/b", &[]), "post");
    assert_eq!(edge.route("GET http://p.tld/a/b", &["-H", "x-a: 1"]), "narrow");
    assert_eq!(edge.route("GET http://p.tld/a/b", &[]), "narrow-otherwise");
    assert_eq!(edge.route("GET http://p.tld/b", &[]), "all");
    // A route of the same path without conditions takes the rest.
    let narrow = with(route("narrow", "p.tld/a", &[]), "headers", json!({"x-a": "1"}));
    let edge = Written::new(&[all(), narrow, route("rest", "p.tld/a", &[])], &[]);
    assert_eq!(edge.route("GET http://p.tld/a", &[]), "rest");
    assert!(!edge.edge.join("routes/narrow-otherwise.toml").exists());
}

#[test]
fn route_for_tls_alone_is_never_served_without() {
    let tls = route("tls", "*.q.tld/secure", &[("ForceHttpsTraffic", json!({}))]);
    let edge = Written::new(&[tls, route("wall", "*.q.tld", &[])], &[]);
    let plain = ["--listener", "web"];
    assert_eq!(edge.route("GET http://a.q.tld/secure/x", &plain), "tls-without-tls");
    assert!(edge.file("tls-without-tls").contains("status = 404"));
    assert_eq!(edge.route("GET https://a.q.tld/secure/x", &["--listener", "secure"]), "tls");
    assert_eq!(edge.route("GET http://a.q.tld/x", &plain), "wall");
    // Closed beside it, whatever the listener and the method.
    let plugins = [
        ("ForceHttpsTraffic", json!({})),
        ("ReadOnlyCalls", json!({})),
        ("ApikeyCalls", json!({})),
    ];
    let edge = Written::new(&[route("r", "p.tld/a", &plugins), route("all", "p.tld", &[])], &[]);
    assert_eq!(edge.route("DELETE http://p.tld/a", &plain), "r-to-https");
    assert_eq!(edge.route("GET https://p.tld/a", &["--listener", "secure"]), "r-closed");
    let mut bound = route("r", "p.tld/a", &[("ForceHttpsTraffic", json!({}))]);
    bound["bound_listeners"] = json!(["inner"]);
    let edge = Written::new(&[bound, route("all", "p.tld", &[])], &[]);
    assert_eq!(edge.code, 1);
    assert_eq!(edge.route("GET http://p.tld/a", &["--listener", "inner"]), "r-closed");
}

#[test]
fn what_is_left_out_may_have_protected_something() {
    let all = route("all", "p.tld", &[]);
    let deny = json!({"status": 403, "body": "no"});
    for left_out in [
        route("deny", "p.tld/$x<(?=a).*>", &[("StaticResponse", deny)]),
        json!({"kind": "ServiceDescriptor", "id": "s", "name": "s", "privateApp": true}),
        json!({"kind": "RouteComposition", "id": "c", "routes": [],
            "plugins": [{"plugin": "cp:otoroshi.next.plugins.ApikeyCalls"}]}),
        json!({"kind": "Api", "id": "a", "name": "a"}),
    ] {
        let edge = Written::new(&[left_out.clone(), all.clone()], &[]);
        assert_eq!(edge.code, 1, "{left_out}");
        assert!(!edge.err.contains("switched off"), "{}", edge.err);
        assert_eq!(Written::new(&[left_out, all.clone()], &["--accept-loss"]).code, 0);
    }
}

#[test]
fn field_that_was_lost_never_comes_from_the_client() {
    let lost = |name: &str, config: Value| {
        let edge = Written::new(&[route("r", "p.tld", &[(name, config)])], &[]);
        assert_eq!(edge.code, 1, "{}", edge.err);
        assert!(!edge.err.contains("switched off"), "{}", edge.err);
        let file = edge.file("r");
        assert!(!file.contains("enabled = false"), "{file}");
        let report = fs::read_to_string(edge.edge.join("IMPORT.md")).expect("a report");
        assert!(report.contains("is removed"), "{report}");
        file
    };
    let headers = json!({"headers": {"X-User": "${token.sub}", "x-other": "1"}});
    let file = lost("AdditionalHeadersIn", headers);
    assert!(file.contains(r#"remove = ["x-other", "x-user"]"#), "{file}");
    let secret = json!({"headers": {"authorization": "Basic dXNlcjpwYXNz"}});
    assert!(lost("AdditionalHeadersIn", secret).contains(r#"remove = ["authorization"]"#));
    let file = lost("RemoveHeadersIn", json!({"names": ["x user", "X-User"]}));
    assert!(file.contains(r#"remove = ["x-user"]"#), "{file}");
    assert!(lost("OtoroshiInfos", json!({})).contains(r#"remove = ["otoroshi-claim"]"#));
    let file = lost("OtoroshiChallenge", json!({"request_header_name": "x-state"}));
    assert!(file.contains(r#"remove = ["x-state"]"#), "{file}");
}

#[test]
fn failover_keeps_the_order_of_its_targets() {
    let target = |id: &str| json!({"id": id, "hostname": "t.internal", "port": 80});
    let targets: Vec<Value> = ["z", "a"].map(target).into();
    let written = |kind: &str| {
        let mut one = route("r", "a.tld", &[]);
        one["backend"] = json!({"targets": targets, "load_balancing": {"type": kind}});
        Written::new(&[one], &[]).file("r")
    };
    let file = written("NaiveFailover");
    assert!(file.contains("id = \"1-z\"") && file.contains("id = \"2-a\""), "{file}");
    let file = written("RoundRobin");
    assert!(file.contains("id = \"z\"") && file.contains("id = \"a\""), "{file}");
}
