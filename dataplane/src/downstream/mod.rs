//! The clients' side: accepting them, reading what they ask, and one session a connection.

pub mod asked;
pub mod collect;
pub mod compose;
pub mod head;
pub mod http1;
pub mod listener;
pub mod session;
