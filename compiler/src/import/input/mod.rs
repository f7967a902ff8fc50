//! What was exported, as one tree of values with their places, whatever it was written in.

mod fault;
mod json;
mod read;
mod table;
mod tree;
mod yaml;

pub(crate) use read::too_large;
pub use read::{InputFault, read};
pub use tree::{Data, NodeId, Tree};
