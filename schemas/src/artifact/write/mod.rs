//! Write side of the artifact: the same tables give the same bytes, whoever calls and when.

mod buckets;
mod file;
mod intern;
mod packed;
mod tree;
mod writer;

pub use file::{PlaceDraft, WriteError, identity};
pub use intern::Interner;
pub use tree::{Built, NodeDraft, STATIC_FEW_MAX, StaticDraft, TreeWriter};
pub use writer::{ConstraintTable, HostDraft, WildcardDraft, Writer};
