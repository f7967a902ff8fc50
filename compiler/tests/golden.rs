//! Golden files: `ok/*` compile without a word but the expected one, `err/*` give the findings that
//! stand beside them. `UPDATE=1` rewrites what is expected.

use std::fs;
use std::path::{Path, PathBuf};

use pointsman_compiler::diagnostic::{Colour, render_human, render_json};

use crate::configuration::{Case, assert_golden, compile_case, golden};

/// Cases of a folder: `NAME.toml`, or a folder `NAME`.
pub(crate) fn cases(part: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(golden(part)).expect("golden files");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|ext| ext == "toml"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

fn beside(case: &Path, extension: &str) -> PathBuf {
    case.with_extension(extension)
}

#[test]
fn err_cases_give_their_findings() {
    for path in cases("err") {
        let case = Case::copy(&path);
        let outcome = compile_case(&case);
        let human = render_human(&outcome.findings, &outcome.sources, Colour::Off);
        let json = render_json(&outcome.findings, &outcome.sources);
        // A whole line of a generated file says nothing that its beginning does not.
        assert_golden(&beside(&path, "diag"), &format!("{human}{json}"));
        assert!(outcome.findings.errors() + outcome.findings.warnings() > 0, "{}", path.display());
    }
}

#[test]
fn ok_cases_compile_without_findings() {
    for path in cases("ok") {
        let case = Case::copy(&path);
        let outcome = compile_case(&case);
        let findings = render_human(&outcome.findings, &outcome.sources, Colour::Off);
        assert!(findings.is_empty(), "{}:\n{findings}", path.display());
        let model = outcome.model.expect("a model");
        let shown = format!("{model:#?}\n");
        assert_golden(&beside(&path, "model"), &shown);
        let bytes = outcome.artifact.expect("an artifact");
        pointsman_schemas::artifact::Artifact::from_bytes(bytes).expect("an artifact that loads");
    }
}
