//! The access log as a worker sees it: records, encoded into batches, handed over, never waited for.

mod entry;
mod port;

#[cfg(test)]
pub(crate) use entry::tests::sample;
pub use entry::{Protocol, Record, TlsSeen, fuzz_record};
pub use port::{BATCH_BYTES, BATCHES_PER_WORKER_MAX, LogHub, LogPort, RECORDS_FLUSH_INTERVAL_MS};
pub(crate) use port::{Batch, Message, channel};
