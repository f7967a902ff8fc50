//! What the routes of an artifact do to each other: which can never win, which hosts let requests
//! pass to others, which methods fall from a fixed path to a parameter. It walks the trees that
//! serve, and every finding has a request that the matcher that serves was asked about.

mod ask;
mod cover;
mod hole;
mod hosts;
mod never;
mod pass;
mod place;
mod quick;
mod report;
mod run;
mod taken;
mod walk;

pub use run::{Reach, reach};
