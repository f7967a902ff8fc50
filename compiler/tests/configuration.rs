//! Configurations for tests: from text, or from a golden case that is copied to its own folder.

use std::fs;
use std::path::{Path, PathBuf};

use pointsman_compiler::compile::{Outcome, compile};
use pointsman_compiler::diagnostic::Code;
use pointsman_compiler::document::load::load_path;
use pointsman_compiler::document::{Folder, load};
use pointsman_compiler::proof::{finding, prove};
use pointsman_schemas::artifact::Artifact;
use tempfile::TempDir;

/// The folder of golden files.
pub(crate) fn golden(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(part)
}

/// Compiles one file.
pub(crate) fn compile_text(text: &str) -> Outcome {
    compile_files([("pointsman.toml", text)])
}

/// Compiles several files.
pub(crate) fn compile_files<const N: usize>(files: [(&str, &str); N]) -> Outcome {
    let folder = Folder::memory(files);
    compile(load(&folder, "pointsman.toml").expect("the first file is there"), 0)
}

/// File, line and code of each finding, in order.
pub(crate) fn places(outcome: &Outcome) -> Vec<(String, u32, Code)> {
    let findings = outcome.findings.shown();
    let place = |finding: &&pointsman_compiler::diagnostic::Diagnostic| {
        let span = finding.primary.span;
        let line = outcome.sources.position(span).line;
        (outcome.sources.name(span.file).to_owned(), line, finding.code)
    };
    findings.iter().map(place).collect()
}

/// A golden case in a folder of its own; the path to be compiled.
pub(crate) struct Case {
    /// What is compiled.
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

impl Case {
    /// Copies a case: a file, which becomes `pointsman.toml`, or a folder. A line
    /// `#* COUNT TEXT` stands for COUNT lines, `{n}` in it for their numbers from 1;
    /// `#+ NAME BYTES` for a file of so many bytes.
    pub(crate) fn copy(case: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if case.is_dir() {
            copy_folder(case, folder.path());
        } else {
            copy_file(case, &folder.path().join("pointsman.toml"));
        }
        Self { path: folder.path().to_owned(), _folder: folder }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            copy_file(&from, &to);
        }
    }
}

fn copy_file(from: &Path, to: &Path) {
    let bytes = fs::read(from).expect("a file");
    let Ok(text) = String::from_utf8(bytes.clone()) else {
        fs::write(to, bytes).expect("a file");
        return;
    };
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("#* ") {
            let (count, text) = rest.split_once(' ').expect("a count and a text");
            for n in 1..=count.parse::<usize>().expect("a count") {
                out.push_str(&text.replace("{n}", &n.to_string()));
            }
        } else if let Some(rest) = line.strip_prefix("#+ ") {
            let (name, bytes) = rest.trim().split_once(' ').expect("a name and a size");
            let file = fs::File::create(to.with_file_name(name)).expect("a file");
            file.set_len(bytes.parse().expect("a size")).expect("a size");
        } else {
            out.push_str(line);
        }
    }
    fs::write(to, out).expect("a file");
}

/// Compiles a copied case, and runs its tests.
pub(crate) fn compile_case(case: &Case) -> Outcome {
    let mut outcome = compile(load_path(&case.path).expect("the first file is there"), 0);
    if let (Some(model), Some(bytes)) = (&outcome.model, &outcome.artifact) {
        let artifact = Artifact::from_bytes(bytes.clone()).expect("an artifact that loads");
        let proof = prove(model, &artifact);
        for (test, verdict) in model.tests.iter().zip(&proof.verdicts) {
            if !verdict.problems.is_empty() {
                outcome.findings.push(finding(test, verdict, Path::new("edge")));
            }
        }
    }
    outcome
}

/// Compares with a golden file, or rewrites it with `UPDATE=1`.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says what they do")]
pub(crate) fn assert_golden(path: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(path, found).expect("the golden file is written");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    // Line by line, so that the first difference is what one reads.
    for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(found, expected, "{}:{} (UPDATE=1 rewrites)", path.display(), number + 1);
    }
    assert_eq!(found, expected, "{} (UPDATE=1 rewrites)", path.display());
}
