//! Imports copy no secret, and no route is open that one protected.

use std::fs;

use pointsman_compiler::import::{Plan, json, markdown, onebackend, otoroshi, settle};

use crate::command::{code, pointsman, text};
use crate::import::{assert_complete, from_otoroshi, tree};

/// What is never copied.
const SECRET: &str = "hunter2abc9";

#[test]
fn secret_of_a_field_is_never_copied() {
    let written = |name: &str, value: &str| {
        let route = format!(
            r#"{{"kind":"Route","id":"r","frontend":{{"domains":["r.example.org"]}},"backend":{{
            "targets":[{{"id":"a","hostname":"a.internal","port":80}}]}},"plugins":[{{
            "plugin":"cp:otoroshi.next.plugins.AdditionalHeadersIn","enabled":true,
            "config":{{"headers":{{"{name}":"{value}"}}}}}}]}}"#
        );
        let tree = tree(&[("route.json", &route)]);
        let plan = from_otoroshi(&tree);
        assert_complete(&tree, &plan);
        let files: String = plan.files.values().map(String::as_str).collect();
        let files = files + &markdown(&tree, &plan.report);
        (files.contains(value), plan.report.security_losses() > 0, files)
    };
    for (name, value) in
        [("x-api-key", "s3cr3tvalue123456"), ("Authorization", "Basic dXNlcjpwYXNz")]
    {
        let (copied, lost, files) = written(name, value);
        assert!(!copied && lost && files.contains("never copied"), "{files}");
    }
    for value in ["${req.headers.k :: s3cr3tvalue123456}", "Bearer s3cr3tvalue123456 ${req.path}"] {
        let (_, lost, files) = written("x-api-key", value);
        assert!(lost && !files.contains("s3cr3tvalue123456"), "{files}");
    }
    assert!(!written("authorization", "Bearer ${req.headers.k :: none}").1);
    for (name, value) in [("x-env", "production"), ("x-api-key", "${req.path}")] {
        let (copied, lost, files) = written(name, value);
        assert!(copied && !lost, "{files}");
    }
}

/// A route of Otoroshi with fields in the place of its conditions, plugins, and backend.
fn route(frontend: &str, plugins: &str, backend: &str) -> String {
    format!(
        r#"{{"kind":"Route","id":"r","name":"R","frontend":{{"domains":["r.example.org"]{frontend}}},
        "backend":{{"targets":[{{"id":"a","hostname":"a.internal","port":80}}]{backend}}},
        "plugins":[{plugins}]}}"#
    )
    .replace("SECRET", SECRET)
}

fn plugin(name: &str, config: &str) -> String {
    format!(r#"{{"plugin":"cp:otoroshi.next.plugins.{name}","enabled":true,"config":{config}}}"#)
}

/// All that is written and said.
fn everything(tree: &pointsman_compiler::import::input::Tree, plan: &Plan) -> String {
    let files: String = plan.files.values().map(String::as_str).collect();
    files + &markdown(tree, &plan.report) + &json(tree, &plan.report)
}

#[test]
fn route_that_asks_for_a_secret_is_switched_off_whatever_is_accepted() {
    let answer = |config: &str| route("", &plugin("StaticResponse", config), "");
    for input in [
        route(r#","headers":{"Authorization":"Bearer SECRET"}"#, "", ""),
        route(r#","headers":{"X-Api-Key":"SECRET","x-env":"prod"}"#, "", ""),
        route(r#","headers":{"x-api-key":"Regex(SECRET|other)"}"#, "", ""),
        route(r#","headers":{"x-api-key":"Wildcard(SECRET*)"}"#, "", ""),
        route(r#","headers":{"cookie":"session=SECRET"}"#, "", ""),
        route(r#","query":{"token":"SECRET"}"#, "", ""),
        route(r#","cookies":{"session":"SECRET"}"#, "", ""),
        route("", &plugin("Redirection", r#"{"code":302,"to":"https://b.tld/?token=SECRET"}"#), ""),
        route("", &plugin("Redirection", r#"{"code":302,"to":"https://u:SECRET@b.tld/"}"#), ""),
        route(r#","headers":{"X-Functions-Key":"SECRET"}"#, "", ""),
        route(r#","headers":{"x-origin-verify":"9f86d081884c7d659a2feaa0c55ad015SECRET"}"#, "", "")
            .replace(SECRET, ""),
        route(r#","query":{"code":"SECRET"}"#, "", ""),
        route(r#","query":{"subscription-key":"SECRET"}"#, "", ""),
        route("", &plugin("Redirection", r#"{"code":302,"to":"https://b.tld/?sig=SECRET"}"#), ""),
        route("", "", r#","root":"/a?key=SECRET""#),
        route("", "", r#","root":"/a?b=1&X-Amz-Signature=SECRET""#),
        answer(r#"{"status":200,"headers":{"x-api-key":"SECRET"},"body":"ok"}"#),
        answer(r#"{"status":200,"headers":{},"body":"{\"token\":\"SECRET\"}"}"#),
        answer(r#"{"status":200,"headers":{"set-cookie":"session=SECRET"},"body":"ok"}"#),
        route("", "", r#","root":"/a?token=SECRET""#),
    ] {
        for accept in [false, true] {
            let tree = tree(&[("route.json", &input)]);
            let plan = settle(otoroshi(&tree, accept)).expect("a plan");
            assert_complete(&tree, &plan);
            let said = everything(&tree, &plan);
            assert!(!said.contains(SECRET) && !said.contains("9f86d081"), "{input}: {said}");
            assert!(plan.report.security_losses() > 0, "{input}: {said}");
            assert!(said.contains("enabled = false") && said.contains("never copied"), "{said}");
            let artifact = plan.outcome.artifact.as_ref().expect("an artifact");
            assert!(!artifact.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()));
        }
    }
}

#[test]
fn condition_that_asks_for_no_secret_is_kept() {
    for (fields, kept) in [
        (r#","headers":{"authorization":"Regex(Bearer .+)"}"#, "Regex(Bearer .+)"),
        (r#","headers":{"x-api-key":"Exists()"}"#, "Exists()"),
        (r#","headers":{"x-env":"production"}"#, "production"),
        (r#","cookies":{"session":"NotDefined()"}"#, "NotDefined()"),
        (r#","query":{"token":"Regex([a-zA-Z0-9]{32})"}"#, "[a-zA-Z0-9]{32}"),
    ] {
        let tree = tree(&[("route.json", &route(fields, "", ""))]);
        let plan = from_otoroshi(&tree);
        assert_complete(&tree, &plan);
        let said = everything(&tree, &plan);
        assert!(said.contains(kept) && !said.contains("enabled = false"), "{said}");
        assert_eq!(plan.report.security_losses(), 0, "{said}");
    }
}

#[test]
fn secret_is_written_nowhere_wherever_an_export_has_it() {
    let metadata = route("", "", "").replace(
        "\"name\":\"R\"",
        &format!("\"name\":\"https://u:{SECRET}@h\",\"metadata\":{{\"api_key\":\"{SECRET}\"}}"),
    );
    let id = route("", "", "").replace("\"id\":\"r\"", &format!("\"id\":\"u:{SECRET}@h\""));
    for input in [
        metadata,
        id,
        route(r#","domain":"u:SECRET@a.tld""#, "", ""),
        route(r#","domain":"a.tld/?token=SECRET""#, "", ""),
        route("", "", r#","url":"https://u:SECRET@t.tld/""#),
        route("", "", r#","url":"https://t.tld/?token=SECRET""#),
        route("", "", r#","health_check":{"enabled":true,"url":"/h?token=SECRET"}"#),
        route("", "", r#","health_check":{"enabled":true,"url":"/h?code=SECRET"}"#),
        route(
            "",
            "",
            r#","health_check":{"enabled":true,"blockOnRed":true,"healthyRegexChecks":["token=SECRET"]}"#,
        ),
        route("", "", "").replace("\"name\":\"R\"", &format!("\"name\":\"password={SECRET}\"")),
        route("", &plugin("AdditionalHeadersIn", r#"{"headers":{"x-pwd":"SECRET"}}"#), ""),
        route("", &plugin("AdditionalHeadersOut", r#"{"headers":{"X-Jwt":"SECRET"}}"#), ""),
        route("", "", r#","health_check":{"enabled":true,"url":"https://u:SECRET@t/h"}"#),
        route("", "", r#","client":{"proxy":{"host":"p","port":1,"password":"SECRET"}}"#),
        route("", "", r#","client":{"proxy":{"host":"u:SECRET@p","port":1}}"#),
        route(
            "",
            "",
            r#","client":{"custom_timeouts":[{"path":"/a?token=SECRET","call_timeout":1}]}"#,
        ),
        route(
            "",
            &plugin("AdditionalHeadersIn", r#"{"headers":{"authorization":"Bearer SECRET"}}"#),
            "",
        ),
        route("", &plugin("MissingHeadersIn", r#"{"headers":{"x-api-key":"SECRET"}}"#), ""),
        route(
            "",
            &plugin("AdditionalHeadersOut", r#"{"headers":{"x-next":"https://h/?token=SECRET"}}"#),
            "",
        ),
        route("", &plugin("Unknown", r#"{"token":"SECRET"}"#), ""),
    ] {
        let tree = tree(&[("route.json", &input)]);
        let plan = settle(otoroshi(&tree, true)).expect("a plan");
        let said = everything(&tree, &plan);
        assert!(!said.contains(SECRET), "{input}: {said}");
    }
}

#[test]
fn secret_of_a_route_of_onebackend_is_never_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    for (at, route) in [
        "- id: a.tld/x?token=SECRET\n  target: http://t.internal:80\n",
        "- id: a.tld\n  target: http://u:SECRET@t.internal:80\n",
        "- id: a.tld\n  target: http://t.internal:80/base;token=SECRET\n",
    ]
    .into_iter()
    .enumerate()
    {
        let input = format!("{route}- id: b.tld\n  target: http://t.internal:80\n");
        let input = input.replace("SECRET", SECRET);
        let tree = tree(&[("routes.yaml", &input)]);
        let plan = settle(onebackend(&tree)).expect("a plan");
        assert_complete(&tree, &plan);
        let said = everything(&tree, &plan);
        assert!(!said.contains(SECRET) && plan.report.security_losses() > 0, "{said}");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let (from, to) = (path("routes.yaml"), path(&at.to_string()));
        fs::write(&from, &input).expect("a file");
        let output = pointsman(&["import", "1backend", &from, "-o", &to]);
        assert_eq!(code(&output), 1, "{}", text(&output.stderr));
        assert!(!(text(&output.stdout) + &text(&output.stderr)).contains(SECRET));
    }
}
