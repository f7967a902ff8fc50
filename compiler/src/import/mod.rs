//! Reads what other proxies export and writes it as a configuration: the behaviour they really have,
//! and a report that names every field of the input with what became of it. Touches no file.

mod condition;
pub mod input;
mod intake;
mod names;
mod onebackend;
mod otoroshi;
mod output;
mod plan;
mod render;
mod report;
mod secret;
mod text;
mod translation;
mod url;
mod writer;

pub use onebackend::import as onebackend;
pub use otoroshi::import as otoroshi;
pub use output::Imported;
pub use plan::{Plan, fuzz_import, settle};
pub use render::{human, json, markdown, summary};
pub use report::{Line, Outcome, Report};
