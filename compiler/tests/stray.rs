//! Files that no include names: told of where they look like a part of the configuration, and of no
//! others.

use pointsman_compiler::diagnostic::Code;
use pointsman_compiler::document::{Folder, load};

const FIRST: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n";
const PART: &str = "[[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n";

/// What is said of strays when `first` is loaded out of some files.
fn said(first: &str, files: &[(&str, &str)]) -> Option<String> {
    let folder = Folder::memory(files.iter().copied());
    let loaded = load(&folder, first).expect("the first file is there");
    let mut found = loaded.findings.iter().filter(|one| one.code == Code::NotIncluded);
    let said = found.next().map(|finding| finding.message.clone());
    assert!(found.next().is_none(), "one finding says it all");
    said
}

fn check(files: &[(&str, &str)], expected: Option<&str>) {
    let all = [&[("pointsman.toml", FIRST)], files].concat();
    let found = said("pointsman.toml", &all);
    match (&found, expected) {
        (Some(found), Some(expected)) => assert!(found.ends_with(expected), "{found}"),
        _ => assert_eq!(found.as_deref(), expected, "{files:?}"),
    }
}

#[test]
fn file_that_nothing_names_is_told_of() {
    check(&[("hello.toml", PART)], Some("configuration: `hello.toml`"));
    check(&[("a/b/c.toml", PART), ("z.toml", "[backends.b]\n")], Some(": `z.toml`, `a/b/c.toml`"));
    let many: Vec<String> = (0..9).map(|at| format!("r{at}.toml")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), PART)).collect();
    check(&many, Some("`r3.toml`, `r4.toml` and 4 more"));
}

#[test]
fn files_of_others_and_of_other_configurations_are_not() {
    check(&[], None);
    check(&[("Cargo.toml", "[package]\nname = \"x\"\n"), ("pyproject.toml", "[project]\n")], None);
    check(&[("fly.toml", "app = \"x\"\n[[services]]\n"), ("empty.toml", "")], None);
    check(&[("damaged.toml", "[[routes]\n"), ("notes.txt", PART)], None);
    check(&[(".taplo.toml", PART), (".cache/r.toml", PART)], None);
    // A folder with a configuration of its own, and whatever is below it.
    check(&[("b/pointsman.toml", FIRST), ("b/r.toml", PART), ("b/c/r.toml", PART)], None);
    // Two configurations in one folder: whose part it is, nobody knows.
    check(&[("other.toml", FIRST), ("r.toml", PART)], None);
}

#[test]
fn first_file_of_another_name_without_includes_looks_at_nothing() {
    let files = [("one.toml", FIRST), ("r.toml", PART)];
    assert_eq!(said("one.toml", &files), None);
    let including = format!("include = [\"a/*.toml\"]\n{FIRST}");
    let files = [("one.toml", including.as_str()), ("a/a.toml", ""), ("r.toml", PART)];
    assert!(said("one.toml", &files).is_some_and(|said| said.ends_with(": `r.toml`")));
}

#[test]
fn folder_that_holds_too_much_is_left_alone_and_many_files_are_not_read() {
    let names: Vec<String> = (0..20_001).map(|at| format!("notes/{at}.txt")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    files.push(("z.toml", PART));
    check(&files, None);
    let names: Vec<String> = (0..100).map(|at| format!("a{at:03}.toml")).collect();
    let mut files: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), "x = 1\n")).collect();
    files.push(("z.toml", PART));
    check(&files, None);
}
