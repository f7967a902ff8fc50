//! Names of targets become addresses here, on the control thread, never on a worker.

mod lookup;
mod places;
mod resolution;
mod table;

pub(crate) use places::{Names, Place, names};
pub(crate) use resolution::Resolution;
