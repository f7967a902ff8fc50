//! The effective configuration: every key with its value and where the value comes from.

mod effective;
mod fill;
mod json;
mod origins;
mod text;

pub use effective::{Effective, Entry, Node, Origin};
pub use origins::Origins;
