//! Names used twice, in each table that has them; parameters that nothing captures.

use pointsman_compiler::diagnostic::Code;

use super::{FRAME, check};
use crate::configuration::compile_files;

const BACKEND: &str =
    "[backends.b]\ntargets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]\n";

#[test]
fn name_used_in_two_files_is_refused_in_every_table() {
    for table in [
        "[listeners.x]\naddress = \"127.0.0.1:0\"\n",
        "[backends.x]\ntargets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]\n",
        "[certificates.x]\ncertificate = \"file:/x.pem\"\n",
        "[services.x]\nbuiltin = \"health\"\n",
        "[[routes]]\nid = \"x\"\nmatch = [\"x.example.org\"]\nbackend = \"b\"\n",
        "[node]\nregion = \"x\"\n",
        "[acme]\ncontact = []\n",
        "[registry]\nallow = []\n",
        "[defaults]\nkeep_query = true\n",
    ] {
        let first = format!("include = [\"a.toml\", \"b.toml\"]\n{FRAME}{BACKEND}");
        let first = first.as_str();
        let twice =
            compile_files([("pointsman.toml", first), ("a.toml", table), ("b.toml", table)]);
        let is_twice = |finding: &&pointsman_compiler::diagnostic::Diagnostic| {
            finding.code == Code::DefinedTwice && !finding.others.is_empty()
        };
        assert_eq!(twice.findings.iter().filter(is_twice).count(), 1, "{table}");
        let once = compile_files([("pointsman.toml", first), ("a.toml", table), ("b.toml", "")]);
        assert!(once.findings.iter().all(|finding| !is_twice(&finding)), "{table}");
    }
}

#[test]
fn parameter_that_a_route_uses_itself_is_captured() {
    let route = |pattern: &str, more: &str, expected: &[&str]| {
        let text = FRAME.replace("r.example.org", pattern);
        let text = text.replace("backend = \"b\"", more);
        let backend = if more.contains("backend") { BACKEND } else { "" };
        check(&format!("{text}{backend}"), expected);
    };
    let set = |value: &str| {
        format!("backend = \"b\"\nrequest_headers = {{ set = {{ \"x-id\" = \"{value}\" }} }}")
    };
    route("r.example.org/:id", &set("${req.pathparams.id}"), &[]);
    route("r.example.org/:ident", &set("${req.pathparams.id}"), &["E0403"]);
    route("r.example.org", &set("${req.pathparams.id:none}"), &[]);
    route("r.example.org", &set("${req.pathparams.id || req.path}"), &[]);
    let answer = "backend = \"b\"\nresponse_headers = { add = { a = \"${req.pathparams.id}\" } }";
    route("r.example.org", answer, &["E0403"]);
    let to = "redirect = { to = \"https://s.example.org/${req.pathparams.id}\" }";
    route("r.example.org/:id", to, &[]);
    route("r.example.org", to, &["E0403"]);
}

#[test]
fn parameter_in_a_change_of_all_routes_is_refused_once() {
    let defaults = "[defaults]\nrequest_headers = { set = { a = \"${req.pathparams.id}\" } }\n";
    let route = "[[routes]]\nid = \"q\"\nmatch = [\"q.example.org\"]\nbackend = \"b\"\n";
    check(&format!("{FRAME}{route}{BACKEND}{defaults}"), &["E0403"]);
}

#[test]
fn service_captures_no_parameter() {
    let with = |root: &str, expected: &[&str]| {
        let listener = "[listeners.s]\naddress = \"127.0.0.1:81\"\nserve = \"services\"\n";
        let backend = "[backends.c]\ntargets = [{ id = \"a\", host = \"a.internal\", port = 1 }]\n";
        let root = format!("root = \"{root}\"\n");
        let service = "[services.c]\nbackend = \"c\"\n";
        check(&format!("{FRAME}{BACKEND}{listener}{backend}{root}{service}"), expected);
    };
    with("/api", &[]);
    with("/${req.pathparams.id}", &["E0403"]);
    with("/${req.pathparams.id:x}", &[]);
}
