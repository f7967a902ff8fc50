//! When the artifact's file is read again: it was renamed into place or written, or someone asks.

mod folders;
mod watch;

pub(crate) use watch::{Haste, Watch};
