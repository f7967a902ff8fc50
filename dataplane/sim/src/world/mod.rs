//! The proxy in virtual time: plays the shell around core's machine, between the planned clients and
//! origins.

mod context;
mod down;
mod download;
mod play;
mod pool;
mod run;
mod session;
mod table;
mod upload;
mod worker;

pub use play::play;
pub use worker::RESET_LOOK_US;
