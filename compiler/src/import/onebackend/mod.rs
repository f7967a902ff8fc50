//! The routes of 1Backend's edge: a host, or a host with a path, and one target.

mod route;
mod run;

pub use run::import;
