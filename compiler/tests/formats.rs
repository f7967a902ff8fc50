//! The forms of findings for other programs: SARIF against its schema, labels and fixes in each.

use std::path::Path;
use std::process::Command;

use jsonschema::Validator;
use pointsman_compiler::compile::Outcome;
use pointsman_compiler::diagnostic::{
    Code, Colour, Findings, render_github, render_human, render_json, render_sarif,
};
use pointsman_compiler::source::SourceMap;
use serde_json::{Value, json};

use crate::configuration::{Case, assert_golden, compile_case, compile_files, golden};
use crate::golden::cases;

fn schema() -> Validator {
    let text = include_str!("sarif/sarif-schema-2.1.0.json");
    let schema = serde_json::from_str(text).expect("JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
}

fn sarif(outcome: &Outcome, base: &str) -> Value {
    let text = render_sarif(&outcome.findings, &outcome.sources, base);
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn sarif_of_every_golden_case_fits_the_schema() {
    let schema = schema();
    let mut seen = Vec::new();
    for path in cases("err") {
        let outcome = compile_case(&Case::copy(&path));
        let log = sarif(&outcome, "my edge/");
        let errors: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        let run = &log["runs"][0];
        for result in run["results"].as_array().expect("results") {
            let index = result["ruleIndex"].as_u64().expect("an index");
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(index).expect("small")];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(rule["help"]["markdown"].as_str().is_some_and(|text| text.starts_with("# ")));
            seen.push(result["ruleId"].as_str().expect("a code").to_owned());
        }
    }
    let missing: Vec<Code> =
        Code::all().filter(|code| !seen.iter().any(|id| id == code.id())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let empty = render_sarif(&Findings::new(), &SourceMap::new(), "");
    assert!(schema.is_valid(&serde_json::from_str(&empty).expect("JSON")));
}

#[test]
fn sarif_schema_refuses_what_is_none() {
    let schema = schema();
    let outcome = compile_files([("pointsman.toml", "version = 1\nvia = \"true\"\n")]);
    let log = sarif(&outcome, "");
    assert!(schema.is_valid(&log));
    let broken = |change: fn(&mut Value)| {
        let mut log = log.clone();
        change(&mut log);
        !schema.is_valid(&log)
    };
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert!(results.iter().any(|result| !result["fixes"].is_null()));
    assert!(broken(|log| log["version"] = json!("2.0.0")));
    assert!(broken(|log| log["runs"][0]["results"][0]["level"] = json!("fatal")));
    assert!(broken(|log| log["runs"][0]["results"][0]["message"] = json!({})));
    assert!(broken(|log| log["runs"][0]["columnKind"] = json!("bytes")));
    assert!(broken(
        |log| log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] =
            json!(0)
    ));
}

/// A finding with labels in two files and a fix, in a text with a mark in front, characters of
/// several bytes and line ends of other systems.
fn two_files() -> Outcome {
    compile_files([
        (
            "pointsman.toml",
            "\u{feff}version = 1\r\ninclude = [\"routes/é 1.toml\"]\r\n[listeners.web]\r\naddress = \"127.0.0.1:80\"\r\n\
             [backends.users]\r\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\r\n",
        ),
        (
            "routes/é 1.toml",
            "\u{feff}[[routes]]\r\nid = \"r\"\r\nmatch = [\"r.tld/é\"]\r\nname = \"é\"\r\nbackend = \"user\"\r\n",
        ),
    ])
}

#[test]
fn labels_across_files_stand_in_every_form() {
    let outcome = two_files();
    let (findings, sources) = (&outcome.findings, &outcome.sources);
    let human = render_human(findings, sources, Colour::Off);
    let json = render_json(findings, sources);
    let sarif = render_sarif(findings, sources, "edge/");
    let github = render_github(findings, sources, "edge/");
    let all = format!("{human}{json}{sarif}{github}");
    assert_golden(&golden("formats").join("two-files.txt"), &all);
    assert!(human.contains("::: pointsman.toml:5:11"), "{human}");
    let line: Value = serde_json::from_str(json.lines().next().expect("a line")).expect("JSON");
    assert_eq!(line["labels"][0]["file"], "pointsman.toml");
    let log: Value = serde_json::from_str(&sarif).expect("JSON");
    let result = &log["runs"][0]["results"][0];
    let related = &result["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "edge/pointsman.toml");
    assert_eq!(related["region"]["startLine"], 5);
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "edge/routes/%C3%A9%201.toml");
    assert_eq!(
        change["replacements"][0]["deletedRegion"],
        json!({ "startLine": 5, "startColumn": 12, "endLine": 5, "endColumn": 16 })
    );
    assert!(github.contains("%0Aedge/pointsman.toml:5:11: a similar name\n"), "{github}");
    assert!(schema().is_valid(&log));
}

#[test]
fn every_form_gives_the_same_bytes_twice() {
    let render = || {
        let outcome = two_files();
        let (findings, sources) = (&outcome.findings, &outcome.sources);
        [
            render_human(findings, sources, Colour::On),
            render_json(findings, sources),
            render_sarif(findings, sources, ""),
            render_github(findings, sources, ""),
        ]
    };
    assert_eq!(render(), render());
}

#[test]
fn sarif_message_doubles_braces() {
    let text = "version = 1\n[backends.b]\nroot = \"/${req.pth}\"\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";
    let log = sarif(&compile_files([("pointsman.toml", text)]), "");
    let results = log["runs"][0]["results"].as_array().expect("results").clone();
    let unknown = results.iter().find(|result| result["ruleId"] == "E0402").expect("a finding");
    assert!(unknown["message"]["text"].as_str().is_some_and(|text| !text.contains('{')));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").clone();
    let rule = rules.iter().find(|rule| rule["id"] == "E0402").expect("a rule");
    let help = rule["help"]["text"].as_str().expect("a text");
    assert_eq!(help.replace("{{", "").matches('{').count(), 0, "{help}");
}

#[test]
fn validate_names_files_as_seen_from_where_it_is_called() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("edge")).expect("a folder");
    std::fs::write(folder.path().join("edge/pointsman.toml"), "version = 2\n").expect("a file");
    let run = |path: &Path, format: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
        command.current_dir(folder.path()).arg("validate").arg(path).args(["--format", format]);
        let output = command.output().expect("the command runs");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).expect("text")
    };
    let github = run(Path::new("edge"), "github");
    assert!(github.starts_with("::error file=edge/pointsman.toml,line=1,endLine=1,"), "{github}");
    let log: Value = serde_json::from_str(&run(Path::new("./edge"), "sarif")).expect("JSON");
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location["artifactLocation"],
        json!({ "uri": "edge/pointsman.toml", "uriBaseId": "%SRCROOT%" })
    );
}
