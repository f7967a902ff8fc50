//! The settings of clippy: each file repeats the house's bans, since clippy takes the nearest one
//! and merges nothing.

use crate::assert_tidy;
use crate::tree::root;

/// Every settings file but the house's own.
const SETTINGS: &[&str] = &[
    "compiler/.clippy.toml",
    "dataplane/.clippy.toml",
    "dataplane/control/.clippy.toml",
    "dataplane/core/.clippy.toml",
    "dataplane/routing/.clippy.toml",
];

/// What the core and routing must ban between them alike: neither knows a clock, a lock or a file.
const SANS_IO: &[&str] = &["dataplane/core/.clippy.toml", "dataplane/routing/.clippy.toml"];

fn lines(path: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(path));
    let text = text.unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn clippy_files_agree_with_the_house() {
    let house = lines(".clippy.toml");
    let mut findings = Vec::new();
    for path in SETTINGS {
        let own = lines(path);
        let missing = house.iter().filter(|line| !own.contains(line));
        findings.extend(missing.map(|line| format!("{path}:1: lacks the house's {line}")));
    }
    let [core, routing] = SANS_IO.map_lines();
    if core != routing {
        findings.push(format!("{}:1: differs from {}", SANS_IO[0], SANS_IO[1]));
    }
    assert_tidy(findings);
}

trait MapLines {
    fn map_lines(&self) -> [Vec<String>; 2];
}

impl MapLines for [&str] {
    fn map_lines(&self) -> [Vec<String>; 2] {
        [lines(self[0]), lines(self[1])]
    }
}

#[test]
fn clippy_bans_state_their_reason() {
    let mut findings = Vec::new();
    for path in SETTINGS.iter().chain(&[".clippy.toml"]) {
        let bans = lines(path).into_iter().filter(|line| line.contains("path = "));
        let bare = bans.filter(|line| !line.contains("reason = \""));
        findings.extend(bare.map(|line| format!("{path}:1: no reason:{line}")));
    }
    assert_tidy(findings);
}
