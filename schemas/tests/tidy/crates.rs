//! The walls between packages: which may import which, and which crates each may link. The text of
//! the manifests is enough; nothing is resolved here.

use crate::assert_tidy;
use crate::tree::{root, source, sources};

/// Which of our packages a package may import; a folder that is missing here may import none.
const OURS: &[(&str, &[&str])] = &[
    ("schemas", &[]),
    ("dataplane/routing", &["schemas"]),
    ("dataplane/core", &["routing", "schemas"]),
    ("dataplane/control", &["core", "routing", "schemas"]),
    ("dataplane", &["control", "core", "routing", "schemas"]),
    ("dataplane/sim", &["core", "routing", "schemas"]),
    ("compiler", &["routing", "schemas"]),
    ("examples", &[]),
    ("benches", &["compiler", "core", "routing", "schemas", "sim"]),
];

/// All that the floor of contracts and decisions may link.
const OTHERS: &[(&str, &[&str])] = &[
    ("schemas", &["blake3", "ed25519-dalek", "zerocopy", "zeroize"]),
    ("dataplane/routing", &[]),
    ("dataplane/core", &["httparse"]),
    ("examples", &[]),
];

/// Crates that one package alone may link: a second user of one of them is a wall with a hole.
const OWNED: &[(&str, &str)] = &[
    ("annotate-snippets", "compiler"),
    ("axum", "dataplane/control"),
    ("ed25519-dalek", "schemas"),
    ("getrandom", "compiler"),
    ("globset", "compiler"),
    ("hickory-resolver", "dataplane/control"),
    ("io-uring", "dataplane"),
    ("monoio", "dataplane"),
    ("nom", "compiler"),
    ("regex-automata", "compiler"),
    ("regex-syntax", "compiler"),
    ("saphyr-parser", "compiler"),
    ("tokio", "dataplane/control"),
    ("toml", "compiler"),
];

/// The names under `[dependencies]`.
fn dependencies(manifest: &str) -> Vec<&str> {
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).collect()
}

#[test]
fn packages_import_only_what_lies_below() {
    let mut findings = Vec::new();
    for (folder, allowed) in OURS {
        let path = format!("{folder}/Cargo.toml");
        for name in dependencies(&source(&path).text) {
            let listed = OTHERS.iter().find(|(owner, _)| owner == folder);
            let fits = match name.strip_prefix("pointsman-") {
                Some(ours) => allowed.contains(&ours),
                None => listed.is_none_or(|(_, others)| others.contains(&name)),
            };
            if !fits {
                findings.push(format!("{path}:1: must not depend on {name}"));
            }
            let owner = OWNED.iter().find(|(owned, _)| *owned == name);
            if owner.is_some_and(|(_, owner)| owner != folder) {
                findings.push(format!("{path}:1: {name} belongs to another package"));
            }
        }
    }
    assert_tidy(findings);
}

#[test]
fn packages_are_all_known() {
    let manifest = &source("Cargo.toml").text;
    let members = manifest.split("members = [").nth(1).and_then(|rest| rest.split(']').next());
    let members: Vec<_> = members.unwrap_or_default().split('"').skip(1).step_by(2).collect();
    assert_eq!(members.len(), OURS.len(), "{members:?}");
    for member in members {
        assert!(OURS.iter().any(|(folder, _)| *folder == member), "{member} has no row");
    }
}

#[test]
fn contract_and_decisions_have_no_features() {
    for folder in ["schemas", "dataplane/routing", "dataplane/core"] {
        let manifest = &source(&format!("{folder}/Cargo.toml")).text;
        assert!(!manifest.contains("[features]"), "{folder}: one behaviour, whoever builds it");
    }
}

#[test]
fn dependencies_state_their_reason_and_stand_in_one_place() {
    let mut findings = Vec::new();
    let workspace = source("Cargo.toml");
    let table = workspace.text.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let first = workspace.text.lines().count() - table.lines().count();
    for (number, line) in table.lines().enumerate().take_while(|(_, line)| !line.starts_with('[')) {
        let is_other = line.contains(" = ") && !line.contains("path = ");
        if is_other && !line.contains("# ") && !line.starts_with('#') {
            findings.push(workspace.finding(first + number + 1, "say what it is for"));
        }
    }
    for (folder, _) in OURS {
        let manifest = source(&format!("{folder}/Cargo.toml"));
        for (number, line) in manifest.text.lines().enumerate() {
            if line.contains("version = \"") {
                let what = "versions stand in [workspace.dependencies] alone";
                findings.push(manifest.finding(number + 1, what));
            }
        }
    }
    assert_tidy(findings);
}

#[test]
fn top_level_is_fixed() {
    let folders = ["benches", "compiler", "dataplane", "examples", "fuzz", "schemas", "target"];
    let files = [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "DESIGN.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "Makefile",
        "README.md",
        "SECURITY.md",
    ];
    for entry in std::fs::read_dir(root()).expect("the project's folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.path().is_dir();
        let known = if is_folder { folders.contains(&&*name) } else { files.contains(&&*name) };
        let ignored = name == "pointsman-state" || name.ends_with(".artifact");
        assert!(known || ignored || name.starts_with('.'), "{name}: not at the top level");
    }
    for file in files {
        assert!(root().join(file).is_file(), "{file} is missing");
    }
}

#[test]
fn unsafe_stands_on_one_page() {
    let page = "dataplane/src/sys.rs";
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_product() && source.path != page) {
        for (number, line) in source.code.lines().enumerate() {
            let words = ["unsafe ", "allow(unsafe_code", "expect(unsafe_code"];
            if words.iter().any(|word| line.contains(word)) {
                findings.push(source.finding(number + 1, &format!("unsafe code stands in {page}")));
            }
        }
        let is_root = source.path.ends_with("src/lib.rs") && source.path != "dataplane/src/lib.rs";
        if is_root && !source.code.contains("#![forbid(unsafe_code)]") {
            findings.push(source.finding(1, "forbid unsafe code"));
        }
    }
    assert_tidy(findings);
}
