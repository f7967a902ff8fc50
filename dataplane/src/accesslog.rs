//! A worker's end of the access log: what is known when a request began, and the record when it
//! ended. A worker never formats and never waits here.

use std::cell::RefCell;

use pointsman_control::command::WorkerStats;
use pointsman_control::record::{LogPort, Record};

/// The way to the log's writer.
pub struct AccessLog {
    port: RefCell<LogPort>,
}

impl AccessLog {
    /// Through this port.
    pub fn new(port: LogPort) -> Self {
        Self { port: RefCell::new(port) }
    }

    /// Hands a record over.
    pub fn push(&self, record: &Record<'_>, stats: &WorkerStats) {
        self.port.borrow_mut().push(record, stats);
    }

    /// Hands over what waits.
    pub fn flush(&self, stats: &WorkerStats) {
        self.port.borrow_mut().flush(stats);
    }
}
