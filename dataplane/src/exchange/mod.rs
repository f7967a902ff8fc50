//! Drives one exchange: core's machine says what happens next, this room does it. It moves bytes and
//! keeps no rule of its own.

mod download;
mod record;
mod run;
mod upload;

pub use record::Entry;
pub use run::run;
