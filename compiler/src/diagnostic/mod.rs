//! Findings: what they are, how they are collected and how they are shown. Nothing here knows what
//! a configuration means.

mod code;
mod finding;
mod fix;
mod github;
mod human;
mod json;
mod key;
mod masked;
mod pem;
mod place;
mod plan;
mod sarif;
mod unread;
mod veil;

pub use code::{Code, Severity};
pub use finding::{Diagnostic, FINDINGS_SHOWN_MAX, Findings, Label};
pub use fix::{Edit, Fix, Safety, apply};
pub use github::render as render_github;
pub use human::{Colour, render as render_human, summary};
pub use json::render as render_json;
pub(crate) use masked::literals;
pub use masked::shown_word;
pub use plan::Plan;
pub use sarif::render as render_sarif;
pub use unread::UnreadSecrets;
pub use veil::{Veil, fuzz_unread, without_secrets};
