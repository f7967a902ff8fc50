//! The targets' side: connections to them, idle ones, and what is said on them.

pub mod attempt;
pub mod connect;
pub mod http1;
pub mod idle;
