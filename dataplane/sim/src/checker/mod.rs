//! What must hold whatever happens: one invariant a file, each read off a transcript alone.

pub mod answer;
pub mod case;
pub mod cause;
pub mod connection;
pub mod drain;
pub mod finish;
pub mod pool;
pub mod request;
pub mod resend;
pub mod reset;
pub mod response;
pub mod rest;
pub mod share;
pub mod timeout;
pub mod verdict;
pub mod whole;

pub use verdict::{Violation, check};
