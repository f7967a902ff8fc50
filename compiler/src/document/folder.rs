//! Where a configuration is read from: a folder on disk, or files in memory. Nothing outside the
//! folder is ever read, whatever a link says.

pub(super) mod above;
mod entry;
mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

pub use entry::{Entry, EntryKind, ReadFault};
pub use tree::Tree;

use crate::limits::SOURCE_BYTES_MAX;

/// A folder. Names in it are relative, with `/`.
#[derive(Clone, Debug)]
pub enum Folder {
    /// On disk; the path is absolute and without links.
    Disk(PathBuf),
    /// On disk, but for the files of these names, which say what stands here.
    Changed(PathBuf, BTreeMap<String, Vec<u8>>),
    /// In memory.
    Memory(Tree),
}

impl Folder {
    /// A folder on disk.
    ///
    /// Errors: it does not exist, or may not be entered.
    pub fn disk(path: &Path) -> io::Result<Self> {
        Ok(Self::Disk(fs::canonicalize(path)?))
    }

    /// Files in memory.
    pub fn memory<N, B>(files: impl IntoIterator<Item = (N, B)>) -> Self
    where
        N: Into<String>,
        B: Into<Vec<u8>>,
    {
        let files = files.into_iter().map(|(name, bytes)| (name.into(), bytes.into()));
        Self::Memory(Tree::new(files.collect(), BTreeMap::new()))
    }

    /// The same folder with other contents of some of its files. Nothing is written.
    #[must_use]
    pub fn with(&self, changed: BTreeMap<String, Vec<u8>>) -> Self {
        match self {
            Self::Disk(root) => Self::Changed(root.clone(), changed),
            Self::Changed(root, files) => {
                let mut files = files.clone();
                files.extend(changed);
                Self::Changed(root.clone(), files)
            }
            Self::Memory(tree) => {
                let mut tree = tree.clone();
                tree.extend(changed);
                Self::Memory(tree)
            }
        }
    }

    /// The entries of a folder in it, sorted; empty where there is none, and so many at most.
    pub(super) fn entries(&self, folder: &str, most: usize) -> Vec<Entry> {
        let mut entries = match self {
            Self::Disk(root) | Self::Changed(root, _) => disk_entries(&root.join(folder), most),
            Self::Memory(tree) => tree.entries(folder, most),
        };
        entries.sort();
        entries.dedup();
        entries
    }

    /// Whether a folder is a link that leaves this one, and what it holds is not to be had here: it
    /// must not pass for an empty one.
    pub(super) fn is_beyond(&self, folder: &str) -> bool {
        match self {
            Self::Disk(_) | Self::Changed(..) => false,
            Self::Memory(tree) => tree.is_beyond(folder),
        }
    }

    /// The one true name of a file, by which two names of the same file are told.
    ///
    /// Errors: it is missing, outside, or no file.
    pub(crate) fn identity(&self, name: &str) -> Result<PathBuf, ReadFault> {
        match self {
            Self::Memory(tree) => tree.file(name).map(|(name, _)| PathBuf::from(name)),
            Self::Disk(root) | Self::Changed(root, _) => {
                let path = fs::canonicalize(root.join(name)).map_err(|error| system(&error))?;
                if !path.starts_with(root) {
                    return Err(ReadFault::Outside);
                }
                match fs::metadata(&path) {
                    Ok(about) if about.is_file() => Ok(path),
                    Ok(_) => Err(ReadFault::NotAFile),
                    Err(error) => Err(system(&error)),
                }
            }
        }
    }

    /// The bytes of a file, if their count is admitted.
    pub(super) fn read(
        &self,
        name: &str,
        admits: impl Fn(u64) -> bool,
    ) -> Result<Vec<u8>, ReadFault> {
        let identity = self.identity(name)?;
        match self {
            Self::Memory(tree) => held(tree.file(name)?.1, admits),
            Self::Changed(_, files) if files.contains_key(name) => {
                held(files.get(name).ok_or(ReadFault::Missing)?, admits)
            }
            Self::Disk(_) | Self::Changed(..) => {
                let file = open(&identity).map_err(|error| system(&error))?;
                // Asked of what was opened: the name may stand for something else by now.
                let about = file.metadata().map_err(|error| system(&error))?;
                let len = about.len();
                if !about.is_file() {
                    return Err(ReadFault::NotAFile);
                }
                if len > SOURCE_BYTES_MAX {
                    return Err(ReadFault::TooLarge(len));
                }
                if !admits(len) {
                    return Err(ReadFault::Spent);
                }
                let mut bytes = Vec::new();
                // One more than the limit shows a file that grows while it is read.
                let read = file.take(SOURCE_BYTES_MAX + 1).read_to_end(&mut bytes);
                read.map_err(|error| system(&error))?;
                if bytes.len() as u64 > SOURCE_BYTES_MAX {
                    return Err(ReadFault::TooLarge(bytes.len() as u64));
                }
                Ok(bytes)
            }
        }
    }
}

/// The bytes of a file in memory, if their count is admitted.
fn held(bytes: &[u8], admits: impl Fn(u64) -> bool) -> Result<Vec<u8>, ReadFault> {
    if admits(bytes.len() as u64) { Ok(bytes.to_vec()) } else { Err(ReadFault::Spent) }
}

/// Opens a file for reading; a pipe that has taken its place is not waited for.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    fs::OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<fs::File> {
    fs::File::open(path)
}

fn system(error: &io::Error) -> ReadFault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadFault::Missing,
        _ => ReadFault::System(error.to_string()),
    }
}

fn disk_entries(folder: &Path, most: usize) -> Vec<Entry> {
    let Ok(found) = fs::read_dir(folder) else { return Vec::new() };
    found
        .flatten()
        .take(most)
        .map(|entry| {
            let kind = entry.file_type();
            let link = kind.as_ref().is_ok_and(fs::FileType::is_symlink);
            // Only a link has to be followed to know what it is.
            let kind =
                if link { fs::metadata(entry.path()).map(|about| about.file_type()) } else { kind };
            let kind = match kind {
                Ok(kind) if kind.is_dir() => EntryKind::Folder,
                Ok(kind) if kind.is_file() => EntryKind::File,
                _ => EntryKind::Other,
            };
            Entry { name: entry.file_name().into_string().ok(), kind, link }
        })
        .collect()
}
