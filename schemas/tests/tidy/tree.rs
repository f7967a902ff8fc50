//! The files of the project, read once. It follows no link and never leaves the project's folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::lexer;

/// Folders that hold no source.
const SKIPPED: &[&str] = &[".git", "artifacts", "corpus", "coverage", "pointsman-state", "target"];

/// One file of text.
pub(crate) struct Source {
    /// From the project's folder, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Rust only: without comments, literals and tests.
    pub(crate) code: String,
    /// Rust only: whether it is compiled for tests alone.
    pub(crate) is_test: bool,
}

impl Source {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Rust that is shipped or could be: no test.
    pub(crate) fn is_product(&self) -> bool {
        self.is_rust() && !self.is_test
    }

    /// The last part of its path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// A finding about a line, counted from 1.
    pub(crate) fn finding(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Every file of text, by path.
pub(crate) fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let mut paths = Vec::new();
        walk(root(), &mut paths);
        paths.sort();
        let mut sources: Vec<Source> = paths.iter().filter_map(|path| read(path)).collect();
        mark_tests(&mut sources);
        sources
    })
}

/// The file at a path from the project's folder.
pub(crate) fn source(path: &str) -> &'static Source {
    let found = sources().binary_search_by(|source| source.path.as_str().cmp(path));
    &sources()[found.unwrap_or_else(|_| panic!("{path} is missing"))]
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type().expect("a kind of file");
        let name = entry.file_name();
        if kind.is_dir() && !SKIPPED.iter().any(|skipped| name == *skipped) {
            walk(&entry.path(), paths);
        } else if kind.is_file() && is_text(&name.to_string_lossy()) {
            paths.push(entry.path());
        }
    }
}

fn is_text(name: &str) -> bool {
    let kinds = [".rs", ".md", ".toml", ".sh", ".json", ".txt", ".lock"];
    let names = ["Makefile", "run", "setup", ".gitignore", ".gitattributes"];
    names.contains(&name) || kinds.iter().any(|kind| name.ends_with(kind))
}

fn read(path: &Path) -> Option<Source> {
    let text = fs::read_to_string(path).ok()?; // golden inputs that are no UTF-8 are no text
    let path = path.strip_prefix(root()).expect("below the project's folder");
    let path = path.to_string_lossy().replace('\\', "/");
    let is_test = path.contains("/tests/");
    Some(Source { path, code: String::new(), text, is_test })
}

/// Files that are declared under `#[cfg(test)]` are tests, and so is what they declare.
fn mark_tests(sources: &mut [Source]) {
    let mut tests = BTreeSet::new();
    for source in sources.iter_mut().filter(|source| source.is_rust()) {
        let (code, modules) = lexer::without_tests(&lexer::code_of(&source.text));
        let folder = child_folder(&source.path);
        tests.extend(modules.iter().map(|name| format!("{folder}/{name}")));
        source.code = code;
    }
    for source in sources.iter_mut() {
        let stem = source.path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        source.is_test |= tests.iter().any(|test| {
            stem.strip_prefix(test.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
    }
}

/// Where the modules stand that a file declares.
pub(crate) fn child_folder(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
        _ => format!("{folder}/{}", name.trim_end_matches(".rs")),
    }
}

#[test]
fn tree_holds_the_house() {
    assert!(sources().iter().filter(|source| source.is_product()).count() > 20);
    assert!(source("schemas/src/lib.rs").is_product());
    assert!(source("schemas/tests/tidy/tree.rs").is_test);
}
