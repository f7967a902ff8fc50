//! The contract between the compiler and the data plane: the artifact's format and the limits that
//! the compiler checks and the edge enforces. It never parses a configuration and does no I/O.
//!
//! Floors, from the top; imports point down: `artifact` > `fuzz` > `seal` > `read`, `write` > `validate` >
//! `buckets`, `node`, `packed`, `places`, `route_ids`, `sections` > `error` > `layout` > `records`,
//! `operation`, `option` > `feature`, `id`, `wire`, `key` > `limits`.
#![forbid(unsafe_code)]

pub mod artifact;
pub mod key;
pub mod limits;
