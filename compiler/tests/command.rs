//! The command as users call it.

use std::path::Path;
use std::process::{Command, Output};

use crate::configuration::{assert_golden, golden};

/// Runs `pointsman`.
pub(crate) fn pointsman(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
    command.args(arguments).output().expect("the command runs")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

pub(crate) fn example(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    root.to_string_lossy().into_owned()
}

/// Every verb once, with output; `PATH` stands for a configuration, `BROKEN` for one with an
/// error, `FILE` for an artifact, `KEY` for a secret key, `LIST` for what `oo routes list` printed,
/// `NEW` for what is not there yet.
const CALLS: [&[&str]; 31] = [
    &["diff", "PATH", "FILE"],
    &["diff", "PATH", "PATH", "--json"],
    &["print", "PATH"],
    &["print", "PATH", "--json"],
    &["--help"],
    &["--version"],
    &["init", "NEW"],
    &["validate", "PATH"],
    &["validate", "BROKEN"],
    &["validate", "BROKEN", "--format", "json"],
    &["validate", "BROKEN", "--format", "sarif"],
    &["validate", "BROKEN", "--format", "github"],
    &["validate", "PATH", "--fix"],
    &["compile", "PATH", "-o", "NEW"],
    &["test", "PATH"],
    &["test", "PATH", "--json"],
    &["explain", "E0201"],
    &["explain", "PATH", "GET http://shop.domain.tld/"],
    &["explain", "FILE", "GET http://shop.domain.tld/", "--json"],
    &["routes", "FILE"],
    &["routes", "PATH", "--json"],
    &["inspect", "FILE"],
    &["inspect", "FILE", "--json"],
    &["import", "1backend", "LIST", "-o", "NEW", "--accept-loss"],
    &["keys", "new", "-o", "NEW"],
    &["keys", "show", "KEY"],
    &["keys", "show", "KEY", "--json"],
    &["schema"],
    &["completions", "bash"],
    &["man"],
    &["man", "-o", "NEW"],
];

/// What the command can do.
pub(crate) const VERBS: [&str; 15] = [
    "diff",
    "print",
    "init",
    "validate",
    "compile",
    "test",
    "explain",
    "dev",
    "routes",
    "inspect",
    "import",
    "keys",
    "schema",
    "completions",
    "man",
];

/// Runs every one of [`CALLS`] with its output led to what `stdout` makes.
#[cfg(unix)]
fn calls_with_output_to(stdout: impl Fn() -> std::process::Stdio, check: impl Fn(&str, &Output)) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("edge.artifact").to_string_lossy().into_owned();
    let broken = golden("err").join("E0011-version.toml").to_string_lossy().into_owned();
    let path = example("quickstart");
    let list = crate::import::fixture("1backend/list.txt").to_string_lossy().into_owned();
    assert_eq!(code(&pointsman(&["compile", &path, "-o", &file])), 0);
    let name = folder.path().join("team").to_string_lossy().into_owned();
    assert_eq!(code(&pointsman(&["keys", "new", "-o", &name])), 0);
    let key = format!("{name}.key");
    for (index, call) in CALLS.iter().enumerate() {
        let new = folder.path().join(index.to_string()).to_string_lossy().into_owned();
        let words = call.iter().map(|word| match *word {
            "PATH" => path.as_str(),
            "FILE" => &file,
            "KEY" => &key,
            "NEW" => &new,
            "BROKEN" => &broken,
            "LIST" => &list,
            word => word,
        });
        let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
        let output = command.args(words).stdout(stdout()).output().expect("the command runs");
        check(&call.join(" "), &output);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_exits_with_two_and_a_line() {
    let full = || std::fs::File::create("/dev/full").expect("a full device").into();
    calls_with_output_to(full, |call, output| {
        let said = text(&output.stderr);
        assert_eq!(code(output), 2, "{call}: {said}");
        assert_eq!(said.lines().count(), 1, "{call}: {said}");
        assert!(said.starts_with("error: the output could not be written: "), "{call}: {said}");
    });
}

#[cfg(unix)]
#[test]
fn output_whose_reader_went_away_is_no_error() {
    let closed = || std::io::pipe().expect("a pipe").1.into();
    calls_with_output_to(closed, |call, output| {
        assert_eq!(text(&output.stderr), "", "{call}");
        let expected = i32::from(call.contains("BROKEN"));
        assert_eq!(code(output), expected, "{call}");
    });
}

#[test]
fn every_verb_has_a_help_with_an_example() {
    for verb in VERBS {
        let output = pointsman(&[verb, "--help"]);
        assert_eq!(code(&output), 0, "{verb}");
        assert!(text(&output.stdout).contains("Example"), "{verb}");
        // The one that stays is tried beside the edge that it starts.
        assert!(verb == "dev" || CALLS.iter().any(|call| call[0] == verb), "{verb}");
    }
    let output = pointsman(&["--help"]);
    assert_eq!(code(&output), 0);
    let help = text(&output.stdout);
    assert!(help.contains("Example: pointsman "), "{help}");
    assert!(help.trim_end().ends_with("Exit codes: 0 ok, 1 findings, 2 usage or I/O"), "{help}");
    assert_eq!(code(&pointsman(&["--version"])), 0);
}

#[test]
fn wrong_usage_exits_with_two() {
    let missing = golden("ok").join("nothing-here");
    let missing = missing.to_string_lossy();
    let calls: [&[&str]; 6] = [
        &[],
        &["serve"],
        &["validate", "--format", "xml"],
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

#[test]
fn explain_names_winner_parameters_what_is_sent_and_losers() {
    let request = "GET http://subdomain.domain.tld/api/users/42/bills?x=1";
    let output = pointsman(&["explain", &example("quickstart"), request]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert_transcript("explain-quickstart", &output);
    let output = pointsman(&["explain", &example("quickstart"), request, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["outcome"], "route");
    assert_eq!(json["route"], "bills");
    assert_eq!(json["match"], "subdomain.domain.tld/api/users/$id<[0-9]+>/bills");
    assert_eq!((&json["file"], &json["line"]), (&"routes/users.toml".into(), &4.into()));
    assert_eq!(json["params"]["id"], "42");
    assert_eq!(json["sent"]["path"], "/apis/v1/basic_users/42/all_bills?x=1");
    let output = pointsman(&["explain", "e0201"]);
    assert!(text(&output.stdout).starts_with("# E0201: "));
}

#[test]
fn explain_request_without_listener_is_a_usage_error_that_names_the_option() {
    let calls: [&[&str]; 4] = [
        &["explain", "PATH", "GET https://shop.domain.tld/"],
        &["explain", "PATH", "GET http://shop.domain.tld/", "--listener", "wbe"],
        &["explain", "PATH", "GET /x"],
        &["explain", "PATH", "GET http://shop.domain.tld/", "-H", "x"],
    ];
    let path = example("quickstart");
    for call in calls {
        let call: Vec<&str> =
            call.iter().map(|word| if *word == "PATH" { path.as_str() } else { word }).collect();
        let output = pointsman(&call);
        assert_eq!(code(&output), 2, "{call:?}");
    }
    let output = pointsman(&["explain", &path, "GET https://shop.domain.tld/"]);
    assert!(text(&output.stderr).contains("--listener"));
}

#[test]
fn compile_writes_an_artifact_that_every_verb_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("edge.artifact");
    let path = file.to_string_lossy();
    let output = pointsman(&["compile", &example("quickstart"), "-o", &path, "--generation", "7"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("generation 7"));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing but the artifact is left");

    let output = pointsman(&["routes", &path]);
    assert_transcript("routes-quickstart", &output);
    let output = pointsman(&["routes", &path, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["routes"][0]["id"], "bills");
    assert_eq!(json["routes"][0]["targets"][0], "127.0.0.1:9001");
    assert_eq!(json["routes"][1]["weights"], serde_json::json!([3, 1]));
    let output = pointsman(&["inspect", &path, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["generation"], 7);
    assert_eq!(json["routes"], 3);
    assert_eq!(code(&pointsman(&["inspect", &path])), 0);
    let request = "GET http://shop.domain.tld/images/a.png";
    let output = pointsman(&["explain", &path, request, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["route"], "shop-images");
}

#[test]
fn compile_with_findings_touches_no_artifact() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("edge.artifact");
    std::fs::write(&file, "what was there").expect("a file");
    let source = folder.path().join("pointsman.toml");
    let failing = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
        [[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n\
        [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n\
        [[tests]]\nname = \"n\"\nrequest = \"GET http://r.tld/x\"\nexpect = { route = \"r\", path = \"/y\" }\n";
    let path = folder.path().to_string_lossy();
    for (text_of, expected) in [("version = 2\n", "E0011"), (failing, "E0604")] {
        std::fs::write(&source, text_of).expect("a file");
        let output = pointsman(&["compile", &path, "-o", &file.to_string_lossy()]);
        assert_eq!(code(&output), 1);
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
        assert_eq!(std::fs::read_to_string(&file).expect("a file"), "what was there");
    }
    let mut output = pointsman(&["test", &path]);
    assert_eq!(code(&output), 1);
    output.stdout = text(&output.stdout).replace(&*path, "edge").into_bytes();
    assert_transcript("test-failing", &output);
    let output = pointsman(&["test", &path, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&json["passed"], &json["failed"]), (&0.into(), &1.into()));
    assert_eq!(json["tests"][0]["line"], 10);
    let missing = folder.path().join("no/such/folder/x");
    std::fs::write(&source, failing.replace("/y", "/x")).expect("a file");
    let output = pointsman(&["compile", &path, "-o", &missing.to_string_lossy()]);
    assert_eq!(code(&output), 2);
}

#[test]
fn unreached_routes_are_named_by_test() {
    let output = pointsman(&["test", &example("quickstart")]);
    let said = text(&output.stdout);
    assert!(
        said.ends_with("coverage: 3 of 3 routes, 100 %\n5 tests: 5 passed, 0 failed\n"),
        "{said}"
    );
    assert_eq!(code(&output), 0);
    let small = golden("ok").join("small.toml");
    let output = pointsman(&["test", &small.to_string_lossy()]);
    let said = text(&output.stdout);
    assert!(said.ends_with("coverage: 0 of 1 route, 0 %\n0 tests: 0 passed, 0 failed\n"), "{said}");
}

#[test]
fn init_writes_a_folder_that_validates_and_refuses_to_overwrite() {
    let folder = tempfile::tempdir().expect("a folder");
    let edge = folder.path().join("edge");
    let path = edge.to_string_lossy();
    assert_eq!(code(&pointsman(&["init", &path])), 0);
    let output = pointsman(&["validate", "--deny", "warnings", &path]);
    assert_eq!(code(&output), 0, "{}", text(&output.stdout));
    let output = pointsman(&["test", &path]);
    assert_eq!(code(&output), 0, "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains(", 100 %\n"));
    let schema = std::fs::read(edge.join("pointsman.schema.json")).expect("a file");
    assert_eq!(schema, pointsman(&["schema"]).stdout);
    let first = std::fs::read(edge.join("pointsman.toml")).expect("a file");
    let output = pointsman(&["init", &path]);
    assert_eq!(code(&output), 2);
    assert_eq!(std::fs::read(edge.join("pointsman.toml")).expect("a file"), first);
}

#[test]
fn validate_deny_warnings_and_json_decide_exit_code_and_output() {
    let warns = golden("err").join("W0201-unused.toml");
    let path = warns.to_string_lossy();
    assert_eq!(code(&pointsman(&["validate", &path])), 0);
    let output = pointsman(&["validate", "--deny", "warnings", "--format", "json", &path]);
    assert_eq!(code(&output), 1);
    let lines: Vec<serde_json::Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["code"], "W0201");
    assert_eq!(lines[0]["severity"], "warning");
    assert_eq!(lines[0]["file"], "W0201-unused.toml");
    assert!(output.stderr.is_empty());
    let short = pointsman(&["validate", "--deny", "warnings", "--json", &path]);
    assert_eq!((code(&short), short.stdout), (1, output.stdout));
    let output = pointsman(&["validate", "--deny", "warnings", &path]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).contains("\n1 warning; "), "{}", text(&output.stdout));
    assert!(!text(&output.stdout).contains("ok: "), "{}", text(&output.stdout));
    assert_eq!(text(&output.stderr), "error: warnings are denied\n");
}

#[test]
fn compile_deny_warnings_writes_no_artifact() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("edge.artifact");
    let file_name = file.to_string_lossy();
    let warns = golden("err").join("W0201-unused.toml");
    let call = ["compile", &warns.to_string_lossy(), "-o", &file_name, "--deny", "warnings"];
    let output = pointsman(&call);
    assert_eq!(code(&output), 1);
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("no artifact was written"), "{}", text(&output.stderr));
    assert!(!file.exists());
    assert_eq!(code(&pointsman(&call[..4])), 0);
    assert!(file.exists());
    let clean = ["compile", &example("quickstart"), "-o", &file_name, "--deny", "warnings"];
    assert_eq!(code(&pointsman(&clean)), 0);
}

#[test]
fn json_of_a_broken_configuration_is_its_findings() {
    let broken = golden("err").join("E0201-unknown-backend.toml").to_string_lossy().into_owned();
    let calls: [&[&str]; 4] = [
        &["test", &broken, "--json"],
        &["routes", &broken, "--json"],
        &["explain", &broken, "GET http://r.tld/", "--json"],
        &["validate", &broken, "--json"],
    ];
    let expected = text(&pointsman(calls[3]).stdout);
    assert!(expected.contains("\"labels\":[{\"file\":"), "{expected}");
    for call in calls {
        let output = pointsman(call);
        assert_eq!(code(&output), 1, "{call:?}");
        assert_eq!(text(&output.stdout), expected, "{call:?}");
        assert_eq!(text(&output.stderr), "", "{call:?}");
    }
    let output = pointsman(&calls[0][..2]);
    assert!(output.stdout.is_empty() && text(&output.stderr).starts_with("error[E0201]"));
}

#[test]
fn inspect_refuses_what_is_no_artifact() {
    let small = golden("ok").join("small.toml");
    let output = pointsman(&["inspect", &small.to_string_lossy()]);
    assert_eq!(code(&output), 1);
    assert_eq!(text(&output.stderr).lines().count(), 1);
    assert_eq!(code(&pointsman(&["inspect", "no-such-file"])), 2);
}

/// Compares what was printed with a transcript.
fn assert_transcript(name: &str, output: &Output) {
    let path = golden("command").join(format!("{name}.txt"));
    let shown = format!("{}{}exit {}\n", text(&output.stdout), text(&output.stderr), code(output));
    assert_golden(&path, &shown);
}

#[test]
fn json_beside_another_format_is_refused() {
    let path = example("quickstart");
    for (format, expected) in [("sarif", 2), ("human", 2), ("json", 0)] {
        let output = pointsman(&["validate", &path, "--json", "--format", format]);
        assert_eq!(code(&output), expected, "{format}: {output:?}");
        assert_eq!(text(&output.stderr).contains("--json is --format json"), expected == 2);
    }
}

#[test]
fn compile_to_standard_output_writes_the_artifact_and_nothing_else_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("edge.artifact");
    let path = example("quickstart");
    assert_eq!(code(&pointsman(&["compile", &path, "-o", &file.to_string_lossy()])), 0);
    let output = pointsman(&["compile", &path, "-o", "-"]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert_eq!(output.stdout, std::fs::read(&file).expect("an artifact"));
    assert!(text(&output.stderr).starts_with("wrote to standard output: "), "{output:?}");
    assert!(!Path::new("-").exists());
}

#[test]
fn findings_that_are_not_shown_are_shown_with_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("many.toml");
    let keys: String = (0..150).map(|at| format!("wrong_key_{at} = 1\n")).collect();
    std::fs::write(&file, format!("version = 1\n{keys}")).expect("a file");
    let path = file.to_string_lossy().into_owned();
    let shown = |arguments: &[&str]| {
        let output = pointsman(arguments);
        assert_eq!(code(&output), 1);
        let text = text(&output.stdout);
        (text.matches("wrong_key_").count() / 2, text)
    };
    let (count, few) = shown(&["validate", &path]);
    assert!(count <= 100 && few.contains("not shown)"), "{few}");
    assert!(few.contains("`pointsman validate --all` shows"), "{few}");
    let (count, all) = shown(&["validate", &path, "--all"]);
    assert!(count == 150 && !all.contains("not shown"), "{count}");
    assert_eq!(shown(&["validate", &path, "--all", "--json"]).1.lines().count(), 150);
}

#[test]
fn a_folder_where_something_else_belongs_says_what_to_type() {
    let path = example("quickstart");
    for (arguments, said) in [
        (["explain", path.as_str()], "a request is missing: pointsman explain "),
        (["inspect", path.as_str()], "an artifact is asked for; `pointsman compile` makes one"),
    ] {
        let output = pointsman(&arguments);
        assert_eq!(code(&output), 2, "{output:?}");
        assert!(text(&output.stderr).contains(said), "{output:?}");
    }
}
