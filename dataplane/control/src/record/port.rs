//! The bounded way from a worker to the log's writer: what does not fit is dropped and counted, a
//! worker never waits here.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use super::Record;
use crate::command::WorkerStats;
use crate::limits::{BATCH_BYTES, BATCHES_MAX, BATCHES_PER_WORKER_MAX};

/// What goes to the writer's thread.
#[derive(Debug)]
pub(crate) enum Message {
    /// Records to be written.
    Batch(Batch),
    /// Look at the settings: they changed, or the files are to be opened anew.
    Nudge,
    /// Say on this channel that all that came before is written.
    Flushed(SyncSender<()>),
}

/// A full batch, and the way back for its buffer.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) bytes: Vec<u8>,
    pub(crate) home: SyncSender<Vec<u8>>,
}

/// Makes the channel between all workers and the writer.
pub(crate) fn channel() -> (LogHub, Receiver<Message>) {
    let (messages, inbox) = sync_channel(BATCHES_MAX);
    (LogHub { messages }, inbox)
}

/// Where workers get their ports from.
#[derive(Clone, Debug)]
pub struct LogHub {
    messages: SyncSender<Message>,
}

impl LogHub {
    /// A port for one worker; a restarted worker takes a new one.
    pub fn port(&self) -> LogPort {
        let (home, spare) = sync_channel(BATCHES_PER_WORKER_MAX);
        LogPort {
            messages: self.messages.clone(),
            home,
            spare,
            batch: Vec::with_capacity(BATCH_BYTES),
            records: 0,
            buffers_made: 1,
        }
    }

    /// Hands a message over without waiting; false when the writer is far behind or gone.
    pub(crate) fn tell(&self, message: Message) -> bool {
        self.messages.try_send(message).is_ok()
    }
}

/// One worker's way to the log.
#[derive(Debug)]
pub struct LogPort {
    messages: SyncSender<Message>,
    home: SyncSender<Vec<u8>>,
    spare: Receiver<Vec<u8>>,
    batch: Vec<u8>,
    records: u64,
    buffers_made: usize,
}

impl LogPort {
    /// Adds a record to the batch, and hands the batch over when it is full.
    ///
    /// Cost: no allocation once as many buffers as are needed were made. A record that finds no
    /// room is dropped and counted in `stats`.
    pub fn push(&mut self, record: &Record<'_>, stats: &WorkerStats) {
        let len = record.encoded_len();
        if !self.batch.is_empty() && self.batch.len() + len > BATCH_BYTES {
            self.flush(stats);
            if !self.batch.is_empty() {
                stats.log_dropped.add(1);
                return;
            }
        }
        record.encode(&mut self.batch);
        self.records += 1;
    }

    /// True when there is nothing to hand over.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Hands over what there is. The batch stays when all buffers are on their way: it is handed
    /// over by a later call, or by the next record that finds it full.
    pub fn flush(&mut self, stats: &WorkerStats) {
        if self.is_empty() {
            return;
        }
        let next = match self.spare.try_recv() {
            Ok(buffer) => buffer,
            Err(_) if self.buffers_made < BATCHES_PER_WORKER_MAX => {
                self.buffers_made += 1;
                Vec::with_capacity(BATCH_BYTES)
            }
            Err(_) => return,
        };
        let bytes = std::mem::replace(&mut self.batch, next);
        let records = std::mem::take(&mut self.records);
        let batch = Batch { bytes, home: self.home.clone() };
        match self.messages.try_send(Message::Batch(batch)) {
            Ok(()) => {}
            Err(TrySendError::Full(message) | TrySendError::Disconnected(message)) => {
                stats.log_dropped.add(records);
                if let Message::Batch(Batch { mut bytes, .. }) = message {
                    bytes.clear();
                    // There is room for every buffer that was made.
                    let _ = self.home.try_send(bytes);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::tests::sample;
    use super::*;

    fn batches(inbox: &Receiver<Message>) -> Vec<Batch> {
        inbox
            .try_iter()
            .filter_map(|message| match message {
                Message::Batch(batch) => Some(batch),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn writer_that_stands_still_makes_drops_never_waits() {
        let (hub, inbox) = channel();
        let mut port = hub.port();
        let stats = WorkerStats::default();
        let per_batch = (BATCH_BYTES / sample().encoded_len()) as u64;
        let kept = per_batch * BATCHES_PER_WORKER_MAX as u64;
        for _ in 0..kept + 10 {
            port.push(&sample(), &stats);
        }
        assert_eq!(stats.log_dropped.value(), 10);

        // As soon as one buffer is back, there is room again.
        let waiting = batches(&inbox);
        assert_eq!(waiting.len(), BATCHES_PER_WORKER_MAX - 1);
        let mut bytes = waiting.into_iter().next().expect("a batch").bytes;
        bytes.clear();
        port.home.try_send(bytes).expect("room for each buffer");
        port.push(&sample(), &stats);
        assert_eq!(stats.log_dropped.value(), 10);
    }

    #[test]
    fn buffers_that_come_back_are_used_again() {
        let (hub, inbox) = channel();
        let mut port = hub.port();
        let stats = WorkerStats::default();
        for _ in 0..50 {
            port.push(&sample(), &stats);
            port.flush(&stats);
            for Batch { mut bytes, home } in batches(&inbox) {
                assert_eq!(Record::decode(&bytes).map(|(record, _)| record), Some(sample()));
                bytes.clear();
                assert!(home.try_send(bytes).is_ok());
            }
        }
        assert_eq!((stats.log_dropped.value(), port.buffers_made), (0, 2));
    }

    #[test]
    fn writer_gone_is_counted() {
        let (hub, inbox) = channel();
        drop(inbox);
        let mut port = hub.port();
        let stats = WorkerStats::default();
        port.push(&sample(), &stats);
        port.flush(&stats);
        assert_eq!(stats.log_dropped.value(), 1);
        assert!(port.is_empty());
    }
}
