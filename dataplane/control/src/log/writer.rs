//! The writer's thread: takes batches, writes lines, gives the buffers back.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::format::{json_line, text_line};
use super::sink::{Sink, Target};
use crate::command::locked;
use crate::record::{Batch, LogHub, Message, Record, channel};

/// Text is handed to the system in pieces of about this size.
const WRITE_BYTES: usize = 64 * 1024;

/// How a record becomes a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineFormat {
    /// One JSON object.
    Json,
    /// NCSA combined.
    Text,
}

/// A target that is open already, so that a log that cannot be opened refuses an artifact.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) sink: Sink,
    pub(crate) format: LineFormat,
}

impl Opened {
    pub(crate) fn open(target: &Target, format: LineFormat) -> io::Result<Self> {
        Ok(Self { sink: Sink::open(target)?, format })
    }
}

/// What the writer and the control thread share.
#[derive(Debug, Default)]
struct Shared {
    pending: Mutex<Option<Opened>>,
    has_pending: AtomicBool,
    is_ending: AtomicBool,
    lost: AtomicU64,
    error: Mutex<Option<String>>,
}

impl Shared {
    fn is_over(&self) -> bool {
        self.is_ending.load(Ordering::Acquire) || self.has_pending.load(Ordering::Acquire)
    }
}

/// The control thread's hold on the writer.
#[derive(Debug)]
pub(crate) struct LogWriter {
    hub: LogHub,
    shared: Arc<Shared>,
}

impl LogWriter {
    /// Starts the thread. It ends with the last port.
    ///
    /// Errors: the system has no thread to give.
    pub(crate) fn start(opened: Opened) -> io::Result<Self> {
        let (hub, inbox) = channel();
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("pointsman-log".into())
            .spawn(move || run(&inbox, &theirs, opened))?;
        Ok(Self { hub, shared })
    }

    /// Where workers get their ports.
    pub(crate) fn hub(&self) -> LogHub {
        self.hub.clone()
    }

    /// From the next batch on, lines go there.
    pub(crate) fn switch(&self, opened: Opened) {
        *locked(&self.shared.pending) = Some(opened);
        self.shared.has_pending.store(true, Ordering::Release);
        // A full channel wakes the writer anyway.
        self.hub.tell(Message::Nudge);
    }

    /// Lines that the writer could not write.
    pub(crate) fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// Why lines were lost last, once.
    pub(crate) fn take_error(&self) -> Option<String> {
        locked(&self.shared.error).take()
    }

    /// Waits until all that was handed over is written, but not longer than `patience`.
    pub(crate) fn finish(&self, patience: Duration) -> bool {
        let (written, done) = sync_channel(1);
        let is_done =
            self.hub.tell(Message::Flushed(written)) && done.recv_timeout(patience).is_ok();
        self.shared.is_ending.store(true, Ordering::Release);
        is_done
    }
}

fn run(inbox: &Receiver<Message>, shared: &Shared, mut opened: Opened) {
    let mut text = Vec::new();
    while let Ok(message) = inbox.recv() {
        if shared.has_pending.swap(false, Ordering::AcqRel)
            && let Some(next) = locked(&shared.pending).take()
        {
            opened = next;
        }
        match message {
            Message::Nudge => {}
            Message::Flushed(written) => {
                // Nobody waits any more: that is no fault.
                let _ = written.try_send(());
            }
            Message::Batch(Batch { mut bytes, home }) => {
                write_batch(&bytes, shared, &mut opened, &mut text);
                bytes.clear();
                // A worker that is gone needs no buffer.
                let _ = home.try_send(bytes);
            }
        }
    }
}

fn write_batch(batch: &[u8], shared: &Shared, opened: &mut Opened, text: &mut Vec<u8>) {
    let line = match opened.format {
        LineFormat::Json => json_line,
        LineFormat::Text => text_line,
    };
    let mut rest = batch;
    while !rest.is_empty() {
        text.clear();
        let mut count = 0;
        while text.len() < WRITE_BYTES
            && let Some((record, after)) = Record::decode(rest)
        {
            line(text, &record);
            count += 1;
            rest = after;
        }
        if count == 0 {
            // Not a record: a fault of ours that must not stop the log.
            shared.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if let Err(error) = opened.sink.write(text, || shared.is_over()) {
            shared.lost.fetch_add(count, Ordering::Relaxed);
            *locked(&shared.error) = Some(error.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::WorkerStats;
    use crate::record::sample;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn lines_of(path: &std::path::Path) -> Vec<String> {
        let text = std::fs::read_to_string(path).expect("the log");
        text.lines().map(str::to_owned).collect()
    }

    fn open(path: &std::path::Path, format: LineFormat) -> Opened {
        Opened::open(&Target::File(path.to_owned()), format).expect("a file")
    }

    #[test]
    fn writer_writes_what_workers_hand_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, second) = (folder.path().join("a.log"), folder.path().join("b.log"));
        let writer = LogWriter::start(open(&first, LineFormat::Json)).expect("a thread");
        let stats = WorkerStats::default();
        let mut port = writer.hub().port();
        for _ in 0..1_000 {
            port.push(&sample(), &stats);
        }
        port.flush(&stats);
        assert!(writer.finish(PATIENCE));
        let got = lines_of(&first);
        assert_eq!(got.len(), 1_000);
        assert!(got.iter().all(|line| line.starts_with(r#"{"time":"2023-11-14T"#)));

        writer.switch(open(&second, LineFormat::Text));
        port.push(&sample(), &stats);
        port.flush(&stats);
        assert!(writer.finish(PATIENCE));
        assert_eq!(lines_of(&first).len(), 1_000);
        assert_eq!(lines_of(&second).len(), 1);
        assert_eq!((writer.lost(), stats.log_dropped.value()), (0, 0));
    }

    #[test]
    fn reopened_file_after_rename_takes_new_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, rotated) = (folder.path().join("a.log"), folder.path().join("a.log.1"));
        let writer = LogWriter::start(open(&path, LineFormat::Json)).expect("a thread");
        let stats = WorkerStats::default();
        let mut port = writer.hub().port();
        port.push(&sample(), &stats);
        port.flush(&stats);
        assert!(writer.finish(PATIENCE));
        std::fs::rename(&path, &rotated).expect("a rename");
        writer.switch(open(&path, LineFormat::Json));
        for _ in 0..2 {
            port.push(&sample(), &stats);
        }
        port.flush(&stats);
        assert!(writer.finish(PATIENCE));
        assert_eq!((lines_of(&rotated).len(), lines_of(&path).len()), (1, 2));
    }

    #[test]
    fn disk_full_counts_lines_and_goes_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.log");
        let writer =
            LogWriter::start(open("/dev/full".as_ref(), LineFormat::Json)).expect("a thread");
        let stats = WorkerStats::default();
        let mut port = writer.hub().port();
        for _ in 0..3 {
            port.push(&sample(), &stats);
        }
        port.flush(&stats);
        assert!(writer.finish(PATIENCE));
        assert_eq!(writer.lost(), 3);
        assert!(writer.take_error().is_some_and(|text| text.contains("space")));
        writer.switch(open(&path, LineFormat::Json));
        port.push(&sample(), &stats);
        port.flush(&stats);
        assert!(writer.finish(PATIENCE));
        assert_eq!((writer.lost(), lines_of(&path).len()), (3, 1));
    }
}
