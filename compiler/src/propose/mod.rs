//! Tests for routes that no test reaches: for each a request that the matcher gives to it, and what
//! becomes of that today. What a person reads and keeps is a test from then on.

mod file;
mod text;
mod without;

pub use file::{Proposal, Refused, propose};
