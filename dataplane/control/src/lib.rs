//! What changes slowly: loading, resolving, admin, signals, the log's writer. It knows no monoio;
//! workers know its `snapshot`, `command` and `record` only.
//!
//! Floors, from the top; imports point down: `thread` > `admin` > `director`, `explain` > `live` >
//! `load` > `view` > `client`, `resolve`, `reload`, `log`, `store`, `trust` > `identity`, `record` >
//! `snapshot`, `command` > `json`, `civil`, `notice` > `limits`.
#![forbid(unsafe_code)]

mod admin;
mod civil;
pub mod client;
pub mod command;
mod director;
mod explain;
mod identity;
mod json;
mod limits;
mod live;
mod load;
mod log;
mod notice;
pub mod record;
mod reload;
mod resolve;
pub mod snapshot;
mod store;
mod thread;
mod trust;
mod view;

pub use admin::AdminError;
pub use director::{Outcome, Prepare, Prepared};
#[doc(hidden)]
pub use explain::fuzz_question;
pub use live::{About, Bound};
pub use load::{Cause, Refusal};
pub use notice::{counted, say};
pub use store::StoreError;
pub use thread::{
    Boot, Checked, Control, Options, Running, StartError, Stopper, boot, check, check_state, start,
};
pub use trust::{Distrust, Older, Trust, TrustError};
