//! Expressions as the edge evaluates them: what the route says, and what time it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::harness::{Config, Driver, Edge, Options, Origin, on_both_drivers, refused};

on_both_drivers!(values_of_route_and_time_are_sent);

/// How far the edge's tick may lie behind on a busy machine.
const LATE_MS_MAX: u128 = 10_000;

#[expect(clippy::disallowed_methods, reason = "what the edge calls now is compared with it")]
fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since: Duration| since.as_millis())
}

fn values_of_route_and_time_are_sent(driver: Driver) {
    let origin = Origin::ok();
    let config = Config::to(origin.port())
        .backend("root = \"/${route.id}/${route.metadata.team:none}/${route.name || route.id}?t=${now.epoch_ms}\"")
        .backend("rewrite = true")
        .routes(
            "[[routes]]\nid = \"one\"\nname = \"The one\"\nmetadata = { team = \"a/b\" }\n\
             match = [\"edge.test/one\"]\nbackend = \"origin\"\n\
             [[routes]]\nid = \"two\"\nmatch = [\"edge.test/two\"]\nbackend = \"origin\"\n",
        );
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    for (path, expected) in
        [("/one", "GET /one/a%2Fb/The%20one?t="), ("/two", "GET /two/none/two?t=")]
    {
        let before = now_ms();
        assert_eq!(client.get(path, "").text(), "ok");
        let after = now_ms();
        let asked = origin.asked_last();
        let time = asked.line().strip_prefix(expected).and_then(|rest| rest.split(' ').next());
        let time: u128 = time.expect("what the route says").parse().expect("milliseconds");
        assert!(before < time + LATE_MS_MAX && time <= after, "{before} {time} {after}");
    }
}

#[test]
fn certificates_of_clients_in_expressions_are_refused_by_name() {
    let config = Config::to(1).backend("root = \"/${req.client_cert.cn:nobody}\"");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("edge.artifact"), config.artifact(0)).expect("a file");
    let (code, said) = refused(&folder, &Options::default());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("certificates of clients in expressions"), "{said}");
}
