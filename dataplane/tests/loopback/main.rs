//! Loopback tests: the real `pointsmand` between real sockets. They never reach beyond loopback,
//! never wait for a time instead of a thing, and leave no process behind.
//!
//! They need two Debian packages, `nginx-light` and `curl`; without them they fail and say so.

mod harness;

mod answers;
mod bodies;
mod connecting;
mod descriptors;
mod dev;
mod drain;
mod expressions;
mod fields;
mod log;
mod moves;
mod pool;
mod quickstart;
mod rename;
mod requests;
mod slow;
mod start;
mod swap;
mod ties;
mod times;
mod trust;
