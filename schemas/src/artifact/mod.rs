//! The artifact: one file of sections, written by the compiler, read by the data plane.

pub mod buckets;
pub mod error;
mod feature;
mod fuzz;
pub mod id;
pub mod layout;
pub mod node;
mod operation;
pub mod option;
pub mod packed;
mod places;
pub mod read;
mod records;
mod route_ids;
pub mod seal;
pub mod sections;
mod validate;
pub mod wire;
pub mod write;

pub use error::{ReadError, ReadErrorKind};
pub use feature::{Feature, Features};
pub use fuzz::{exercise, fuzz_artifact};
pub use id::*;
pub use layout::SectionKind;
pub use read::*;
