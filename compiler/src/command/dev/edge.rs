//! The `pointsmand` beside: where it is found, how it is started, heard and ended.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::SyncSender;
use std::thread;

use super::machine::Ended;
use super::news::News;

/// Its name, beside our own and in `PATH`.
const NAME: &str = "pointsmand";

/// The program to run.
///
/// Errors: there is none that starts; what to do about it.
pub(super) fn find(named: Option<&Path>) -> Result<PathBuf, String> {
    let beside = std::env::current_exe().ok().map(|own| own.with_file_name(NAME));
    let beside = beside.filter(|path| path.is_file());
    let program = named.map(Path::to_owned).or(beside).unwrap_or_else(|| PathBuf::from(NAME));
    let mut version = Command::new(&program);
    version.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let why = match version.status() {
        Ok(status) if status.success() => return Ok(program),
        Ok(status) => format!("`{} --version` ended with {status}", program.display()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
            format!("there is no `{NAME}` beside this program, nor in PATH")
        }
        Err(error) => format!("{}: {error}", program.display()),
    };
    Err(format!("{why}; say where it is: --pointsmand BIN"))
}

/// A running one. It does not outlive this.
pub(super) struct Edge {
    child: Child,
}

impl Edge {
    /// Starts one on a folder of ours; what it says is sent.
    pub(super) fn start(
        program: &Path,
        folder: &Path,
        more: &[OsString],
        news: &SyncSender<News>,
    ) -> io::Result<Self> {
        let state = folder.join("state");
        let mut command = Command::new(program);
        command.arg("serve").arg("--artifact").arg(folder.join(super::ARTIFACT));
        command.arg("--admin").arg(state.join("admin.sock")).arg("--state").arg(state).args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        apart(&mut command);
        let mut child = command.spawn()?;
        if let Some(pipe) = child.stdout.take() {
            hear(pipe, news.clone(), News::Logged);
        }
        if let Some(pipe) = child.stderr.take() {
            hear(pipe, news.clone(), News::Said);
        }
        Ok(Self { child })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<(Ended, ExitStatus)> {
        let status = self.child.try_wait().ok().flatten()?;
        Some((kind(status), status))
    }

    /// Asks it to finish what it serves and to end.
    pub(super) fn terminate(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process};
            // Nobody has waited for it yet, so the number is still its own.
            if kill_process(Pid::from_child(&self.child), Signal::TERM).is_ok() {
                return;
            }
        }
        self.kill();
    }

    /// Ends it by force.
    pub(super) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.wait();
    }
}

/// Codes that it chose itself say that it cannot serve; anything else is an accident.
fn kind(status: ExitStatus) -> Ended {
    match status.code() {
        Some(0..=2) => Ended::Refused,
        _ => Ended::Crashed,
    }
}

/// A terminal's Ctrl-C is for us alone: a second signal would make the edge cut what it serves.
#[cfg(unix)]
fn apart(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn apart(_command: &mut Command) {}

/// Sends what comes out of a pipe, line by line, until nobody writes or listens any more.
fn hear(pipe: impl Read + Send + 'static, news: SyncSender<News>, tell: fn(String) -> News) {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if news.send(tell(text)).is_err() {
                return;
            }
            line.clear();
        }
    });
}
