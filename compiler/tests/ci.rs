//! `examples/ci`, run for real: the hook in a repository, the targets by make, the lines of the
//! workflow by a shell.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::command::{example, text};
use crate::diff_git::{Repository, path_with_pointsman};

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(&example("ci")).join(name)).expect("a file of examples/ci")
}

const FIRST: &str = "version = 1\ninclude = [\"routes/*.toml\"]\n\n[listeners.web]\n\
    address = \"127.0.0.1:8080\"\n\n[backends.shop]\n\
    targets = [{ id = \"a\", host = \"shop.internal\", port = 8080 }]\n";
const ROUTES: &str = "[[routes]]\nid = \"shop\"\nmatch = [\"shop.tld\"]\nbackend = \"shop\"\n\n\
    [[tests]]\nrequest = \"GET http://shop.tld/cart\"\nexpect = { route = \"shop\", path = \"/cart\" }\n";

/// A repository with an edge in it, committed.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("edge/pointsman.toml", FIRST);
    repository.write("edge/routes/shop.toml", ROUTES);
    repository.write("README", "an edge");
    repository.commit("an edge");
    repository
}

fn run(repository: &Repository, program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.current_dir(repository.path()).args(arguments).env("PATH", path_with_pointsman());
    for name in ["BASE", "EDGE", "GITHUB_STEP_SUMMARY", "MAKEFLAGS", "GIT_DIR", "POINTSMAN_EDGE"] {
        command.env_remove(name);
    }
    command.output().expect("the program runs")
}

fn all(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

#[cfg(unix)]
#[test]
fn hook_lets_good_commits_pass_and_refuses_broken_ones() {
    let repository = repository();
    let hooks = repository.path().join(".git/hooks");
    fs::create_dir_all(&hooks).expect("a folder");
    // A copy keeps that it may be run.
    fs::copy(Path::new(&example("ci")).join("pre-commit"), hooks.join("pre-commit"))
        .expect("copied");
    let commit = || repository.try_git(&["commit", "--quiet", "-am", "change"]);
    let head = || repository.git(&["rev-parse", "HEAD"]);
    let before = head();

    let good = ROUTES.replace("shop.tld", "shop.example.org");
    repository.write("edge/routes/shop.toml", &good);
    let output = commit();
    assert!(output.status.success(), "{}", all(&output));
    let after = head();
    assert_ne!(after, before);

    for (broken, said) in [
        (good.replace("backend = \"shop\"", "backend = \"shpo\""), "E0201"),
        (good.replace("/cart\" }", "/basket\" }"), "E0604"),
        (good.replace("[[tests]]", "[[routes]]\nid = \"x\"\nmatch = [\"shop.example.org\"]\nbackend = \"shop\"\n\n[[tests]]"), "E0311"),
    ] {
        repository.write("edge/routes/shop.toml", &broken);
        let output = commit();
        assert!(!output.status.success(), "{}", all(&output));
        assert!(all(&output).contains(said), "{said}: {}", all(&output));
        assert!(all(&output).contains("the commit is refused"), "{}", all(&output));
        assert_eq!(head(), after);
    }
    // What is staged counts, and not what lies beside it.
    repository.git(&["add", "--all"]);
    repository.write("edge/routes/shop.toml", &good);
    let output = repository.try_git(&["commit", "--quiet", "-m", "staged"]);
    assert!(!output.status.success(), "{}", all(&output));
    // A commit that does not touch the edge is nobody's business.
    repository.git(&["reset", "--quiet"]);
    repository.write("edge/routes/shop.toml", "broken");
    repository.write("README", "more");
    repository.git(&["add", "README"]);
    let output = repository.try_git(&["commit", "--quiet", "-m", "readme"]);
    assert!(output.status.success(), "{}", all(&output));
}

#[cfg(unix)]
#[test]
fn targets_of_the_makefile_run() {
    let repository = repository();
    repository.write("edge.mk", &file("edge.mk"));
    repository.write("Makefile", "include edge.mk\n");
    let make = |target: &str| run(&repository, "make", &["--no-print-directory", target]);
    for (target, said) in [
        ("edge-validate", "ok: 1 route, 1 backend, 1 listener"),
        ("edge-test", "1 test: 1 passed, 0 failed"),
        ("edge-diff", "no difference"),
        ("edge.artifact", "wrote edge.artifact"),
    ] {
        let output = make(target);
        assert!(output.status.success(), "{target}: {}", all(&output));
        assert!(all(&output).contains(said), "{target}: {}", all(&output));
    }
    let artifact = repository.path().join("edge.artifact");
    let first = fs::read(&artifact).expect("an artifact");
    repository.write("edge/routes/shop.toml", &ROUTES.replace("shop.tld", "other.tld"));
    let output = make("edge-diff");
    assert!(all(&output).contains("GET http://other.tld/"), "{}", all(&output));
    assert!(make("edge.artifact").status.success());
    let second = fs::read(&artifact).expect("an artifact");
    assert_ne!(first, second);
    // A warning is enough to leave the artifact as it is.
    repository.write(
        "edge/routes/unused.toml",
        "[backends.unused]\ntargets = [{ id = \"a\", host = \"a.internal\", port = 80 }]\n",
    );
    let output = make("edge.artifact");
    assert!(!output.status.success(), "{}", all(&output));
    assert_eq!(fs::read(&artifact).expect("an artifact"), second);
}

/// The first commit of an edge, its repair after a broken one, and a repository of one commit.
#[cfg(unix)]
#[test]
fn workflow_lets_an_edge_begin_and_be_repaired() {
    let lines = run_lines(&file("workflow.yml"));
    let check = |repository: &Repository, expected: &str| {
        for line in &lines {
            let bash = ["--noprofile", "--norc", "-eo", "pipefail", "-c", line];
            let output = run(repository, "bash", &bash);
            assert!(output.status.success(), "{line}: {}", all(&output));
            assert!(
                !line.contains(" diff ") || all(&output).contains(expected),
                "{}",
                all(&output)
            );
        }
    };
    check(&repository(), "no revision `HEAD~1`");
    let repository = Repository::new();
    repository.write("README", "no edge yet");
    repository.commit("nothing");
    repository.write("edge/pointsman.toml", FIRST);
    repository.write("edge/routes/shop.toml", ROUTES);
    repository.commit("an edge");
    check(&repository, "compared with one that has the same listeners");
    check(&repository, "route `shop`");
    repository.write("edge/routes/shop.toml", &ROUTES.replace("= \"shop\"\n", "= \"shpo\"\n"));
    repository.commit("broken");
    repository.write("edge/routes/shop.toml", ROUTES);
    repository.commit("repaired");
    check(&repository, "nothing was compared: edge at HEAD~1 has errors");
}

/// The lines that a workflow runs, in order.
fn run_lines(workflow: &str) -> Vec<String> {
    let lines = workflow.lines().filter_map(|line| line.trim().strip_prefix("run: "));
    lines.map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn lines_of_the_workflow_run() {
    let workflow = file("workflow.yml");
    let lines = run_lines(&workflow);
    let verbs: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(verbs, ["validate", "test", "diff", "compile"]);
    let repository = repository();
    repository
        .write("edge/routes/shop.toml", &ROUTES.replace("\"/cart\" }", "\"/cart\" }\n# more"));
    repository.write("edge/pointsman.toml", &FIRST.replace("8080 }]", "8081 }]"));
    repository.commit("another port");
    // As a workflow runs its lines where it says this shell.
    assert!(workflow.contains("\n    shell: bash #"));
    let shell = |line: &str| {
        run(&repository, "bash", &["--noprofile", "--norc", "-eo", "pipefail", "-c", line])
    };
    for line in &lines {
        let output = shell(line);
        assert!(output.status.success(), "{line}: {}", all(&output));
        let shown = "backends.shop.targets.a.port: `8080`";
        assert!(!line.contains("diff") || all(&output).contains(shown), "{}", all(&output));
    }
    assert!(repository.path().join("edge.artifact").is_file());
    // What has nothing to be compared with passes all the same, and says so.
    for (base, said) in [("0000000", "no revision"), ("HEAD:README", "no revision")] {
        let output = shell(&format!("BASE={base}; {}", lines[2]));
        assert!(output.status.success(), "{}", all(&output));
        assert!(all(&output).contains(said), "{}", all(&output));
        assert!(all(&output).contains("::warning::nothing was compared"), "{}", all(&output));
    }
    // Broken, the first line ends the job and names the place for the page of the change.
    repository.write("edge/routes/shop.toml", &ROUTES.replace("= \"shop\"\n", "= \"shpo\"\n"));
    let output = shell(&lines[0]);
    assert_eq!(output.status.code(), Some(1), "{}", all(&output));
    let said = text(&output.stdout);
    assert!(said.contains("::error file=edge/routes/shop.toml,line="), "{said}");
    repository.write("edge/routes/shop.toml", &ROUTES.replace("/cart\" }", "/basket\" }"));
    assert_eq!(shell(&lines[1]).status.code(), Some(1));
    assert_eq!(shell(&lines[3]).status.code(), Some(1), "compile runs the tests too");
}
