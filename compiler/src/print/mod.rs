//! The effective configuration: every key with its value and where the value comes from.

mod effective;
mod fill;
mod json;
mod text;

pub use effective::{Effective, Entry, Node, Origin};
