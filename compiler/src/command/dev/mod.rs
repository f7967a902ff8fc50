//! `pointsman dev`: compiles at every change, and serves beside it.

mod build;
mod edge;
mod machine;
mod news;
mod report;
mod request;
mod run;
mod watch;

pub(super) use run::{Options, run};

/// Name of the artifact in the folder that is made for it.
const ARTIFACT: &str = "edge.artifact";
