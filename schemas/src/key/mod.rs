//! Keys that sign artifacts: Ed25519, their ids, and how they are written as text.

mod base64;
mod fuzz;
mod public;
mod secret;
mod text;

pub use fuzz::fuzz_key_text;
pub use public::{KeyId, PublicKey};
pub use secret::SecretKey;
pub use text::{KeyKind, KeyTextError, kind_of};
