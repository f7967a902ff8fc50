//! The state folder: one process at a time, the artifacts that served, the host's random id.

mod durable;
mod folder;
mod shelf;

pub use folder::StoreError;
pub(crate) use folder::{Lock, StateFolder};
pub(crate) use shelf::{Shelf, shelf_name};
