//! What is made out of the command line itself: completion scripts and man pages.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::{VERBS, code, pointsman, text};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

fn script(shell: &str) -> String {
    let output = pointsman(&["completions", shell]);
    assert_eq!((code(&output), text(&output.stderr)), (0, String::new()), "{shell}");
    text(&output.stdout)
}

#[test]
fn completions_of_each_shell_know_every_verb() {
    for shell in SHELLS {
        let script = script(shell);
        for verb in VERBS {
            assert!(script.contains(verb), "{shell}: {verb}");
        }
        assert_eq!(script, self::script(shell), "{shell}: the same each time");
    }
    let output = pointsman(&["completions", "tcsh"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("[possible values: bash, "), "{output:?}");
}

/// What the shell itself proposes for a line, by the script that it was given.
fn proposed(folder: &Path, line: &[&str]) -> Vec<String> {
    let words = line.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let last = line.len() - 1;
    let ask = format!(
        "set -eu; . ./completion; COMP_WORDS=({words}); COMP_CWORD={last}; COMPREPLY=()\n\
         f=$(complete -p pointsman | sed 's/.*-F \\([^ ]*\\) .*/\\1/')\n\
         \"$f\" pointsman '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        line[last],
        line[last - 1],
    );
    let output = Command::new("bash").args(["--norc", "-c", &ask]).current_dir(folder).output();
    let output = output.expect("bash");
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout).lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn completions_of_bash_are_sound_and_propose_verbs_and_options() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("completion"), script("bash")).expect("a file");
    let mut bash = Command::new("bash");
    let checked = bash.args(["-n", "completion"]).current_dir(folder.path()).output();
    let checked = checked.expect("bash");
    assert!(checked.status.success() && checked.stderr.is_empty(), "{checked:?}");
    let all = proposed(folder.path(), &["pointsman", ""]);
    for verb in VERBS {
        assert!(all.iter().any(|word| word == verb), "{verb}: {all:?}");
    }
    assert_eq!(proposed(folder.path(), &["pointsman", "val"]), ["validate"]);
    assert_eq!(proposed(folder.path(), &["pointsman", "validate", "--de"]), ["--deny"]);
    assert_eq!(proposed(folder.path(), &["pointsman", "validate", "--deny", "w"]), ["warnings"]);
}

#[test]
fn man_writes_a_page_for_each_verb() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("share/man1");
    let output = pointsman(&["man", "-o", &place.to_string_lossy()]);
    assert_eq!(code(&output), 0, "{output:?}");
    // `keys` has verbs of its own.
    let pages = 1 + VERBS.len() + 2;
    assert_eq!(text(&output.stdout).lines().count(), pages);
    assert_eq!(fs::read_dir(&place).expect("a folder").count(), pages);
    for verb in ["new", "show"] {
        let page = format!("pointsman-keys-{verb}");
        let own = fs::read_to_string(place.join(format!("{page}.1"))).expect("a page");
        assert!(own.contains(&format!(".TH {page} 1")), "{own}");
        let keys = fs::read_to_string(place.join("pointsman-keys.1")).expect("a page");
        assert!(keys.contains(&page.replace('-', "\\-")), "{keys}");
        assert_renders(&place.join(format!("{page}.1")));
    }
    for verb in VERBS {
        let page = fs::read_to_string(place.join(format!("pointsman-{verb}.1"))).expect("a page");
        assert!(page.contains(&format!(".TH pointsman-{verb} 1")), "{verb}: {page}");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "NOTES"] {
            assert!(page.contains(&format!(".SH {section}")), "{verb}: {section}: {page}");
        }
    }
    let main = fs::read_to_string(place.join("pointsman.1")).expect("a page");
    assert_eq!(main, text(&pointsman(&["man"]).stdout));
    for verb in VERBS {
        assert!(main.contains(&format!("pointsman\\-{verb}(1)")), "{verb}: {main}");
    }
    assert_renders(&place.join("pointsman.1"));
    assert_renders(&place.join("pointsman-compile.1"));
}

/// Where the machine has a reader of man pages: it shows the page, and complains of nothing.
fn assert_renders(page: &Path) {
    let mut man = Command::new("man");
    let man = man.args(["--warnings", "-E", "UTF-8", "-l"]).arg(page).stdin(Stdio::null());
    let Ok(shown) = man.output() else { return };
    // A machine may have the command without the formatter behind it.
    if shown.status.success() {
        let shown_text = String::from_utf8_lossy(&shown.stdout);
        assert!(shown_text.contains("SYNOPSIS"), "{shown_text}");
        assert!(shown.stderr.is_empty(), "{}", String::from_utf8_lossy(&shown.stderr));
    }
}

#[test]
fn man_into_a_file_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("a file");
    let output = pointsman(&["man", "-o", &file.to_string_lossy()]);
    assert_eq!(code(&output), 2, "{output:?}");
    assert_eq!(text(&output.stderr), format!("error: {}: it is no folder\n", file.display()));
}
