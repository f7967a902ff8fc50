//! A folder as it was at a revision, read from git; the working tree is never touched.
//!
//! The repository is a stranger's, as far as this is concerned: nothing that its settings name is
//! run, nothing is fetched, and its size is known before any of it is read.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::document::Folder;
use crate::document::load::FIRST_FILE;
use crate::document::value::{show_size, shown};
use crate::limits::{SOURCE_BYTES_MAX, SOURCE_FILES_MAX, SOURCES_BYTES_MAX};

/// The mode that git gives a link.
const LINK: &str = "120000";

/// Variables by which a caller leads git to another repository than that of the folder.
const LEADING: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// What keeps git from running anything of the repository's, and from the network: objects that a
/// partial clone lacks are fetched by a command that its settings name.
const CLOSED: [(&str, &str); 5] = [
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
];

/// The folder of a configuration at a revision, and its first file.
///
/// Errors: no git, no repository, no such revision, no such folder, a link, more than may be read.
pub(super) fn folder(revision: &str, path: &Path) -> Result<(Folder, String), String> {
    let named = shown(revision);
    if revision.is_empty() || revision.starts_with('-') {
        return Err(format!("`{named}` is no revision"));
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
    let commit =
        git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], b"")
            .map_err(|why| {
                if why.is_empty() { format!("git knows no revision `{named}`") } else { why }
            })?;
    // The commit itself from here on: a name may stand for another one by now.
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let listed = git(folder, &["ls-tree", "-r", "-z", "-l", &commit, "--", "."], b"")?;
    let blobs = blobs(&listed, &first).map_err(|why| format!("{named}: {why}"))?;
    if blobs.is_empty() {
        return Err(format!("{named}: no configuration in `{}`", folder.display()));
    }
    let ids: String = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
    let contents = git(folder, &["cat-file", "--batch"], ids.as_bytes())?;
    let mut rest = contents.as_slice();
    let mut files = BTreeMap::new();
    for blob in blobs {
        let bytes = next(&mut rest, &blob)
            .ok_or_else(|| format!("{named}: git has no `{}`", shown(&blob.name)))?;
        files.insert(blob.name, bytes.to_vec());
    }
    Ok((Folder::memory(files), first))
}

/// A file of a tree.
struct Blob {
    name: String,
    id: String,
    bytes: usize,
}

/// Files that a configuration can name: other files of the folder are not read.
fn blobs(listed: &[u8], first: &str) -> Result<Vec<Blob>, String> {
    let mut blobs = Vec::new();
    let mut total = 0_u64;
    for row in listed.split(|byte| *byte == 0).filter(|row| !row.is_empty()) {
        let row = String::from_utf8_lossy(row);
        let Some((about, name)) = row.split_once('\t') else { continue };
        let words: Vec<&str> = about.split_whitespace().collect();
        let [mode, "blob", id, size] = words[..] else { continue };
        if !(name == first || name.ends_with(".toml")) {
            continue;
        }
        if mode == LINK {
            return Err(format!("`{}` is a link, which is not followed in git", shown(name)));
        }
        let bytes = size.parse::<u64>().unwrap_or(u64::MAX);
        total = total.saturating_add(bytes);
        if bytes > SOURCE_BYTES_MAX {
            return Err(format!("`{}` is too large", shown(name)));
        }
        if total > SOURCES_BYTES_MAX || blobs.len() >= SOURCE_FILES_MAX {
            let most = show_size(SOURCES_BYTES_MAX);
            return Err(format!(
                "there are more than {most} or {SOURCE_FILES_MAX} files of TOML below the folder"
            ));
        }
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        blobs.push(Blob { name: name.to_owned(), id: id.to_owned(), bytes });
    }
    Ok(blobs)
}

/// The bytes of the next object: `ID blob SIZE`, a line end, the bytes, a line end.
fn next<'b>(rest: &mut &'b [u8], blob: &Blob) -> Option<&'b [u8]> {
    let head = format!("{} blob {}\n", blob.id, blob.bytes);
    let behind = rest.strip_prefix(head.as_bytes())?;
    let (bytes, behind) = behind.split_at_checked(blob.bytes)?;
    *rest = behind.strip_prefix(b"\n")?;
    Some(bytes)
}

/// What git prints; empty errors where it says nothing.
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let refuse = |error: std::io::Error| format!("git cannot be run: {error}");
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).envs(CLOSED);
    LEADING.iter().for_each(|name| {
        command.env_remove(name);
    });
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(refuse)?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // Beside reading: git answers while it is asked. What it did not take shows in its answer.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(refuse)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(said.lines().next().map(shown).unwrap_or_default())
}
