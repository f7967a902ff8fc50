//! Bytes between two sockets.

pub mod outgoing;
pub mod refill;
pub mod relay;
