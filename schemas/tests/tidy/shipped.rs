//! What the shipped `pointsmand` links: no reader of configurations, no regex engine, no compiler,
//! and as many crates as ARCHITECTURE.md says.

use std::collections::BTreeSet;
use std::process::Command;

use crate::tree::{root, source};

/// How ARCHITECTURE.md states the number, in front of it.
const STATED: &str = "Crates linked into `pointsmand`: ";

/// Crates that must not be there, by the beginning of their names.
const BANNED: &[&str] = &[
    "aho-corasick",
    "annotate-snippets",
    "globset",
    "monoio-http",
    "nom",
    "pointsman-compiler",
    "regex",
    "saphyr",
    "toml",
    "winnow",
    "yaml",
];

/// The crates that are linked into `pointsmand`, with their versions.
fn linked() -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = "tree --offline --locked --package pointsman-dataplane --prefix none \
                     --edges normal,no-proc-macro --format {p}";
    let output = Command::new(cargo)
        .args(arguments.split_whitespace())
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let names =
        text.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn shipped_links_no_configuration_reader_regex_or_compiler() {
    let linked = linked();
    assert!(linked.iter().any(|name| name.starts_with("monoio ")), "{linked:?}");
    let banned = linked.iter().filter(|name| BANNED.iter().any(|banned| name.starts_with(banned)));
    assert_eq!(banned.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn shipped_links_as_many_crates_as_stated() {
    let map = &source("ARCHITECTURE.md").text;
    let stated = map.split_once(STATED).map(|(_, rest)| rest);
    let digits = stated.map(|rest| rest.split(|letter: char| !letter.is_ascii_digit()).next());
    let stated = digits.flatten().and_then(|digits| digits.parse::<usize>().ok());
    let linked = linked();
    assert_eq!(
        stated,
        Some(linked.len()),
        "ARCHITECTURE.md must say `{STATED}{}`, and why if it grew: {linked:#?}",
        linked.len()
    );
}
