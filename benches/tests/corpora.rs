//! Replays the fuzz corpora without a fuzzer: each file through the function that its fuzz target
//! calls.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pointsman_compiler::compile::fuzz_config;
use pointsman_compiler::diagnostic::fuzz_unread;
use pointsman_compiler::diff::fuzz_diff;
use pointsman_compiler::grammar::condition::fuzz_condition;
use pointsman_compiler::grammar::expression::fuzz_expression;
use pointsman_compiler::grammar::pattern::fuzz_pattern;
use pointsman_compiler::import::fuzz_import;
use pointsman_control::client::fuzz_admin_answer;
use pointsman_control::record::fuzz_record;
use pointsman_core::http1::{fuzz_chunked, fuzz_request_head, fuzz_response_head, fuzz_split};
use pointsman_routing::request::{fuzz_canonical, fuzz_cookies, fuzz_host};
use pointsman_schemas::artifact::fuzz_artifact;
use pointsman_schemas::key::fuzz_key_text;
use pointsman_sim::fuzz_exchange;

/// Target, and what it calls.
/// What a target does with the bytes of one file.
type Run = fn(&[u8]);

const TARGETS: &[(&str, Run)] = &[
    ("admin_answer", fuzz_admin_answer),
    ("artifact_read", fuzz_artifact),
    ("canonical_path", fuzz_canonical),
    ("chunked", fuzz_chunked),
    ("condition", fuzz_condition),
    ("config", fuzz_config),
    ("cookies", fuzz_cookies),
    ("diff", fuzz_diff),
    ("exchange_sim", fuzz_exchange),
    ("expression", fuzz_expression),
    ("host", fuzz_host),
    ("import", fuzz_import),
    ("key_text", fuzz_key_text),
    ("pattern", fuzz_pattern),
    ("record", fuzz_record),
    ("request_head", fuzz_request_head),
    ("response_head", fuzz_response_head),
    ("split_invariance", fuzz_split),
    ("unread", fuzz_unread),
];

/// Files of one corpus, at least.
const FILES_MIN: usize = 20;
/// Bytes of one file, at most: they are read by people too.
const FILE_BYTES_MAX: u64 = 4096;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.collect()
}

#[test]
fn targets_of_the_fuzzer_are_those_that_are_replayed() {
    let replayed: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files = names(&fuzz().join("fuzz_targets"));
    let fuzzed: BTreeSet<_> =
        files.iter().map(|name| name.trim_end_matches(".rs").to_owned()).collect();
    assert_eq!(fuzzed, replayed);
    assert_eq!(names(&fuzz().join("corpus")), replayed);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("the manifest");
    for (name, function) in TARGETS.iter().map(|(name, _)| (name, "fuzz_")) {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let target = fs::read_to_string(fuzz().join("fuzz_targets").join(format!("{name}.rs")));
        let target = target.expect("the target");
        assert!(target.contains(function) && target.lines().count() <= 15, "{name}");
    }
}

#[test]
fn corpora_hold_no_surprise() {
    let mut surprises = Vec::new();
    for (name, replay) in TARGETS {
        let folder = fuzz().join("corpus").join(name);
        let files = names(&folder);
        assert!(files.len() >= FILES_MIN, "{name}: only {} files", files.len());
        for file in files {
            let path = folder.join(file);
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            assert!(bytes.len() as u64 <= FILE_BYTES_MAX, "{path:?} is too large");
            if std::panic::catch_unwind(|| replay(&bytes)).is_err() {
                surprises.push(path);
            }
        }
    }
    assert!(surprises.is_empty(), "{} surprises: {surprises:#?}", surprises.len());
}
