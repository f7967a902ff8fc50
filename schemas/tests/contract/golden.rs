//! Artifacts as they were once written, as text: each must read for as long as its version is
//! promised, and the writer must still give the newest. `UPDATE=1` writes them anew, which only a
//! new version of the format may do.

use std::fs;
use std::path::{Path, PathBuf};

use pointsman_schemas::artifact::{Artifact, exercise};

use super::seal::signed;
use super::small::{PLACES, bytes};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("artifact/v1")
}

/// Sixteen bytes a line; what follows `#` is for people.
fn to_hex(bytes: &[u8], comment: &str) -> String {
    let mut text = format!("# {comment}\n");
    for line in bytes.chunks(16) {
        let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let plain: String = line
            .iter()
            .map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' })
            .collect();
        text.push_str(&format!("{:47}  # {plain}\n", hex.join(" ")));
    }
    text
}

fn from_hex(text: &str) -> Vec<u8> {
    text.lines()
        .filter_map(|line| line.split('#').next())
        .flat_map(str::split_whitespace)
        .map(|byte| u8::from_str_radix(byte, 16).expect("two hexadecimal digits"))
        .collect()
}

#[test]
fn golden_artifacts_read() {
    check(
        "small.hex",
        &bytes(7, PLACES),
        "Something in every section; made by tests/contract/small.rs.",
    );
    check(
        "signed.hex",
        &signed(&[1, 2]),
        "The same, signed by two keys; made by tests/contract/seal.rs.",
    );
}

fn check(name: &str, whole: &[u8], comment: &str) {
    let path = folder().join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(folder()).expect("the folder");
        fs::write(&path, to_hex(whole, comment)).expect("the file");
    }
    let text = fs::read_to_string(&path).expect("the golden artifact");
    let golden = from_hex(&text);
    let artifact = Artifact::from_bytes(golden.clone()).expect("a promised artifact");
    assert!(exercise(&artifact) > 0);
    assert_eq!(artifact.route(pointsman_schemas::artifact::RouteId(0)).id(), "digits");
    assert!(golden == whole, "{name}: other bytes are another version of the format");
}
