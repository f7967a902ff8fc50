//! The command as users call it.

use std::path::Path;
use std::process::{Command, Output};

use crate::configuration::golden;

/// Runs `pointsman`.
fn pointsman(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
    command.args(arguments).output().expect("the command runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn example(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    root.to_string_lossy().into_owned()
}

#[test]
fn every_verb_has_a_help_with_an_example() {
    for verb in ["init", "validate", "explain", "schema"] {
        let output = pointsman(&[verb, "--help"]);
        assert_eq!(code(&output), 0, "{verb}");
        assert!(text(&output.stdout).contains("Example"), "{verb}");
    }
    assert_eq!(code(&pointsman(&["--help"])), 0);
    assert_eq!(code(&pointsman(&["--version"])), 0);
}

#[test]
fn wrong_usage_exits_with_two() {
    let missing = golden("ok").join("nothing-here");
    let missing = missing.to_string_lossy();
    let calls: [&[&str]; 6] = [
        &[],
        &["serve"],
        &["validate", "--format", "sarif"],
        &["validate", "--deny", "errors"],
        &["validate", &missing],
        &["explain", "E9999"],
    ];
    for call in calls {
        let output = pointsman(call);
        assert_eq!(code(&output), 2, "{call:?}");
        assert!(output.stdout.is_empty(), "{call:?}");
        assert!(!output.stderr.is_empty(), "{call:?}");
    }
}

#[test]
fn validate_examples_is_silent_but_for_its_counts() {
    let output = pointsman(&["validate", &example("quickstart")]);
    assert_eq!(text(&output.stdout), "ok: 3 routes, 3 backends, 1 listener\n");
    assert_eq!(code(&output), 0);
}
