//! `print`: every key with its value and origin, as TOML that validates.

use std::collections::BTreeSet;
use std::path::Path;

use pointsman_compiler::compile::compile;
use pointsman_compiler::document::keys::{Kind, ROOT, Table};
use pointsman_compiler::document::load::load_path;
use pointsman_compiler::document::{Folder, load};
use pointsman_compiler::print::{Effective, Entry, Node};
use pointsman_schemas::artifact::Artifact;

fn example(name: &str) -> Effective {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    Effective::of(&load_path(&path).expect("an example").sources)
}

#[test]
fn printed_configuration_validates_and_prints_the_same() {
    let first = example("quickstart").to_toml(true);
    let folder = Folder::memory([("pointsman.toml", first.as_bytes())]);
    let outcome = compile(load(&folder, "pointsman.toml").expect("text"), 0);
    assert!(outcome.artifact.is_some(), "{:?}", outcome.findings);
    assert_eq!(
        Effective::of(&outcome.sources).to_toml(false),
        example("quickstart").to_toml(false)
    );
}

/// The content of what is compiled from a text, and what an edge needs to serve it.
fn content(text: &str) -> (String, Vec<String>) {
    let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
    let outcome = compile(load(&folder, "pointsman.toml").expect("text"), 0);
    let findings = format!("{:?}", outcome.findings);
    let artifact = Artifact::from_bytes(outcome.artifact.expect(&findings)).expect("an artifact");
    let needs = artifact.required_features().names().collect();
    (artifact.content_id().to_string(), needs)
}

#[test]
fn printed_configuration_is_served_as_the_one_it_is_of() {
    let text = "version = 1\nvia = false\n[defaults]\nclient = { call_timeout = \"3s\" }\n\
                hsts = { max_age = \"1d\" }\n[listeners.web]\naddress = \"[::]:80\"\n\
                [backends.b]\nroot = \"/v1\"\ntargets = [{ id = \"a\", host = \"h\", port = 1 }]\n\
                [[routes]]\nid = \"r\"\nmatch = [\"h\"]\nbackend = \"b\"\n[[routes]]\nid = \"own\"\n\
                match = [\"i\"]\nbackend = { targets = [{ id = \"a\", host = \"h\", port = 1 }] }\n";
    let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
    let effective = Effective::of(&load(&folder, "pointsman.toml").expect("text").sources);
    for origins in [true, false] {
        let printed = effective.to_toml(origins);
        assert_eq!(content(&printed), content(text), "{printed}");
        assert!(!printed.contains("`***`") && printed.contains("# exact = false"), "{printed}");
    }
    // The other example has secrets, which are masked.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/quickstart");
    let outcome = compile(load_path(&path).expect("an example"), 0);
    let own = Artifact::from_bytes(outcome.artifact.expect("an artifact")).expect("one");
    let printed = example("quickstart").to_toml(true);
    assert_eq!(content(&printed).0, own.content_id().to_string(), "{printed}");
}

/// What a test carries is shown where a condition shows it; a test that needs what is hidden is left
/// out, so that what is printed compiles and its tests pass.
#[test]
fn printed_tests_pass_and_show_no_more_than_conditions_do() {
    let text = "version = 1\n[listeners.web]\naddress = \"[::]:80\"\n\
                [backends.b]\ntargets = [{ id = \"a\", host = \"h\", port = 1 }]\n\
                [[routes]]\nid = \"beta\"\nmatch = [\"h\"]\nbackend = \"b\"\n\
                cookies = { beta = \"1\", session = \"hunter2\" }\n\
                [[routes]]\nid = \"all\"\nmatch = [\"h\"]\nbackend = \"b\"\n\
                headers = { x-api-key = \"hunter2\" }\n\
                [[tests]]\nname = \"open\"\nrequest = \"GET http://h/\"\n\
                headers = { cookie = \"beta=1\" }\nexpect = { refused = \"no_route\" }\n\
                [[tests]]\nname = \"other\"\nrequest = \"GET http://h/\"\n\
                headers = { cookie = \"beta=2\" }\nexpect = { refused = \"no_route\" }\n\
                [[tests]]\nname = \"closed\"\nrequest = \"GET http://h/\"\n\
                headers = { cookie = \"beta=1; session=hunter2\" }\nexpect = { route = \"beta\" }\n\
                [[tests]]\nname = \"key\"\nrequest = \"GET http://h/\"\n\
                headers = { x-api-key = \"hunter2\" }\nexpect = { route = \"all\" }\n";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pointsman.toml");
    std::fs::write(&file, text).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    let call = |verb: &str| {
        let output = crate::command::pointsman(&[verb, &path]);
        let said = crate::command::text(&output.stdout) + &crate::command::text(&output.stderr);
        assert_eq!(crate::command::code(&output), 0, "{said}");
        said
    };
    assert!(call("test").contains("4 passed, 0 failed"));
    let printed = call("print");
    assert!(!printed.contains("hunter2") && !printed.contains("beta=2"), "{printed}");
    assert!(printed.contains("\ncookie = \"beta=1\""), "{printed}");
    assert!(
        printed.contains("\n# [[tests]]") && printed.contains("\n# name = \"key\""),
        "{printed}"
    );
    assert!(printed.contains("a secret in it stands behind `#`"), "{printed}");
    std::fs::write(&file, printed).expect("a file");
    assert!(call("test").contains("1 passed, 0 failed"));
}

#[test]
fn values_have_their_origins() {
    let text = "version = 1\n[defaults]\nclient = { retries = 3 }\n[backends.b]\n\
                targets = [{ id = \"a\", host = \"h\", port = 1 }]\n[[routes]]\nid = \"r\"\n\
                match = [\"h\"]\nbackend = \"b\"\nrequest_headers = { set = { authorization = \"Basic x\" } }\n";
    let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
    let effective = Effective::of(&load(&folder, "pointsman.toml").expect("text").sources);
    let json = effective.to_json(true);
    let origin = |pointer: &str| json["origins"][pointer].as_str().map(str::to_owned);
    assert_eq!(
        origin("/backends/b/client/retries").as_deref(),
        Some("[defaults] pointsman.toml:3")
    );
    assert_eq!(origin("/defaults/client/retries").as_deref(), Some("pointsman.toml:3"));
    assert_eq!(origin("/backends/b/client/open_for").as_deref(), Some("default"));
    assert_eq!(origin("/routes/0/match").as_deref(), Some("pointsman.toml:8"));
    let secret = json.pointer("/config/routes/0/request_headers/set/authorization");
    assert_eq!(secret.and_then(|value| value.as_str()), Some("***"));
    let below = effective.below("backends.b.client").to_json(false);
    assert!(below["config"]["backends"]["b"]["client"]["retries"] == 3, "{below}");
    assert!(below["config"]["routes"].is_null());
}

/// The table of a kind, and whether names stand between.
fn inner(kind: &'static Kind) -> Option<(&'static Table, bool)> {
    match kind {
        Kind::Table(rows) | Kind::Tables(rows) => Some((rows, false)),
        Kind::Named(rows) => Some((rows, true)),
        Kind::Either(kinds) => kinds.iter().find_map(inner),
        _ => None,
    }
}

fn every(rows: &'static Table, out: &mut BTreeSet<(&'static str, &'static str)>) {
    for key in rows.keys {
        if out.insert((rows.name, key.name))
            && let Some((rows, _)) = inner(&key.kind)
        {
            every(rows, out);
        }
    }
}

fn seen(rows: &'static Table, entries: &[Entry], out: &mut BTreeSet<(&'static str, &'static str)>) {
    for entry in entries {
        let key = rows.key(&entry.key).unwrap_or_else(|| panic!("{}: {}", rows.name, entry.key));
        out.insert((rows.name, key.name));
        let Some((below, named)) = inner(&key.kind) else { continue };
        match &entry.node {
            Node::Table(all) if named => {
                for one in all {
                    let Node::Table(inner) = &one.node else { panic!("{} is a table", one.key) };
                    seen(below, inner, out);
                }
            }
            Node::Table(inner) => seen(below, inner, out),
            Node::Tables(all) => all.iter().for_each(|(_, inner)| seen(below, inner, out)),
            Node::Value(_) => {}
        }
    }
}

#[test]
fn every_key_of_the_language_is_printed() {
    let (mut all, mut printed) = (BTreeSet::new(), BTreeSet::new());
    every(&ROOT, &mut all);
    seen(&ROOT, &example("every-key").entries, &mut printed);
    let missing: Vec<_> = all.difference(&printed).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
