//! The state folder: one process at a time, the artifacts that served, the host's random id.

mod durable;
mod floor;
mod folder;
mod shelf;

pub(crate) use floor::Floor;
pub use folder::StoreError;
pub(crate) use folder::{Lock, StateFolder};
pub(crate) use shelf::{Shelf, shelf_name};
