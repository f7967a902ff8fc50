//! A folder as it was at a revision, read from git; the working tree is never touched.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::document::Folder;
use crate::document::load::FIRST_FILE;
use crate::limits::SOURCE_BYTES_MAX;

/// The mode that git gives a link.
const LINK: &str = "120000";

/// The folder of a configuration at a revision, and its first file.
///
/// Errors: no git, no repository, no such revision, no such folder, a link.
pub(super) fn folder(revision: &str, path: &Path) -> Result<(Folder, String), String> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(format!("`{revision}` is no revision"));
    }
    let is_file = path.is_file();
    let folder = if is_file { path.parent() } else { Some(path) };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let first = match path.file_name().and_then(|name| name.to_str()) {
        Some(name) if is_file => name.to_owned(),
        _ => FIRST_FILE.to_owned(),
    };
    let commit = format!("{revision}^{{commit}}");
    git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(
        |why| if why.is_empty() { format!("git knows no revision `{revision}`") } else { why },
    )?;
    let listed = git(folder, &["ls-tree", "-r", "-z", "-l", revision, "--", "."])?;
    let mut files = BTreeMap::new();
    for row in listed.split(|byte| *byte == 0).filter(|row| !row.is_empty()) {
        let row = String::from_utf8_lossy(row);
        let Some((about, name)) = row.split_once('\t') else { continue };
        let words: Vec<&str> = about.split_whitespace().collect();
        let (Some(mode), Some(kind), Some(id), Some(size)) =
            (words.first(), words.get(1), words.get(2), words.get(3))
        else {
            continue;
        };
        // What a configuration can name: other files of the folder are not read.
        if *kind != "blob" || !(name == first || name.ends_with(".toml")) {
            continue;
        }
        if *mode == LINK {
            return Err(format!("{revision}: `{name}` is a link, which is not followed in git"));
        }
        if size.parse::<u64>().is_ok_and(|size| size > SOURCE_BYTES_MAX) {
            return Err(format!("{revision}: `{name}` is too large"));
        }
        files.insert(name.to_owned(), git(folder, &["cat-file", "blob", id])?);
    }
    if files.is_empty() {
        return Err(format!("{revision}: no configuration in `{}`", folder.display()));
    }
    Ok((Folder::memory(files), first))
}

/// What git prints; empty errors where it says nothing.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}
