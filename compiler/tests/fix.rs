//! Fixes: what they change, what they leave, and that each mends its finding.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pointsman_compiler::compile::{Outcome, compile};
use pointsman_compiler::diagnostic::{Code, Diagnostic, Fix, Plan, Safety, apply};
use pointsman_compiler::document::{Folder, load};
use pointsman_compiler::source::SourceMap;
use proptest::prelude::*;

use crate::configuration::{Case, compile_case, compile_text};
use crate::golden::cases;

/// Runs `pointsman validate` on a path.
fn validate(path: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
    command.arg("validate").arg(path).args(options).output().expect("the command runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    String::from_utf8(fs::read(folder.path().join(name)).expect("a file")).expect("text")
}

/// Three findings that can mean one thing only, in odd spacing, with a mark in front, line ends of
/// other systems and comments.
const THREE: &str = "\u{feff}# Edge\r\nversion   =  1 # one\r\n\
    [listeners.web]\r\naddress = [ '127.0.0.1:80' ]\r\n\r\n\
    [[routes]] # the shop\r\nid = 'shop'\r\nmatch = 'shop.tld/:id<[0-9]+>'   # numbers\r\n\
    exact=\t\"true\"\r\nbackend = \"b\"\r\n\r\n\
    [backends.b]\r\nroot = \"api\" # no slash\r\n\
    targets = [{ id = \"t\", host = \"t.tld\", port = 80, },]";

/// The same with the three mended.
fn three_mended() -> String {
    THREE
        .replace("'shop.tld/:id<[0-9]+>'", "['shop.tld/$id<[0-9]+>']")
        .replace("\"true\"", "true")
        .replace("\"api\"", "\"/api\"")
}

#[test]
fn fix_mends_three_findings_and_changes_nothing_else() {
    let folder = folder(&[("pointsman.toml", THREE), ("notes.txt", "exact = \"true\"")]);
    assert_eq!(code(&validate(folder.path(), &[])), 1);
    let output = validate(folder.path(), &["--fix"]);
    assert_eq!(read(&folder, "pointsman.toml"), three_mended());
    let place = folder.path().join("pointsman.toml");
    assert_eq!(
        out(&output).replace(&*place.to_string_lossy(), "HERE"),
        "fixed HERE:8:9: write [\"shop.tld/:id<[0-9]+>\"] (E0103)\n\
         fixed HERE:9:8: write it without quotes (E0103)\n\
         fixed HERE:13:9: write \"/api\" (E0405)\n\
         fixed HERE:8:20: write `$id<[0-9]+>`, or `:id` for any value (E0302)\n\
         ok: 1 route, 1 backend, 1 listener\n"
    );
    assert_eq!(code(&output), 0);
    assert_eq!(read(&folder, "notes.txt"), "exact = \"true\"");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    let again = validate(folder.path(), &["--fix"]);
    assert_eq!(out(&again), "ok: 1 route, 1 backend, 1 listener\n");
    assert_eq!(read(&folder, "pointsman.toml"), three_mended());
}

#[test]
fn fix_dry_run_prints_a_diff_and_writes_nothing() {
    let folder = folder(&[("pointsman.toml", THREE)]);
    let output = validate(folder.path(), &["--fix", "--dry-run"]);
    assert_eq!(read(&folder, "pointsman.toml"), THREE);
    let removed: Vec<String> =
        out(&output).lines().filter(|line| line.starts_with('-')).map(str::to_owned).collect();
    assert_eq!(
        removed,
        [
            "--- a/pointsman.toml",
            "-match = 'shop.tld/:id<[0-9]+>'   # numbers",
            "-exact=\t\"true\"",
            "-root = \"api\" # no slash"
        ]
    );
    // Line ends are part of the lines that a patch has to find.
    assert!(out(&output).contains("\n+root = \"/api\" # no slash\r\n"), "{}", out(&output));
    assert!(out(&output).contains("\n@@ -5,10 +5,10 @@"), "{}", out(&output));
    assert_eq!(code(&output), 1);
    let said = String::from_utf8(output.stderr).expect("text");
    let expected = "4 fixes in 1 file would be made; nothing was written\n\
                    with them nothing would be found\n";
    assert_eq!(said, expected);
    assert_eq!(code(&validate(folder.path(), &["--dry-run"])), 2);
}

#[test]
fn fix_leaves_what_may_mean_something_else() {
    let text = "version = 1\n[limits]\nhead_timeout = \"30\"\nhead_byte = \"1KiB\"\nvia = true\n";
    let folder = folder(&[("pointsman.toml", text)]);
    let output = validate(folder.path(), &["--fix"]);
    assert_eq!(code(&output), 1);
    assert_eq!(read(&folder, "pointsman.toml"), text);
    assert!(out(&output).contains("did you mean `head_bytes`?"), "{}", out(&output));
}

#[test]
fn fix_of_damage_shows_and_mends_what_it_hid() {
    let root = "version = 1\ninclude = 'more.toml'\nvia = True\n[listeners.web\naddress = '127.0.0.1:80'\n";
    let more = "[[routes]]\nid = 'r'\nmatch = ['r.tld']\npriority = \"3\"\nbackend = 'b'\n\
        [backends.b]\ntargets = [{ id = 't', host = '[::1]', port = 80 }]\n";
    let folder = folder(&[("pointsman.toml", root), ("more.toml", more)]);
    let output = validate(folder.path(), &["--fix"]);
    assert_eq!(code(&output), 0, "{}", out(&output));
    let root = root.replace("True", "true").replace(".web\n", ".web]\n");
    assert_eq!(read(&folder, "pointsman.toml"), root.replace("'more.toml'", "['more.toml']"));
    let more = more.replace("\"3\"", "3").replace("[::1]", "::1");
    assert_eq!(read(&folder, "more.toml"), more);
}

#[test]
fn fix_dry_run_shows_what_remains() {
    let text = THREE.replace("port = 80", "port = 0");
    let folder = folder(&[("pointsman.toml", &text)]);
    let output = validate(folder.path(), &["--fix", "--dry-run"]);
    assert_eq!((code(&output), read(&folder, "pointsman.toml")), (1, text));
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains("\nwith them this would still be found:\nerror[E0107]"), "{said}");
    assert!(!said.contains("E0103") && !said.contains("--fix` mends"), "{said}");
}

#[test]
fn fix_for_machines_prints_what_is_left_alone() {
    let text = THREE.replace("port = 80", "port = 0");
    let folder = folder(&[("pointsman.toml", &text)]);
    let output = validate(folder.path(), &["--fix", "--json"]);
    assert_eq!(code(&output), 1);
    let lines: Vec<serde_json::Value> =
        out(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["code"], &lines[0]["fixes"]), (&"E0107".into(), &serde_json::json!([])));
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.lines().filter(|line| line.starts_with("fixed ")).count(), 4, "{said}");
}

#[cfg(unix)]
#[test]
fn fix_follows_a_link_inside_the_folder_and_refuses_what_is_read_only() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let root =
        "version = 1\ninclude = ['routes/*.toml']\n[listeners.web]\naddress = '127.0.0.1:80'\n";
    let more = "[[routes]]\nid = 'r'\nmatch = 'r.tld'\nbackend = { targets = [{ id = 't', host = 't.tld', port = 80 }] }\n";
    let outside = folder(&[("out.toml", more)]);
    let folder = folder(&[("pointsman.toml", root), ("real/r.toml", more), ("routes/.keep", "")]);
    symlink("../real/r.toml", folder.path().join("routes/r.toml")).expect("a link");
    symlink(outside.path().join("out.toml"), folder.path().join("routes/o.toml")).expect("a link");
    fs::set_permissions(folder.path().join("real/r.toml"), fs::Permissions::from_mode(0o640))
        .expect("rights");
    let output = validate(folder.path(), &["--fix"]);
    // The link that leaves the folder is a finding, and what it leads to is not touched.
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("error[E0006]"), "{}", out(&output));
    assert_eq!(read(&outside, "out.toml"), more);
    assert_eq!(read(&folder, "real/r.toml"), more.replace("'r.tld'", "['r.tld']"));
    let link = fs::symlink_metadata(folder.path().join("routes/r.toml")).expect("a link");
    assert!(link.is_symlink());
    let real = folder.path().join("real/r.toml");
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);

    fs::write(&real, more).expect("a file");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o444)).expect("rights");
    let output = validate(folder.path(), &["--fix"]);
    assert_eq!(code(&output), 2);
    assert_eq!(read(&folder, "real/r.toml"), more);
    assert!(!out(&output).contains("--fix` mends"), "it was tried: {}", out(&output));
    let said = String::from_utf8(output.stderr).expect("text");
    let place = folder.path().join("routes/r.toml");
    let expected = format!("error: {} is left as it is: it is read-only\n", place.display());
    assert_eq!(said, expected);
}

/// What a configuration is with a fix made.
fn with(fix: &Fix, sources: &SourceMap) -> Outcome {
    let mut files: BTreeMap<String, String> =
        sources.files().map(|(_, file)| (file.name.clone(), file.text.clone())).collect();
    for (id, file) in sources.files() {
        let edits: Vec<_> = fix.edits.iter().filter(|edit| edit.span.file == id).collect();
        files.insert(file.name.clone(), apply(&file.text, &edits).expect("a fix can be made"));
    }
    let first = sources.files().next().expect("a first file").1.name.clone();
    compile(load(&Folder::memory(files), &first).expect("the first file is there"), 0)
}

fn count(outcome: &Outcome, finding: &Diagnostic) -> usize {
    let same =
        |other: &&Diagnostic| (other.code, &other.message) == (finding.code, &finding.message);
    outcome.findings.iter().filter(same).count()
}

#[test]
fn every_fix_of_the_golden_cases_mends_its_finding() {
    let (mut safe, mut maybe) = (0, 0);
    for path in cases("err") {
        let outcome = compile_case(&Case::copy(&path));
        for finding in outcome.findings.iter() {
            for fix in &finding.fixes {
                let mended = with(fix, &outcome.sources);
                let (before, after) = (count(&outcome, finding), count(&mended, finding));
                assert!(after < before, "{}: {finding:#?}\n{:#?}", path.display(), mended.findings);
                match fix.safety {
                    Safety::Safe => safe += 1,
                    Safety::Maybe => maybe += 1,
                }
            }
        }
    }
    assert!(safe > 20 && maybe > 30, "{safe} {maybe}");
}

#[test]
fn fix_of_a_key_that_is_there_already_is_not_offered() {
    let outcome =
        compile_text("version = 1\n[paths]\nmerge_slashes = true\nmerge-slashes = true\n");
    let mut unknown = outcome.findings.iter().filter(|one| one.code == Code::UnknownKey);
    let finding = unknown.next().expect("a finding");
    assert_eq!((finding.help.as_deref(), finding.fixes.len()), (Some("write `merge_slashes`"), 0));
    let outcome =
        compile_text("version = 1\n[paths]\nMerge-slashes = true\nmerge-slashes = true\n");
    assert_eq!(outcome.findings.fixable(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever stands around what is mended, safe fixes never damage a file, and never change a
    /// byte that no fix speaks of.
    #[test]
    fn safe_fixes_of_any_values_damage_no_file(
        values in proptest::collection::vec("(\"(true|False|[0-9]{1,3}|yes|r\\.tld/:a<[0-9]>|[a-z./ \\\\$<>:é]{0,8})\"|'[a-z/:<>$]{0,8}'|true|[0-9]{1,3}|0x1F|1\\.5|\\[\"a\"\\]|\\{ a = 1 \\}|tru|True)", 8),
        keys in proptest::collection::vec("(match|Match|methods|exact|strip-path|priority|backend|id|root|name)", 8),
    ) {
        let mut text = "version = 1\n[[routes]]\n".to_owned();
        for (key, value) in keys.iter().zip(&values) {
            text.push_str(&format!("{key} = {value} # é\r\n"));
        }
        let outcome = compile_text(&text);
        let plan = Plan::safe(&outcome.findings);
        for (id, edits) in &plan.edits {
            let file = outcome.sources.file(*id).expect("a file");
            let now = apply(&file.text, edits).expect("a plan can be made");
            let is_sound = |text: &str| !places_of_damage(&compile_text(text));
            if is_sound(&text) {
                prop_assert!(is_sound(&now), "{now}");
            }
            let ends = |text: &str| text.matches(" # é\r\n").count();
            prop_assert_eq!(ends(&now), ends(&text));
        }
    }
}

/// Whether a file is no TOML.
fn places_of_damage(outcome: &Outcome) -> bool {
    outcome.findings.iter().any(|finding| matches!(finding.code.id(), "E0001" | "E0002"))
}

#[test]
fn diff_shows_no_secret() {
    let text = THREE.replace(
        "exact=",
        "request_headers = { set = { authorization = \"Bearer hunter2abc9\" } }\r\nexact=",
    );
    let folder = folder(&[("pointsman.toml", &text)]);
    let path = folder.path().join("pointsman.toml");
    let shown = out(&validate(&path, &["--fix", "--dry-run"]));
    assert!(shown.contains("+exact=\ttrue") && shown.contains("authorization"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn findings_show_no_secret_whatever_is_wrong_with_its_line() {
    let routes = "request_headers = { set = { authorization = \"Bearer hunter2abc9\" }, foo = 1 }";
    for line in [
        "passwort = \"hunter2\"",
        "pasword = \"hunter2\"",
        "Password = \"hunter2\"",
        "pass = \"hunter2\"",
        "passwd = \"hunter2\"",
        "PASSWORD = hunter2",
        "password = hunter2",
        "password = \"\"\"hunter2\"\"\" x",
        "password = \"a\\\"hunter2\" x",
        "password: \"hunter2\"",
        "password \"hunter2\"",
        "password = [\n\"hunter2\"\n]",
        "password = \"\"\"\nhunter2\"\"\" x",
        "\"pass\\u0077ord\" = \"hunter2\" x",
        "password = \"hunter2",
        "password = { a = \"hunter2\" }",
        "password = ['hunter2', 1",
        "key = \"hunter2",
        "key = \"\"\"-----BEGIN A-----\na\n\\q hunter2\n-----END A-----\n\"\"\"",
        routes,
    ] {
        for table in ["certificates.a", "backends.b.proxy", "listeners.web", "routes.a"] {
            let table = if table == "routes.a" { "[routes]" } else { table };
            let text = format!("version = 1\n[{table}]\n{line}\n");
            let folder = folder(&[("pointsman.toml", &text)]);
            let path = folder.path().join("pointsman.toml");
            for format in ["human", "json", "sarif", "github"] {
                let output = validate(&path, &["--format", format]);
                assert_ne!(code(&output), 2, "{text}");
                let all = [output.stdout, output.stderr].concat();
                let all = String::from_utf8_lossy(&all);
                assert!(!all.contains("hunter2"), "{text}: {all}");
            }
        }
    }
}
