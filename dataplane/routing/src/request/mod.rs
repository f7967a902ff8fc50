//! A request in its one meaning.

mod canonical;
pub mod cookies;
pub mod fields;
pub mod head;
pub mod host;
pub mod name;
pub mod path;
pub mod percent;
pub mod query;
mod refusal;

pub use canonical::{Canonical, fuzz_canonical};
pub use cookies::fuzz_cookies;
pub use fields::{FieldIndex, Fields};
pub use head::{ClientCert, Request};
pub use host::fuzz_host;
pub use path::PathPolicy;
pub use pointsman_schemas::artifact::DotSegments;
pub use refusal::Refusal;
