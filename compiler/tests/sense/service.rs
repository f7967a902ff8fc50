//! Services: one who answers, and what goes with it.

use super::{FRAME, check};

fn service(inside: &str, expected: &[&str]) {
    let targets = "targets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]";
    let listener = "[listeners.services]\naddress = \"127.0.0.1:81\"\nserve = \"services\"";
    check(
        &format!("{FRAME}{listener}\n[backends.b]\n{targets}\n[services.s]\n{inside}\n"),
        expected,
    );
}

#[test]
fn service_has_one_who_answers() {
    service("backend = \"b\"", &[]);
    service("registry = true", &[]);
    service("builtin = \"health\"", &[]);
    service("backend = \"b\"\nregistry = false", &[]);
    service("", &["E0215"]);
    service("registry = false", &["E0215"]);
    service("strip_slug = true", &["E0215"]);
    service("backend = \"b\"\nregistry = true", &["E0215"]);
    service("backend = \"b\"\nbuiltin = \"health\"", &["E0215"]);
    service("registry = true\nbuiltin = \"health\"", &["E0215"]);
    // What could not be read is not also missing.
    service("backend = 1", &["E0103"]);
    service("backend = \"c\"", &["E0201"]);
}

#[test]
fn keys_of_a_registry_belong_to_no_backend() {
    service("registry = true\nclient = { retries = 1 }\nstrip_slug = true", &[]);
    service("registry = true\noutlier = {}\nload_balancing = { type = \"random\" }", &[]);
    service("backend = \"b\"\nclient = { retries = 1 }", &["E0211"]);
    service("backend = \"b\"\nstrip_slug = true", &[]);
    service("builtin = \"health\"\nstrip_slug = true", &["E0211"]);
    service("builtin = \"health\"\nstrip_slug = false", &[]);
    service("builtin = \"health\"\nhealth_check = {}", &["E0211"]);
}

#[test]
fn tables_of_a_registry_are_judged_as_those_of_a_backend() {
    service("registry = true\nhealth_check = { healthy_statuses = [] }", &["E0210"]);
    service("registry = true\nload_balancing = { ratio = 0.5 }", &["E0211"]);
    service("registry = true\nclient = { call_timeout = \"40s\" }", &["W0205"]);
    service("registry = true\nclient = { call_timeout = \"20s\" }", &[]);
}
