//! Same input, same bytes: whatever the folder, the order of includes or the order of routes.

use std::fs;

use pointsman_compiler::compile::compile;
use pointsman_compiler::document::load::load_path;
use tempfile::tempdir;

const BACKENDS: &str =
    "[backends.a]\ntargets = [{ id = \"x\", host = \"x.internal\", port = 80 }]\n";

fn route(id: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = [\"{id}.tld/:p/$n<[0-9]+>\"]\nbackend = \"a\"\n")
}

/// Compiles a folder with these includes, and the routes in files of these names.
fn bytes(include: &str, files: &[(&str, String)]) -> Vec<u8> {
    let folder = tempdir().expect("a folder");
    let first =
        format!("version = 1\ninclude = {include}\n[listeners.web]\naddress = \"[::]:80\"\n");
    fs::write(folder.path().join("pointsman.toml"), first).expect("a file");
    fs::create_dir_all(folder.path().join("routes/deep")).expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let outcome = compile(load_path(folder.path()).expect("a configuration"), 7);
    assert_eq!(outcome.findings.errors() + outcome.findings.warnings(), 0);
    outcome.artifact.expect("an artifact")
}

#[test]
fn compile_from_two_folders_with_includes_shuffled_gives_the_same_bytes() {
    let files = |order: [usize; 3]| {
        let all = [
            ("routes/one.toml", format!("{}{}", route("one"), route("two"))),
            ("routes/deep/three.toml", route("three")),
            ("backends.toml", BACKENDS.to_owned()),
        ];
        order.map(|index| all[index].clone())
    };
    let a =
        bytes("[\"routes/*.toml\", \"routes/deep/*.toml\", \"backends.toml\"]", &files([0, 1, 2]));
    let b =
        bytes("[\"backends.toml\", \"routes/deep/*.toml\", \"routes/*.toml\"]", &files([2, 1, 0]));
    let c = bytes("[\"**/*.toml\", \"routes/one.toml\"]", &files([1, 2, 0]));
    assert!(a == b, "order of includes");
    assert!(a == c, "globs that overlap");
}

#[test]
fn compile_routes_in_another_order_keeps_the_content_id() {
    let id = |text: String| {
        let files = [("routes/one.toml", text), ("backends.toml", BACKENDS.to_owned())];
        let bytes = bytes("[\"routes/*.toml\", \"backends.toml\"]", &files);
        let artifact = pointsman_schemas::artifact::Artifact::from_bytes(bytes).expect("loads");
        (artifact.content_id().to_string(), artifact.generation())
    };
    let (one, generation) = id(format!("{}{}", route("one"), route("two")));
    let (two, _) = id(format!("# moved\n\n{}# too\n{}", route("two"), route("one")));
    assert_eq!(one, two);
    assert_eq!(generation, 7);
}
