//! Which file stands at a path now, and whether it is still the one that was read.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What tells one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl FileIdentity {
    /// Follows symlinks. None when there is no such file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().map(|meta| Self::from(&meta))
    }

    /// True when both are the same file, whatever was written to it since.
    pub(crate) fn is_same_file(self, other: Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

impl From<&Metadata> for FileIdentity {
    fn from(meta: &Metadata) -> Self {
        Self {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.size(),
            modified: (meta.mtime(), meta.mtime_nsec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn identity_tells_rename_and_rewrite_from_rest() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        assert_eq!(FileIdentity::of(&path), None);
        fs::write(&path, "1").expect("a file");
        let first = FileIdentity::of(&path).expect("the file");
        assert_eq!(FileIdentity::of(&path), Some(first));
        fs::write(&path, "22").expect("a file");
        let rewritten = FileIdentity::of(&path).expect("the file");
        assert!(rewritten != first && rewritten.is_same_file(first));
        fs::write(&other, "22").expect("a file");
        fs::rename(&other, &path).expect("a rename");
        let renamed = FileIdentity::of(&path).expect("the file");
        assert!(renamed != rewritten && !renamed.is_same_file(rewritten));
    }
}
