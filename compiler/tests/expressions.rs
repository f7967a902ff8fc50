//! Expressions of route, certificate and time, from text to what is sent and what is said of it.

use pointsman_compiler::compile::compile;
use pointsman_compiler::diff::{Subject, diff};
use pointsman_compiler::document::{Folder, load};
use pointsman_routing::{Probe, decide, self_test};
use pointsman_schemas::artifact::{Artifact, Feature, Features, ListenerId};

use crate::command::{code, pointsman, text};
use crate::configuration::compile_text;

const FRAME: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [backends.b]\nrewrite = true\nroot = \"/${route.metadata.team:none}/${now.date}\"\n\
    targets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";

fn route(id: &str, more: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = [\"{id}.tld\"]\nbackend = \"b\"\n{more}\n")
}

fn artifact(more: &str) -> Artifact {
    let outcome = compile_text(&format!("{FRAME}{more}"));
    let found: Vec<&String> = outcome.findings.iter().map(|finding| &finding.message).collect();
    assert!(found.iter().all(|message| message.contains("asks clients")), "{found:?}");
    Artifact::from_bytes(outcome.artifact.expect("an artifact")).expect("what was written")
}

#[test]
fn tests_of_a_configuration_have_the_same_time_every_day() {
    let more = route(
        "a",
        "metadata = { team = \"x y\" }\n\
         request_headers = { set = { x-at = \"${now} ${now.epoch_ms}\", x-id = \"${route.id}\" } }",
    ) + &route("other", "")
        + "[[tests]]\nrequest = \"GET http://a.tld/\"\n\
           [tests.expect]\nroute = \"a\"\npath = \"/x%20y/1970-01-01\"\n\
           headers = { x-at = \"1970-01-01T00:00:00Z 0\", x-id = \"a\" }\n\
           [[tests]]\nrequest = \"GET http://other.tld/\"\n\
           expect = { route = \"other\", path = \"/none/1970-01-01\" }\n";
    let artifact = artifact(&more);
    assert_eq!(artifact.self_tests().count(), 2);
    assert_eq!(self_test(&artifact), Ok(()));
    let probe =
        Probe { now_ms: 1_709_251_199_999, ..Probe::new("GET", Some("a.tld"), "/", ListenerId(0)) };
    let sent = decide(&artifact, &probe).sent_path;
    assert_eq!(sent.as_deref(), Some("/x%20y/2024-02-29"));
}

#[test]
fn explain_says_what_is_sent_at_another_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pointsman.toml");
    std::fs::write(file, format!("{FRAME}{}", route("a", ""))).expect("a file");
    let path = folder.path().to_string_lossy();
    let sent = |more: &[&str]| {
        let output =
            pointsman(&[&["explain", &path, "GET http://a.tld/", "--json"], more].concat());
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        json["sent"]["path"].as_str().expect("a path").to_owned()
    };
    assert_eq!(sent(&[]), "/none/1970-01-01");
    assert_eq!(sent(&["--now", "2024-02-29T23:59:59.5Z"]), "/none/2024-02-29");
    let output = pointsman(&["explain", &path, "GET http://a.tld/", "--now", "today"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("`today` is no moment"), "{}", text(&output.stderr));
}

#[test]
fn certificates_of_clients_are_asked_of_the_edge_by_name() {
    let other = route("other", "");
    let needs = |more: &str| artifact(&(route("a", more) + &other)).required_features();
    assert_eq!(needs(""), Features::NONE);
    let changes = "response_headers = { add = { x-cn = \"${req.client_cert.cn:none}\" } }";
    let expected = Features::of(&[Feature::FIELD_CHANGES, Feature::CLIENT_CERTIFICATES]);
    assert_eq!(needs(changes), expected);
    // A route that is switched off asks for nothing.
    assert_eq!(needs(&format!("{changes}\nenabled = false")), Features::NONE);
    let inline = "[[routes]]\nid = \"in\"\nmatch = [\"in.tld\"]\nbackend = { \
        root = \"/${req.client_cert.dn:none}\", \
        targets = [{ id = \"t\", host = \"t.tld\", port = 80 }] }\n";
    let with = |text: &str| artifact(&(text.to_owned() + &other)).required_features();
    assert_eq!(with(inline), Features::of(&[Feature::CLIENT_CERTIFICATES]));
    assert_eq!(with(&format!("{inline}enabled = false\n")), Features::NONE);
}

#[test]
fn diff_shows_requests_that_move_by_what_a_route_says() {
    let side = |more: &str| {
        // The other route keeps the program that asks.
        let text = format!("{FRAME}{}{}", route("a", more), route("z", ""));
        let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
        let outcome = compile(load(&folder, "pointsman.toml").expect("the file is there"), 0);
        let artifact = Artifact::from_bytes(outcome.artifact.expect("an artifact"));
        Subject { artifact: artifact.expect("what was written"), sources: None }
    };
    let plain = side("");
    assert!(diff(&plain, &side("metadata = { owner = \"x\" }")).moved.is_empty());
    let found = diff(&plain, &side("metadata = { team = \"x\" }"));
    let witnesses: Vec<&str> = found.moved.iter().map(|one| one.witness.request.as_str()).collect();
    assert_eq!(witnesses, ["GET http://a.tld/"]);
}
