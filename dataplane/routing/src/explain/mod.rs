//! Who wins and why, who lost and why, what would be sent.

mod hidden;
mod json;
mod lost;
mod nearest;
mod object;
mod parameter;
mod piece;
mod secret;
mod shown;
mod text;
mod visible;

pub use hidden::{merged, secrets_assigned, secrets_in_text, shown_content, shown_text};
pub use object::{Considered, Explanation, UnknownHost, explain};
pub use piece::{is_hidden, is_of_request};
pub use secret::{
    MASK, REFERENCES, beginning, is_secret_argument, is_sensitive, looks_secret, must_hide,
    words_of_name,
};
pub use shown::shown_header;
pub use visible::{is_unseen, visible};
