//! `artifact/FORMAT.md` tells of the layout as it is.

use std::fs;
use std::path::Path;

use pointsman_schemas::artifact::layout::{RECORDS, SECTION_ALIGN_BYTES, SectionKind, VERSION};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A change of these files must be read against the page before its digest is written there.
const BOUND: [&str; 3] =
    ["src/artifact/layout.rs", "src/artifact/operation.rs", "src/artifact/records.rs"];

#[test]
fn format_page_bears_the_digests_of_the_layout() {
    let page = read("artifact/FORMAT.md");
    let missing: Vec<String> = BOUND
        .iter()
        .map(|path| format!("`{path}` {}", blake3::hash(read(path).as_bytes()).to_hex()))
        .filter(|line| !page.contains(line.as_str()))
        .collect();
    assert!(missing.is_empty(), "read FORMAT.md again, then write:\n{}", missing.join("\n"));
}

#[test]
fn format_page_names_every_section_and_record() {
    let page = read("artifact/FORMAT.md");
    for (kind, name, _) in SectionKind::ALL {
        assert!(page.contains(&format!("| {} | `{name}` |", kind.0)), "section {name}");
    }
    for (name, bytes) in RECORDS {
        assert!(page.contains(&format!("| `{name}` | {bytes} |")), "record {name}");
    }
    assert!(page.contains(&format!("format {}.{}", VERSION.0, VERSION.1)));
    assert!(page.contains(&format!("multiple of {SECTION_ALIGN_BYTES}")));
}

#[test]
fn architecture_names_every_feature_that_an_edge_may_lack() {
    let page = include_str!("../../../ARCHITECTURE.md");
    for (_, name) in pointsman_schemas::artifact::Feature::ALL {
        let short = name.split(" (").next().unwrap_or(name);
        assert!(page.contains(short), "{short}");
    }
}
