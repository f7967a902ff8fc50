//! What the control thread does about each thing it hears.

use std::io;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::ask::Ask;
use super::signals::Wish;
use super::state::{Director, Loading, Waiters};
use crate::identity::FileIdentity;
use crate::load::{self, Cause, Reading, Refusal};
use crate::notice::{counted, say};
use crate::reload::Haste;

/// A file that was written may be written again at once; one that was renamed is whole.
const WRITTEN_DEBOUNCE: Duration = Duration::from_millis(50);
/// Names that change together are published together.
const ADDRESSES_DEBOUNCE: Duration = Duration::from_millis(50);
/// The file is looked at every so many ticks, since no event comes from a network file system, nor
/// for a folder that did not exist.
const LOOK_TICKS: u64 = 5;

impl Director {
    pub(super) fn heard(&mut self, wish: Wish) {
        match wish {
            Wish::Reload => self.begin_load(Vec::new()),
            Wish::ReopenLogs => self.reopen_logs(),
            Wish::End => self.end(),
        }
    }

    pub(super) fn asked(&mut self, ask: Ask) {
        match ask {
            Ask::Reload(waiter) => self.begin_load(vec![waiter]),
            Ask::Stop => self.stop(),
            Ask::Drain { begun, ended } => {
                self.begin_drain();
                if let Some(draining) = &mut self.drain {
                    draining.begun.push(begun);
                    draining.ended.push(ended);
                    draining.tell_begun();
                }
            }
        }
    }

    pub(super) fn file_changed(&mut self, haste: io::Result<Haste>) {
        match haste {
            Ok(Haste::None) => return,
            Ok(Haste::Now) => self.look_at = Some(Instant::now()),
            Ok(Haste::Soon) => {
                // Not put off by what follows: a busy folder would put it off for ever.
                self.look_at.get_or_insert_with(|| Instant::now() + WRITTEN_DEBOUNCE);
            }
            Err(error) => {
                say(&format!(
                    "the artifact's folder can no longer be watched ({error}); changes are found within 5 s"
                ));
                self.watch = None;
                return;
            }
        }
        if let Some(watch) = &mut self.watch {
            watch.renew();
        }
    }

    /// Reads the file if it is another one than was read last.
    pub(super) fn look(&mut self) {
        self.look_at = None;
        let identity = FileIdentity::of(&self.file);
        let is_news = identity.is_some() && identity != self.identity;
        if is_news && self.loading.is_none() && self.drain.is_none() {
            self.begin_load(Vec::new());
        }
    }

    pub(super) async fn read(&mut self, reading: Option<Reading>, waiters: Waiters) {
        match reading {
            None => self.refuse(Refusal::of_file(&self.file, Cause::Internal), waiters),
            Some(Reading { identity, result }) => {
                self.identity = identity;
                match result {
                    Ok(loaded) => self.take(loaded, waiters).await,
                    Err(refusal) => self.refuse(refusal, waiters),
                }
            }
        }
        self.free_retired();
        match std::mem::take(&mut self.waiting) {
            waiting if waiting.is_empty() => self.look(),
            waiting => self.begin_load(waiting),
        }
    }

    pub(super) fn answered(&mut self, is_changed: bool) {
        if is_changed {
            self.publish_at.get_or_insert_with(|| Instant::now() + ADDRESSES_DEBOUNCE);
        }
    }

    pub(super) fn tick(&mut self) {
        self.ticks += 1;
        self.free_retired();
        self.resolution.refresh_settings();
        let dropped = self.live.sums().log_dropped;
        if let Some(fresh) = self.drops.due(Instant::now(), dropped) {
            let why = self.live.log.take_error().unwrap_or_else(|| "not taken fast enough".into());
            let fresh = counted(fresh, "line");
            say(&format!("access log: {fresh} dropped ({why}); {dropped} since start"));
        }
        if self.ticks.is_multiple_of(LOOK_TICKS) && self.drain.is_none() {
            if let Some(watch) = &mut self.watch {
                watch.renew();
            }
            self.look();
        }
    }

    /// Reads the file on a thread of its own, or after the one that is being read.
    fn begin_load(&mut self, mut waiters: Waiters) {
        if self.drain.is_some() {
            return self.refuse(Refusal::of_file(&self.file, Cause::Ending), waiters);
        }
        if self.loading.is_some() {
            // What is being read may be older than the wish.
            self.waiting.append(&mut waiters);
            return;
        }
        let (done, reading) = oneshot::channel();
        let (file, gate) = (self.file.clone(), self.gate.clone());
        match load::in_background(move || load::read(&file, &gate), done) {
            Ok(()) => self.loading = Some(Loading { reading, waiters }),
            Err(_) => self.refuse(Refusal::of_file(&self.file, Cause::Internal), waiters),
        }
    }
}
