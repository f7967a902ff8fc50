//! HTTP/1.x without I/O: heads are cut, then parsed; bodies are framed; heads are written.

pub mod answer;
pub mod chunked;
pub mod client;
pub mod encode;
pub mod framing;
mod fuzz;
pub mod head;
mod scan;
pub mod server;
pub mod target;
pub mod trailer;

pub use fuzz::{fuzz_chunked, fuzz_request_head, fuzz_response_head, fuzz_split};
