//! What makes no sense together, though each value alone does: each check fires where it should, and
//! is silent where something near it is meant.

mod backend;
mod health;
mod listener;
mod names;
mod order;
mod service;
mod style;
mod timeouts;
mod trust;

use crate::configuration::compile_text;

/// A listener, a route, and a backend `b` without targets, to which a test adds.
const FRAME: &str = r#"
version = 1
[listeners.web]
address = "127.0.0.1:80"
[[routes]]
id = "r"
match = ["r.example.org"]
backend = "b"
"#;

/// Asserts the codes that a configuration gives, in the order of their places.
pub(crate) fn check(text: &str, expected: &[&str]) {
    let outcome = compile_text(text);
    let found: Vec<&str> = outcome.findings.shown().iter().map(|one| one.code.id()).collect();
    assert_eq!(found, expected, "{text}\n{:#?}", outcome.findings);
}

/// The same for the inside of `[backends.b]`, which brings its targets.
fn check_backend(inside: &str, expected: &[&str]) {
    check(&format!("{FRAME}[backends.b]\n{inside}\n"), expected);
}

/// The same for one key of a backend with a plain target.
fn check_key(line: &str, expected: &[&str]) {
    let targets = "targets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]";
    check_backend(&format!("{targets}\n{line}"), expected);
}
