//! A running `pointsmand`, which ends with the test, whatever becomes of the test.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::{Client, Config, until};

/// How the edge does its input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driver {
    /// Completions.
    IoUring,
    /// Readiness.
    Epoll,
}

impl Driver {
    /// As on the command line and in `status`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::IoUring => "io-uring",
            Self::Epoll => "epoll",
        }
    }
}

/// How an edge is started.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// How it does its input and output.
    pub(crate) driver: Driver,
    /// How many workers it has.
    pub(crate) workers: u16,
    /// More arguments of `serve`.
    pub(crate) more: Vec<String>,
    /// What a shell does before it becomes the edge.
    pub(crate) before: String,
    /// Nobody reads its standard output until the test takes it.
    pub(crate) keep_stdout: bool,
}

impl Default for Options {
    fn default() -> Self {
        Driver::IoUring.into()
    }
}

impl From<Driver> for Options {
    fn from(driver: Driver) -> Self {
        Self { driver, workers: 1, more: Vec::new(), before: String::new(), keep_stdout: false }
    }
}

/// What came out of a pipe so far, line by line.
#[derive(Clone, Default)]
pub(crate) struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    pub(crate) fn of(pipe: impl Read + Send + 'static) -> Self {
        let said = Self::default();
        let of_thread = said.clone();
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                of_thread.locked().push(line);
            }
        });
        said
    }

    fn locked(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.locked().clone()
    }

    /// Waits for that many lines.
    pub(crate) fn wait_lines(&self, count: usize) -> Vec<String> {
        until("a line", || Some(self.lines()).filter(|lines| lines.len() >= count))
    }

    /// Waits for a line with this in it.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        until(text, || self.locked().iter().find(|line| line.contains(text)).cloned())
    }
}

/// A running edge.
pub(crate) struct Edge {
    child: Child,
    folder: Arc<TempDir>,
    address: SocketAddr,
    /// Its standard output.
    pub(crate) out: Said,
    /// Its standard error.
    pub(crate) err: Said,
}

/// Runs `pointsmand` to its end.
pub(crate) fn pointsmand<S: AsRef<std::ffi::OsStr>>(
    arguments: impl IntoIterator<Item = S>,
) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pointsmand"));
    command.args(arguments).stdin(Stdio::null()).output().expect("a binary that runs")
}

/// Starts `pointsmand serve` on a folder.
fn start(folder: &Path, options: &Options) -> Child {
    // The shell becomes the edge, so that its process id is the edge's.
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{}\nexec \"$@\"", options.before)).arg("sh");
    command.arg(env!("CARGO_BIN_EXE_pointsmand")).arg("serve");
    command.arg("--artifact").arg(folder.join("edge.artifact"));
    command.arg("--state").arg(folder.join("state"));
    command.args(["--driver", options.driver.name(), "--workers", &options.workers.to_string()]);
    command.args(&options.more).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("a shell")
}

/// Puts an artifact in place at once, as an operator would.
fn put(folder: &Path, bytes: &[u8]) {
    let next = folder.join("next");
    std::fs::write(&next, bytes).expect("a file");
    std::fs::rename(next, folder.join("edge.artifact")).expect("a rename");
}

impl Edge {
    /// Serves a configuration.
    pub(crate) fn serve(config: &Config, options: impl Into<Options>) -> Self {
        Self::serve_bytes(&config.artifact(0), options)
    }

    /// Serves an artifact.
    pub(crate) fn serve_bytes(artifact: &[u8], options: impl Into<Options>) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        put(folder.path(), artifact);
        Self::on(folder, &options.into())
    }

    /// Serves what lies in a folder.
    pub(crate) fn on(folder: Arc<TempDir>, options: &Options) -> Self {
        let mut child = start(folder.path(), options);
        let err = Said::of(child.stderr.take().expect("its standard error"));
        let out = match child.stdout.take() {
            Some(pipe) if !options.keep_stdout => Said::of(pipe),
            pipe => {
                child.stdout = pipe;
                Said::default()
            }
        };
        let unknown = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut edge = Self { child, folder, address: unknown, out, err };
        let status = until("a status", || {
            if let Some(ended) = edge.child.try_wait().expect("a child of ours") {
                panic!("the edge ended with {ended}: {:?}", edge.err.lines());
            }
            // A predecessor that drains may still answer on the same socket.
            edge.try_status().filter(|status| status["pid"] == edge.child.id())
        });
        assert_eq!(status["driver"], options.driver.name());
        edge.address = listener(&status, None);
        // Only then it is kept in the state folder as well.
        edge.err.wait_for("serving generation");
        edge
    }

    /// Where its first listener listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where a listener listens now.
    pub(crate) fn listener(&self, name: &str) -> SocketAddr {
        listener(&self.status(), Some(name))
    }

    /// A new client of its first listener.
    pub(crate) fn client(&self) -> Client {
        Client::to(self.address)
    }

    /// Its folder, which outlives it as long as it is kept.
    pub(crate) fn folder(&self) -> Arc<TempDir> {
        Arc::clone(&self.folder)
    }

    /// Where its artifact lies.
    pub(crate) fn artifact(&self) -> PathBuf {
        self.folder.path().join("edge.artifact")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its standard output, when nobody reads it.
    pub(crate) fn take_stdout(&mut self) -> std::process::ChildStdout {
        self.child.stdout.take().expect("a pipe that was kept")
    }

    /// Asks it, as an operator does.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Output {
        let socket = self.folder.path().join("state/admin.sock");
        let mut all = vec![arguments[0].to_owned(), "--admin".to_owned()];
        all.push(socket.to_str().expect("a path that is text").to_owned());
        all.extend(arguments[1..].iter().map(|argument| (*argument).to_owned()));
        pointsmand(all)
    }

    /// Asks it for JSON.
    pub(crate) fn ask_json(&self, arguments: &[&str]) -> Value {
        let output = self.ask(&[arguments, &["--json"]].concat());
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }

    fn try_status(&self) -> Option<Value> {
        let output = self.ask(&["status", "--json"]);
        output
            .status
            .success()
            .then(|| serde_json::from_slice(&output.stdout).expect("a status that is JSON"))
    }

    /// Its status.
    pub(crate) fn status(&self) -> Value {
        self.ask_json(&["status"])
    }

    /// Puts bytes in place of its artifact, and does nothing else.
    pub(crate) fn put(&self, bytes: &[u8]) {
        put(self.folder.path(), bytes);
    }

    /// Renames a new artifact into place and waits until it serves and is kept.
    pub(crate) fn swap(&self, config: &Config, generation: u64) {
        self.put(&config.artifact(generation));
        self.err.wait_for(&format!("serving generation {generation},"));
        assert_eq!(self.status()["generation"], generation);
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("a process that runs");
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        until("the end of the edge", || self.child.try_wait().expect("a child of ours"))
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child of ours").is_none()
    }

    /// Its open descriptors but for pipes, of which it keeps some for later bodies.
    pub(crate) fn descriptors(&self) -> usize {
        let folder =
            std::fs::read_dir(format!("/proc/{}/fd", self.pid())).expect("its descriptors");
        let paths = folder.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        paths.filter(|path| !path.to_string_lossy().starts_with("pipe:")).count()
    }

    /// Waits until it has as many descriptors as before.
    pub(crate) fn wait_descriptors(&self, before: usize) {
        until(&format!("{before} descriptors"), || (self.descriptors() <= before).then_some(()));
    }
}

fn listener(status: &Value, name: Option<&str>) -> SocketAddr {
    let listeners = status["listeners"].as_array().expect("listeners");
    let found = listeners.iter().find(|listener| name.is_none_or(|name| listener["name"] == name));
    let address = found.and_then(|listener| listener["address"].as_str());
    let address = address.unwrap_or_else(|| panic!("no listener {name:?}: {status}"));
    address.parse().expect("an address")
}

impl Drop for Edge {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("standard error of the edge: {:#?}", self.err.lines());
        }
    }
}

/// Starts an edge that must not come up. Returns its exit code and its standard error.
pub(crate) fn refused(folder: &TempDir, options: &Options) -> (Option<i32>, String) {
    let mut child = Guard(start(folder.path(), options));
    let status = until("the end of an edge that cannot serve", || {
        child.0.try_wait().expect("a child of ours")
    });
    let mut line = String::new();
    let mut pipe = child.0.stderr.take().expect("its standard error");
    pipe.read_to_string(&mut line).expect("words");
    (status.code(), line)
}

struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
