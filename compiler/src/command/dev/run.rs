//! The loop of `dev`: it hears what is new, asks the machine what to do, and does it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;

use clap::Args;
use tempfile::TempDir;

use super::build::{self, Built};
use super::edge::{self, Edge};
use super::machine::{Action, Ended, Event, Machine};
use super::news::News;
use super::report::Report;
use super::watch::{Stamp, Watch};
use crate::command::console::{self, Output, Status};
use crate::command::subject;
use crate::document::load::FIRST_FILE;

/// Lines that wait to be printed; above it the edge waits, and drops lines of its log.
const NEWS_MAX: usize = 1024;

/// Options of `pointsman dev`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman dev edge\n         \
                        pointsman dev edge -- --workers 1\n\n\
                        Compiles at every change of the first file and of what it includes, runs\n\
                        [[tests]], and lets a pointsmand serve the result at the addresses of its\n\
                        own [listeners]: routes, backends and listeners are all taken up without a\n\
                        restart. While something is wrong the last good artifact keeps serving.\n\
                        Shows findings and requests; targets are not started. Ctrl-C ends both; a\n\
                        second one at once.\n\n\
                        Exit codes: 0 ended by Ctrl-C, whatever was found; 2 wrong use or I/O")]
pub(in crate::command) struct Options {
    /// A folder with pointsman.toml, or a first file of any name.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The pointsmand to run [default: the one beside this program, then the one in PATH].
    #[arg(long, value_name = "BIN")]
    pointsmand: Option<PathBuf>,
    /// One JSON object an event, instead of text.
    #[arg(long)]
    json: bool,
    /// More options of `pointsmand serve`.
    #[arg(last = true, value_name = "OPTIONS")]
    more: Vec<OsString>,
}

pub(in crate::command) fn run(options: &Options, output: &mut Output) -> Status {
    if let Err(error) = std::fs::metadata(&options.path) {
        return console::refuse(&format!("{}: {error}", options.path.display()));
    }
    if let Err(status) = subject::refuse_artifact(&options.path) {
        return status;
    }
    let program = match cfg!(target_os = "linux").then(|| edge::find(options.pointsmand.as_deref()))
    {
        None => None,
        Some(Ok(program)) => Some(program),
        Some(Err(why)) => return console::refuse(&why),
    };
    let ready = tempfile::Builder::new().prefix("pointsman-dev.").tempdir();
    let ready = ready.and_then(|folder| Ok((folder, stop_flag()?)));
    let (folder, stop) = match ready {
        Ok(ready) => ready,
        Err(error) => return console::refuse(&format!("cannot begin: {error}")),
    };
    let mut report = Report::new(output, options.json);
    let watched = options.path.display();
    report.note(
        "watching",
        &format!(
            "watching {watched}: what is saved is compiled, tested and served; Ctrl-C ends it"
        ),
    );
    if program.is_none() {
        report.note("no_edge", "pointsmand runs on Linux alone: this only validates");
    }
    let (sender, news) = mpsc::sync_channel(NEWS_MAX);
    let mut dev = Dev {
        options,
        program,
        folder,
        watch: Watch::new(&options.path, &first_name(&options.path)),
        machine: Machine::new(),
        edge: None,
        sender,
        generation: 0,
        report,
    };
    dev.run(&news, &stop);
    dev.report.note("stopped", "ended");
    let Dev { folder, edge, .. } = dev;
    drop(edge);
    match folder.close() {
        Ok(()) => Status::Done,
        Err(error) => console::refuse(&format!("a folder is left: {error}")),
    }
}

/// Is true once the user wants to leave.
fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let mut signals = vec![signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
    #[cfg(unix)]
    signals.push(signal_hook::consts::SIGHUP);
    for signal in signals {
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
    }
    Ok(flag)
}

fn first_name(path: &Path) -> String {
    let name = path.file_name().filter(|_| !path.is_dir());
    name.map_or_else(|| FIRST_FILE.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A running `dev`.
struct Dev<'o> {
    options: &'o Options,
    /// None where nothing can serve.
    program: Option<PathBuf>,
    folder: TempDir,
    watch: Watch,
    machine: Machine<Stamp>,
    edge: Option<Edge>,
    sender: SyncSender<News>,
    /// Number of the last artifact.
    generation: u64,
    report: Report<'o>,
}

impl Dev<'_> {
    fn run(&mut self, news: &Receiver<News>, stop: &AtomicBool) {
        let (_end, ended) = mpsc::channel::<()>();
        let (pace, paces) = mpsc::channel();
        let ticks = self.sender.clone();
        // A clock of its own: a steady stream of requests must not keep the files from being seen.
        thread::spawn(move || {
            let mut pause = Watch::new(Path::new("."), "").pause();
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = paces.try_iter().last().unwrap_or(pause);
                if ticks.send(News::Tick).is_err() {
                    return;
                }
            }
        });
        while let Ok(one) = news.recv() {
            let events = match one {
                News::Tick => {
                    // The clock may have ended only with this loop.
                    let _ = pace.send(self.watch.pause());
                    self.tick(stop)
                }
                News::Built(built) => vec![self.built(*built)],
                News::Logged(line) => {
                    self.report.logged(&line);
                    Vec::new()
                }
                News::Said(line) => {
                    self.report.said(&line);
                    Vec::new()
                }
            };
            for event in events {
                for action in self.machine.on(event) {
                    if action == Action::Leave {
                        return self.hear_rest(news);
                    }
                    self.act(action);
                }
            }
        }
    }

    /// What the edge said last is still on its way when it has ended.
    fn hear_rest(&mut self, news: &Receiver<News>) {
        while let Ok(one) = news.try_recv() {
            match one {
                News::Logged(line) => self.report.logged(&line),
                News::Said(line) => self.report.said(&line),
                News::Tick | News::Built(_) => {}
            }
        }
    }

    fn tick(&mut self, stop: &AtomicBool) -> Vec<Event<Stamp>> {
        let mut events = Vec::new();
        if stop.swap(false, Ordering::Relaxed) || self.report.is_lost() {
            events.push(Event::Stop);
        }
        if let Some((ended, status)) = self.edge.as_mut().and_then(Edge::ended) {
            self.edge = None;
            let text = match ended {
                Ended::Crashed => Some(format!("pointsmand died: {status}")),
                // As it was asked to; what was cut is worth a word.
                Ended::Refused if self.machine.is_leaving() => {
                    (!status.success()).then(|| format!("pointsmand ended: {status}"))
                }
                Ended::Refused => Some(format!(
                    "pointsmand ended: {status}; it is started again after the next change"
                )),
            };
            if let Some(text) = text {
                self.report.note("ended", &text);
            }
            events.push(Event::Ended(ended));
        }
        events.push(Event::Looked(self.watch.stamp()));
        events
    }

    fn built(&mut self, built: Built) -> Event<Stamp> {
        self.report.built(&built, self.edge.is_some());
        let is_good = built.artifact.is_some() && self.program.is_some();
        self.watch = built.watch;
        Event::Built(built.stamp, is_good)
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Build => self.build(),
            Action::Start => self.start(),
            Action::GiveUp => self.report.note(
                "gave_up",
                "pointsmand dies again and again; it is started again after the next change",
            ),
            Action::Terminate => {
                self.report.note("stopping", "ending; Ctrl-C again cuts what is served");
                self.edge.iter_mut().for_each(Edge::terminate);
            }
            Action::Kill => self.edge.iter_mut().for_each(Edge::kill),
            // The loop is left for it.
            Action::Leave => {}
        }
    }

    /// Compiles on a thread, so that requests are shown meanwhile and Ctrl-C is heard.
    fn build(&mut self) {
        self.generation += 1;
        let (path, watch) = (self.options.path.clone(), self.watch.clone());
        let to = self.folder.path().join(super::ARTIFACT);
        let (generation, sender) = (self.generation, self.sender.clone());
        thread::spawn(move || {
            let built = build::build(&path, watch, &to, generation);
            // Nobody listens any more after Ctrl-C.
            let _ = sender.send(News::Built(Box::new(built)));
        });
    }

    fn start(&mut self) {
        let Some(program) = &self.program else { return };
        match Edge::start(program, self.folder.path(), &self.options.more, &self.sender) {
            Ok(edge) => {
                self.report.started(edge.pid());
                self.edge = Some(edge);
            }
            Err(error) => {
                let text = format!("{} does not start: {error}", program.display());
                self.report.note("ended", &text);
                // As one that cannot serve: only a change helps.
                let _ = self.machine.on(Event::Ended(Ended::Refused));
            }
        }
    }
}
