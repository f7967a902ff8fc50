//! A request that the matcher gives to a route, where one is wanted for it.

mod candidates;
mod find;

pub(crate) use find::named;
pub use find::{Witness, witness, witness_within};
