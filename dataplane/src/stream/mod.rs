//! Bytes between two sockets.

pub mod relay;
