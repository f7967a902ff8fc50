//! Writes a file so that after a crash there is the old one or the new one, never half of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Names of files that are not finished begin with this; what a crash left is swept away.
pub(super) const UNFINISHED: &str = ".unfinished-";

/// Replaces `folder/name`: temporary name, fsync, rename, fsync of the folder.
///
/// Errors: nothing has changed.
pub(super) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!("{UNFINISHED}{name}"));
    let done = write_synced(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, folder.join(name)))
        .and_then(|()| File::open(folder)?.sync_all());
    if done.is_err() {
        // It may not be there at all; the first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
    }
    done
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_file_is_whole_and_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        for text in [&b"first"[..], b"second, longer", b""] {
            replace(folder.path(), "pointer", text).expect("a writable folder");
            assert_eq!(fs::read(folder.path().join("pointer")).expect("the file"), text);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    }

    #[test]
    fn replace_that_fails_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        replace(folder.path(), "pointer", b"old").expect("a writable folder");
        // A folder in the way of the temporary name makes the write fail, whoever runs the test.
        fs::create_dir(folder.path().join(format!("{UNFINISHED}pointer"))).expect("a folder");
        assert!(replace(folder.path(), "pointer", b"new").is_err());
        assert_eq!(fs::read(folder.path().join("pointer")).expect("the file"), b"old");
    }
}
