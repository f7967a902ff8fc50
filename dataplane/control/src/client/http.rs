//! One blocking HTTP/1.1 request over a unix socket, bounded in time and size.

use crate::limits::{ANSWER_BYTES_MAX, ANSWER_HEAD_BYTES_MAX};
use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a running process answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum ClientError {
    /// Nobody listens there.
    Nobody {
        /// The socket.
        socket: PathBuf,
    },
    /// Something else stands there.
    NotASocket {
        /// What is no socket.
        socket: PathBuf,
    },
    /// The system lets us not connect, or the connection broke.
    Io {
        /// The socket.
        socket: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// What came back is no answer of ours.
    Garbled {
        /// The socket.
        socket: PathBuf,
    },
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody { socket } => write!(
                f,
                "no pointsmand listens on {}; start one, or name the socket of the running one with --admin",
                socket.display()
            ),
            Self::NotASocket { socket } => write!(
                f,
                "{} is no socket; name the one of the running pointsmand with --admin",
                socket.display()
            ),
            Self::Io { socket, error } => {
                write!(f, "{}: {error}", socket.display())?;
                match error.kind() {
                    io::ErrorKind::PermissionDenied => {
                        f.write_str("; ask as the user that runs pointsmand, or as root")
                    }
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                        f.write_str("; the process does not answer, look at its log")
                    }
                    _ => Ok(()),
                }
            }
            Self::Garbled { socket } => write!(
                f,
                "{}: what answers there is no pointsmand; name its socket with --admin",
                socket.display()
            ),
        }
    }
}

impl std::error::Error for ClientError {}

/// Asks once. `patience` bounds each wait for bytes; none waits as long as it takes.
pub(crate) fn request(
    socket: &Path,
    method: &str,
    target: &str,
    body: &[u8],
    patience: Option<Duration>,
) -> Result<Answer, ClientError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::ConnectionRefused if is_other(socket) => {
            ClientError::NotASocket { socket: socket.to_owned() }
        }
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            ClientError::Nobody { socket: socket.to_owned() }
        }
        _ => ClientError::Io { socket: socket.to_owned(), error },
    };
    let mut stream = UnixStream::connect(socket).map_err(failed)?;
    let mut bytes = Vec::new();
    exchange(&mut stream, method, target, body, patience, &mut bytes).map_err(failed)?;
    parse(&bytes).ok_or_else(|| ClientError::Garbled { socket: socket.to_owned() })
}

fn is_other(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| !meta.file_type().is_socket())
}

fn exchange(
    stream: &mut UnixStream,
    method: &str,
    target: &str,
    body: &[u8],
    patience: Option<Duration>,
    answer: &mut Vec<u8>,
) -> io::Result<()> {
    stream.set_read_timeout(patience)?;
    stream.set_write_timeout(patience)?;
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: pointsmand\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    stream.take(ANSWER_BYTES_MAX).read_to_end(answer).map(|_| ())
}

/// The answer in the bytes of a connection that was closed after it. A length is asked for: a cut
/// answer must not look whole.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let window = bytes.get(..ANSWER_HEAD_BYTES_MAX).unwrap_or(bytes);
    let end = window.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    })?;
    let body = bytes.get(end + 4..)?;
    (body.len() == length).then(|| Answer { status, body: body.to_vec() })
}

/// Reads whatever it is given as an answer.
#[doc(hidden)]
pub fn fuzz_admin_answer(data: &[u8]) {
    if let Some(answer) = parse(data) {
        assert!(answer.body.len() <= data.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn answer_is_taken_whole_or_not_at_all() {
        let check = |bytes: &str, expected: Option<(u16, &str)>| {
            let got = parse(bytes.as_bytes());
            let got = got
                .as_ref()
                .map(|answer| (answer.status, std::str::from_utf8(&answer.body).expect("text")));
            assert_eq!(got, expected, "{bytes:?}");
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Some((200, "{}")));
        check("HTTP/1.1 409 Conflict\r\na: b\r\ncontent-length:0\r\n\r\n", Some((409, "")));
        check("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}", None);
        check("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{}", None);
        check("HTTP/1.1 200 OK\r\n\r\n{}", None);
        check("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", None);
        check("SSH-2.0-OpenSSH_9.2\r\n", None);
        check("HTTP/1.1 2", None);
        check("", None);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            fuzz_admin_answer(&data);
        }

        #[test]
        fn answer_cut_anywhere_is_none(cut in 0usize..57) {
            let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n01234567890123456789";
            prop_assert!(parse(whole).is_some());
            prop_assert!(parse(&whole[..cut]).is_none());
        }
    }

    #[test]
    fn nobody_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("admin.sock");
        let missing = request(&socket, "GET", "/status", b"", None).expect_err("nobody");
        drop(std::os::unix::net::UnixListener::bind(&socket).expect("a socket"));
        let dead = request(&socket, "GET", "/status", b"", None).expect_err("nobody");
        for line in [missing.to_string(), dead.to_string()] {
            assert!(
                line.starts_with("no pointsmand listens on ") && line.contains("--admin"),
                "{line}"
            );
        }
    }

    #[test]
    fn file_that_is_no_socket_is_told_from_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("edge.artifact");
        std::fs::write(&file, "").expect("a file");
        for path in [&file, folder.path()] {
            let line =
                request(path, "GET", "/status", b"", None).expect_err("no socket").to_string();
            let expected = format!("{} is no socket; ", path.display());
            assert!(line.starts_with(&expected) && line.contains("--admin"), "{line}");
        }
    }

    #[test]
    fn stranger_on_the_socket_is_told_from_us() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("admin.sock");
        let listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        let stranger = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut taken = [0; 1024];
            let count = stream.read(&mut taken).expect("a request");
            stream.write_all(b"220 mail.example ESMTP\r\n").expect("an answer");
            count
        });
        let error = request(&socket, "GET", "/status", b"", None).expect_err("no answer of ours");
        assert!(error.to_string().contains("no pointsmand"), "{error}");
        assert!(stranger.join().expect("no panic") > 0);
    }
}
