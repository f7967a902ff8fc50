//! The configuration as written: what was typed, and where. What it means is not known here.

pub mod backend;
mod damage;
mod file;
pub mod folder;
mod include;
pub mod keys;
pub mod listener;
pub mod load;
mod meant;
pub mod mend;
mod parse;
pub mod quote;
mod reader;
mod refusal;
pub mod route;
pub mod schema;
pub mod settings;
pub mod test;
pub mod value;

pub use file::Document;
pub use folder::Folder;
pub use load::{LoadError, Loaded, load};
pub(crate) use refusal::nearest;
