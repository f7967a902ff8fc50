//! The artifact: one file of sections, written by the compiler, read by the data plane.

pub mod buckets;
pub mod error;
pub mod id;
pub mod layout;
pub mod node;
mod places;
pub mod read;
pub mod sections;
mod validate;
pub mod wire;
pub mod write;

pub use error::{ReadError, ReadErrorKind};
pub use id::*;
pub use layout::SectionKind;
pub use read::*;
