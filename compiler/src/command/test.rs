//! `pointsman test`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::console::{self, Output, Reader, Status, Stream};
use super::subject::{self, Compiled};
use crate::diagnostic::Findings;
use crate::proof::{self, Proof};

/// Options of `pointsman test`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman test edge\n\n\
                        Runs [[tests]] through the matcher that serves, and names the routes\n\
                        that none of them reaches.")]
pub(super) struct Options {
    /// A folder with pointsman.toml, or a first file of any name.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// Routes without a test that are named; of more only the count is told.
const UNREACHED_SHOWN_MAX: usize = 100;

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let reader = Reader::of(options.json);
    let compiled = match subject::compiled((&options.path, 0), "testing", reader, output) {
        Ok(compiled) => compiled,
        Err(status) => return status,
    };
    let Compiled { mut outcome, artifact } = compiled;
    let Some(model) = outcome.model.take() else { return Status::Findings };
    let proof = proof::prove(&model, &artifact);
    outcome.findings = Findings::new();
    for (test, verdict) in model.tests.iter().zip(&proof.verdicts) {
        if !verdict.problems.is_empty() {
            outcome.findings.push(proof::finding(test, verdict));
        }
    }
    if options.json {
        let tests = model.tests.iter().zip(&proof.verdicts).map(|(test, verdict)| {
            json!({
                "name": test.name,
                "request": verdict.request,
                "file": outcome.sources.name(test.span.file),
                "line": outcome.sources.position(test.span).line,
                "passed": verdict.problems.is_empty(),
                "problems": verdict.problems,
            })
        });
        let tests: Vec<serde_json::Value> = tests.collect();
        let failed = proof.failed();
        let passed = tests.len() - failed;
        let all = json!({
            "tests": tests,
            "passed": passed,
            "failed": failed,
            "unreached": proof.unreached,
        });
        output.out(&format!("{all}\n"));
    } else {
        output.findings(&outcome, Stream::Out);
        output.out(&report(&proof));
    }
    if proof.failed() > 0 { Status::Findings } else { Status::Done }
}

fn report(proof: &Proof) -> String {
    let mut text = String::new();
    if !proof.unreached.is_empty() {
        let shown = proof.unreached.iter().take(UNREACHED_SHOWN_MAX);
        let names: Vec<&str> = shown.map(String::as_str).collect();
        let more = proof.unreached.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text.push_str(&format!("no test reaches: {}{more}\n", names.join(", ")));
    }
    let failed = proof.failed();
    let passed = proof.verdicts.len() - failed;
    let count = console::counted(proof.verdicts.len(), "test");
    text.push_str(&format!("{count}: {passed} passed, {failed} failed\n"));
    text
}
