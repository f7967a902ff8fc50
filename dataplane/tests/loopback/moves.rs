//! What `pointsman diff` says of a change of precedence, against the wire: the requests that it
//! shows are sent, as they are, to two edges that serve the two artifacts.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Client, Driver, Edge, Origin, on_both_drivers, pointsman};

on_both_drivers!(requests_that_diff_shows_move_on_the_wire);

/// Routes to origins of their own: which of them answers says which route took a request.
const NAMES: [&str; 3] = ["first", "second", "third"];

fn config(origins: &[Origin], routes: [&str; 3]) -> String {
    let mut text = String::from("version = 1\n[listeners.web]\naddress = \"127.0.0.1:0\"\n");
    for ((name, origin), keys) in NAMES.iter().zip(origins).zip(routes) {
        let port = origin.port();
        text += &format!(
            "[[routes]]\nid = \"{name}\"\nbackend = \"{name}\"\n{keys}\n[backends.{name}]\n\
             targets = [{{ id = \"a\", host = \"127.0.0.1\", port = {port} }}]\n"
        );
    }
    text
}

/// The artifact of a configuration, and the folder of it, below another one.
fn compiled(folder: &Path, name: &str, text: &str) -> Vec<u8> {
    let edge = folder.join(name);
    std::fs::create_dir(&edge).expect("a folder");
    std::fs::write(edge.join("pointsman.toml"), text).expect("a file");
    let file = folder.join(format!("{name}.artifact"));
    let output = Command::new(pointsman()).arg("compile").arg(&edge).arg("-o").arg(&file).output();
    let output = output.expect("pointsman");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(file).expect("an artifact")
}

fn diff(folder: &Path) -> Value {
    let mut command = Command::new(pointsman());
    command.current_dir(folder).args(["diff", "old.artifact", "new.artifact"]);
    let output = command.args(["--json", "--exit-code"]).output().expect("pointsman");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("an object")
}

/// The bytes of a witness.
fn bytes(shown: &Value) -> String {
    let witness = shown["witness"].as_str().expect("a request");
    let (method, url) = witness.split_once(' ').expect("method and URL");
    let rest = url.strip_prefix("http://").expect("a plain request");
    let (host, target) = rest.split_at(rest.find('/').expect("a path"));
    let mut bytes = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
    for field in shown["witness_headers"].as_array().expect("a list") {
        bytes += &format!("{}\r\n", field.as_str().expect("a field"));
    }
    bytes + "\r\n"
}

/// What becomes of a request at an edge: the status, and who answered.
fn answer(edge: &Edge, request: &str) -> (u16, String) {
    let mut client = Client::to(edge.address());
    client.send(request);
    let answer = client.answer();
    let text = answer.text().to_owned();
    let route = if NAMES.contains(&text.as_str()) { text } else { String::new() };
    (answer.status(), route)
}

/// What `diff` said of it.
fn said(outcome: &Value) -> (u16, String) {
    let status = outcome["status"].as_u64().unwrap_or(200);
    let status = u16::try_from(status).expect("a status");
    (status, outcome["route"].as_str().unwrap_or_default().to_owned())
}

fn requests_that_diff_shows_move_on_the_wire(driver: Driver) {
    let named = |name: &&str| {
        let length = name.len();
        Origin::saying(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{name}"))
    };
    let origins: Vec<Origin> = NAMES.iter().map(named).collect();
    let exact = "match = [\"h.tld/x/7\"]";
    // Precedence by kind of segment, by priority, and by conditions; nothing else changes.
    let changes: [([&str; 3], [&str; 3]); 3] = [
        (
            ["match = [\"h.tld/x/:n\"]", "match = [\"h.tld/x/*\"]", exact],
            ["match = [\"h.tld/x/:n\"]", "match = [\"h.tld/x/$n<[0-9]+>\"]", exact],
        ),
        (
            ["match = [\"h.tld/x/$n<a.*>\"]\npriority = 1", "match = [\"h.tld/x/$n<.*b>\"]", exact],
            ["match = [\"h.tld/x/$n<a.*>\"]", "match = [\"h.tld/x/$n<.*b>\"]\npriority = 1", exact],
        ),
        (
            [
                "match = [\"h.tld/x\"]\nheaders = { x-env = \"Regex(pre.*)\" }",
                "match = [\"h.tld/x\"]\nmethods = [\"GET\", \"PUT\"]",
                exact,
            ],
            [
                "match = [\"h.tld/x\"]\nheaders = { x-env = \"Regex(pre.*)\" }\nmethods = [\"PUT\"]",
                "match = [\"h.tld/x\"]\nmethods = [\"GET\", \"PUT\"]",
                exact,
            ],
        ),
    ];
    for (number, (old, new)) in changes.into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = compiled(folder.path(), "old", &config(&origins, old));
        let new = compiled(folder.path(), "new", &config(&origins, new));
        let found = diff(folder.path());
        assert_eq!(found["complete"], true, "{found}");
        let shown = found["requests"].as_array().expect("a list");
        assert!(!shown.is_empty(), "{number}: {found}");
        let (before, after) = (Edge::serve_bytes(&old, driver), Edge::serve_bytes(&new, driver));
        for one in shown {
            let request = bytes(one);
            let (was, is) = (answer(&before, &request), answer(&after, &request));
            assert_ne!(was, is, "{number}: {one} moves");
            assert_eq!(was, said(&one["before"]), "{number}: {one}");
            assert_eq!(is, said(&one["after"]), "{number}: {one}");
        }
        // What is not shown stays where it was.
        for request in ["GET /x/7", "PUT /x/7", "GET /y"] {
            let request = format!("{request} HTTP/1.1\r\nHost: h.tld\r\n\r\n");
            assert_eq!(answer(&before, &request), answer(&after, &request), "{number}: {request}");
        }
    }
}
