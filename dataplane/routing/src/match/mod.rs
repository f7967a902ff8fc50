//! Who answers a request: the most specific route among all that fit.

mod captures;
mod constraint;
mod filter;
mod find;
mod host;
mod path;
mod trace;
mod winner;

pub use captures::Captures;
pub use constraint::{fits, fits_value};
pub use filter::{hold, holds};
pub use find::{Found, Hit, allow, find, find_traced, survey};
pub use host::glob;
pub use trace::{HostTried, NoTrace, Refused, Trace, Tried, Verdict};
pub use winner::{Candidate, Decided, compare};
