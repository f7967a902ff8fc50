//! Drives one exchange: core's machine says what happens next, this room does it. It moves bytes and
//! keeps no rule of its own.

pub mod answer;
mod context;
mod download;
pub mod plan;
pub mod record;
pub mod run;
mod upload;
