//! What a tie would do if it were let pass: two routes fit one request, nothing that they say decides
//! between them, and their names do. That is why it is an error.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pointsman_compiler::compile::compile_in_spite_of_ties;
use pointsman_compiler::document::load::load_path;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Driver, Edge, Origin, on_both_drivers, pointsman};

on_both_drivers!(
    tie_of_constraints_is_refused_and_would_be_decided_by_names,
    priority_decides_whatever_the_names,
);

/// Two routes that tie only through their regexes, in a file each, with these names and a further
/// key of the first.
fn folder(names: [&str; 2], key: &str, ports: [u16; 2]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("routes")).expect("a folder");
    let put = |name: &str, text: String| {
        fs::write(folder.path().join(name), text).expect("a file");
    };
    let first =
        "version = 1\ninclude = [\"routes/*.toml\"]\n[listeners.web]\naddress = \"127.0.0.1:0\"\n";
    put("pointsman.toml", first.to_owned());
    let route = |at: usize, regex: &str, key: &str| {
        format!(
            "[[routes]]\nid = \"{}\"\nmatch = ['h.tld/items/$id<{regex}>']\n{key}\nbackend = \"b{at}\"\n\
             [backends.b{at}]\ntargets = [{{ id = \"t\", host = \"127.0.0.1\", port = {} }}]\n",
            names[at], ports[at]
        )
    };
    put("routes/letters.toml", route(0, "[a-z]{2,4}", key));
    put("routes/hex.toml", route(1, "[0-9a-f]+", ""));
    folder
}

fn validate(folder: &Path, option: &str) -> Output {
    Command::new(pointsman()).arg("validate").arg(folder).arg(option).output().expect("a run")
}

fn origins() -> [Origin; 2] {
    ["letters", "hex"].map(|text| {
        let length = text.len();
        Origin::saying(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}"))
    })
}

/// Who answers the path when the folder is served as it is.
fn answered(folder: &Path, path: &str, driver: Driver) -> String {
    let outcome = compile_in_spite_of_ties(load_path(folder).expect("a folder"), 0);
    let edge = Edge::serve_bytes(&outcome.artifact.expect("an artifact"), driver);
    let mut client = edge.client();
    client.send(format!("GET {path} HTTP/1.1\r\nHost: h.tld\r\n\r\n"));
    client.answer().text().to_owned()
}

fn tie_of_constraints_is_refused_and_would_be_decided_by_names(driver: Driver) {
    let origins = origins();
    let ports = [origins[0].port(), origins[1].port()];
    let (one, other) = (folder(["a", "b"], "", ports), folder(["b", "a"], "", ports));
    // Refused, with both places and a request.
    let output = validate(one.path(), "--json");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let lines: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let finding = &lines[0];
    assert_eq!(finding["code"], "E0313");
    let places = [&finding["file"], &finding["labels"][0]["file"]];
    let mut places = places.map(|place| place.as_str().expect("a file"));
    places.sort_unstable();
    assert_eq!(places, ["routes/hex.toml", "routes/letters.toml"]);
    let witness = finding["witness"].as_str().expect("a witness");
    let path = witness.strip_prefix("GET http://h.tld").expect("a request to the host");
    // Let pass, one request has two answers, and nothing but the names of the routes chooses.
    assert_eq!(answered(one.path(), path, driver), "letters");
    assert_eq!(answered(other.path(), path, driver), "hex");
    // What fits one of them alone is not touched by it.
    for folder in [&one, &other] {
        assert_eq!(answered(folder.path(), "/items/zz", driver), "letters");
        assert_eq!(answered(folder.path(), "/items/00", driver), "hex");
    }
}

fn priority_decides_whatever_the_names(driver: Driver) {
    let origins = origins();
    let ports = [origins[0].port(), origins[1].port()];
    for names in [["a", "b"], ["b", "a"]] {
        let folder = folder(names, "priority = 1", ports);
        let output = validate(folder.path(), "--deny=warnings");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(answered(folder.path(), "/items/aa", driver), "letters");
    }
}
