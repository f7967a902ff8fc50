//! The configuration as written: what was typed, and where. What it means is not known here.

pub mod backend;
mod budget;
mod damage;
mod fields;
mod file;
pub mod folder;
mod foreign;
pub(crate) mod form;
mod include;
pub mod keys;
pub mod listener;
pub mod load;
mod meant;
mod measure;
pub mod mend;
pub mod moment;
mod parse;
pub mod quote;
mod reader;
pub mod record;
pub mod reference;
mod refusal;
pub mod route;
mod scalar;
pub mod schema;
pub mod secret;
pub mod settings;
pub mod spelling;
pub mod test;
mod twice;
pub mod value;
pub mod whole;

pub use file::Document;
pub use folder::Folder;
pub use load::{LoadError, Loaded, load};
pub(crate) use refusal::nearest;
