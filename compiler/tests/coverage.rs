//! `test`: which routes are reached, how many must be, and tests that are proposed for the others.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::command::{code, example, pointsman, text};

const EDGE: &str = r#"version = 1
include = ["routes/*.toml"]
[listeners.web]
address = "127.0.0.1:8080"
[backends.b]
root = "/v1"
targets = [{ id = "a", host = "127.0.0.1", port = 9000 }]
[backends.empty]
targets = [{ id = "a", host = "127.0.0.1", port = 9000, weight = 0 }]
[[tests]]
request = "GET http://shop.tld/"
expect = { route = "shop" }
"#;

/// Every route but `shop` is beaten somewhere by another one.
const ROUTES: &str = r#"
[[routes]]
id = "shop"
match = ["shop.tld"]
backend = "b"
[[routes]]
id = "item"
match = ["shop.tld/items/$id<x|[0-9]+>"]
backend = "b"
[[routes]]
id = "item-x"
match = ["shop.tld/items/x"]
backend = "b"
[[routes]]
id = "any-item"
match = ["shop.tld/items/:name/x1"]
methods = ["PUT", "GET"]
headers = { "x-env" = "Regex(pre.*)", "x-q" = "a \"b\" \\ c" }
query = { "a b" = "Wildcard(0*)", sort = "Exists()" }
cookies = { beta = "1", alpha = "NotDefined()" }
backend = "b"
[[routes]]
id = "wild"
match = ["*.shop.tld/*/é"]
strip_path = true
exact = true
[routes.backend]
targets = [{ id = "a", host = "127.0.0.1", port = 9000 }]
[[routes]]
id = "old"
match = ["old.tld"]
redirect = { to = "https://new.tld${req.uri}", status = 301 }
[[routes]]
id = "closed"
match = ["closed.tld"]
respond = { status = 503, body = "closed" }
[[routes]]
id = "drained"
match = ["drained.tld"]
backend = "empty"
"#;

fn edge(first: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("routes")).expect("a folder");
    fs::write(folder.path().join("pointsman.toml"), first).expect("a file");
    fs::write(folder.path().join("routes/all.toml"), ROUTES).expect("a file");
    folder
}

fn test(folder: &Path, options: &[&str]) -> (i32, String, String) {
    let path = folder.to_string_lossy().into_owned();
    let output = pointsman(&[&["test", path.as_str()], options].concat());
    (code(&output), text(&output.stdout), text(&output.stderr))
}

fn json_of(folder: &Path, options: &[&str]) -> Value {
    let (_, out, err) = test(folder, &[options, &["--json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|why| panic!("{why}: {out}{err}"))
}

#[test]
fn coverage_is_told_by_route_and_as_a_share() {
    let folder = edge(EDGE);
    let (code, out, _) = test(folder.path(), &[]);
    assert_eq!(code, 0, "{out}");
    let first = "ROUTE     TESTS  PLACE\nany-item      0  routes/all.toml:14\n";
    assert!(out.starts_with(first), "{out}");
    assert!(out.contains("\nshop          1  routes/all.toml:2\n"), "{out}");
    let last = "coverage: 1 of 8 routes, 12 %\n1 test: 1 passed, 0 failed\n";
    assert!(out.ends_with(last), "{out}");
    let found = json_of(folder.path(), &[]);
    assert_eq!((&found["covered"], &found["percent"]), (&json!(1), &json!(12)));
    let shop = json!({ "route": "shop", "file": "routes/all.toml", "line": 2, "tests": 1 });
    assert!(found["routes"].as_array().expect("a list").contains(&shop), "{found}");
}

#[test]
fn fail_under_decides_the_exit_code() {
    let folder = edge(EDGE);
    for (percent, expected) in [("0", 0), ("12", 0), ("13", 1), ("100", 1), ("101", 2), ("x", 2)] {
        let (code, _, err) = test(folder.path(), &["--fail-under", percent]);
        assert_eq!(code, expected, "{percent}: {err}");
        let said = err.contains(&format!("tests reach 12 % of the routes, under {percent} %"));
        assert_eq!(said, expected == 1, "{percent}: {err}");
    }
    let path = example("quickstart");
    let output = pointsman(&["test", &path, "--fail-under", "100"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
}

#[test]
fn tests_are_proposed_that_pass_and_reach_every_route() {
    let folder = edge(EDGE);
    let (code, out, err) = test(folder.path(), &["--write"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let file = folder.path().join("routes/tests.toml");
    let written = fs::read_to_string(&file).expect("a new file");
    // The change is shown, line by line.
    let expected = format!("\nwrote {}: 7 tests\n+ # Proposed by", file.display());
    assert!(out.contains(&expected), "named as it is seen from here: {out}");
    for line in written.lines().filter(|line| !line.is_empty()) {
        assert!(out.contains(&format!("+ {line}\n")), "{line}: {out}");
    }
    for expected in [
        "request = \"GET http://shop.tld/items/0\"\n\
         expect = { route = \"item\", backend = \"b\", path = \"/v1/items/0\", params = { id = \"0\" } }",
        "request = \"GET http://shop.tld/items/x\"\nexpect = { route = \"item-x\"",
        "expect = { route = \"old\", status = 301, response_headers = { location = \"https://new.tld/\" } }",
        "expect = { route = \"closed\", status = 503 }",
        "request = \"GET http://drained.tld/\"\nexpect = { status = 503 }",
        "request = \"GET http://x.shop.tld/x/%C3%A9\"\nexpect = { route = \"wild\", path = \"/\" }",
    ] {
        assert!(written.contains(expected), "{expected}:\n{written}");
    }
    let found = json_of(folder.path(), &["--fail-under", "100"]);
    assert_eq!((&found["failed"], &found["passed"]), (&json!(0), &json!(8)), "{found}");
    assert_eq!(found["percent"], 100);
    let path = folder.path().to_string_lossy().into_owned();
    let output = pointsman(&["validate", &path]);
    assert_eq!(crate::command::code(&output), 0, "{}", text(&output.stdout));
    // They are the edge's own proof too.
    let artifact = folder.path().join("edge.artifact");
    let output = pointsman(&["compile", &path, "-o", &artifact.to_string_lossy()]);
    assert_eq!(crate::command::code(&output), 0, "{}", text(&output.stderr));
    let bytes = fs::read(&artifact).expect("an artifact");
    let artifact = pointsman_schemas::artifact::Artifact::from_bytes(bytes).expect("it loads");
    assert_eq!(artifact.self_tests().len(), 8);
    pointsman_routing::self_test(&artifact).expect("all of them hold");
    // Nothing more is proposed, and nothing is written twice.
    let (code, out, _) = test(folder.path(), &["--write"]);
    assert_eq!(code, 0);
    assert!(out.ends_with("nothing to write: every route has a test\n"), "{out}");
    assert_eq!(fs::read_to_string(&file).expect("the file"), written);
}

#[test]
fn no_file_is_overwritten_and_none_is_written_that_is_not_read() {
    let folder = edge(EDGE);
    let taken = folder.path().join("routes/tests.toml");
    fs::write(&taken, "# mine\n").expect("a file");
    let found = json_of(folder.path(), &["--write"]);
    assert_eq!(found["written"]["file"], "routes/tests-2.toml", "{found}");
    let path = folder.path().join("routes/tests-2.toml").to_string_lossy().into_owned();
    assert_eq!(found["written"]["path"], path, "{found}");
    assert_eq!(fs::read_to_string(&taken).expect("the file"), "# mine\n");

    let folder = edge(&EDGE.replace("routes/*.toml", "routes/all.toml"));
    let (code, _, err) = test(folder.path(), &["--write"]);
    assert_eq!(code, 2);
    assert!(err.contains("no new file would be read; say include"), "{err}");
    assert_eq!(fs::read_dir(folder.path().join("routes")).expect("a folder").count(), 1);
    // The new file goes where the first file says that one would be read.
    let folder = edge(&EDGE.replace("\"routes/*.toml\"", "\"routes/all.toml\", \"t*.toml\""));
    let found = json_of(folder.path(), &["--write"]);
    assert_eq!(found["written"]["file"], "tests.toml", "{found}");
}

/// One route takes what eleven others and a plainer one leave; another one never wins.
#[test]
fn routes_that_no_plain_request_reaches_are_found_by_a_walk_or_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = String::from(
        "version = 1\ninclude = [\"t*.toml\"]\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
         [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n",
    );
    let mut route = |id: &str, patterns: &str| {
        text += &format!("[[routes]]\nid = \"{id}\"\nmatch = [{patterns}]\nbackend = \"b\"\n");
    };
    route("rest", "\"*.tld\"");
    let taken: Vec<String> = std::iter::once("\"x.tld\"".to_owned())
        .chain((1..40).map(|number| format!("\"x{number}.tld\"")))
        .collect();
    route("taken", &taken.join(", "));
    route("digit", "\"n.tld/$n<[0-9]>\"");
    route("never", "\"n.tld/$n<[0-9]|x[0-9]>\"");
    route("digits", "\"n.tld/$n<x[0-9]>\"");
    fs::write(folder.path().join("pointsman.toml"), text).expect("a file");
    let found = json_of(folder.path(), &["--write"]);
    assert_eq!(found["written"]["tests"], 4, "{found}");
    assert_eq!(found["written"]["unshown"], json!(["never"]), "{found}");
    let (code, out, _) = test(folder.path(), &["--write"]);
    assert_eq!(code, 0);
    let last = "nothing was written\nno request without a secret was found for: never\n";
    assert!(out.ends_with(last), "{out}");
    assert!(out.contains("coverage: 4 of 5 routes, 80 %\n"), "{out}");
}

/// Everything that is expected, each of it wrong.
#[test]
fn failures_tell_expected_found_and_the_place() {
    let folder = edge(EDGE);
    let wrong = r#"
[[tests]]
request = "GET http://shop.tld/items/7?x=1"
expect = { route = "item", backend = "empty", path = "/v2", params = { id = "8" }, headers = { x-a = "1" }, response_headers = { x-b = "2" }, status = 200 }
[[tests]]
request = "GET http://shop.tld/items/7"
expect = { route = "shop" }
[[tests]]
request = "GET http://old.tld/a"
expect = { redirect = "https://new.tld/b" }
[[tests]]
request = "GET http://closed.tld/"
expect = { status = 404 }
[[tests]]
request = "GET http://nobody.tld/"
expect = { route = "shop" }
[[tests]]
request = "GET http://shop.tld/"
expect = { refused = "no_route" }
"#;
    fs::write(folder.path().join("routes/tests.toml"), wrong).expect("a file");
    let (code, out, _) = test(folder.path(), &[]);
    assert_eq!(code, 1);
    for (line, said) in [
        (
            2,
            "the backend is `b`, not `empty`; what is sent is `/v1/items/7?x=1`, not `/v2`; \
             the parameter `id` is `7`, not `8`; the field `x-a` that is sent is nothing, not `1`; \
             the status is nothing, not `200`; the field `x-b` of the answer is nothing, not `2`",
        ),
        (5, "the route is `item`, not `shop`"),
        (8, "the place is `https://new.tld/a`, not `https://new.tld/b`"),
        (11, "the status is `503`, not `404`"),
        (14, "it is answered with 404 `no_route`, and not by route `shop`"),
        (17, "route `shop` takes it"),
    ] {
        assert!(out.contains(said), "{said}:\n{out}");
        assert!(out.contains(&format!("--> routes/tests.toml:{line}:1")), "{line}:\n{out}");
    }
    assert!(out.ends_with("7 tests: 1 passed, 6 failed\n"), "{out}");
}
