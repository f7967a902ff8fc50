//! Findings: what they are, how they are collected and how they are shown. Nothing here knows what
//! a configuration means.

mod code;
mod finding;
mod fix;
mod human;
mod json;
mod plan;

pub use code::{Code, Severity};
pub use finding::{Diagnostic, FINDINGS_SHOWN_MAX, Findings, Label};
pub use fix::{Edit, Fix, Safety, apply};
pub use human::{Colour, render as render_human, summary};
pub use json::render as render_json;
pub use plan::Plan;
