//! The folder itself, its lock and the host's random id.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, FlockOperation, flock};

use super::durable;
use crate::limits::LOCK_BYTES_MAX;

const LOCK_FILE: &str = "lock";
const VIA_FILE: &str = "via-id";

/// Why the state folder cannot be used.
#[derive(Debug)]
pub enum StoreError {
    /// It cannot be made, opened or written.
    Folder {
        /// Where it went wrong.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The highest generation that served cannot be told.
    Floor {
        /// The file that holds it.
        path: PathBuf,
        /// What is wrong with it.
        error: io::Error,
    },
    /// Another process uses it.
    Locked {
        /// The folder.
        path: PathBuf,
        /// The other process, when it could be told.
        pid: Option<u32>,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, error } => write!(
                f,
                "state folder: {}: {error}; make it writable for this user or name another with --state",
                path.display()
            ),
            Self::Floor { path, error } => write!(
                f,
                "{}: {error}; it says which generations are too old: write the number of the last one \
                 there, or start once with --allow-rollback",
                path.display()
            ),
            Self::Locked { path, pid } => {
                write!(f, "state folder {} is in use by ", path.display())?;
                match pid {
                    Some(pid) => write!(f, "process {pid}")?,
                    None => f.write_str("another process")?,
                }
                f.write_str("; stop or drain that one, or name another folder with --state")
            }
        }
    }
}

impl std::error::Error for StoreError {}

/// A state folder that exists.
#[derive(Clone, Debug)]
pub(crate) struct StateFolder {
    path: PathBuf,
}

impl StateFolder {
    /// Makes the folder, for this user alone, when it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(at(path))?;
        Ok(Self { path: path.to_owned() })
    }

    /// Whether [`Self::open`] and [`Self::lock`] would succeed but for another process that has the
    /// lock; changes nothing. Returns that process, if there is one: its id, if that could be told.
    pub(crate) fn examine(path: &Path) -> Result<Option<Option<u32>>, StoreError> {
        let may_write = |path: &Path| {
            rustix::fs::access(path, Access::WRITE_OK | Access::EXEC_OK)
                .map_err(|error| at(path)(error.into()))
        };
        // A name without a folder is in the one that we are in.
        let folders = path.ancestors().map(|folder| match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        });
        for folder in folders {
            match fs::metadata(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(at(folder)(error)),
                Ok(meta) if !meta.is_dir() => {
                    return Err(at(folder)(io::ErrorKind::NotADirectory.into()));
                }
                Ok(_) => may_write(folder)?,
            }
            break;
        }
        let via = path.join(VIA_FILE);
        // A file that is no id is replaced; a folder cannot be.
        if fs::symlink_metadata(&via).is_ok_and(|meta| meta.is_dir()) {
            return Err(at(&via)(rustix::io::Errno::ISDIR.into()));
        }
        let lock = path.join(LOCK_FILE);
        match OpenOptions::new().read(true).write(true).open(&lock) {
            Ok(file) => Ok(is_locked(&file).then(|| holder(&file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at(&lock)(error)),
        }
    }

    /// The folder as it was named.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes this process the only one here, until the lock is dropped.
    pub(crate) fn lock(&self) -> Result<Lock, StoreError> {
        let path = self.path.join(LOCK_FILE);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(at(&path))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(StoreError::Locked { path: self.path.clone(), pid: holder(&file) });
            }
            Err(error) => return Err(at(&path)(error.into())),
        }
        // The file stays for good: removing it would let two processes hold two locks.
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(at(&path))?;
        Ok(Lock { _file: file })
    }

    /// The random id in `Via: 1.1 pointsman-XXXXXXXX`: eight hex digits, made once a folder.
    pub(crate) fn via_id(&self) -> Result<String, StoreError> {
        let path = self.path.join(VIA_FILE);
        if let Ok(text) = fs::read_to_string(&path)
            && let Some(id) = valid_via(&text)
        {
            return Ok(id.to_owned());
        }
        let mut random = [0u8; 4];
        let source = Path::new("/dev/urandom");
        File::open(source).and_then(|mut file| file.read_exact(&mut random)).map_err(at(source))?;
        let id = format!("{:08x}", u32::from_le_bytes(random));
        durable::replace(&self.path, VIA_FILE, format!("{id}\n").as_bytes()).map_err(at(&path))?;
        Ok(id)
    }
}

fn valid_via(text: &str) -> Option<&str> {
    let id = text.trim_end();
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (id.len() == 8 && id.bytes().all(is_hex)).then_some(id)
}

/// Looked up and not tried: one who tries has the lock for a moment, and a start meanwhile fails.
fn is_locked(file: &File) -> bool {
    let Ok(inode) = file.metadata().map(|meta| format!(":{} ", meta.ino())) else { return false };
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    locks.lines().any(|line| line.contains("FLOCK") && line.contains(&inode))
}

fn holder(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(LOCK_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim_end().parse().ok()
}

pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| StoreError::Folder { path, error }
}

/// Held while this process may write to the folder. The system takes it back with the process.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn folder_is_made_for_this_user_alone() {
        let outer = tempfile::tempdir().expect("a folder");
        let path = outer.path().join("deep/state");
        StateFolder::open(&path).expect("a folder");
        let mode = fs::metadata(&path).expect("the folder").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn second_lock_is_refused_and_names_the_first() {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = StateFolder::open(outer.path()).expect("a folder");
        let lock = folder.lock().expect("the first lock");
        let refused = folder.lock().expect_err("the second lock").to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        assert!(refused.contains("--state") && !refused.contains('\n'), "{refused}");
        drop(lock);
        folder.lock().expect("the lock is free again");
    }

    #[test]
    fn folder_examined_is_neither_made_nor_locked() {
        let outer = tempfile::tempdir().expect("a folder");
        let path = outer.path().join("deep/state");
        assert_eq!(StateFolder::examine(&path).expect("it can be made"), None);
        assert!(!outer.path().join("deep").exists());
        let folder = StateFolder::open(&path).expect("a folder");
        assert_eq!(StateFolder::examine(&path).expect("it can be used"), None);
        let lock = folder.lock().expect("the lock");
        let user = StateFolder::examine(&path).expect("it can be used");
        assert_eq!(user, Some(Some(std::process::id())));
        drop(lock);
        assert_eq!(StateFolder::examine(&path).expect("it can be used"), None);
    }

    #[test]
    fn folder_that_is_none_is_refused_unmade() {
        let outer = tempfile::tempdir().expect("a folder");
        let file = outer.path().join("file");
        fs::write(&file, "").expect("a file");
        for path in [file.clone(), file.join("state")] {
            let line = StateFolder::examine(&path).expect_err("a file").to_string();
            assert!(line.contains("file") && line.contains("--state"), "{line}");
        }
        for name in [VIA_FILE, LOCK_FILE] {
            let state = outer.path().join(format!("state-{name}"));
            fs::create_dir_all(state.join(name)).expect("a folder");
            let examined = StateFolder::examine(&state).expect_err("a folder").to_string();
            let folder = StateFolder::open(&state).expect("a folder");
            let served = folder.lock().and_then(|_| folder.via_id()).expect_err("a folder");
            assert_eq!(examined, served.to_string());
        }
    }

    #[test]
    fn via_id_is_made_once() {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = StateFolder::open(outer.path()).expect("a folder");
        let id = folder.via_id().expect("an id");
        assert_eq!(valid_via(&id), Some(&*id));
        assert_eq!(folder.via_id().expect("an id"), id);
    }

    #[test]
    fn via_id_damaged_is_made_anew() {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = StateFolder::open(outer.path()).expect("a folder");
        for damage in ["", "123", "XXXXXXXX", "0123456789", "0123\r\n67"] {
            fs::write(outer.path().join(VIA_FILE), damage).expect("a file");
            let id = folder.via_id().expect("an id");
            assert_eq!(valid_via(&id), Some(&*id), "{damage:?}");
        }
    }
}
