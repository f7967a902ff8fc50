//! From the command line to a running control thread, in two steps: `boot` finds an artifact that
//! may serve, the caller binds and starts its workers, `start` takes over what changes slowly.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use arc_swap::ArcSwap;
use pointsman_schemas::key::KeyId;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use crate::admin::{Admin, AdminError, Socket, examine, serve};
use crate::command::WorkerPort;
use crate::director::{Ask, Director, Outcome, Parts, Prepare, Signals};
use crate::identity::FileIdentity;
use crate::limits::{ASKS_MAX, FIRST_NAMES_PATIENCE};
use crate::live::{About, Bound, Live};
use crate::load::{self, Cause, Loaded, Reading, Refusal};
use crate::log::{LogWriter, Opened, Target};
use crate::notice::say;
use crate::record::LogHub;
use crate::reload::Watch;
use crate::resolve::Resolution;
use crate::snapshot::{SharedSnapshot, Snapshot};
use crate::store::{Floor, Lock, Shelf, StateFolder, StoreError};
use crate::trust::{Gate, Trust};
use crate::view;

/// Below the workers: what changes slowly must not make a request wait.
const NICE: i32 = 5;
/// Where the admin socket is in the state folder.
const ADMIN_SOCKET: &str = "admin.sock";
/// How long the last answers of the admin socket may take, and the last lines of the log.
const FAREWELL: Duration = Duration::from_secs(1);

/// What the command line says of all this.
#[derive(Clone, Debug)]
pub struct Options {
    /// The artifact's file.
    pub artifact: PathBuf,
    /// The state folder.
    pub state: PathBuf,
    /// The admin socket; in the state folder when nothing is said.
    pub admin: Option<PathBuf>,
    /// Refuse to start with anything but the file.
    pub strict: bool,
    /// Whose artifacts may serve.
    pub trust: Trust,
}

impl Options {
    /// Where the admin socket is.
    pub fn admin_socket(&self) -> PathBuf {
        self.admin.clone().unwrap_or_else(|| self.state.join(ADMIN_SOCKET))
    }
}

/// Why the process does not start. Each is one line: what, where, what to do.
#[derive(Debug)]
pub enum StartError {
    /// The state folder.
    Store(StoreError),
    /// The artifact, under `--strict`.
    Refused(Box<Refusal>),
    /// The artifact, and no other one served before.
    NoArtifact {
        /// What is wrong with the file.
        refusal: Box<Refusal>,
        /// Where no last good one is.
        state: PathBuf,
    },
    /// The admin socket.
    Admin(AdminError),
    /// The system has no thread, no descriptor or no memory to give.
    System {
        /// What for.
        what: &'static str,
        /// What it said.
        error: io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NoArtifact { refusal, state } => {
                write!(f, "{refusal} (and {} holds no last good one)", state.display())
            }
            Self::Admin(error) => error.fmt(f),
            Self::System { what, error } => {
                write!(f, "{what}: {error}; raise the limits of this process (`ulimit -a`)")
            }
        }
    }
}

impl std::error::Error for StartError {}

impl StartError {
    /// How the process exits: 1 for an artifact that is bad under `--strict`, else 2.
    pub fn exit(&self) -> u8 {
        match self {
            Self::Refused(refusal) => refusal.exit(),
            _ => 2,
        }
    }
}

/// An artifact that may serve, and all that is ready before there are workers.
pub struct Boot {
    options: Options,
    runtime: Runtime,
    lock: Lock,
    shelf: Shelf,
    floor: Floor,
    gate: Gate,
    via_id: String,
    snapshot: SharedSnapshot,
    log: LogWriter,
    resolution: Resolution,
    refused: Option<Refusal>,
    identity: Option<FileIdentity>,
}

impl fmt::Debug for Boot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Boot").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Boot {
    /// The slot that workers read.
    pub fn snapshot(&self) -> SharedSnapshot {
        Arc::clone(&self.snapshot)
    }

    /// Where workers get their ports to the log from.
    pub fn log_hub(&self) -> LogHub {
        self.log.hub()
    }

    /// Eight hex digits that are this host's in `Via`.
    pub fn via_id(&self) -> &str {
        &self.via_id
    }
}

/// Locks the state folder, finds an artifact that may serve, resolves names for the first time.
///
/// A file that is missing or refused is answered with the last good one, loudly.
pub fn boot(options: Options) -> Result<Boot, StartError> {
    let folder = StateFolder::open(&options.state).map_err(StartError::Store)?;
    let lock = folder.lock().map_err(StartError::Store)?;
    let via_id = folder.via_id().map_err(StartError::Store)?;
    let shelf = Shelf::of(folder.path());
    let floor = Floor::of(folder.path());
    let gate = gate(&options.trust, &floor)?;
    let Adopted { loaded, log, refused, identity } = adopt(&options, &shelf, &gate)?;
    options.trust.lines().iter().chain(&loaded.not_newer()).for_each(|line| say(line));

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(system("the control thread"))?;
    let mut resolution = Resolution::from_system();
    let addresses = runtime.block_on(async {
        resolution.want(&loaded.names);
        resolution.settle(FIRST_NAMES_PATIENCE).await;
        resolution.addresses(view::places(&loaded.artifact))
    });
    let snapshot = Snapshot {
        artifact: loaded.artifact,
        serial: 1,
        addresses: Arc::new(addresses),
        loaded_at: loaded.at,
    };
    Ok(Boot {
        runtime,
        lock,
        shelf,
        floor,
        gate,
        via_id,
        snapshot: Arc::new(ArcSwap::from_pointee(snapshot)),
        log: LogWriter::start(log).map_err(system("the log's thread"))?,
        resolution,
        refused,
        identity,
        options,
    })
}

/// What `serve` would refuse of an artifact, without a lock, a socket or a change on the disk. Which
/// generations are too old is known where the state folder is named; [`check_state`] says whether it
/// can be read.
pub fn check(artifact: &Path, trust: &Trust, state: Option<&Path>) -> Result<Checked, Refusal> {
    let newest = state.and_then(|state| Floor::of(state).read().ok().flatten());
    let loaded = load::read(artifact, &Gate::new(trust.clone(), newest)).result?;
    if let (Target::File(path), _) = view::access_log(&loaded.artifact) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| ".".as_ref());
        let place = if path.exists() { &path } else { folder };
        rustix::fs::access(place, rustix::fs::Access::WRITE_OK).map_err(|error| {
            let cause = Cause::Log { path: path.clone(), error: Arc::new(error.into()) };
            Refusal::of_artifact(artifact, &loaded.artifact, cause)
        })?;
    }
    Ok(Checked {
        signer: loaded.admission.signer,
        note: loaded.not_newer(),
        generation: loaded.artifact.generation(),
        content_id: loaded.artifact.content_id().to_string(),
        artifact: loaded.artifact,
    })
}

/// What `serve` would refuse of a state folder, likewise. A folder that another process has locked is
/// only noted: checking beside a running one is the rule.
pub fn check_state(state: &Path, trust: &Trust) -> Result<Option<String>, StartError> {
    let user = StateFolder::examine(state).map_err(StartError::Store)?;
    gate(trust, &Floor::of(state))?;
    examine(&state.join(ADMIN_SOCKET)).map_err(StartError::Admin)?;
    Ok(user.map(|user| {
        let who = user.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
        format!("state folder {} is in use by {who} now", state.display())
    }))
}

/// What `check` found good.
#[derive(Debug)]
pub struct Checked {
    /// Its generation.
    pub generation: u64,
    /// Its content id, 32 hex digits.
    pub content_id: String,
    /// Whose signature was believed; none where nobody's was asked for.
    pub signer: Option<KeyId>,
    /// What `serve` would say of it.
    pub note: Option<String>,
    /// The artifact itself.
    pub artifact: Arc<pointsman_schemas::artifact::read::Artifact>,
}

/// What the supervisor has running when the control thread begins.
pub struct Running {
    /// What `status` says of the binary and its driver.
    pub about: About,
    /// The mailboxes of the workers, in their order.
    pub workers: Vec<WorkerPort>,
    /// All addresses that are listened on.
    pub bound: Vec<Bound>,
    /// Opens listeners for the artifacts to come.
    pub prepare: Prepare,
    /// Closes the listeners that the workers do not hold themselves: draining has begun.
    pub close: Box<dyn FnMut() + Send>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("about", &self.about).finish_non_exhaustive()
    }
}

/// The running control thread.
#[derive(Debug)]
pub struct Control {
    thread: JoinHandle<Outcome>,
    asks: mpsc::Sender<Ask>,
}

impl Control {
    /// Waits for the end: a signal, a drain, or [`Stopper::stop`].
    ///
    /// None when the thread died of a fault of ours.
    pub fn wait(self) -> Option<Outcome> {
        self.thread.join().ok()
    }

    /// A handle that can end the process from another thread.
    pub fn stopper(&self) -> Stopper {
        Stopper { asks: self.asks.clone() }
    }
}

/// Ends the process from another thread, as when a worker cannot be restarted.
#[derive(Clone, Debug)]
pub struct Stopper {
    asks: mpsc::Sender<Ask>,
}

impl Stopper {
    /// Cuts everything at once.
    pub fn stop(&self) {
        // A thread that is gone needs no wish.
        let _ = self.asks.blocking_send(Ask::Stop);
    }
}

/// Opens the admin socket, takes over the signals and starts the control thread.
pub fn start(boot: Boot, running: Running) -> Result<Control, StartError> {
    let path = boot.options.admin_socket();
    let (socket, listener) = Socket::bind(&path).map_err(StartError::Admin)?;
    let live = Arc::new(Live::new(running.about, boot.snapshot, running.workers, boot.log));
    {
        let mut facts = live.facts();
        facts.listeners = running.bound;
        facts.refused = boot.refused;
    }
    let (asks, inbox) = mpsc::channel(ASKS_MAX);
    let inside = boot.runtime.enter();
    let signals = Signals::listen().map_err(system("signals"))?;
    let watch = Watch::over(&boot.options.artifact).map_err(|error| {
        say(&format!("cannot watch the artifact's folder ({error}); changes are found within 5 s"));
    });
    drop(inside);
    let director = Director::new(Parts {
        live: Arc::clone(&live),
        file: boot.options.artifact,
        identity: boot.identity,
        shelf: boot.shelf,
        floor: boot.floor,
        gate: boot.gate,
        lock: boot.lock,
        resolution: boot.resolution,
        prepare: running.prepare,
        close: running.close,
        signals,
        watch: watch.ok(),
        asks: inbox,
    });
    let admin = Admin { live: Arc::clone(&live), asks: asks.clone() };
    let runtime = boot.runtime;
    let run = move || {
        // Without it all is right, if less fair. On Linux it holds for this thread alone.
        let _ = rustix::process::setpriority_process(None, NICE);
        runtime.block_on(control(director, socket, listener, admin, live))
    };
    let thread = std::thread::Builder::new()
        .name("pointsman-control".into())
        .spawn(run)
        .map_err(system("the control thread"))?;
    Ok(Control { thread, asks })
}

async fn control(
    director: Director,
    socket: Socket,
    listener: std::os::unix::net::UnixListener,
    admin: Admin,
    live: Arc<Live>,
) -> Outcome {
    let (end, ended) = oneshot::channel();
    let mut answers = tokio::spawn(serve(listener, admin, ended));
    let outcome = director.run().await;
    drop(end);
    if tokio::time::timeout(FAREWELL, &mut answers).await.is_err() {
        answers.abort();
    }
    drop(socket);
    if !live.log.finish(FAREWELL) {
        say("access log: the last lines could not be written");
    }
    outcome
}

struct Adopted {
    loaded: Loaded,
    log: Opened,
    refused: Option<Refusal>,
    identity: Option<FileIdentity>,
}

/// Who may serve. A floor that cannot be told is an error, but where it does not matter.
fn gate(trust: &Trust, floor: &Floor) -> Result<Gate, StartError> {
    if !trust.is_asked() {
        return Ok(Gate::default());
    }
    let newest = match floor.read() {
        Err(error) if trust.admits_older() => {
            say(&error.to_string());
            None
        }
        newest => newest.map_err(StartError::Store)?,
    };
    Ok(Gate::new(trust.clone(), newest))
}

fn adopt(options: &Options, shelf: &Shelf, gate: &Gate) -> Result<Adopted, StartError> {
    let Reading { identity, result } = load::read(&options.artifact, gate);
    let refusal = match result.and_then(|loaded| with_log(&options.artifact, loaded)) {
        Ok((loaded, log)) => return Ok(Adopted { loaded, log, refused: None, identity }),
        Err(refusal) if options.strict => return Err(StartError::Refused(Box::new(refusal))),
        Err(refusal) => refusal,
    };
    for file in shelf.files() {
        match load::read(&file, gate).result.and_then(|loaded| with_log(&file, loaded)) {
            Ok((loaded, log)) => {
                say(&format!("REFUSED {refusal}"));
                say(&format!(
                    "SERVING THE LAST GOOD ONE INSTEAD: generation {}, content id {}",
                    loaded.artifact.generation(),
                    loaded.artifact.content_id()
                ));
                return Ok(Adopted { loaded, log, refused: Some(refusal), identity });
            }
            // What became of a kept file is told; it is not one to compile again.
            Err(older) => say(&format!("kept {}", older.fault())),
        }
    }
    Err(StartError::NoArtifact { refusal: Box::new(refusal), state: options.state.clone() })
}

fn with_log(file: &Path, loaded: Loaded) -> Result<(Loaded, Opened), Refusal> {
    let (target, format) = view::access_log(&loaded.artifact);
    match Opened::open(&target, format) {
        Ok(log) => Ok((loaded, log)),
        Err(error) => {
            let path = match target {
                Target::File(path) => path,
                _ => PathBuf::new(),
            };
            let cause = Cause::Log { path, error: Arc::new(error) };
            Err(Refusal::of_artifact(file, &loaded.artifact, cause))
        }
    }
}

fn system(what: &'static str) -> impl FnOnce(io::Error) -> StartError {
    move |error| StartError::System { what, error }
}
