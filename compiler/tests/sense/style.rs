//! Matters of style: what says nothing, and may hide that something else was meant.

use super::{FRAME, check};
use crate::configuration::compile_text;

fn route(more: &str, expected: &[&str]) {
    let backend = "[backends.b]\ntargets = [{ id = \"a\", host = \"a.internal\", port = 80 }]\n";
    let text = FRAME.replace("match = [\"r.example.org\"]", more);
    check(&format!("{text}{backend}"), expected);
}

#[test]
fn text_that_stands_twice_in_a_list_is_warned_of() {
    let with = |more: &str, expected: &[&str]| {
        route(&format!("match = [\"r.example.org\"]\n{more}"), expected);
    };
    with("methods = [\"GET\", \"HEAD\"]", &[]);
    with("methods = [\"GET\", \"GET\"]", &["W0217"]);
    with("methods = [\"GET\", \"GET\", \"GET\"]", &["W0217", "W0217"]);
    with("listeners = [\"web\", \"web\"]", &["W0217"]);
    with("upgrade = [\"websocket\", \"websocket\"]", &["W0217"]);
    route("match = [\"r.example.org\", \"r.example.org\"]", &["W0217"]);
    route("match = [\"r.example.org\", \"r.example.org/a\"]", &[]);
}

#[test]
fn anchor_where_the_whole_is_meant_is_warned_of() {
    let pattern = |regex: &str, expected: &[&str]| {
        route(&format!("match = ['r.example.org/a/$id<{regex}>']"), expected);
    };
    pattern("[0-9]+", &[]);
    pattern("^[0-9]+$", &["W0218", "W0218"]);
    pattern("^[0-9]+", &["W0218"]);
    pattern("[^0-9]+", &[]);
    pattern(r"[0-9]+\$", &[]);
    pattern("^a|b$", &[]);
    pattern("^*a", &[]);
    let header = |regex: &str, expected: &[&str]| {
        route(&format!("match = ['r.example.org']\nheaders = {{ a = '{regex}' }}"), expected);
    };
    header("Regex(^pre)", &["W0218"]);
    header("Regex(pre$)", &["W0218"]);
    header("Regex(pre)", &[]);
    header("^pre$", &["W0221"]);
    let health = "backend = \"b\"\n[backends.b]\nhealth_check = { body_regex = \"^ok$\" }\n\
                  targets = [{ id = \"a\", host = \"a.internal\", port = 80 }]\n";
    check(&FRAME.replace("backend = \"b\"\n", health), &[]);
}

#[test]
fn anchor_is_marked_where_it_stands() {
    let text = FRAME.replace("\"r.example.org\"", "\"r.example.org/\\u0061/$id<^[0-9]+$>\"");
    let outcome = compile_text(&text);
    let anchors = outcome.findings.iter().filter(|finding| finding.code.id() == "W0218");
    let marked: Vec<&str> =
        anchors.map(|finding| outcome.sources.text(finding.primary.span)).collect();
    assert_eq!(marked, ["^", "$"]);
}
