//! What `diff` and `print` say, as golden files; and that risk is told first.

use std::fs;
use std::path::Path;

use crate::command::{code, pointsman, text};
use crate::configuration::{assert_golden, golden};

/// Path of a side of the fixture.
fn side(name: &str) -> String {
    golden("diff").join(name).to_string_lossy().into_owned()
}

fn golden_output(call: &[&str], name: &str) -> String {
    let output = pointsman(call);
    assert_eq!(text(&output.stderr), "", "{call:?}");
    let said = text(&output.stdout);
    let said = match serde_json::from_str::<serde_json::Value>(&said) {
        // One line is what machines read; people compare lines.
        Ok(json) => serde_json::to_string_pretty(&json).expect("JSON") + "\n",
        Err(_) => said,
    };
    assert_golden(&golden("diff").join(name), &said);
    said
}

#[test]
fn print_and_diff_say_what_they_said() {
    let (old, new) = (side("old"), side("new"));
    golden_output(&["print", &old], "print.txt");
    golden_output(&["print", &old, "--json"], "print.json");
    let human = golden_output(&["diff", &old, &new], "diff.txt");
    golden_output(&["diff", &old, &new, "--json"], "diff.json");
    // The other way round a route takes methods that it did not, and nothing else is risky.
    let back = golden_output(&["diff", &new, &old], "diff-back.txt");
    let is_told = |said: &str, what: &str| said.contains(&format!("\n  {what}: "));
    // The first line says all that a log of CI needs.
    for said in [&human, &back] {
        assert!(said.starts_with("differs: ") && said.contains("\n\nrisky:\n"), "{said}");
    }
    for (what, of_human) in [("trust widened", true), ("takes more methods", false)] {
        assert_eq!(is_told(&human, what), of_human, "{human}");
        assert_eq!(is_told(&back, what), !of_human, "{back}");
    }
    for said in [&human, &back] {
        assert!(!said.contains("hunter2"), "secrets are masked: {said}");
    }
}

#[test]
fn artifacts_say_the_same_as_folders_but_for_places() {
    let folder = tempfile::tempdir().expect("a folder");
    let artifact = |name: &str| {
        let file = folder.path().join(name).to_string_lossy().into_owned();
        assert_eq!(code(&pointsman(&["compile", &side(name), "-o", &file])), 0);
        file
    };
    let (old, new) = (artifact("old"), artifact("new"));
    let json = |call: &[&str]| {
        let mut found: serde_json::Value =
            serde_json::from_slice(&pointsman(call).stdout).expect("JSON");
        for list in ["risky", "changes"] {
            for one in found[list].as_array_mut().expect("a list") {
                one["old_origin"] = serde_json::Value::Null;
                one["new_origin"] = serde_json::Value::Null;
            }
        }
        found
    };
    let folders = json(&["diff", &side("old"), &side("new"), "--json"]);
    assert_eq!(json(&["diff", &old, &new, "--json"]), folders);
    assert_eq!(json(&["diff", &side("old"), &new, "--json"]), folders);
    assert!(folders["requests"].as_array().is_some_and(|all| all.len() > 3), "{folders}");
}

#[test]
fn exit_codes_are_those_of_git_and_two_is_trouble() {
    let (old, new) = (side("old"), side("new"));
    let broken = golden("err").join("E0011-version.toml").to_string_lossy().into_owned();
    let missing = side("nowhere");
    let calls: [(&[&str], i32); 9] = [
        (&["diff", &old, &old], 0),
        (&["diff", &old, &old, "--exit-code"], 0),
        (&["diff", &old, &new], 0),
        (&["diff", &old, &new, "--exit-code"], 1),
        (&["diff", &old, &new, "--exit-code", "--json"], 1),
        (&["diff", &old, &broken, "--exit-code"], 2),
        (&["diff", &missing, &new, "--exit-code"], 2),
        (&["diff", &old], 2),
        (&["diff", &old, &new, &new], 2),
    ];
    for (call, expected) in calls {
        let output = pointsman(call);
        assert_eq!(code(&output), expected, "{call:?}: {}", text(&output.stderr));
        assert!(expected != 2 || !output.stderr.is_empty(), "{call:?}");
    }
}

#[test]
fn secret_that_changes_is_told_without_its_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let side = |name: &str, secret: &str| {
        let path = folder.path().join(name);
        let text = fs::read_to_string(Path::new(&side("old")).join("pointsman.toml"));
        let text = text.expect("the fixture").replace("hunter2", secret);
        fs::create_dir(&path).expect("a folder");
        fs::write(path.join("pointsman.toml"), text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let output = pointsman(&["diff", &side("a", "swordfish"), &side("b", "xyzzy-plugh")]);
    let said = text(&output.stdout);
    assert!(said.contains("routes.api.request_headers: "), "{said}");
    assert!(!said.contains("swordfish") && !said.contains("xyzzy"), "{said}");
    assert!(said.contains("requests:\n  GET http://api.tld/"), "{said}");
}
