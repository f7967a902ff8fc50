//! What stands in a folder, and why a file of it is not read.

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its own name; `None` when it is not UTF-8.
    pub name: Option<String>,
    /// What it is, links followed.
    pub kind: EntryKind,
    /// Whether it is a link.
    pub link: bool,
}

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A folder.
    Folder,
    /// A file.
    File,
    /// Neither, or a link to nothing.
    Other,
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadFault {
    /// There is none.
    Missing,
    /// It lies outside the folder.
    Outside,
    /// It is a folder, a device or a pipe.
    NotAFile,
    /// It is larger than a file may be.
    TooLarge(u64),
    /// All files together are larger than they may be.
    Spent,
    /// The system says so.
    System(String),
}
