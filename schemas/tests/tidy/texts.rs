//! What every file of text owes: a first line that says what it is for, the project alone as its
//! subject, and one form for citing a duty.

use crate::assert_tidy;
use crate::tree::{root, source, sources};

#[test]
fn files_begin_with_what_they_are_for() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        let first = source.text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") {
            findings.push(source.finding(1, "the first line says what the file is for: `//! …`"));
        }
    }
    assert_tidy(findings);
}

#[test]
fn texts_name_no_place_of_one_machine() {
    // Put together here, so that this file does not name them.
    let places = [
        "/wor\u{6b}/",
        "/tmp/pl\u{61}n",
        "/roo\u{74}/",
        "/hom\u{65}/",
        "../share\u{64}/bench",
        "../share\u{64}/suites",
    ];
    let mut findings = Vec::new();
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            if let Some(place) = places.iter().find(|place| line.contains(**place)) {
                findings.push(source.finding(number + 1, &format!("`{place}` is on one machine")));
            }
        }
    }
    assert_tidy(findings);
}

#[test]
fn duties_are_cited_in_one_form() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        for (number, line) in source.text.lines().enumerate() {
            let Some(cited) = line.trim_start().strip_prefix("//=") else { continue };
            let rest = cited.strip_prefix(" RFC ").unwrap_or_default();
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 || !rest[digits..].starts_with(" §") {
                findings.push(source.finding(number + 1, "cite as `//= RFC 9112 §6.3`"));
            }
        }
    }
    assert_tidy(findings);
}

#[test]
fn pages_lead_to_what_is_there() {
    let rooms = ["benches/", "compiler/", "dataplane/", "examples/", "fuzz/", "schemas/", ".ci/"];
    let pages = ["ARCHITECTURE.md", "CHANGELOG.md", "DESIGN.md", "README.md", "SECURITY.md"];
    let mut findings = Vec::new();
    for page in pages.map(source) {
        for (number, line) in page.text.lines().enumerate() {
            let places = line.split('`').skip(1).step_by(2);
            let mut places = places.filter(|place| {
                rooms.iter().any(|room| place.starts_with(room)) && !place.contains([' ', '*'])
            });
            if let Some(place) = places.find(|place| !root().join(place).exists()) {
                findings.push(page.finding(number + 1, &format!("`{place}` is not there")));
            }
        }
    }
    assert_tidy(findings);
}

#[test]
fn architecture_stays_a_map() {
    let lines = source("ARCHITECTURE.md").text.lines().count();
    assert!(lines <= 200, "ARCHITECTURE.md has {lines} lines: a map, not a manual");
}
