//! After a publish: waits until every worker has it, keeps it on the shelf, answers who waits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, oneshot};

use super::ask::ReloadAnswer;
use super::state::Waiters;
use crate::command::WorkerPort;
use crate::limits::WORKER_PATIENCE;
use crate::live::Live;
use crate::load::in_background;
use crate::notice::say;
use crate::snapshot::Snapshot;
use crate::store::{Floor, Lock, Shelf};
use crate::trust::Newest;
use crate::view;

/// How often the workers' counters are looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(1);

/// What is to settle.
pub(super) struct Settling {
    pub(super) live: Arc<Live>,
    pub(super) shelf: Arc<Mutex<Shelf>>,
    pub(super) floor: Floor,
    /// The newest that served, to be remembered.
    pub(super) newest: Option<Newest>,
    /// Kept until the state folder is written: a successor must not write there meanwhile.
    pub(super) lock: Option<Arc<Lock>>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) is_swap: bool,
    pub(super) waiters: Waiters,
}

pub(super) async fn settle(settling: Settling) {
    let Settling { live, shelf, floor, newest, lock, snapshot, is_swap, waiters } = settling;
    // Taken in the order of the publishes, so that the pointer names the newest in the end.
    let shelf = shelf.lock_owned().await;
    let (serial, addresses) = (snapshot.serial, snapshot.addresses.version());
    let until = Instant::now() + WORKER_PATIENCE;
    let is_ending = || live.facts().is_draining;
    while !live.all_saw(serial, addresses) && !is_ending() && Instant::now() < until {
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
    let late = late(&live.workers, serial, addresses);
    let (generation, content_id) = (snapshot.artifact.generation(), snapshot.artifact.content_id());
    let (done, kept) = oneshot::channel();
    // The number first, and whatever becomes of the file: without it a replay comes in later.
    let work = move || (raise(&floor, newest), keep(&shelf, &snapshot));
    if let Err(error) = in_background(work, done) {
        say(&format!("{}: {error}", unkept(newest)));
    }
    // One that was never started tells nothing.
    let (raised, kept) = kept.await.unwrap_or_default();
    if let Some(error) = raised {
        say(&format!("{UNGUARDED}: {error}"));
    }
    if let Some(error) = kept {
        say(&format!("{UNKEPT}: {error}"));
    }
    drop(lock);
    if is_swap {
        say(&format!("serving generation {generation}, content id {content_id}"));
    } else {
        say(&format!(
            "the content is the same: generation {generation}, content id {content_id} is served already"
        ));
    }
    for at in &late {
        say(&format!("worker {at} has not taken generation {generation} after 10 s"));
    }
    let answer = match late.is_empty() {
        true => ReloadAnswer::Live { generation, content_id, is_swap },
        false => ReloadAnswer::Late(late),
    };
    for waiter in waiters {
        // Who asked may be gone.
        let _ = waiter.send(answer.clone());
    }
}

/// What is said where the highest generation could not be remembered.
const UNGUARDED: &str = "REPLAY GUARD NOT WRITTEN: the artifact serves, but its generation could not be \
                         remembered in the state folder, and an older one would be let in after a \
                         restart; make the folder writable, then reload";
/// What is said where the artifact could not be kept.
const UNKEPT: &str = "the artifact serves but could not be kept in the state folder";

/// What is said where neither was tried.
fn unkept(newest: Option<Newest>) -> &'static str {
    if newest.is_some() { UNGUARDED } else { UNKEPT }
}

fn raise(floor: &Floor, newest: Option<Newest>) -> Option<std::io::Error> {
    floor.raise(newest?).err()
}

fn keep(shelf: &Shelf, snapshot: &Snapshot) -> Option<std::io::Error> {
    let artifact = &snapshot.artifact;
    shelf.keep(&view::name_on_shelf(artifact), artifact.as_bytes()).err()
}

fn late(workers: &[WorkerPort], serial: u64, addresses: u64) -> Vec<usize> {
    let is_late = |worker: &WorkerPort| {
        let stats = worker.stats();
        stats.serial_seen() < serial || stats.addresses_seen() < addresses
    };
    (0..).zip(workers).filter(|(_, worker)| is_late(worker)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worker_that_saw_less_is_late() {
        let workers = [WorkerPort::new(), WorkerPort::new(), WorkerPort::new()];
        workers[0].stats().saw(3, 7);
        workers[1].stats().saw(3, 6);
        workers[2].stats().saw(2, 9);
        assert_eq!(late(&workers, 3, 7), [1, 2]);
        assert!(late(&workers, 2, 6).is_empty());
    }
}
