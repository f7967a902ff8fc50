//! Which texts are secrets, by the name beside them and by their look. A guess, and so a warning;
//! what must be a reference is refused where it is read.

pub use pointsman_routing::explain::{is_sensitive, looks_secret};

use super::value::shown;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The warning of such a value. It never says the value, and its place is not shown.
pub fn finding(name: &str, place: Span) -> Diagnostic {
    let message = format!("the value of `{}` looks like a secret", shown(name));
    Diagnostic::new(Code::SecretInField, place, message)
        .label("stands in every copy of the folder")
        .help("let the target ask for it, or take it from the request; if it is one, replace it")
}
