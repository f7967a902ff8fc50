//! What the data plane decides, without I/O: no socket, no clock, no randomness of its own, no
//! thread and no `await`. Time, randomness and bytes are passed in.
//!
//! Rooms stand on floors; imports point down:
//! `exchange` > `backend` > `balance`, `http1` > `fields` > `stats` > `fault` > `limits`, `rng`,
//! `time`
#![forbid(unsafe_code)]

pub mod backend;
pub mod balance;
pub mod exchange;
pub mod fault;
pub mod fields;
pub mod http1;
pub mod limits;
pub mod rng;
pub mod stats;
pub mod time;
