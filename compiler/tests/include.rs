//! Includes on disk: links, loops and names. Nothing outside the folder is read.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use pointsman_compiler::compile::{Outcome, compile};
use pointsman_compiler::diagnostic::Code;
use pointsman_compiler::document::load::load_path;

use crate::configuration::places;

const REST: &str = "[listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n";
const BACKEND: &str = "[backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";

/// Compiles a folder that `make` fills, in which `include` says so.
fn check(include: &str, make: impl FnOnce(&Path), expected: &[(&str, u32, Code)]) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let edge = folder.path().join("edge");
    fs::create_dir(&edge).expect("a folder");
    let first = format!("version = 1\ninclude = {include}\n{REST}");
    fs::write(edge.join("pointsman.toml"), first).expect("a file");
    fs::write(folder.path().join("outside.toml"), BACKEND).expect("a file");
    make(&edge);
    let outcome = compile(load_path(&edge).expect("a configuration"), 0);
    let found = places(&outcome);
    let found: Vec<(&str, u32, Code)> =
        found.iter().map(|(file, line, code)| (file.as_str(), *line, *code)).collect();
    assert_eq!(found, expected, "{include}");
    outcome
}

#[test]
fn include_of_a_link_that_leaves_the_folder_is_refused() {
    let link = |edge: &Path| symlink("../outside.toml", edge.join("b.toml")).expect("a link");
    check("[\"b.toml\"]", link, &[("pointsman.toml", 2, Code::OutsideFolder)]);
    check("[\"b*.toml\"]", link, &[("pointsman.toml", 2, Code::OutsideFolder)]);
    let link = |edge: &Path| symlink("..", edge.join("up")).expect("a link");
    check("[\"up/outside.toml\"]", link, &[("pointsman.toml", 2, Code::OutsideFolder)]);
}

#[test]
fn include_of_a_file_by_two_names_counts_once() {
    let make = |edge: &Path| {
        fs::write(edge.join("b.toml"), BACKEND).expect("a file");
        symlink("b.toml", edge.join("c.toml")).expect("a link");
        symlink("pointsman.toml", edge.join("d.toml")).expect("a link");
    };
    let outcome = check("[\"*.toml\", \"./b.toml\", \"c.toml\"]", make, &[]);
    assert_eq!(outcome.sources.files().count(), 2);
}

#[test]
fn include_with_rings_of_links_ends() {
    let make = |edge: &Path| {
        fs::create_dir(edge.join("a")).expect("a folder");
        symlink("..", edge.join("a/ring")).expect("a link");
        symlink("self", edge.join("self")).expect("a link");
        fs::write(edge.join("a/b.toml"), BACKEND).expect("a file");
    };
    check("[\"**/b.toml\"]", make, &[]);
}

#[test]
fn include_of_a_link_to_nothing_is_missing() {
    let make = |edge: &Path| symlink("nothing", edge.join("b.toml")).expect("a link");
    let warned = [("pointsman.toml", 2, Code::MissingInclude)];
    check("[\"*.toml\"]", make, &warned);
}

#[test]
fn include_passes_over_hidden_files_unless_they_are_asked_for() {
    let make = |edge: &Path| fs::write(edge.join(".b.toml"), BACKEND).expect("a file");
    check("[\".b*.toml\"]", make, &[]);
    let expected =
        [("pointsman.toml", 2, Code::EmptyGlob), ("pointsman.toml", 8, Code::UnknownBackend)];
    check("[\"b*.toml\", \"*b.toml\"]", make, &[expected[0], expected[0], expected[1]]);
}

#[test]
fn first_file_may_have_any_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("edge-1.conf");
    fs::write(&path, format!("version = 1\n{REST}{BACKEND}")).expect("a file");
    let outcome = compile(load_path(&path).expect("a configuration"), 0);
    assert_eq!(places(&outcome), []);
    assert!(load_path(folder.path()).is_err());
}
