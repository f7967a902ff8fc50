//! Writing files whole or not at all: under another name, then renamed.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

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
    let written = whole(path, bytes)?;
    written.persist(path)?;
    sync_folder(path)
}

/// Bytes of a file by which it is told what it is.
const HEAD_BYTES: u64 = 4096;

/// Refuses the place of a file that is there and says something else than a command of ours wrote: it
/// is somebody's. An empty one, and what is no file, may be written to.
///
/// Errors: one line that names the file; `kind` says what would be ours.
pub(super) fn check_ours(
    path: &Path,
    kind: &str,
    is_ours: impl Fn(&[u8]) -> bool,
) -> Result<(), String> {
    if !fs::metadata(path).is_ok_and(|known| known.is_file() && known.len() > 0) {
        return Ok(());
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    let why = match read {
        Ok(_) if is_ours(&head) => return Ok(()),
        Ok(_) => format!("the file is there and is no {kind}; remove it, or name another one"),
        Err(error) => format!("whether it is our {kind} cannot be seen: {error}"),
    };
    Err(format!("{}: {why}", path.display()))
}

/// Writes a file that is not there yet.
///
/// Errors: something stands there, or the system refuses. Then what was there is as it was.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = whole(path, bytes)?;
    written.persist_noclobber(path)?;
    sync_folder(path)
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
    let written = under_another_name(path, CLOSED, |file| {
        file.write_all(now)?;
        keep_owner(file, &known)?;
        file.set_permissions(known.permissions())?;
        file.sync_all()
    })?;
    // As late as can be: an editor may have saved in between.
    if !says(path, was)? {
        return Err(io::Error::other("it was changed by somebody else meanwhile"));
    }
    written.persist(path)?;
    sync_folder(path)
}

/// Rights of a new file, as far as the caller's mask lets them be.
const WRITTEN: u32 = 0o666;

/// Rights of a file whose text may be nobody else's to read: it gets others when it is whole.
const CLOSED: u32 = 0o600;

/// A new file beside `path` that says `bytes`, and stays though the machine fails.
fn whole(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    under_another_name(path, WRITTEN, |file| {
        file.write_all(bytes)?;
        file.sync_all()
    })
}

/// Lets `fill` write a new file beside `path`, under a name that nobody can guess. It is gone again
/// unless it is put in some place.
fn under_another_name(
    path: &Path,
    rights: u32,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    let name = path.file_name().ok_or_else(|| io::Error::other("not the name of a file"))?;
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    let mut builder = tempfile::Builder::new();
    let written = with_rights(builder.prefix(&prefix).suffix(".tmp"), rights);
    let mut written = written.tempfile_in(folder_of(path)).map_err(|error| plain(&error))?;
    fill(written.as_file_mut())?;
    Ok(written)
}

/// Why no file could be made, without the name that it would have had for a moment.
fn plain(error: &io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::NotFound {
        return io::Error::new(error.kind(), "its folder is not there");
    }
    let cause = std::error::Error::source(error).map(ToString::to_string);
    io::Error::new(error.kind(), cause.unwrap_or_else(|| error.to_string()))
}

#[cfg(unix)]
fn with_rights<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    rights: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(fs::Permissions::from_mode(rights))
}

#[cfg(not(unix))]
fn with_rights<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    _rights: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    builder
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or_else(|| Path::new("."))
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

/// Makes a rename in a file's folder last over a power failure, where the system can.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
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
    fn written_files_follow_no_link_that_waits_for_them_and_create_replaces_nothing() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("e.art");
        let victim = folder.path().join("victim");
        fs::write(&victim, "kept").expect("a file");
        let guessed = folder.path().join(format!(".e.art.{}.tmp", std::process::id()));
        std::os::unix::fs::symlink(&victim, &guessed).expect("a link");
        write(&path, b"new").expect("written");
        assert_eq!(fs::read_to_string(&victim).expect("a file"), "kept");
        assert!(fs::symlink_metadata(&path).expect("a file").is_file());
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_ne!(mode & 0o044, 0, "others may read what is for all: {mode:o}");
        assert!(create(&path, b"other").is_err());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "new");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3);
    }

    #[test]
    fn write_says_that_the_folder_is_missing_and_names_no_other_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = write(&folder.path().join("a/b"), b"new").expect_err("no folder");
        assert_eq!(error.to_string(), "its folder is not there");
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
