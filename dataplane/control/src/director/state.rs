//! What the control thread keeps: one struct, changed by the methods in the files beside this one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;

use super::ask::{Ask, ReloadAnswer};
use super::draining::Draining;
use super::prepared::Prepare;
use super::signals::Signals;
use crate::identity::FileIdentity;
use crate::live::Live;
use crate::load::Reading;
use crate::log::Drops;
use crate::reload::Watch;
use crate::resolve::Resolution;
use crate::snapshot::Snapshot;
use crate::store::{Floor, Lock, Shelf};
use crate::trust::Gate;

/// Who waits for the end of a reload.
pub(super) type Waiters = Vec<oneshot::Sender<ReloadAnswer>>;

/// What the control thread is made of.
pub(crate) struct Parts {
    pub(crate) live: Arc<Live>,
    pub(crate) file: PathBuf,
    pub(crate) identity: Option<FileIdentity>,
    pub(crate) shelf: Shelf,
    pub(crate) floor: Floor,
    pub(crate) gate: Gate,
    pub(crate) lock: Lock,
    pub(crate) resolution: Resolution,
    pub(crate) prepare: Prepare,
    pub(crate) close: Box<dyn FnMut() + Send>,
    pub(crate) signals: Signals,
    pub(crate) watch: Option<Watch>,
    pub(crate) asks: mpsc::Receiver<Ask>,
}

/// A file that is being read, and who waits for it.
pub(super) struct Loading {
    pub(super) reading: oneshot::Receiver<Reading>,
    pub(super) waiters: Waiters,
}

/// The control thread's own state.
pub(crate) struct Director {
    pub(super) live: Arc<Live>,
    pub(super) file: PathBuf,
    /// State of the file that was read last, whatever came of it.
    pub(super) identity: Option<FileIdentity>,
    pub(super) shelf: Arc<Mutex<Shelf>>,
    pub(super) floor: Floor,
    /// Who may serve next.
    pub(super) gate: Gate,
    /// None once draining has begun.
    pub(super) lock: Option<Arc<Lock>>,
    /// Publishes that not every worker has seen, or that are not kept yet.
    pub(super) settling: JoinSet<()>,
    pub(super) resolution: Resolution,
    pub(super) prepare: Prepare,
    pub(super) close: Box<dyn FnMut() + Send>,
    pub(super) serial: u64,
    pub(super) retired: Vec<Arc<Snapshot>>,
    pub(super) drops: Drops,
    pub(super) loading: Option<Loading>,
    /// Who asked for a reload while a file was being read.
    pub(super) waiting: Waiters,
    /// When the file is to be looked at.
    pub(super) look_at: Option<Instant>,
    /// When changed addresses are to be published.
    pub(super) publish_at: Option<Instant>,
    pub(super) drain: Option<Draining>,
    pub(super) watch: Option<Watch>,
    pub(super) ticks: u64,
    pub(super) signals: Signals,
    pub(super) asks: mpsc::Receiver<Ask>,
}

impl Director {
    pub(crate) fn new(parts: Parts) -> Self {
        let serial = parts.live.current().serial;
        Self {
            live: parts.live,
            file: parts.file,
            identity: parts.identity,
            shelf: Arc::new(Mutex::new(parts.shelf)),
            floor: parts.floor,
            gate: parts.gate,
            lock: Some(Arc::new(parts.lock)),
            settling: JoinSet::new(),
            resolution: parts.resolution,
            prepare: parts.prepare,
            close: parts.close,
            serial,
            retired: Vec::new(),
            drops: Drops::default(),
            loading: None,
            waiting: Vec::new(),
            // What happened between the first reading and the watch was not heard.
            look_at: Some(Instant::now()),
            publish_at: None,
            drain: None,
            watch: parts.watch,
            ticks: 0,
            signals: parts.signals,
            asks: parts.asks,
        }
    }
}
