//! Who wins and why, who lost and why, what would be sent.

mod json;
mod lost;
mod object;

pub use object::{Considered, Explanation, explain};
