//! `diff --git`: a folder against what it was, in a repository of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::command::{code, text};
use crate::configuration::golden;

/// A folder with a repository in it that knows nothing of who runs the tests.
pub(crate) struct Repository(tempfile::TempDir);

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a folder"));
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// Runs git; whatever it says.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        let mut git = Command::new("git");
        git.current_dir(self.path()).args(arguments);
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(name);
        }
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@b.invalid");
        }
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git.env("PATH", path_with_pointsman());
        git.output().expect("git runs")
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    fn diff(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pointsman"));
        command.current_dir(self.path()).arg("diff").args(arguments);
        command.output().expect("the command runs")
    }
}

/// The search path, with the command in front of it.
#[expect(clippy::disallowed_methods, reason = "git, make and a shell are the machine's own")]
pub(crate) fn path_with_pointsman() -> std::ffi::OsString {
    let folder = Path::new(env!("CARGO_BIN_EXE_pointsman")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).expect("a search path")
}

fn fixture(name: &str) -> String {
    fs::read_to_string(golden("diff").join(name).join("pointsman.toml")).expect("the fixture")
}

#[test]
fn folder_is_compared_with_what_it_was_at_a_revision() {
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", &fixture("old"));
    repository.write("README", "first");
    repository.commit("old");
    let check = |arguments: &[&str], expected: i32| {
        let output = repository.diff(&[arguments, &["--exit-code"]].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    assert!(check(&["--git", "HEAD", "edge"], 0).starts_with("no difference"));
    // The working tree counts, whether it is committed or not.
    repository.write("edge/pointsman.toml", &fixture("new"));
    let changed = check(&["--git", "HEAD", "edge"], 1);
    let expected = fs::read_to_string(golden("diff").join("diff.txt")).expect("the golden file");
    assert_eq!(changed, expected);
    repository.commit("new");
    assert_eq!(check(&["--git", "HEAD~1", "edge"], 1), expected);
    assert!(check(&["--git", "HEAD", "edge"], 0).starts_with("no difference"));
    // Two revisions, whatever the working tree says.
    repository.write("edge/pointsman.toml", "version = 2\n");
    assert_eq!(check(&["--git", "HEAD~1..HEAD", "edge"], 1), expected);
    assert!(check(&["--git", "HEAD..HEAD", "edge"], 0).starts_with("no difference"));
    // A first file by name, and a folder from inside of it.
    assert_eq!(check(&["--git", "HEAD~1..main", "edge/pointsman.toml"], 1), expected);
    assert_eq!(repository.git(&["status", "--short"]), " M edge/pointsman.toml\n");
}

#[test]
fn files_that_come_and_go_are_read_as_they_were() {
    let repository = Repository::new();
    let first = "version = 1\ninclude = [\"routes/*.toml\"]\n[listeners.web]\n\
                 address = \"127.0.0.1:80\"\n[backends.b]\n\
                 targets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";
    let route =
        |id: &str| format!("[[routes]]\nid = \"{id}\"\nmatch = [\"{id}.tld\"]\nbackend = \"b\"\n");
    repository.write("pointsman.toml", first);
    repository.write("routes/a.toml", &route("a"));
    repository.write("routes/notes.txt", "not read");
    repository.commit("a");
    fs::remove_file(repository.path().join("routes/a.toml")).expect("the file");
    repository.write("routes/b.toml", &route("b"));
    let output = repository.diff(&["--git", "HEAD", "--json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let keys: Vec<_> = found["changes"].as_array().expect("a list").iter().collect();
    let of = |key: &str, side: &str| {
        keys.iter().find(|one| one["key"] == key).map(|one| one[side].clone())
    };
    assert_eq!(of("routes.a", "old_origin"), Some("routes/a.toml:1".into()));
    assert_eq!(of("routes.b", "new_origin"), Some("routes/b.toml:1".into()));
    assert_eq!(found["requests"].as_array().map(Vec::len), Some(2), "{found}");
}

#[test]
fn edge_that_was_not_there_yet_is_all_new() {
    let repository = Repository::new();
    repository.write("README", "first");
    repository.write("tool/Cargo.toml", "[package]\n");
    repository.commit("nothing");
    repository.write("edge/pointsman.toml", &fixture("old"));
    repository.write("tool/pointsman.toml", &fixture("old"));
    repository.commit("an edge");
    for (call, revision) in [
        (["--git", "HEAD~1", "edge"], "HEAD~1"),
        (["--git", "HEAD~1..HEAD", "edge"], "HEAD~1"),
        (["--git", "HEAD~1", "tool"], "HEAD~1"),
    ] {
        let output = repository.diff(&[&call[..], &["--exit-code"]].concat());
        let (said, note) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(code(&output), 1, "{call:?}: {note}");
        let expected = format!("note: there is no configuration in {} at {revision}: ", call[2]);
        assert!(note.starts_with(&expected), "{note}");
        assert!(said.contains("GET http://") && said.contains("routes."), "{said}");
    }
    let gone = repository.diff(&["--git", "HEAD..HEAD~1", "edge"]);
    assert_eq!(code(&gone), 0, "{}", text(&gone.stderr));
    let neither = repository.diff(&["--git", "HEAD~1..HEAD~1", "edge"]);
    assert_eq!(code(&neither), 2);
    assert!(text(&neither.stderr).contains("neither at HEAD~1 nor at HEAD~1"), "{neither:?}");
}

#[test]
fn trouble_with_git_exits_with_two_and_says_what() {
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", &fixture("old"));
    repository.write("broken/pointsman.toml", "version = 2\n");
    repository.commit("old");
    let nowhere = tempfile::tempdir().expect("a folder");
    let nowhere = nowhere.path().to_string_lossy().into_owned();
    let calls: [(&[&str], &str); 7] = [
        (&["--git", "nothing", "edge"], "no revision `nothing`"),
        (&["--git=--output=x", "edge"], "`--output=x` is no revision"),
        (&["--git", "", "edge"], "revision"),
        (&["--git", "HEAD..", "edge"], "revision"),
        (&["--git", "HEAD", "edge", "edge"], "one folder"),
        (&["--git", "HEAD", "broken"], "E0011"),
        (&["--git", "HEAD", &nowhere], "repository"),
    ];
    for (call, said) in calls {
        let output = repository.diff(&[call, &["--exit-code"]].concat());
        let err = text(&output.stderr);
        assert_eq!(code(&output), 2, "{call:?}: {err}");
        assert!(err.contains(said), "{call:?}: {err}");
    }
}

#[cfg(unix)]
#[test]
fn settings_of_a_repository_run_nothing_and_fetch_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", &fixture("old"));
    repository.commit("old");
    let id = repository.git(&["rev-parse", "HEAD:edge/pointsman.toml"]);
    repository.write("edge/pointsman.toml", &fixture("new"));
    repository.commit("new");
    // As in a partial clone: the object is elsewhere, and a command of the settings would get it.
    let (head, tail) = id.trim().split_at(2);
    fs::remove_file(repository.path().join(".git/objects").join(head).join(tail)).expect("a blob");
    let ran = repository.path().join("ran");
    repository.write("command", &format!("#!/bin/sh\ntouch '{}'\n", ran.display()));
    let command = repository.path().join("command");
    fs::set_permissions(&command, fs::Permissions::from_mode(0o755)).expect("rights");
    let command = command.to_string_lossy().into_owned();
    for (name, value) in [
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ssh://host.invalid/x"),
        ("core.sshCommand", command.as_str()),
        ("core.fsmonitor", command.as_str()),
        ("core.pager", command.as_str()),
        ("protocol.ext.allow", "always"),
    ] {
        repository.git(&["config", name, value]);
    }
    let output = repository.diff(&["--git", "HEAD~1", "edge"]);
    assert_eq!(code(&output), 2, "{}", text(&output.stdout));
    assert!(text(&output.stderr).starts_with("error: "), "{}", text(&output.stderr));
    repository.git(&["config", "remote.origin.url", &format!("ext::{command}")]);
    assert_eq!(code(&repository.diff(&["--git", "HEAD~1", "edge"])), 2);
    assert!(!ran.exists(), "a command of the repository ran");
}

#[test]
fn tree_that_holds_too_much_is_refused_before_it_is_read() {
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", &fixture("old"));
    repository.write("edge/large.toml", &"#".repeat(8 << 20));
    let large = repository.git(&["hash-object", "-w", "edge/large.toml"]);
    repository.git(&["add", "edge/pointsman.toml"]);
    for name in 0..40 {
        let entry = format!("100644,{},edge/{name}.toml", large.trim());
        repository.git(&["update-index", "--add", "--cacheinfo", &entry]);
    }
    repository.git(&["commit", "--quiet", "-m", "large"]);
    let output = repository.diff(&["--git", "HEAD", "edge"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("more than 256MiB"), "{}", text(&output.stderr));
}

#[test]
fn texts_of_a_configuration_begin_no_line_of_their_own() {
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", &fixture("old"));
    repository.commit("old");
    let name = "name = \"n\\n::error::x\\u001b[31m\"\nmatch =";
    repository.write("edge/pointsman.toml", &fixture("old").replacen("match =", name, 1));
    let output = repository.diff(&["--git", "HEAD", "edge"]);
    let said = text(&output.stdout);
    assert!(said.contains("n\\u{a}::error::x\\u{1b}[31m"), "{said}{}", text(&output.stderr));
    assert!(!said.contains("\n::error") && !said.contains('\u{1b}'), "{said}");
}

#[cfg(unix)]
#[test]
fn linked_folder_is_followed_as_on_disk_or_refused() {
    use std::os::unix::fs::symlink;
    let repository = Repository::new();
    let first = "version = 1\ninclude = [\"routes/*.toml\"]\n[listeners.web]\n\
                 address = \"127.0.0.1:80\"\n[backends.b]\n\
                 targets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";
    let route = "[[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n";
    for (edge, link) in [("same", "real"), ("up", "../same/real"), ("abroad", "/etc")] {
        repository.write(&format!("{edge}/pointsman.toml"), first);
        repository.write(&format!("{edge}/real/r.toml"), route);
        symlink(link, repository.path().join(edge).join("routes")).expect("a link");
    }
    symlink("same/pointsman.toml", repository.path().join("pointsman.toml")).expect("a link");
    repository.commit("links");
    let output = repository.diff(&["--git", "HEAD", "same", "--exit-code"]);
    assert_eq!(code(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
    for edge in ["up", "abroad"] {
        let output = repository.diff(&["--git", "HEAD..HEAD", edge, "--exit-code"]);
        let said = text(&output.stderr);
        assert_eq!(code(&output), 2, "{said}");
        assert!(said.contains("link that leaves the folder"), "{said}");
    }
}

#[test]
fn tree_of_very_many_names_is_refused_piece_by_piece() {
    use std::io::Write as _;
    let repository = Repository::new();
    repository.write("a", "version = 1");
    let blob = repository.git(&["hash-object", "-w", "a"]).trim().to_owned();
    let make = |rows: &str| {
        let mut git = Command::new("git");
        git.current_dir(repository.path()).arg("mktree").stdin(std::process::Stdio::piped());
        let mut git = git.stdout(std::process::Stdio::piped()).spawn().expect("git runs");
        git.stdin.take().expect("a pipe").write_all(rows.as_bytes()).expect("rows");
        text(&git.wait_with_output().expect("git ends").stdout).trim().to_owned()
    };
    let name = "x".repeat(240);
    let rows = |what: &str, id: &str| -> String {
        (0..10).map(|at| format!("{what} {id}\t{name}{at}\n")).collect()
    };
    let mut tree = make(&rows("100644 blob", &blob));
    // A hundred million rows of 2 KiB each.
    for _ in 0..7 {
        tree = make(&rows("040000 tree", &tree));
    }
    tree = make(&format!("040000 tree {tree}\tbomb\n100644 blob {blob}\tpointsman.toml\n"));
    let commit = repository.git(&["commit-tree", &tree, "-m", "x"]);
    let output = repository.diff(&["--git", &format!("{0}..{0}", commit.trim()), "."]);
    let said = text(&output.stderr);
    assert_eq!((code(&output), said.lines().count()), (2, 1), "{said}");
    assert!(said.contains("more than 1000000 files below the folder, or 256MiB"), "{said}");
}

#[test]
fn object_that_is_missing_is_not_called_too_large() {
    let repository = Repository::new();
    repository.write("pointsman.toml", &fixture("old"));
    repository.commit("old");
    let id = repository.git(&["rev-parse", "HEAD:pointsman.toml"]);
    let (head, tail) = id.trim().split_at(2);
    fs::remove_file(repository.path().join(".git/objects").join(head).join(tail)).expect("a blob");
    let output = repository.diff(&["--git", "HEAD..HEAD"]);
    let said = text(&output.stderr);
    assert_eq!(code(&output), 2, "{said}");
    assert!(said.contains("git has no `pointsman.toml`") || said.contains("object"), "{said}");
    assert!(!said.contains("too large"), "{said}");
}

#[test]
fn characters_that_turn_or_hide_text_are_escaped_in_a_difference() {
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", &fixture("old"));
    repository.commit("old");
    let name = "name = \"a\\u202eb\\u2066c\\u200bd\"\nmatch =";
    repository.write("edge/pointsman.toml", &fixture("old").replacen("match =", name, 1));
    let said = text(&repository.diff(&["--git", "HEAD", "edge"]).stdout);
    assert!(said.contains("a\\u{202e}b\\u{2066}c\\u{200b}d"), "{said}");
    assert!(!said.contains(['\u{202e}', '\u{2066}', '\u{200b}']), "{said}");
}
