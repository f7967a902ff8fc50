//! What is known of a backend's targets while serving.

pub mod pool;

pub use pool::Ledger;
