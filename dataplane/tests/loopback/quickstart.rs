//! The example of the README, with its targets replaced: who answers, what is sent, and what the
//! running one says about it.

use pointsman_compiler::document::load::load_path;

use crate::harness::{Config, Driver, Edge, Origin, on_both_drivers};

on_both_drivers!(
    bills_reach_the_target_under_its_own_path,
    path_that_no_route_fits_is_404_and_touches_no_target,
);

/// The routes of the example, kept in step with it by `example_compiles_and_has_these_routes`.
fn bills(port: u16) -> Config {
    Config::to(port)
        .backend("root = \"/apis/v1/basic_users/${req.pathparams.id}/all_bills\"")
        .backend("rewrite = true")
        .routes(
            "[[routes]]\nid = \"bills\"\nbackend = \"origin\"\nexact = true\n\
             match = [\"subdomain.domain.tld/api/users/$id<[0-9]+>/bills\"]\n",
        )
}

fn ask(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: subdomain.domain.tld\r\n\r\n")
}

fn bills_reach_the_target_under_its_own_path(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&bills(origin.port()), driver);
    let mut client = edge.client();
    client.send(ask("/api/users/42/bills?x=1"));
    assert_eq!(client.answer().text(), "ok");
    let asked = origin.asked_once();
    assert_eq!(asked.line(), "GET /apis/v1/basic_users/42/all_bills?x=1 HTTP/1.1");
    assert_eq!(asked.field("host"), Some("subdomain.domain.tld"));
}

fn path_that_no_route_fits_is_404_and_touches_no_target(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&bills(origin.port()), driver);
    let mut client = edge.client();
    for path in ["/api/users/seven/bills", "/api/users/42", "/api/users/42/bills/7", "/"] {
        client.send(ask(path));
        assert_eq!(client.answer().status(), 404, "{path}");
    }
    assert_eq!((origin.opened(), &edge.status()["upstream"]["opened"]), (0, &0.into()));
    let lines = edge.out.wait_lines(4);
    assert!(lines.iter().all(|line| line.contains(r#""reason":"no_route""#)), "{lines:?}");
}

#[test]
fn example_compiles_and_answers_as_the_readme_says() {
    let origin = Origin::ok();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/quickstart");
    let copy = tempfile::tempdir().expect("a folder");
    copy_with_targets(folder.as_ref(), copy.path(), origin.port());
    let loaded = load_path(copy.path()).expect("the example");
    let edge = Edge::serve_bytes(&crate::harness::artifact(loaded, 0), Driver::IoUring);
    let mut client = edge.client();
    client.send(ask("/api/users/42/bills?x=1"));
    assert_eq!(client.answer().text(), "ok");
    let line = origin.asked_once().line().to_owned();
    assert_eq!(line, "GET /apis/v1/basic_users/42/all_bills?x=1 HTTP/1.1");
    client.send(ask("/api/users/seven/bills"));
    assert_eq!(client.answer().status(), 404);
    assert_eq!((origin.asked().len(), origin.opened()), (1, 1));
}

/// The line with another number behind `key =`, if that stands in it.
fn with_value(line: &str, key: &str, value: u16) -> String {
    match line.split_once(&format!("{key} = ")) {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}{key} = {value}{rest}")
        }
        None => line.to_owned(),
    }
}

/// Copies a configuration; its listeners get ephemeral ports, its targets all lead to `port`.
fn copy_with_targets(from: &std::path::Path, to: &std::path::Path, port: u16) {
    for entry in std::fs::read_dir(from).unwrap_or_else(|error| panic!("{from:?}: {error}")) {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&to).expect("a folder");
            copy_with_targets(&entry.path(), &to, port);
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a file of text");
        let text: String = text.lines().map(|line| with_value(line, "port", port) + "\n").collect();
        let text = text.replace("127.0.0.1:8080", "127.0.0.1:0");
        std::fs::write(to, text).expect("a file");
    }
}

#[test]
fn running_one_tells_what_it_serves() {
    let origin = Origin::ok();
    let port = origin.port();
    let edge = Edge::serve(&bills(port), Driver::Epoll);
    let status = edge.status();
    let keys: Vec<&str> =
        status.as_object().expect("an object").keys().map(String::as_str).collect();
    for key in [
        "version",
        "pid",
        "driver",
        "workers",
        "generation",
        "content_id",
        "loaded_at",
        "refused",
        "listeners",
        "connections",
        "requests",
        "log",
        "upstream",
        "descriptors",
        "draining",
    ] {
        assert!(keys.contains(&key), "{key}: {status}");
    }
    assert_eq!((&status["pid"], &status["workers"]), (&edge.pid().into(), &1.into()));
    assert_eq!(status["content_id"].as_str().map(str::len), Some(32));
    assert!(status["refused"].is_null() && status["draining"] == false, "{status}");
    assert_eq!(status["listeners"][0]["name"], "web");

    let routes = edge.ask_json(&["routes"]);
    let expected = serde_json::json!({"routes": [{
        "id": "bills",
        "match": ["subdomain.domain.tld/api/users/$id<[0-9]+>/bills"],
        "backend": "origin",
        "targets": [format!("127.0.0.1:{port}")],
    }]});
    assert_eq!(routes, expected);

    let targets = edge.ask_json(&["targets"]);
    let target = &targets["targets"][0];
    assert_eq!((&target["backend"], &target["target"]), (&"origin".into(), &"a".into()));
    assert_eq!((&target["weight"], &target["in_flight"]), (&1.into(), &0.into()), "{targets}");
    assert_eq!(target["address"], format!("127.0.0.1:{port}"));
    for later in ["health", "breaker", "ewma_ms", "overlay"] {
        assert!(target.get(later).is_some_and(serde_json::Value::is_null), "{later}: {targets}");
    }
}

#[test]
fn running_one_explains_as_the_compiler_does() {
    let origin = Origin::ok();
    let edge = Edge::serve(&bills(origin.port()), Driver::Epoll);
    let check = |url: &str| edge.ask_json(&["explain", &format!("GET http://{url}")]);
    let hit = check("subdomain.domain.tld/api/users/42/bills?x=1");
    assert_eq!((&hit["outcome"], &hit["route"]), (&"route".into(), &"bills".into()), "{hit}");
    assert_eq!((&hit["params"]["id"], &hit["backend"]), (&"42".into(), &"origin".into()), "{hit}");
    let sent = &hit["sent"];
    assert_eq!(sent["path"], "/apis/v1/basic_users/42/all_bills?x=1", "{hit}");
    assert_eq!(sent["host"], "subdomain.domain.tld", "{hit}");
    let miss = check("subdomain.domain.tld/api/users/seven/bills");
    assert_eq!((&miss["outcome"], &miss["status"]), (&"refused".into(), &404.into()), "{miss}");
    assert_eq!(miss["reason"], "no_route", "{miss}");
    assert_eq!(miss["considered"][0]["route"], "bills", "{miss}");
    assert_eq!(origin.opened(), 0);
    // In words for people as well; a question that is none is a matter of usage.
    let words = edge.ask(&["explain", "GET http://subdomain.domain.tld/api/users/42/bills"]);
    assert!(words.status.success() && String::from_utf8_lossy(&words.stdout).contains("bills"));
    assert_eq!(edge.ask(&["explain", "nonsense"]).status.code(), Some(2));
}
