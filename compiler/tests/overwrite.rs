//! No command writes over what it did not write: sources of the configuration by any of their names,
//! files that an include would fit, and whatever else stands in the way.

use std::fs;
use std::path::Path;

use crate::command::{code, pointsman, text};

const FIRST: &str = "version = 1\ninclude = [\"routes/*.toml\", \"deep/**/*.toml\", \"one.toml\"]\n\
    [listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";
const ROUTE: &str = "[[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n";

fn edge() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for inner in ["routes", "deep/er", "else"] {
        fs::create_dir_all(folder.path().join(inner)).expect("a folder");
    }
    for (name, text) in [
        ("pointsman.toml", FIRST),
        ("routes/r.toml", ROUTE),
        ("routes/empty.toml", ""),
        ("deep/er/d.toml", "# nothing\n"),
        ("one.toml", "# nothing\n"),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

/// Compiles to a file below the folder, or to any other.
fn compile(folder: &Path, to: &str) -> (i32, String) {
    let to = folder.join(to);
    let output = pointsman(&["compile", &folder.to_string_lossy(), "-o", &to.to_string_lossy()]);
    (code(&output), text(&output.stderr))
}

#[test]
fn compile_writes_over_no_file_that_the_configuration_reads() {
    let folder = edge();
    let read = |name: &str| fs::read(folder.path().join(name)).expect("a file");
    let before = [read("pointsman.toml"), read("routes/r.toml"), read("one.toml")];
    for to in [
        "pointsman.toml",
        "routes/r.toml",
        "./routes/../routes/r.toml",
        "else/../one.toml",
        "routes/empty.toml",
        "deep/er/d.toml",
    ] {
        let (code, said) = compile(folder.path(), to);
        assert_eq!(code, 2, "{to}: {said}");
        assert!(said.contains("the configuration reads that file"), "{to}: {said}");
    }
    assert_eq!(before, [read("pointsman.toml"), read("routes/r.toml"), read("one.toml")]);
    assert_eq!(read("routes/empty.toml"), b"");
}

#[cfg(unix)]
#[test]
fn compile_follows_links_to_what_is_read() {
    let folder = edge();
    let root = folder.path();
    std::os::unix::fs::symlink("../routes/r.toml", root.join("else/soft")).expect("a link");
    std::os::unix::fs::symlink("routes", root.join("way")).expect("a link");
    fs::hard_link(root.join("routes/r.toml"), root.join("else/hard")).expect("a link");
    fs::hard_link(root.join("routes/empty.toml"), root.join("else/bare")).expect("a link");
    for (to, expected) in [
        ("else/soft", "reads that file"),
        ("else/hard", "reads that file"),
        ("else/bare", "reads that file"),
        ("way/r.toml", "reads that file"),
        ("way/new.toml", "an include fits that name"),
    ] {
        let (code, said) = compile(root, to);
        assert_eq!(code, 2, "{to}: {said}");
        assert!(said.contains(expected), "{to}: {said}");
    }
    assert_eq!(fs::read_to_string(root.join("routes/r.toml")).expect("a file"), ROUTE);
}

#[test]
fn compile_writes_nothing_that_an_include_would_fit() {
    let folder = edge();
    for (to, expected) in [
        ("routes/edge.toml", 2),
        ("deep/edge.toml", 2),
        ("deep/er/./edge.toml", 2),
        ("routes/edge.artifact", 0),
        ("routes/.edge.toml", 0),
        ("edge.toml", 0),
        ("else/edge.toml", 0),
        ("edge.artifact", 0),
        // Once more over what it wrote itself.
        ("edge.artifact", 0),
    ] {
        let (code, said) = compile(folder.path(), to);
        assert_eq!(code, expected, "{to}: {said}");
        assert_eq!(folder.path().join(to).exists(), code == 0, "{to}");
        assert!(code == 0 || said.contains("an include fits that name"), "{to}: {said}");
    }
    let path = folder.path().to_string_lossy().into_owned();
    assert_eq!(code(&pointsman(&["validate", &path])), 0);
}

#[test]
fn commands_replace_what_they_wrote_and_nothing_else() {
    let folder = edge();
    let notes = folder.path().join("NOTES.md");
    fs::write(&notes, "mine").expect("a file");
    fs::write(folder.path().join("empty"), "").expect("a file");
    let (status, said) = compile(folder.path(), "NOTES.md");
    assert!(status == 2 && said.contains("is no artifact; remove it"), "{said}");
    assert_eq!(compile(folder.path(), "empty").0, 0);

    let pages = folder.path().join("man1");
    let man = || pointsman(&["man", "-o", &pages.to_string_lossy()]);
    assert_eq!(code(&man()), 0);
    assert_eq!(code(&man()), 0, "pages of an older version are replaced");
    let page = pages.join("pointsman-test.1");
    let text_of_page = fs::read_to_string(&page).expect("a page");
    assert!(text_of_page.contains("\"pointsman 0.") && !text_of_page.contains("EXTRA"));
    fs::write(&page, "mine").expect("a file");
    let output = man();
    assert_eq!(code(&output), 2);
    assert!(output.stdout.is_empty(), "nothing was written");
    assert!(text(&output.stderr).contains("pointsman-test.1: the file is there"), "{output:?}");

    for path in [notes.clone(), notes.join("below"), notes.join("far/below")] {
        let output = pointsman(&["init", &path.to_string_lossy()]);
        let said = text(&output.stderr);
        assert!(code(&output) == 2 && said.contains("NOTES.md: a file stands there"), "{said}");
        let from = crate::import::fixture("1backend/list.txt");
        let from = from.to_string_lossy();
        let output = pointsman(&["import", "1backend", &from, "-o", &path.to_string_lossy()]);
        let said = text(&output.stderr);
        assert!(code(&output) == 2 && !said.contains("os error"), "{said}");
        let output = pointsman(&["keys", "new", "-o", &path.join("k").to_string_lossy()]);
        let said = text(&output.stderr);
        assert!(code(&output) == 2 && !said.contains("os error"), "{said}");
    }
    assert_eq!(fs::read_to_string(&notes).expect("a file"), "mine");
}
