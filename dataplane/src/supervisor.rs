//! Starts the workers and the control thread, keeps the workers' sockets, and restarts a worker that
//! died.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pointsman_control::command::{BoundListener, ListenerKey, WorkerPort};
use pointsman_control::record::LogHub;
use pointsman_control::snapshot::SharedSnapshot;
use pointsman_control::{About, Boot, Bound, Outcome, Prepare, Prepared, Running, counted, say};
use pointsman_core::fields::via::ViaId;
use pointsman_schemas::artifact::read::{Artifact, PROTOCOL_HTTP1, PROTOCOL_HTTP2, PROTOCOL_HTTP3};

use crate::bind::Sockets;
use crate::driver::Driver;
use crate::options::{DriverChoice, Serve};
use crate::shard::Given;
use crate::sys;
use crate::worker::{self, Start};

/// Between the death of a worker and its restart, so that one that dies at once does not spin.
const RESTART_PAUSE: Duration = Duration::from_millis(100);

/// Why nothing is served.
#[derive(Debug)]
pub struct Stop {
    /// For the operator: what, where, what to do.
    pub line: String,
    /// 1 for an artifact that is bad, else 2.
    pub exit: u8,
}

impl From<String> for Stop {
    fn from(line: String) -> Self {
        Self { line, exit: 2 }
    }
}

/// Serves until the process is told to end.
///
/// # Errors
/// One line for the operator: what, where, what to do.
pub fn serve(options: &Serve) -> Result<Outcome, Stop> {
    let driver = choose_driver(options.driver)?;
    sys::raise_descriptor_limit();
    let boot = pointsman_control::boot(pointsman_control::Options {
        artifact: options.artifact.clone(),
        state: options.state.clone(),
        admin: options.admin.clone(),
        strict: options.strict,
        trust: options.trust.read()?,
    })
    .map_err(|error| Stop { line: error.to_string(), exit: error.exit() })?;
    let fleet = Fleet::new(&boot, driver, options.workers)?;
    let sockets = Arc::new(Mutex::new(Sockets::default()));
    let artifact = Arc::clone(&boot.snapshot().load_full().artifact);
    let first = prepare(&sockets, &artifact, fleet.workers.len())?;
    let (bound, add) = (first.bound, first.add);
    (first.commit)();
    let keepers = fleet.start(add, &sockets)?;
    let workers = fleet.workers.len();
    let prepare: Prepare = {
        let sockets = Arc::clone(&sockets);
        Box::new(move |artifact| prepare(&sockets, artifact, workers))
    };
    for bound in &bound {
        say(&format!("listening on {} ({})", bound.address, bound.key.name));
    }
    say(&format!("{}, driver {}", counted(workers as u64, "worker"), driver.name()));
    let running = Running {
        about: About { version: env!("CARGO_PKG_VERSION"), driver: driver.name() },
        workers: fleet.workers.clone(),
        bound,
        prepare,
        close: {
            let sockets = Arc::clone(&sockets);
            Box::new(move || *locked(&sockets) = Sockets::default())
        },
    };
    let control = pointsman_control::start(boot, running).map_err(|error| error.to_string())?;
    let outcome = control.wait();
    fleet.ending.store(true, Ordering::Release);
    for keeper in keepers {
        // A keeper catches what its worker does, and has nothing to say beyond that.
        let _ = keeper.join();
    }
    outcome.ok_or_else(|| "the control thread died; please report this".to_owned().into())
}

fn choose_driver(choice: DriverChoice) -> Result<Driver, String> {
    if choice == DriverChoice::Epoll {
        return Ok(Driver::Epoll);
    }
    match (worker::probe_io_uring(), choice) {
        (Ok(()), _) => Ok(Driver::IoUring),
        (Err(error), DriverChoice::IoUring) => Err(format!(
            "--driver io-uring: this system gives no io_uring ({error}); a container needs a seccomp \
             profile that allows io_uring_setup, io_uring_enter and io_uring_register, or use \
             --driver auto"
        )),
        (Err(error), _) => {
            say(&format!(
                "NO IO_URING ({error}): serving with epoll, which costs more; a container needs a \
                 seccomp profile that allows io_uring_setup, io_uring_enter and io_uring_register"
            ));
            Ok(Driver::Epoll)
        }
    }
}

/// All workers of this process.
struct Fleet {
    workers: Vec<WorkerPort>,
    cpus: Vec<Option<usize>>,
    driver: Driver,
    via: ViaId,
    snapshot: SharedSnapshot,
    log: LogHub,
    ending: Arc<AtomicBool>,
}

impl Fleet {
    fn new(boot: &Boot, driver: Driver, workers: Option<u16>) -> Result<Self, String> {
        let cpus = sys::allowed_cpus();
        let usable = sys::cpu_quota().map_or(cpus.len(), |quota| quota.min(cpus.len())).max(1);
        let count = workers.map_or(usable, usize::from);
        // Fewer workers than CPUs are left to the scheduler: pinned, they would fight with whatever
        // else it puts there.
        let is_pinned = count == cpus.len();
        let cpus = (0..count).map(|at| if is_pinned { cpus.get(at).copied() } else { None });
        let via = u32::from_str_radix(boot.via_id(), 16)
            .map_err(|_| "the state folder's id is no hex number; remove its file".to_owned())?;
        Ok(Self {
            workers: (0..count).map(|_| WorkerPort::new()).collect(),
            cpus: cpus.collect(),
            driver,
            via: ViaId::new(via),
            snapshot: boot.snapshot(),
            log: boot.log_hub(),
            ending: Arc::default(),
        })
    }

    /// Starts a keeper and a worker for each core.
    fn start(
        &self,
        first: Vec<Vec<BoundListener>>,
        sockets: &Arc<Mutex<Sockets>>,
    ) -> Result<Vec<JoinHandle<()>>, String> {
        let start = |(index, first): (usize, Vec<BoundListener>)| {
            let keeper = Keeper {
                index,
                cpu: self.cpus.get(index).copied().flatten(),
                driver: self.driver,
                port: self.workers[index].clone(),
                via: self.via,
                snapshot: Arc::clone(&self.snapshot),
                log: self.log.clone(),
                ending: Arc::clone(&self.ending),
                sockets: Arc::clone(sockets),
            };
            thread::Builder::new()
                .name(format!("pointsman-keep{index}"))
                .spawn(move || keeper.run(first))
                .map_err(|error| format!("cannot start worker {index}: {error}"))
        };
        first.into_iter().enumerate().map(start).collect()
    }
}

/// Runs one worker and starts it again when it dies.
struct Keeper {
    index: usize,
    cpu: Option<usize>,
    driver: Driver,
    port: WorkerPort,
    via: ViaId,
    snapshot: SharedSnapshot,
    log: LogHub,
    ending: Arc<AtomicBool>,
    sockets: Arc<Mutex<Sockets>>,
}

impl Keeper {
    fn run(&self, first: Vec<BoundListener>) {
        let mut first = Some(first);
        keep(self.index, &self.ending, || {
            let is_restart = first.is_none();
            let sockets = first.take().unwrap_or_else(|| self.sockets());
            let start = self.start(sockets, is_restart);
            move || worker::run(start)
        });
    }

    /// The sockets that the worker has now, their queues with them.
    fn sockets(&self) -> Vec<BoundListener> {
        let sockets = locked(&self.sockets);
        sockets.iter().filter_map(|bound| bound.for_worker(self.index).ok()).collect()
    }

    fn start(&self, sockets: Vec<BoundListener>, is_restart: bool) -> Start {
        let given = Given {
            driver: self.driver,
            inbox: self.port.inbox(),
            snapshot: Arc::clone(&self.snapshot),
            log: self.log.port(),
            seed: sys::random_u64(),
            via: self.via,
        };
        Start { cpu: self.cpu, given, sockets, is_restart }
    }
}

/// Runs a worker's lives on threads of their own, one after the other, until one ends as it was told
/// to, or dies while the process ends.
fn keep<Life>(index: usize, ending: &AtomicBool, mut next: impl FnMut() -> Life)
where
    Life: FnOnce() -> io::Result<()> + Send + 'static,
{
    loop {
        let worker = thread::Builder::new().name(format!("pointsman-work{index}")).spawn(next());
        let ended = match worker {
            Ok(worker) => worker.join(),
            Err(error) => Ok(Err(error)),
        };
        match ended {
            Ok(Ok(())) => return,
            Ok(Err(error)) => say(&format!("worker {index} ended: {error}; restarting")),
            Err(_) => say(&format!("worker {index} panicked; restarting")),
        }
        if ending.load(Ordering::Acquire) {
            return;
        }
        pause();
    }
}

#[expect(clippy::disallowed_methods, reason = "a keeper has nothing else to do meanwhile")]
fn pause() {
    thread::sleep(RESTART_PAUSE);
}

fn locked(sockets: &Mutex<Sockets>) -> MutexGuard<'_, Sockets> {
    // A change is taken in one step, so that a panic elsewhere leaves nothing half done.
    sockets.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens what an artifact wants and is not open yet.
fn prepare(
    sockets: &Arc<Mutex<Sockets>>,
    artifact: &Artifact,
    workers: usize,
) -> Result<Prepared, String> {
    let mut wanted = Vec::new();
    let mut protocols = Vec::new();
    for listener in artifact.listeners() {
        for address in listener.addresses() {
            wanted.push(ListenerKey { name: listener.name().to_owned(), address });
            protocols.push(protocol_names(listener.protocols()));
        }
    }
    let open = locked(sockets);
    let change = open.prepare(&wanted, workers)?;
    let all = || open.iter().chain(&change.added);
    let find = |key: &ListenerKey| all().find(|bound| bound.key.is_same_place(key));
    let bound = wanted.iter().zip(protocols).filter_map(|(key, protocols)| {
        find(key).map(|bound| Bound { key: key.clone(), address: bound.address, protocols })
    });
    let bound = bound.collect();
    let add = (0..workers)
        .map(|worker| change.added.iter().map(|bound| bound.for_worker(worker)).collect())
        .collect::<io::Result<Vec<Vec<BoundListener>>>>()
        .map_err(|error| format!("cannot hand a socket to a worker: {error}; raise `ulimit -n`"))?;
    drop(open);
    let remove = change.removed.clone();
    let sockets = Arc::clone(sockets);
    let commit = Box::new(move || locked(&sockets).take(change));
    Ok(Prepared { add, remove, bound, commit })
}

fn protocol_names(bits: u8) -> Vec<&'static str> {
    [(PROTOCOL_HTTP1, "http/1.1"), (PROTOCOL_HTTP2, "h2"), (PROTOCOL_HTTP3, "h3")]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, name)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps a worker whose lives end like that, the last of them well; returns how many began.
    fn lives(ends: &[Result<(), &str>], ending: &Arc<AtomicBool>) -> usize {
        let mut begun = 0;
        keep(0, ending, || {
            let end = ends.get(begun).copied().unwrap_or(Ok(())).map_err(str::to_owned);
            begun += 1;
            let ending = Arc::clone(ending);
            move || match end {
                Ok(()) => Ok(()),
                Err(why) if why == "panic" => std::panic::panic_any("as a bug would"),
                Err(why) if why == "panic at the end" => {
                    ending.store(true, Ordering::Release);
                    std::panic::panic_any("as a bug would")
                }
                Err(why) => Err(io::Error::other(why)),
            }
        });
        begun
    }

    #[test]
    fn worker_that_dies_is_started_again_until_the_process_ends() {
        let check = |ends: &[Result<(), &str>], expected: usize| {
            assert_eq!(lives(ends, &Arc::default()), expected, "{ends:?}");
        };
        check(&[Ok(())], 1);
        check(&[Err("panic"), Ok(())], 2);
        check(&[Err("no ring"), Err("panic"), Ok(())], 3);
        check(&[Err("panic"), Err("panic at the end"), Ok(())], 2);
    }
}
