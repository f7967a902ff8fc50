//! The targets' side: connections to them, and what is said on them.

pub mod attempt;
pub mod connect;
pub mod http1;
