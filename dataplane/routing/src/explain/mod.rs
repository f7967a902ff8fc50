//! Who wins and why, who lost and why, what would be sent.

mod json;
mod lost;
mod nearest;
mod object;

pub use object::{Considered, Explanation, UnknownHost, explain};
