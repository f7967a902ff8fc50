//! The access log as a worker sees it: records, encoded into batches, handed over, never waited for.

pub use crate::limits::{BATCH_BYTES, BATCHES_PER_WORKER_MAX, RECORDS_FLUSH_INTERVAL_MS};

mod entry;
mod port;

#[cfg(test)]
pub(crate) use entry::tests::sample;
pub use entry::{Protocol, Record, TlsSeen, fuzz_record};
pub(crate) use port::{Batch, Message, channel};
pub use port::{LogHub, LogPort};
