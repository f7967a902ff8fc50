//! Calls that go wrong, and what they say to type instead.

use std::fs;
use std::process::Command;

use crate::command::{code, example, pointsman, text};
use crate::diff_git::Repository;

const FIRST: &str = "version = 1\ninclude = [\"routes/*.toml\"]\n[listeners.web]\n\
                     address = \"127.0.0.1:80\"\n";
const INCLUDED: &str = "[[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n\
                        [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";

#[test]
fn included_file_or_its_folder_alone_is_led_to_the_first_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let routes = folder.path().join("edge/routes");
    fs::create_dir_all(&routes).expect("folders");
    let file = routes.join("hello.toml");
    fs::write(&file, INCLUDED).expect("a file");
    let validate = |path: &std::path::Path| {
        let output = pointsman(&["validate", &path.to_string_lossy()]);
        (code(&output), text(&output.stdout) + &text(&output.stderr))
    };
    let (alone, help) = validate(&file);
    assert!(alone == 1 && help.contains("write `version = 1`"), "{help}");
    let (alone, help) = validate(&routes);
    assert!(alone == 2 && help.contains("`pointsman init` writes one"), "{help}");
    fs::write(folder.path().join("edge/pointsman.toml"), FIRST).expect("a file");
    let first = folder.path().join("edge/pointsman.toml").display().to_string();
    let (beside, help) = validate(&file);
    assert!(beside == 1 && help.contains(&format!("give `{first}`")), "{help}");
    assert!(!help.contains("write `version = 1`"), "{help}");
    let (beside, help) = validate(&routes);
    assert!(beside == 2 && help.contains(&format!("is `{first}` meant?")), "{help}");
    // As it is reached from where the command is called.
    let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
    let output = command.current_dir(&routes).arg("validate").output().expect("the command runs");
    let help = text(&output.stderr);
    assert!(help.contains("is `../pointsman.toml` meant?"), "{help}");
}

#[test]
fn artifact_where_a_configuration_belongs_is_told_which_verbs_read_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("edge.artifact").to_string_lossy().into_owned();
    let new = folder.path().join("new").to_string_lossy().into_owned();
    let made = pointsman(&["compile", &example("quickstart"), "-o", &file]);
    assert_eq!(code(&made), 0);
    let calls: [&[&str]; 6] = [
        &["validate", &file],
        &["validate", &file, "--fix"],
        &["test", &file],
        &["print", &file],
        &["compile", &file, "-o", &new],
        &["dev", &file],
    ];
    for call in calls {
        let output = pointsman(call);
        let said = text(&output.stderr);
        assert_eq!(code(&output), 2, "{call:?}: {said}");
        assert!(said.contains("`pointsman inspect`, `routes` and `explain`"), "{call:?}: {said}");
        assert!(said.lines().count() == 1 && output.stdout.is_empty(), "{call:?}: {said}");
    }
}

#[test]
fn request_without_its_quotes_is_told_how_it_is_written() {
    let calls: [(&[&str], &str); 4] = [
        (&["explain", "edge", "GET", "http://x/"], "pointsman explain edge 'GET http://x/'"),
        (&["explain", "GET", "http://x/"], "pointsman explain 'GET http://x/'"),
        (&["explain", "GET", "/x"], "pointsman explain 'GET /x'"),
        (&["explain", "edge", "GET http://x/", "y"], "no third word"),
    ];
    for (call, expected) in calls {
        let output = pointsman(call);
        let said = text(&output.stderr);
        assert_eq!(code(&output), 2, "{call:?}: {said}");
        assert!(said.contains(expected) && said.lines().count() == 1, "{call:?}: {said}");
    }
}

#[test]
fn revisions_that_are_none_and_folders_that_are_not_named_are_told() {
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", FIRST);
    repository.write("edge/routes/a.toml", INCLUDED);
    repository.commit("first");
    let diff = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
        command.current_dir(repository.path()).args(["diff", "--git"]).args(arguments);
        let output = command.output().expect("the command runs");
        (code(&output), text(&output.stdout) + &text(&output.stderr))
    };
    let (three, said) = diff(&["main...HEAD", "edge"]);
    assert!(three == 2 && said.contains("two, `main..HEAD`"), "{said}");
    assert!(said.contains("$(git merge-base main HEAD)..HEAD"), "{said}");
    let (root, said) = diff(&["HEAD"]);
    assert!(root == 2 && said.contains("pointsman diff --git REV FOLDER"), "{said}");
    let (sound, said) = diff(&["main..HEAD", "edge"]);
    assert!(sound == 0 && said.starts_with("no difference"), "{said}");
    // No method is named where all fit.
    repository
        .write("edge/routes/a.toml", &INCLUDED.replace("match", "methods = [\"GET\"]\nmatch"));
    let (narrower, said) = diff(&["HEAD", "edge"]);
    assert!(narrower == 0 && said.contains("methods: all methods ("), "{said}");
}

#[test]
fn every_help_of_a_verb_names_its_exit_codes() {
    let help = text(&pointsman(&["--help"]).stdout);
    let verbs = help.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(' '));
    let verbs: Vec<&str> = verbs.map(|(verb, _)| verb).filter(|verb| !verb.is_empty()).collect();
    assert!(verbs.contains(&"validate") && verbs.contains(&"man"), "{verbs:?}");
    let mut calls: Vec<Vec<&str>> = vec![vec!["keys", "new"], vec!["keys", "show"]];
    let own = verbs.iter().filter(|verb| !verb.starts_with('-') && **verb != "help");
    calls.extend(own.map(|verb| vec![*verb]));
    for mut call in calls {
        call.push("--help");
        let said = text(&pointsman(&call).stdout);
        assert!(said.contains("\nExit codes: 0 "), "{call:?}: {said}");
    }
}
