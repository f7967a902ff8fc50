//! The socket's file: made for this user alone, a dead process's one replaced, a living one's not.

use std::fmt;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::client::request;
use crate::identity::FileIdentity;
use crate::limits::SOCKET_PATH_BYTES_MAX;

/// How long another process may take to say that it is draining.
const NEIGHBOUR_PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no admin socket.
#[derive(Debug)]
pub enum AdminError {
    /// Another process listens there and goes on serving.
    InUse {
        /// The socket.
        path: PathBuf,
    },
    /// Something stands there that is no socket; it is left alone.
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// The system has no room for its path.
    TooLong {
        /// The socket.
        path: PathBuf,
        /// Bytes that the path may have.
        max: usize,
    },
    /// The system does not let us make it.
    Io {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for AdminError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, why) = match self {
            Self::InUse { path } => (path, "another pointsmand listens there; stop that one"),
            Self::InTheWay { path } => (path, "a file that is no socket stands there; move it"),
            Self::TooLong { path, max } => {
                return write!(
                    f,
                    "admin socket {}: the path of the admin socket must be shorter than {} bytes; name a shorter one with --admin",
                    path.display(),
                    max + 1
                );
            }
            Self::Io { path, error } => {
                return write!(
                    f,
                    "admin socket {}: {error}; name a path in a folder that this user may write with --admin",
                    path.display()
                );
            }
        };
        write!(f, "admin socket {}: {why}, or name another with --admin", path.display())
    }
}

impl std::error::Error for AdminError {}

/// A socket that listens. Its file goes with it, unless a successor has put its own there.
#[derive(Debug)]
pub(crate) struct Socket {
    path: PathBuf,
    identity: Option<FileIdentity>,
}

impl Socket {
    /// Listens at `path`.
    pub(crate) fn bind(path: &Path) -> Result<(Self, UnixListener), AdminError> {
        examine(path)?;
        make_way(path)?;
        let failed = |error| AdminError::Io { path: path.to_owned(), error };
        let listener = bind_private(path).map_err(failed)?;
        Ok((Self { path: path.to_owned(), identity: FileIdentity::of(path) }, listener))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let now = FileIdentity::of(&self.path);
        if let (Some(now), Some(ours)) = (now, self.identity)
            && now.is_same_file(ours)
        {
            // What cannot be removed is replaced by the next process.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Refuses a path that no socket could have; changes nothing.
pub(crate) fn examine(path: &Path) -> Result<(), AdminError> {
    let len = |path: &Path| path.as_os_str().len();
    let longest = len(path).max(len(&unfinished(path)));
    if longest > SOCKET_PATH_BYTES_MAX {
        let max = SOCKET_PATH_BYTES_MAX + len(path) - longest;
        return Err(AdminError::TooLong { path: path.to_owned(), max });
    }
    match fs::symlink_metadata(path) {
        Ok(meta) if !meta.file_type().is_socket() => {
            Err(AdminError::InTheWay { path: path.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Refuses where somebody listens who goes on serving.
fn make_way(path: &Path) -> Result<(), AdminError> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => Err(AdminError::Io { path: path.to_owned(), error }),
        Ok(_) if is_draining(path) => Ok(()),
        Ok(_) => Err(AdminError::InUse { path: path.to_owned() }),
    }
}

/// A process that drains has given its state folder away, and so its socket.
fn is_draining(path: &Path) -> bool {
    let answer = request(path, "GET", "/status", b"", Some(NEIGHBOUR_PATIENCE));
    let body = answer.ok().and_then(|answer| serde_json::from_slice(&answer.body).ok());
    body.is_some_and(|status: serde_json::Value| status["draining"] == true)
}

/// The name under which a socket is made: another one for each process, but always as long, and not
/// longer than `admin.sock`, so that no process number decides whether a path has room.
fn unfinished(path: &Path) -> PathBuf {
    path.with_file_name(format!(".{:06x}", std::process::id()))
}

/// Made under another name and renamed, so that nobody connects before it is private, and so that
/// an old one is replaced in one step.
fn bind_private(path: &Path) -> io::Result<UnixListener> {
    let unfinished = unfinished(path);
    // What a process of the same number left.
    let _ = fs::remove_file(&unfinished);
    let listener = UnixListener::bind(&unfinished)?;
    let done = fs::set_permissions(&unfinished, Permissions::from_mode(0o600))
        .and_then(|()| listener.set_nonblocking(true))
        .and_then(|()| fs::rename(&unfinished, path));
    if let Err(error) = done {
        // The first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_and_path() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("admin.sock");
        (folder, path)
    }

    #[test]
    fn socket_is_private_and_goes_with_its_owner() {
        let (folder, path) = folder_and_path();
        let (socket, _listener) = Socket::bind(&path).expect("a socket");
        let mode = fs::metadata(&path).expect("the socket").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn dead_socket_is_replaced() {
        let (_folder, path) = folder_and_path();
        drop(UnixListener::bind(&path).expect("a socket"));
        assert!(path.exists());
        let (_socket, _listener) = Socket::bind(&path).expect("a socket");
        UnixStream::connect(&path).expect("a listener");
    }

    #[test]
    fn living_socket_is_refused() {
        let (_folder, path) = folder_and_path();
        let other = UnixListener::bind(&path).expect("a socket");
        let silent = std::thread::spawn(move || {
            // Takes both connections and says nothing that makes sense.
            for _ in 0..2 {
                drop(other.accept());
            }
        });
        let error = Socket::bind(&path).expect_err("in use").to_string();
        assert!(error.contains("another pointsmand") && error.contains("--admin"), "{error}");
        silent.join().expect("no panic");
        assert!(path.exists());
    }

    #[test]
    fn file_in_the_way_is_left_alone() {
        let (_folder, path) = folder_and_path();
        fs::write(&path, "precious").expect("a file");
        let error = Socket::bind(&path).expect_err("in the way").to_string();
        assert!(error.contains("no socket"), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("the file"), "precious");
    }

    #[test]
    fn path_too_long_or_missing_is_one_line() {
        let (folder, _) = folder_and_path();
        for path in [folder.path().join("x".repeat(200)), folder.path().join("missing/admin.sock")]
        {
            let line = Socket::bind(&path).expect_err("no socket").to_string();
            assert!(line.contains("--admin") && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn path_has_room_to_the_last_byte_or_its_limit_is_told() {
        let (folder, _) = folder_and_path();
        let room = 107 - folder.path().as_os_str().len() - 1;
        let path = |len: usize| folder.path().join("x".repeat(len));
        drop(Socket::bind(&path(room)).expect("room"));
        let line = Socket::bind(&path(room + 1)).expect_err("no room").to_string();
        assert!(line.contains("must be shorter than 108 bytes"), "{line}");
        // The name that it is made under is longer than this one.
        let deep = folder.path().join("x".repeat(room - 7));
        fs::create_dir(&deep).expect("a folder");
        let line = Socket::bind(&deep.join("abcd")).expect_err("no room").to_string();
        assert!(line.contains("must be shorter than 105 bytes"), "{line}");
        drop(Socket::bind(&deep.with_file_name("abcd")).expect("room"));
    }

    #[test]
    fn socket_of_a_successor_stays() {
        let (_folder, path) = folder_and_path();
        let (socket, _listener) = Socket::bind(&path).expect("a socket");
        let _successor = bind_private(&path).expect("another socket");
        drop(socket);
        assert!(path.exists());
    }
}
