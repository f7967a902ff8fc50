//! Tests for routes that no test reaches: for each a request that the matcher gives to it, and what
//! becomes of that today. What a person reads and keeps is a test from then on.

mod candidates;
mod file;
mod text;
mod without;
mod witness;

pub use file::{Proposal, Refused, propose};
pub use witness::{Witness, witness};
