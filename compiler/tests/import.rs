//! Imports: what is written validates, and the report names every field.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pointsman_compiler::diagnostic::{Colour, render_human};
use pointsman_compiler::import::input::{Tree, read};
use pointsman_compiler::import::{Outcome, Plan, markdown, onebackend, otoroshi, settle};
use pointsman_schemas::artifact::option::Owner;
use pointsman_schemas::artifact::{Artifact, OptionValue};
use serde_json::Value;

use crate::command::{code, pointsman, text};
use crate::configuration::assert_golden;

/// A file of the folder of imports.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

/// Reads texts as one import.
pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new();
    for (name, text) in files {
        read(name, text.as_bytes(), &mut tree).expect("an export");
    }
    tree
}

pub(crate) fn from_otoroshi(tree: &Tree) -> Plan {
    settle(otoroshi(tree, false)).expect("a plan")
}

/// What is wrong with what was written; empty where it compiles.
fn errors(plan: &Plan) -> String {
    match plan.outcome.findings.has_errors() {
        true => render_human(&plan.outcome.findings, &plan.outcome.sources, Colour::Off),
        false => String::new(),
    }
}

/// Each field has a line, and what is written compiles.
pub(crate) fn assert_complete(tree: &Tree, plan: &Plan) {
    for root in tree.roots() {
        for leaf in tree.leaves(*root) {
            assert!(plan.report.is_said(leaf), "{} has no line", tree.path(leaf));
        }
    }
    assert_eq!(errors(plan), "");
    assert!(plan.outcome.artifact.is_some());
}

fn assert_fixture(name: &str) {
    let input = fs::read_to_string(fixture(name)).expect("a fixture");
    let base = name.rsplit('/').next().unwrap_or(name);
    let tree = tree(&[(base, &input)]);
    let plan = match name.starts_with("1backend/") {
        true => settle(onebackend(&tree)).expect("a plan"),
        false => from_otoroshi(&tree),
    };
    assert_complete(&tree, &plan);
    let mut shown = String::new();
    for (name, text) in &plan.files {
        shown.push_str(&format!("=== {name}\n{text}"));
    }
    shown.push_str(&format!("=== IMPORT.md\n{}", markdown(&tree, &plan.report)));
    assert!(!shown.contains("do-not-copy-me"), "{name}: a secret was copied");
    assert_golden(&fixture(&format!("{name}.expected.txt")), &shown);
}

#[test]
fn fixtures_of_otoroshi_become_what_is_expected() {
    for name in ["every-field.json", "flat.yaml", "kubernetes.yaml", "plugins.json", "ties.yaml"] {
        assert_fixture(&format!("otoroshi/{name}"));
    }
}

#[test]
fn fixtures_of_onebackend_become_what_is_expected() {
    for name in ["list.txt", "routes.yaml"] {
        assert_fixture(&format!("1backend/{name}"));
    }
}

#[test]
fn every_form_of_an_export_gives_the_same_files() {
    let files = |name: &str| {
        let input = fs::read_to_string(fixture("otoroshi").join(name)).expect("a fixture");
        let tree = tree(&[(name, &input)]);
        let plan = from_otoroshi(&tree);
        assert_complete(&tree, &plan);
        plan.files
    };
    let expected = files("every-field.json");
    for name in ["every-field.yaml", "every-field.kubernetes.yaml", "every-field.jsonl"] {
        assert_eq!(files(name), expected, "{name}");
    }
}

#[test]
fn every_field_of_the_fixture_is_known() {
    let input = fs::read_to_string(fixture("otoroshi/every-field.json")).expect("a fixture");
    let tree = tree(&[("every-field.json", &input)]);
    let plan = from_otoroshi(&tree);
    let lost: Vec<_> =
        plan.report.lines().iter().filter(|line| line.outcome == Outcome::Lost).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let known: BTreeSet<_> = plan.report.lines().iter().map(|line| line.node).collect();
    let leaves = tree.roots().iter().flat_map(|root| tree.leaves(*root)).collect::<Vec<_>>();
    assert!(leaves.len() > 130 && leaves.iter().all(|leaf| known.contains(leaf)));
}

/// Changes one value, counted through the whole document, to each of some others.
fn mutate(value: &mut Value, at: &mut usize, new: &Value) -> bool {
    if *at == 0 {
        *value = new.clone();
        return true;
    }
    *at -= 1;
    match value {
        Value::Array(entries) => entries.iter_mut().any(|entry| mutate(entry, at, new)),
        Value::Object(fields) => fields.values_mut().any(|field| mutate(field, at, new)),
        _ => false,
    }
}

#[test]
fn wrong_types_in_any_field_are_reported_and_never_break_what_is_written() {
    let input = fs::read_to_string(fixture("otoroshi/every-field.json")).expect("a fixture");
    let whole: Value = serde_json::from_str(&input).expect("JSON");
    let others = [
        Value::Null,
        Value::Bool(true),
        Value::from(-1),
        Value::from(1e18),
        Value::from("\"]\n[x]\u{1b}${env.A} */<"),
        serde_json::json!([{}, [null], ""]),
        serde_json::json!({ "": { "a b": [] } }),
    ];
    let mut count = 0;
    loop {
        for other in &others {
            let mut changed = whole.clone();
            let mut at = count;
            if !mutate(&mut changed, &mut at, other) {
                assert!(count > 150, "only {count} values");
                return;
            }
            let tree = tree(&[("changed.json", &changed.to_string())]);
            let plan = from_otoroshi(&tree);
            let reported = tree.roots().iter().flat_map(|root| tree.leaves(*root));
            for leaf in reported {
                assert!(plan.report.is_said(leaf), "value {count} {other}: {}", tree.path(leaf));
            }
            assert_eq!(errors(&plan), "", "value {count} became {other}");
        }
        count += 1;
    }
}

/// A target that fails its first calls.
struct Target {
    bad: u64,
    calls: u64,
}

impl Target {
    fn is_up(&mut self) -> bool {
        self.calls += 1;
        self.calls > self.bad
    }

    /// The status that a client gets, and the calls that it cost.
    fn answer(bad: u64, client: impl FnOnce(&mut Self) -> bool) -> (u16, u64) {
        let mut target = Self { bad, calls: 0 };
        let status = if client(&mut target) { 200 } else { 502 };
        (status, target.calls)
    }
}

/// The page's reading of `retries`: it "will retry" so often after the first call. So does
/// `client.retries` here.
fn retried(target: &mut Target, retries: u64) -> bool {
    target.is_up() || (0..retries).any(|_| target.is_up())
}

/// The code's reading: it calls until as many attempts as `retries` says were made.
fn attempted(target: &mut Target, retries: u64) -> bool {
    (0..retries).any(|_| target.is_up())
}

#[test]
fn retries_are_attempts_and_not_what_the_page_says() {
    for attempts in 1..=4 {
        let input = format!(
            "kind: Backend\nid: b\nname: b\nbackend:\n  targets: [{{hostname: a, port: 80}}]\n  \
             client: {{retries: {attempts}}}\n"
        );
        let tree = tree(&[("b.yaml", &input)]);
        let plan = from_otoroshi(&tree);
        assert_eq!(errors(&plan), "");
        let bytes = plan.outcome.artifact.clone().expect("an artifact");
        let artifact = Artifact::from_bytes(bytes).expect("an artifact");
        let mut values = artifact.options(Owner::Backend, 0);
        let imported = values.find_map(|(key, value)| match value {
            OptionValue::Integer(count) if key.path() == "client.retries" => Some(count),
            _ => None,
        });
        let imported = imported.expect("a number of retries");
        for bad in 0..6 {
            let of_code = Target::answer(bad, |target| attempted(target, attempts));
            let of_page = Target::answer(bad, |target| retried(target, attempts));
            let here = Target::answer(bad, |target| retried(target, imported));
            assert_eq!(here, of_code, "retries: {attempts}, {bad} calls fail");
            // The readings differ wherever the attempts do not suffice.
            assert_eq!(of_page != of_code, bad >= attempts, "{of_page:?} {of_code:?}");
            println!(
                "retries: {attempts}, {bad} fail: page {of_page:?}, code {of_code:?}, here {here:?}"
            );
        }
    }
}

#[test]
fn defaults_that_differ_are_written_where_the_export_says_nothing() {
    let input = "kind: Backend\nid: b\nname: b\nbackend: {targets: [{hostname: a, port: 80}]}\n";
    let tree = tree(&[("b.yaml", input)]);
    let plan = from_otoroshi(&tree);
    assert!(
        plan.files["backends/b.toml"].contains("retries = 0"),
        "{}",
        plan.files["backends/b.toml"]
    );
}

#[test]
fn places_name_file_document_line_and_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("edge").to_string_lossy().into_owned();
    let input = fixture("otoroshi/flat.yaml").to_string_lossy().into_owned();
    let output = pointsman(&["import", "otoroshi", &input, "-o", &out, "--json", "--accept-loss"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    let port = lines.iter().find(|line| line["path"] == "backend.targets[0].port");
    let port = port.expect("a line for the port");
    assert_eq!(port["document"], 2);
    assert_eq!(port["outcome"], "changed");
    let written = fs::read_to_string(&input).expect("the fixture");
    let line = port["line"].as_u64().expect("a line") as usize;
    assert_eq!(written.lines().nth(line - 1).map(str::trim), Some("port: 443"));
}

#[test]
fn import_decides_its_exit_code_and_refuses_a_folder_that_is_not_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let input = fixture("otoroshi/kubernetes.yaml").to_string_lossy().into_owned();
    let import = |out: &str, more: &[&str]| {
        pointsman(&[&["import", "otoroshi", &input, "-o", out], more].concat())
    };
    let output = import(&path("closed"), &[]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stderr).contains("--accept-loss"), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(shown.contains("LOST, and it protected something (11"), "{shown}");
    assert_eq!(shown.matches(&input).count(), 1, "the input is named once: {shown}");
    // What a group counts is what it shows.
    let entries: Vec<&str> = shown.lines().filter(|line| line.starts_with("  line ")).collect();
    let told = shown.lines().filter_map(|line| line.strip_suffix(')')?.split_once(" ("));
    let told = told.filter_map(|(_, count)| {
        let last = count.split(" in ").last()?;
        last.split(' ').next()?.parse::<usize>().ok()
    });
    assert_eq!(told.sum::<usize>(), entries.len(), "{shown}");
    // What is kept is on the page, and is no news.
    assert!(!shown.contains("KEPT") && shown.contains("IMPORT.md\n"), "{shown}");
    let route = fs::read_to_string(folder.path().join("closed/routes/api.toml")).expect("a route");
    assert!(route.contains("enabled = false"), "{route}");
    let report = fs::read_to_string(folder.path().join("closed/IMPORT.md")).expect("a report");
    assert!(report.contains("ApikeyCalls"), "{report}");
    let output = import(&path("open"), &["--accept-loss"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let route = fs::read_to_string(folder.path().join("open/routes/api.toml")).expect("a route");
    assert!(!route.contains("enabled = false"), "{route}");
    assert_eq!(code(&pointsman(&["validate", &path("open")])), 0);
    let before = fs::read(folder.path().join("open/pointsman.toml")).expect("a file");
    let output = import(&path("open"), &["--accept-loss"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("is not empty"), "{}", text(&output.stderr));
    assert_eq!(fs::read(folder.path().join("open/pointsman.toml")).expect("a file"), before);
    let missing = pointsman(&["import", "otoroshi", &path("nothing"), "-o", &path("new")]);
    assert_eq!(code(&missing), 2);
    assert!(!folder.path().join("new").exists());
    assert_eq!(code(&pointsman(&["import", "nginx", &input, "-o", &path("new")])), 2);
}

#[test]
fn check_that_can_never_pass_is_written_as_one_that_can() {
    let written = |healthy: &str, unhealthy: &str| {
        let check = format!(
            r#"{{"enabled":true,"url":"/h","blockOnRed":true,"healthyStatuses":{healthy},
            "unhealthyStatuses":{unhealthy},"healthyRegexChecks":["ok"]}}"#
        );
        let route = format!(
            r#"{{"kind":"Route","id":"r","frontend":{{"domains":["r.example.org"]}},"backend":{{
            "targets":[{{"id":"a","hostname":"a.internal","port":80}}],"health_check":{check}}}}}"#
        );
        let tree = tree(&[("route.json", &route)]);
        let plan = from_otoroshi(&tree);
        assert_complete(&tree, &plan);
        plan.files.values().map(String::as_str).collect::<String>()
    };
    let both = written("[200]", "[500]");
    assert!(both.contains("healthy_statuses = [\"200\"]") && both.contains("body_regex"), "{both}");
    let hopeless = written("[200]", "[200]");
    assert!(!hopeless.contains("unhealthy_statuses"), "{hopeless}");
    let bodiless = written("[204]", "[]");
    assert!(!bodiless.contains("body_regex"), "{bodiless}");
    let announces = written("[101]", "[]");
    assert!(announces.contains("healthy_statuses = [\"200-499\"]"), "{announces}");
}

#[test]
fn import_that_finds_nothing_is_refused_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty.json");
    fs::write(&empty, "{}").expect("a file");
    let out = folder.path().join("edge");
    let (empty, other) = (empty, fixture("otoroshi/every-field.json"));
    for (from, input) in [("otoroshi", &empty), ("1backend", &other)] {
        let (input, to) = (input.to_string_lossy(), out.to_string_lossy());
        let output = pointsman(&["import", from, &*input, "-o", &*to]);
        assert_eq!(code(&output), 2, "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("no route found"), "{}", text(&output.stderr));
        assert!(!out.exists(), "nothing is written");
    }
}
