//! One request and its answer, attempts included: what happens next, and until when.

pub mod deadline;
pub mod drain;
pub mod event;
pub mod machine;
#[cfg(test)]
mod tests;

pub use deadline::{Deadlines, Timeouts, Timer};
pub use event::{Action, After, Body, Event, Request, Response};
pub use machine::{Exchange, Outcome, Waits};
