//! Health checks.

use super::{FRAME, check, check_key};

fn health(inside: &str, expected: &[&str]) {
    check_key(&format!("health_check = {{ {inside} }}"), expected);
}

#[test]
fn health_check_without_a_status_that_passes_is_refused() {
    health("", &[]);
    health("healthy_statuses = []", &["E0210"]);
    health("healthy_statuses = [\"200\"], unhealthy_statuses = [\"200\"]", &["E0210"]);
    health("healthy_statuses = [\"200-299\"], unhealthy_statuses = [\"100-599\"]", &["E0210"]);
    health("unhealthy_statuses = [\"200-399\"]", &["E0210"]);
    health("unhealthy_statuses = [\"201-399\"]", &[]);
    health("healthy_statuses = [\"200\", \"204\"], unhealthy_statuses = [\"200\"]", &[]);
    health("healthy_statuses = [\"100-199\"]", &["E0210"]);
    health("healthy_statuses = [\"100-200\"]", &[]);
    // What is no status is found as such, and alone.
    for text in ["99", "600", "200-1000", "300-200"] {
        health(&format!("healthy_statuses = [\"{text}\"]"), &["E0117"]);
    }
    // Switched off it asks nothing.
    health("enabled = false, healthy_statuses = []", &[]);
}

#[test]
fn body_that_no_answer_has_is_refused() {
    health("body_regex = \"ok\"", &[]);
    health("method = \"HEAD\", body_regex = \"ok\"", &["E0210"]);
    health("method = \"HEAD\", body_regex = \"(ok)?\"", &[]);
    health("method = \"HEAD\"", &[]);
    health("healthy_statuses = [\"204\"], body_regex = \"ok\"", &["E0210"]);
    health("healthy_statuses = [\"204\", \"304\"], body_regex = \"ok\"", &["E0210"]);
    health("healthy_statuses = [\"204\", \"200\"], body_regex = \"ok\"", &[]);
    health("healthy_statuses = [\"200-299\"], body_regex = \"[^\\\\x00-\\\\xff]\"", &["E0210"]);
    health("body_regex = \"(ok\"", &["E0302"]);
}

#[test]
fn key_of_another_type_of_check_is_refused() {
    health("type = \"tcp\"", &[]);
    health("type = \"tcp\", interval = \"9s\", timeout = \"1s\", rise = 1, fall = 1", &[]);
    for key in [
        "method = \"GET\"",
        "headers = { a = \"b\" }",
        "healthy_statuses = [\"200\"]",
        "unhealthy_statuses = [\"500\"]",
        "body_regex = \"ok\"",
        "url = \"/health\"",
    ] {
        health(&format!("type = \"tcp\", {key}"), &["E0211"]);
        health(key, &[]);
    }
    health("type = \"tcp\", url = \"http://a.internal:81/\"", &[]);
    health("type = \"grpc\", headers = { a = \"b\" }", &[]);
    health("type = \"grpc\", url = \"/health\"", &["E0211"]);
}

#[test]
fn check_that_outlasts_the_next_one_is_warned_of() {
    health("interval = \"5s\"", &[]);
    health("interval = \"4s\"", &["W0208"]);
    health("interval = \"4s\", timeout = \"4s\"", &[]);
    health("timeout = \"10s\"", &[]);
    health("timeout = \"11s\"", &["W0208"]);
    health("interval = \"1s\", timeout = \"2s\"", &["W0208"]);
    health("enabled = false, interval = \"1s\"", &[]);
    health("type = \"tcp\", interval = \"1s\"", &["W0208"]);
}

#[test]
fn defaults_of_health_checks_are_judged_once() {
    let backends = |defaults: &str, own: &str, expected: &[&str]| {
        let backend = |name: &str| {
            format!(
                "[backends.{name}]\ntargets = [{{ id = \"a\", host = \"a\", port = 80 }}]\n{own}\n"
            )
        };
        let route = "[[routes]]\nid = \"q\"\nmatch = [\"q.example.org\"]\nbackend = \"c\"\n";
        let defaults = format!("[defaults]\nhealth_check = {{ {defaults} }}");
        let text = format!("{FRAME}{route}{defaults}\n{}{}", backend("b"), backend("c"));
        check(&text, expected);
    };
    backends("healthy_statuses = []", "", &["E0210"]);
    backends("interval = \"1s\"", "", &["W0208"]);
    backends("body_regex = \"(\"", "", &["E0302"]);
    // A backend that takes another type leaves what it cannot use.
    backends("url = \"/health\"", "health_check = { type = \"tcp\" }", &[]);
    backends(
        "healthy_statuses = [\"200\"]",
        "health_check = { unhealthy_statuses = [\"200\"] }",
        &["E0210", "E0210"],
    );
}
