//! A small artifact, a supervisor without sockets and workers without traffic.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pointsman_control::client::{Spoken, Verb, run};
use pointsman_control::command::{
    BoundListener, Command, ListenerKey, TargetUse, WorkerInbox, WorkerPort,
};
use pointsman_control::snapshot::SharedSnapshot;
use pointsman_control::{
    About, Bound, Control, Options, Outcome, Prepared, Running, Trust, boot, start,
};
use pointsman_schemas::artifact::id::TargetId;
use pointsman_schemas::artifact::layout::{
    AddressRecord, BackendRecord, ListenerRecord, NONE, PolicyRecord, RuleRecord, SegmentRecord,
    SettingsRecord, TargetRecord,
};
use pointsman_schemas::artifact::node::Entry;
use pointsman_schemas::artifact::read::Artifact;
use pointsman_schemas::artifact::write::{
    ConstraintTable, HostDraft, NodeDraft, StaticDraft, WildcardDraft, Writer, identity,
};
use serde_json::Value;
use zerocopy::FromZeros;
use zerocopy::little_endian::{U16, U32, U64};

/// Far more than anything here takes; a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What one artifact differs from another in.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) generation: u64,
    /// Hosts of the targets.
    pub(crate) hosts: Vec<&'static str>,
    /// Empty: there is none.
    pub(crate) listener: &'static str,
    pub(crate) protocols: u8,
    pub(crate) log: Option<PathBuf>,
}

impl Default for Draft {
    fn default() -> Self {
        Self { generation: 1, hosts: vec!["127.0.0.1"], listener: "web", protocols: 1, log: None }
    }
}

impl Draft {
    /// The file's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(["any", "bills"].into_iter());
        let text = |writer: &mut Writer, text: &str| U32::new(writer.string(text).0);
        let log_file = match &self.log {
            None => U32::new(NONE),
            Some(path) => text(&mut writer, &path.to_string_lossy()),
        };
        writer.settings = SettingsRecord {
            drain_timeout_ms: U64::new(30_000),
            access_log: if self.log.is_some() { 3 } else { 2 },
            log_file,
            ..SettingsRecord::new_zeroed()
        };
        if !self.listener.is_empty() {
            self.put_listener(&mut writer);
        }
        let name = text(&mut writer, "users");
        let root_path = U32::new(writer.program(&[]));
        writer.backends.push(BackendRecord {
            name,
            host_name: U32::new(NONE),
            root_path,
            root_query: U32::new(NONE),
            target_count: U32::new(u32::try_from(self.hosts.len()).expect("few targets")),
            identity: identity(&[b"users"]),
            ..BackendRecord::new_zeroed()
        });
        for (at, host) in self.hosts.iter().enumerate() {
            let id = text(&mut writer, &format!("t{at}"));
            let host = text(&mut writer, host);
            writer.targets.push(TargetRecord {
                id,
                host,
                port: U16::new(9000),
                weight: U16::new(1),
                protocol: 1,
                ..TargetRecord::new_zeroed()
            });
        }
        put_routes(&mut writer, u64::from(!self.listener.is_empty()));
        writer.finish(self.generation, None).expect("a small artifact")
    }

    fn put_listener(&self, writer: &mut Writer) {
        let name = U32::new(writer.string(self.listener).0);
        writer.addresses.push(AddressRecord {
            ip: [127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            port: U16::new(8080),
            family: 4,
            reserved: 0,
        });
        writer.listeners.push(ListenerRecord {
            name,
            address_first: U32::new(0),
            address_count: U16::new(1),
            protocols: self.protocols,
            flags: 0,
        });
    }
}

/// `bills` is at `shop.tld/api/v1/:id/$name<.*>` and `shop.tld/old`, `any` at `*.tld/*`.
fn put_routes(writer: &mut Writer, listeners: u64) {
    let policy = writer
        .policies
        .number(PolicyRecord { listeners: U64::new(listeners), ..PolicyRecord::new_zeroed() });
    for _ in 0..2 {
        writer.routes.push((0, policy));
    }
    let segment = |kind, constraint, name, source| SegmentRecord {
        kind,
        reserved: [0; 3],
        constraint: U32::new(constraint),
        name: U32::new(name),
        source: U32::new(source),
    };
    let (id, name) = (writer.string("id").0, writer.string("name").0);
    let source = writer.string(".*").0;
    let anything = writer.constraint(&ConstraintTable {
        classes: &[0; 256],
        class_count: 1,
        next: &[0],
        accepts: &[true],
        start: 0,
    });
    let fixed = segment(0, NONE, NONE, NONE);
    let long = [fixed, fixed, segment(2, NONE, id, NONE), segment(1, anything, name, source)];
    let mut rule = |shape: &[SegmentRecord]| {
        let shape = U32::new(writer.shape(shape));
        writer.rules.number(RuleRecord { policy: U32::new(policy), shape })
    };
    let rules = [rule(&long), rule(&[fixed]), rule(&[segment(3, NONE, NONE, NONE)])];
    let paths = &mut writer.paths;
    let mut leaf = |pattern, rule| {
        paths.add(NodeDraft { prefix: vec![Entry { pattern, rule }], ..NodeDraft::default() })
    };
    let (bills, old, any) = (leaf(0, rules[0]), leaf(1, rules[1]), leaf(0, rules[2]));
    let named =
        paths.add(NodeDraft { constrained: vec![(anything, bills)], ..NodeDraft::default() });
    let v1 = paths.add(NodeDraft { param: Some(named), ..NodeDraft::default() });
    let way = |label: &[u8], child| StaticDraft { label: label.to_vec(), child };
    let api = paths.add(NodeDraft { statics: vec![way(b"v1", v1)], ..NodeDraft::default() });
    let statics = vec![way(b"api", api), way(b"old", old)];
    let shop = paths.add(NodeDraft { statics, ..NodeDraft::default() });
    let shop = paths.settle(shop);
    let tld = paths.add(NodeDraft { star: Some(any), ..NodeDraft::default() });
    let tld = paths.settle(tld);
    writer.hosts.push(HostDraft { name: "shop.tld".to_owned(), root: shop, base: 0 });
    writer.wildcards.push(WildcardDraft {
        text: "*.tld".to_owned(),
        suffix: "tld".to_owned(),
        rank: 1,
        root: tld,
        base: 2,
    });
    writer.patterns.extend([1, 1, 0]);
}

/// A folder with an artifact's file and a state folder.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn with(draft: &Draft) -> Self {
        let place = Self::new();
        place.put(&draft.bytes());
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn artifact(&self) -> PathBuf {
        self.path().join("edge.artifact")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    /// Renames the bytes into place.
    pub(crate) fn put(&self, bytes: &[u8]) {
        let new = self.path().join("new");
        std::fs::write(&new, bytes).expect("room");
        std::fs::rename(new, self.artifact()).expect("a rename");
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            artifact: self.artifact(),
            state: self.state(),
            admin: None,
            strict: false,
            trust: Trust::default(),
        }
    }

    pub(crate) fn ask(&self, verb: &Verb) -> Spoken {
        run(&self.options().admin_socket(), verb, true)
    }

    pub(crate) fn status(&self) -> Value {
        let spoken = self.ask(&Verb::Status);
        serde_json::from_str(&spoken.stdout).unwrap_or_else(|_| panic!("{}", spoken.stderr))
    }

    /// Waits until what serves is kept as well.
    pub(crate) fn await_settled(&self) {
        let spoken = self.ask(&Verb::Reload);
        assert!(spoken.exit != 2, "{}", spoken.stderr);
    }

    /// Asks for the status until it is as wanted.
    pub(crate) fn await_status(&self, what: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let status = self.status();
            if is_wanted(&status) {
                return status;
            }
            assert!(Instant::now() < until, "{what}: {status}");
            std::thread::yield_now();
        }
    }
}

/// A running control thread with workers that do what they are told.
pub(crate) struct Edge {
    pub(crate) control: Control,
    pub(crate) slot: SharedSnapshot,
    workers: Vec<JoinHandle<()>>,
    /// Workers say that they are drained only while this is true.
    pub(crate) may_end: Arc<AtomicBool>,
    /// What the supervisor says of the next artifact.
    pub(crate) bind_error: Arc<Mutex<Option<String>>>,
    pub(crate) commits: Arc<Mutex<Vec<String>>>,
}

pub(crate) fn serve(place: &Place) -> Edge {
    serve_as(place.options())
}

/// Serves as the command line says.
pub(crate) fn serve_as(options: Options) -> Edge {
    let boot = boot(options).unwrap_or_else(|error| panic!("{error}"));
    let slot = boot.snapshot();
    let may_end = Arc::new(AtomicBool::new(true));
    let ports = [WorkerPort::new(), WorkerPort::new()];
    let workers = ports
        .iter()
        .map(|port| {
            let (inbox, slot) = (port.inbox(), Arc::clone(&slot));
            let may_end = Arc::clone(&may_end);
            std::thread::spawn(move || work(&inbox, &slot, &may_end))
        })
        .collect();
    let bind_error = Arc::new(Mutex::new(None::<String>));
    let commits = Arc::new(Mutex::new(Vec::new()));
    let (wish, log) = (Arc::clone(&bind_error), Arc::clone(&commits));
    let prepare = move |artifact: &Artifact| {
        if let Some(line) = wish.lock().expect("no panic").take() {
            return Err(line);
        }
        let log = Arc::clone(&log);
        let id = artifact.content_id().to_string();
        Ok(Prepared {
            add: Vec::new(),
            remove: Vec::new(),
            bound: bound(artifact),
            commit: Box::new(move || log.lock().expect("no panic").push(id)),
        })
    };
    let running = Running {
        about: About { version: "0.0.0", driver: "epoll" },
        workers: ports.to_vec(),
        bound: bound(&slot.load().artifact),
        prepare: Box::new(prepare),
        close: Box::new(|| {}),
    };
    let control = start(boot, running).unwrap_or_else(|error| panic!("{error}"));
    Edge { control, slot, workers, may_end, bind_error, commits }
}

impl Edge {
    /// Cuts everything and waits for the end.
    pub(crate) fn stop(self) -> Outcome {
        self.may_end.store(true, Ordering::Release);
        self.control.stopper().stop();
        self.wait()
    }

    pub(crate) fn wait(self) -> Outcome {
        let outcome = self.control.wait().expect("no panic");
        for worker in self.workers {
            worker.join().expect("no panic");
        }
        outcome
    }
}

fn bound(artifact: &Artifact) -> Vec<Bound> {
    let keys = artifact.listeners().flat_map(|listener| {
        let name = listener.name().to_owned();
        listener.addresses().map(move |address| ListenerKey { name: name.clone(), address })
    });
    keys.map(|key| Bound { address: key.address, key, protocols: vec!["http/1.1"] }).collect()
}

fn work(inbox: &WorkerInbox, slot: &SharedSnapshot, may_end: &AtomicBool) {
    let (wake, woken): (Sender<()>, _) = channel();
    inbox.set_waker(Arc::new(move || {
        // A worker that has ended needs no call.
        let _ = wake.send(());
    }));
    let see = || {
        let snapshot = slot.load();
        inbox.stats().saw(snapshot.serial, snapshot.addresses.version());
        snapshot.serial
    };
    let mut serial = see();
    loop {
        match inbox.try_recv() {
            Some(Command::Publish) => serial = see(),
            Some(Command::Listeners { add, .. }) => drop::<Vec<BoundListener>>(add),
            Some(Command::ReopenLogs) => {}
            Some(Command::Report(report)) => {
                let one = TargetUse { target: TargetId(0), in_flight: 1, connections: 2 };
                report.answer(serial, &[one]);
            }
            Some(Command::Drain { .. }) => {
                while !may_end.load(Ordering::Acquire) {
                    std::thread::yield_now();
                }
                inbox.stats().drained();
                return;
            }
            Some(Command::Stop) => {
                inbox.stats().drained();
                return;
            }
            None => {
                // The sender lives in the mailbox, so this ends with a command only.
                let _ = woken.recv();
            }
        }
    }
}
