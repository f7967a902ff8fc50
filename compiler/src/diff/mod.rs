//! What changes between two artifacts: what is risky, which requests move, what was added, removed
//! and changed. Requests come from walking both matchers together, never from trying some.

mod facts;
mod forest;
mod fuzz;
mod hosts;
mod meaning;
mod report;
mod risk;
mod show;
mod walk;
mod witness;

pub use fuzz::fuzz_diff;
pub use report::{Change, Difference, Subject, diff};
pub use witness::{Moved, Witness};
