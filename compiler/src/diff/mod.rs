//! What changes between two artifacts: what is risky, which requests move, what was added, removed
//! and changed. Requests come from walking both matchers together, never from trying some.

mod budget;
mod change;
mod compare;
mod elsewhere;
mod fact;
mod facts;
mod forest;
mod fuzz;
mod globs;
mod hosts;
mod listeners;
mod meaning;
mod origin;
mod renamed;
mod report;
mod risk;
mod services;
mod show;
mod trust;
mod walk;
mod wild;
mod witness;

pub(crate) use budget::Budget;
pub use change::{Change, Subject};
pub use fuzz::fuzz_diff;
pub use listeners::Alone;
pub(crate) use report::diff_within;
pub use report::{Difference, diff};
pub use witness::{Moved, Witness};
