//! Every key of the language: one row a key, one file a table. "Did you mean", "not available in
//! this version" and the JSON Schema are made from these rows and from nothing else.

mod backend;
mod certificate;
mod client;
mod later;
mod listener;
mod root;
mod route;
mod row;
mod service;
mod settings;
mod target;
mod test;

pub use backend::{BACKEND, LOAD_BALANCING};
pub use client::CLIENT;
pub use later::until_then;
pub use listener::LISTENER;
pub use root::ROOT;
pub use route::ROUTE;
pub use row::{Choice, Key, Kind, Need, Since, Table, Zero, text};
pub use settings::{LIMITS, LOGS, PATHS};
pub use target::TARGET;
pub use test::{EXPECT, TEST};
