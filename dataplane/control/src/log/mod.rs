//! The access log's writer: a thread of its own that turns records into lines; it may be slow or
//! stuck, nothing else waits for it.

mod drops;
mod format;
mod sink;
mod writer;

pub(crate) use drops::Drops;
pub(crate) use sink::Target;
pub(crate) use writer::{LineFormat, LogWriter, Opened};
