//! Writing files whole or not at all: under another name, then renamed.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Writes a file, new or in the place of another.
///
/// Errors: a folder stands there, or the system refuses. Then what was there is as it was.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What a link names is replaced, not the link.
    let target = fs::canonicalize(path);
    let path = target.as_deref().unwrap_or(path);
    if path.is_dir() {
        return Err(io::Error::other("a folder stands there"));
    }
    if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        // A device or a pipe takes the bytes; a file renamed over it would destroy it.
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    under_another_name(path, |other| {
        let mut file = File::create(other)?;
        file.write_all(bytes)?;
        file.sync_all()
    })
}

/// Writes `now` in the place of a file that says `was`. Owner and rights stay.
///
/// Errors: the file may not be written, says something else by now, or the system refuses. Then it
/// is as it was.
pub(super) fn replace(path: &Path, was: &[u8], now: &[u8]) -> io::Result<()> {
    let known = fs::metadata(path)?;
    if known.permissions().readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    under_another_name(path, |other| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(other)?;
        file.write_all(now)?;
        keep_owner(&file, &known)?;
        file.set_permissions(known.permissions())?;
        file.sync_all()?;
        // As late as can be: an editor may have saved in between.
        if says(path, was)? {
            return Ok(());
        }
        Err(io::Error::other("it was changed by somebody else meanwhile"))
    })
}

/// Lets `fill` write a file beside `path`, and puts it in its place.
fn under_another_name(path: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::other("not the name of a file"))?;
    let mut other = std::ffi::OsString::from(".");
    other.push(name);
    other.push(format!(".{}.tmp", std::process::id()));
    let other = folder.join(other);
    let written = fill(&other).and_then(|()| fs::rename(&other, path));
    if written.is_err() {
        // What is left of it helps nobody; the first error is the one that is told.
        let _ = fs::remove_file(&other);
    }
    written?;
    sync_folder(folder)
}

/// Whether a file says these bytes and no others.
fn says(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut found = Vec::with_capacity(bytes.len());
    // One byte more shows a file that grew.
    File::open(path)?.take(bytes.len() as u64 + 1).read_to_end(&mut found)?;
    Ok(found == bytes)
}

/// Gives a new file the owner of the one it replaces.
#[cfg(unix)]
fn keep_owner(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let ours = file.metadata()?;
    if (ours.uid(), ours.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
        .map_err(|error| io::Error::other(format!("its owner cannot be kept: {error}")))
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _like: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Makes the rename last over a power failure, where the system can.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replace_refuses_a_file_that_changed_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        for (there, expected) in [("old", true), ("old and more", false), ("ol", false)] {
            fs::write(&path, there).expect("a file");
            let replaced = replace(&path, b"old", b"new");
            assert_eq!(replaced.is_ok(), expected, "{there}: {replaced:?}");
            let text = fs::read_to_string(&path).expect("a file");
            assert_eq!(text, if expected { "new" } else { there });
            assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn replace_keeps_rights_and_refuses_what_is_read_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        for (mode, expected) in [(0o640, true), (0o755, true), (0o444, false)] {
            fs::write(&path, "old").expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("rights");
            assert_eq!(replace(&path, b"old", b"new").is_ok(), expected, "{mode:o}");
            let now = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(now & 0o777, mode, "{mode:o}");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("rights");
        }
    }
}
