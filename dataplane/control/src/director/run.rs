//! The loop of the control thread.

use std::time::{Duration, Instant};

use tokio::time::{Interval, MissedTickBehavior, interval};

use super::draining::Outcome;
use super::state::{Director, Loading, Waiters};
use crate::load::Reading;
use crate::notice::say;
use crate::reload::{Haste, Watch};

/// How often counters, files and settings are looked at.
const TICK: Duration = Duration::from_secs(1);
/// How often a drain on its way is looked at.
const DRAIN_TICK: Duration = Duration::from_millis(10);
/// How long the end waits for the state folder.
const SETTLE_PATIENCE: Duration = Duration::from_secs(2);

impl Director {
    /// Runs until the process is to end.
    pub(crate) async fn run(mut self) -> Outcome {
        self.tell_unresolved();
        // The first artifact was published before this thread began.
        self.settle(true, Vec::new());
        let mut tick = every(TICK);
        let mut drain_tick = every(DRAIN_TICK);
        loop {
            tokio::select! {
                wish = self.signals.next() => self.heard(wish),
                Some(ask) = self.asks.recv() => self.asked(ask),
                haste = changed(&mut self.watch) => self.file_changed(haste),
                (reading, waiters) = loaded(&mut self.loading) => self.read(reading, waiters).await,
                is_changed = self.resolution.step() => self.answered(is_changed),
                () = until(self.look_at) => self.look(),
                () = until(self.publish_at) => {
                    self.publish_at = None;
                    self.publish_addresses();
                }
                _ = tick.tick() => self.tick(),
                _ = drain_tick.tick(), if self.drain.is_some() => {
                    if let Some(outcome) = self.drain_step(Instant::now()) {
                        self.finish_settling().await;
                        return outcome;
                    }
                }
            }
        }
    }

    /// What serves now must be found by the next process.
    async fn finish_settling(&mut self) {
        let all = async { while self.settling.join_next().await.is_some() {} };
        if tokio::time::timeout(SETTLE_PATIENCE, all).await.is_err() {
            say("the last artifact could not be kept in the state folder in time");
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

async fn changed(watch: &mut Option<Watch>) -> std::io::Result<Haste> {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

/// Waits for the file that is being read. Cancelled, it is still being read.
async fn loaded(loading: &mut Option<Loading>) -> (Option<Reading>, Waiters) {
    let Some(Loading { reading, .. }) = loading else { return std::future::pending().await };
    let reading = reading.await.ok();
    let waiters = loading.take().map(|loading| loading.waiters).unwrap_or_default();
    (reading, waiters)
}
