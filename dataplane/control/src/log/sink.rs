//! Where lines go: stdout, stderr or a file. A sink that fails loses lines and says how many; it
//! never ends the process.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// How long one wait for a slow reader lasts before it is asked whether to go on.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// Where the configuration sends the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nowhere.
    Off,
    /// Standard output, which then carries nothing else.
    Stdout,
    /// Standard error.
    Stderr,
    /// A file that is appended to.
    File(PathBuf),
}

/// An open target.
#[derive(Debug)]
pub(crate) struct Sink {
    to: Open,
    /// The last write ended inside a line.
    is_mid_line: bool,
}

#[derive(Debug)]
enum Open {
    Off,
    Stdout(io::Stdout),
    Stderr(io::Stderr),
    File(File),
}

impl Sink {
    /// Opens the target; a file is made when it is missing, and its folder is not.
    pub(crate) fn open(target: &Target) -> io::Result<Self> {
        let to = match target {
            Target::Off => Open::Off,
            Target::Stdout => Open::Stdout(io::stdout()),
            Target::Stderr => Open::Stderr(io::stderr()),
            Target::File(path) => {
                // Not blocking, since opening a FIFO would otherwise wait for its reader.
                let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
                let mut options = OpenOptions::new();
                options.append(true).create(true).mode(0o640).custom_flags(flags);
                Open::File(options.open(path)?)
            }
        };
        Ok(Self { to, is_mid_line: false })
    }

    /// Writes whole lines. `is_over` is asked while a slow reader is waited for.
    ///
    /// Errors: the rest is lost; a line that was cut is ended by the next write.
    pub(crate) fn write(&mut self, lines: &[u8], is_over: impl Fn() -> bool) -> io::Result<()> {
        let fd = match &self.to {
            Open::Off => return Ok(()),
            Open::Stdout(stdout) => stdout.as_fd(),
            Open::Stderr(stderr) => stderr.as_fd(),
            Open::File(file) => file.as_fd(),
        };
        if self.is_mid_line {
            write_all(fd, b"\n", &is_over).map_err(|(_, error)| error)?;
            self.is_mid_line = false;
        }
        write_all(fd, lines, &is_over).map_err(|(written, error)| {
            let last = lines.get(..written).and_then(<[u8]>::last);
            self.is_mid_line = last.is_some_and(|byte| *byte != b'\n');
            error
        })
    }
}

fn write_all(
    fd: BorrowedFd<'_>,
    bytes: &[u8],
    is_over: &impl Fn() -> bool,
) -> Result<(), (usize, io::Error)> {
    let mut written = 0;
    while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
        match rustix::io::write(fd, rest) {
            Ok(0) => return Err((written, io::ErrorKind::WriteZero.into())),
            Ok(count) => written += count,
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if is_over() => return Err((written, Errno::AGAIN.into())),
            Err(Errno::AGAIN) => {
                // What poll cannot say, the next write says.
                let _ = poll(&mut [PollFd::from_borrowed_fd(fd, PollFlags::OUT)], Some(&WAIT));
            }
            Err(error) => return Err((written, error.into())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never() -> bool {
        false
    }

    #[test]
    fn file_is_appended_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("access.log");
        for line in ["one\n", "two\n"] {
            let mut sink = Sink::open(&Target::File(path.clone())).expect("a file");
            sink.write(line.as_bytes(), never).expect("room on the disk");
        }
        assert_eq!(std::fs::read_to_string(path).expect("the file"), "one\ntwo\n");
    }

    #[test]
    fn file_in_missing_folder_is_an_error() {
        let target = Target::File("/nonexistent/folder/access.log".into());
        assert_eq!(Sink::open(&target).err().map(|e| e.kind()), Some(io::ErrorKind::NotFound));
    }

    #[test]
    fn disk_full_is_an_error_and_no_panic() {
        let mut sink = Sink::open(&Target::File("/dev/full".into())).expect("a device");
        let error = sink.write(b"line\n", never).expect_err("the device is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(!sink.is_mid_line);
    }

    #[test]
    fn reader_that_stands_still_is_given_up_when_asked_to_end() {
        let (reader, writer) =
            rustix::pipe::pipe_with(rustix::pipe::PipeFlags::NONBLOCK).expect("a pipe");
        let mut sink = Sink { to: Open::File(File::from(writer)), is_mid_line: false };
        let lines = b"a line that does not end\n".repeat(100_000);
        let error = sink.write(&lines, || true).expect_err("the pipe is full");
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        drop(reader);
        let error = sink.write(b"x\n", || true).expect_err("the reader is gone");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
