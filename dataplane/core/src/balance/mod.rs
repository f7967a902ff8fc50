//! Which target gets the next attempt: one file an algorithm, each over plain candidates.

pub mod candidate;
pub mod round_robin;

pub use candidate::Candidate;
pub use round_robin::RoundRobin;
