//! A folder as it was at a revision, read from git; the working tree is never touched. Its size is
//! known before any of it is read.

use std::collections::BTreeMap;
use std::path::Path;

use super::git::Git;
use crate::document::Folder;
use crate::document::folder::Tree;
use crate::document::load::FIRST_FILE;
use crate::document::value::{show_size, shown};
use crate::limits::{
    GIT_SILENCE, LINK_BYTES_MAX, SOURCE_BYTES_MAX, SOURCE_FILES_MAX, SOURCES_BYTES_MAX,
    TREE_BYTES_MAX, TREE_ROWS_MAX,
};

/// The mode that git gives a link.
const LINK: &str = "120000";
/// Bytes of a commit's name, and some air.
const COMMIT_BYTES_MAX: usize = 256;
/// Bytes beside those of an object that git prints of it: its name, its kind, its size.
const HEAD_BYTES_MAX: usize = 128;

/// The folder of a configuration at a revision, and its first file; `None` where that file was not there.
///
/// Errors: no git, no repository, no such revision, more than may be read.
pub(super) fn folder(revision: &str, path: &Path) -> Result<Option<(Folder, String)>, String> {
    let named = shown(revision);
    if revision.is_empty() || revision.starts_with('-') {
        return Err(format!("`{named}` is no revision"));
    }
    let is_file = path.is_file();
    let folder = if is_file { path.parent() } else { Some(path) };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let git = Git { folder, silence: GIT_SILENCE };
    let first = match path.file_name().and_then(|name| name.to_str()) {
        Some(name) if is_file => name.to_owned(),
        _ => FIRST_FILE.to_owned(),
    };
    let commit = format!("{revision}^{{commit}}");
    let call = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
    let commit = git.all(&call, Vec::new(), COMMIT_BYTES_MAX).map_err(|why| {
        if why.is_empty() { format!("git knows no revision `{named}`") } else { why }
    })?;
    // The commit itself from here on: a name may stand for another one by now.
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let mut rows = Rows { first: &first, ..Rows::default() };
    git.read(&["ls-tree", "-r", "-z", "-l", &commit, "--", "."], Vec::new(), |piece| {
        rows.take(piece).map_err(|why| format!("{named}: {why}"))
    })?;
    if rows.blobs.iter().all(|blob| blob.name != first) {
        return Ok(None);
    }
    let Rows { blobs, beyond: mut links, .. } = rows;
    let ids: String = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
    let most = blobs.iter().map(|blob| blob.bytes + HEAD_BYTES_MAX).sum();
    let contents = git.all(&["cat-file", "--batch"], ids.into_bytes(), most)?;
    let mut rest = contents.as_slice();
    let mut files = BTreeMap::new();
    for blob in blobs {
        let bytes = next(&mut rest, &blob)
            .ok_or_else(|| format!("{named}: git has no `{}`", shown(&blob.name)))?;
        if blob.is_link {
            links.insert(blob.name, String::from_utf8_lossy(bytes).into_owned());
        } else {
            files.insert(blob.name, bytes.to_vec());
        }
    }
    Ok(Some((Folder::Memory(Tree::new(files, links)), first)))
}

/// A file of a tree, or a link.
struct Blob {
    name: String,
    id: String,
    bytes: usize,
    is_link: bool,
}

/// The rows of a tree as they come, of which few are kept.
#[derive(Default)]
struct Rows<'n> {
    first: &'n str,
    /// Files that a configuration can name, and links: other files of the folder are not read.
    blobs: Vec<Blob>,
    /// Other repositories in this one: as links that lead out of it.
    beyond: BTreeMap<String, String>,
    /// A row that is not whole yet.
    begun: Vec<u8>,
    rows: usize,
    bytes: usize,
    total: u64,
}

impl Rows<'_> {
    fn take(&mut self, piece: &[u8]) -> Result<(), String> {
        self.bytes += piece.len();
        let mut parts = piece.split(|byte| *byte == 0);
        let Some(head) = parts.next() else { return Ok(()) };
        self.begun.extend_from_slice(head);
        for part in parts {
            let row = std::mem::replace(&mut self.begun, part.to_vec());
            self.rows += 1;
            self.keep(&row)?;
        }
        if self.rows > TREE_ROWS_MAX || self.bytes > TREE_BYTES_MAX {
            let most = show_size(TREE_BYTES_MAX as u64);
            return Err(format!(
                "there are more than {TREE_ROWS_MAX} files below the folder, or {most} of their \
                 names; put the configuration into a folder of its own"
            ));
        }
        Ok(())
    }

    fn keep(&mut self, row: &[u8]) -> Result<(), String> {
        let row = String::from_utf8_lossy(row);
        let Some((about, name)) = row.split_once('\t') else { return Ok(()) };
        let words: Vec<&str> = about.split_whitespace().collect();
        let [mode, kind, id, size] = words[..] else { return Ok(()) };
        let is_link = mode == LINK;
        if kind == "commit" {
            self.beyond.insert(name.to_owned(), "/".to_owned());
        }
        let is_named = name == self.first || name.ends_with(".toml") || is_link;
        if kind == "blob" && is_named {
            let Ok(bytes) = size.parse::<u64>() else {
                return Err(format!("git has no `{}`: its object is missing", shown(name)));
            };
            self.total = self.total.saturating_add(bytes);
            if bytes > if is_link { LINK_BYTES_MAX } else { SOURCE_BYTES_MAX } {
                return Err(format!("`{}` is too large", shown(name)));
            }
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            self.blobs.push(Blob { name: name.to_owned(), id: id.to_owned(), bytes, is_link });
        }
        let count = self.blobs.len() + self.beyond.len();
        if self.total > SOURCES_BYTES_MAX || count > SOURCE_FILES_MAX {
            let most = show_size(SOURCES_BYTES_MAX);
            return Err(format!(
                "there are more than {most} or {SOURCE_FILES_MAX} files of TOML below the folder"
            ));
        }
        Ok(())
    }
}

/// The bytes of the next object: `ID blob SIZE`, a line end, the bytes, a line end.
fn next<'b>(rest: &mut &'b [u8], blob: &Blob) -> Option<&'b [u8]> {
    let head = format!("{} blob {}\n", blob.id, blob.bytes);
    let behind = rest.strip_prefix(head.as_bytes())?;
    let (bytes, behind) = behind.split_at_checked(blob.bytes)?;
    *rest = behind.strip_prefix(b"\n")?;
    Some(bytes)
}
