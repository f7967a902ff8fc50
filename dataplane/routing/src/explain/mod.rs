//! Who wins and why, who lost and why, what would be sent.

mod json;
mod lost;
mod nearest;
mod object;
mod secret;
mod text;

pub use object::{Considered, Explanation, UnknownHost, explain};
pub use secret::{MASK, is_sensitive, looks_secret, must_hide, shown_header};
