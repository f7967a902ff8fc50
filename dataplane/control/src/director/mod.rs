//! The control thread itself: one task that hears signals, the watch, the admin socket and the
//! resolver, and alone decides what is loaded, published and drained.

mod ask;
mod drain;
mod draining;
mod events;
mod prepared;
mod publish;
mod run;
mod settle;
mod signals;
mod state;

pub(crate) use ask::{Ask, ReloadAnswer};
pub use draining::Outcome;
pub use prepared::{Prepare, Prepared};
pub(crate) use signals::Signals;
pub(crate) use state::{Director, Parts};
