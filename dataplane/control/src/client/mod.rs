//! What the commands that ask a running process do: one request over its unix socket, and words
//! for people. It needs no runtime and starts nothing.

mod command;
mod http;
mod show;
mod table;

pub use command::{Spoken, Verb, run};
pub(crate) use http::request;
pub use http::{ClientError, fuzz_admin_answer};
