//! What the tests stand on: an edge, its clients, its targets. It judges nothing.

mod client;
mod compiler;
mod config;
mod edge;
mod nginx;
mod origin;
mod wait;
mod wire;

pub(crate) use client::Client;
pub(crate) use compiler::pointsman;
pub(crate) use config::{Config, artifact};
pub(crate) use edge::{Driver, Edge, Options, Said, pointsmand, refused};
pub(crate) use nginx::{Nginx, curl};
pub(crate) use origin::{Cue, Origin, cue};
use wait::PATIENCE;
pub(crate) use wait::until;
pub(crate) use wire::End;

/// Runs each scenario once a driver, as a test of its own.
macro_rules! on_both_drivers {
    ($($scenario:ident),+ $(,)?) => {
        mod io_uring {
            $(#[test] fn $scenario() { super::$scenario(crate::harness::Driver::IoUring); })+
        }
        mod epoll {
            $(#[test] fn $scenario() { super::$scenario(crate::harness::Driver::Epoll); })+
        }
    };
}
pub(crate) use on_both_drivers;
