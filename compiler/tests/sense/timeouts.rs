//! Deadlines inside each other, and rows by path.

use super::{FRAME, check, check_key};

fn client(inside: &str, expected: &[&str]) {
    check_key(&format!("client = {{ {inside} }}"), expected);
}

#[test]
fn deadline_that_is_never_reached_is_warned_of() {
    client("call_timeout = \"30s\"", &[]);
    client("call_timeout = \"31s\"", &["W0205"]);
    client("call_timeout = \"31s\", global_timeout = \"31s\"", &[]);
    client("call_timeout = \"31s\", global_timeout = \"0s\"", &[]);
    client("call_timeout = \"3m\", global_timeout = \"3m\"", &["W0205"]);
    client("call_timeout = \"3m\", global_timeout = \"3m\", call_and_stream_timeout = \"3m\"", &[]);
    client("connection_timeout = \"31s\"", &["W0205"]);
    client("connection_timeout = \"30s\"", &[]);
    // A low outer one alone is meant.
    client("global_timeout = \"5s\"", &[]);
    client("call_timeout = \"5s\"", &[]);
    client("call_and_stream_timeout = \"5s\"", &[]);
    client("idle_timeout = \"1h\"", &[]);
    // A value that cannot be read is found once.
    client("call_timeout = \"31s\", global_timeout = \"1\"", &["E0105"]);
}

#[test]
fn rows_by_path_nest_in_what_they_inherit() {
    let row = |inside: &str, expected: &[&str]| {
        client(&format!("custom_timeouts = [{{ path = \"/slow/*\", {inside} }}]"), expected);
    };
    row("call_timeout = \"5m\"", &["W0205", "W0205"]);
    row("call_timeout = \"1m\"", &["W0205"]);
    row("call_timeout = \"1m\", global_timeout = \"1m\"", &[]);
    row("call_timeout = \"30s\"", &[]);
    row("global_timeout = \"1s\"", &[]);
    row("connection_timeout = \"1m\"", &["W0205"]);
    row("connection_timeout = \"1m\", call_timeout = \"1m\", global_timeout = \"1m\"", &[]);
    let inherits =
        "global_timeout = \"2m\", custom_timeouts = [{ path = \"/a\", call_timeout = \"2m\" }]";
    client(inherits, &[]);
}

#[test]
fn row_behind_one_that_takes_its_paths_is_warned_of() {
    let rows = |paths: &[&str], expected: &[&str]| {
        let rows: Vec<String> =
            paths.iter().map(|path| format!("{{ path = \"{path}\" }}")).collect();
        client(&format!("custom_timeouts = [{}]", rows.join(", ")), expected);
    };
    rows(&["/a/*", "/a/b/*"], &["W0216"]);
    rows(&["/a/b/*", "/a/*"], &[]);
    rows(&["/a", "/a"], &["W0216"]);
    rows(&["/a*", "/*b"], &[]);
    rows(&["*", "/a", "/b"], &["W0216", "W0216"]);
    // A `*` is one character at least.
    rows(&["/a/*", "/a/"], &[]);
}

#[test]
fn defaults_of_deadlines_are_judged_once() {
    let backends = |defaults: &str, own: &str, expected: &[&str]| {
        let backend = |name: &str| {
            format!(
                "[backends.{name}]\ntargets = [{{ id = \"a\", host = \"a\", port = 80 }}]\n{own}\n"
            )
        };
        let route = "[[routes]]\nid = \"q\"\nmatch = [\"q.example.org\"]\nbackend = \"c\"\n";
        let defaults = format!("[defaults]\nclient = {{ {defaults} }}");
        let text = format!("{FRAME}{route}{defaults}\n{}{}", backend("b"), backend("c"));
        check(&text, expected);
    };
    backends("call_timeout = \"40s\"", "", &["W0205"]);
    backends("global_timeout = \"5s\"", "client = { call_timeout = \"6s\" }", &["W0205"; 2]);
    backends("global_timeout = \"50s\"", "client = { call_timeout = \"40s\" }", &[]);
    backends("call_timeout = \"20s\"", "client = { global_timeout = \"10s\" }", &[]);
    let rows = "custom_timeouts = [{ path = \"/a\", call_timeout = \"1m\" }]";
    backends(rows, "", &["W0205"]);
    backends("global_timeout = \"1m\"", &format!("client = {{ {rows} }}"), &[]);
}
