//! The check of an artifact, once, when it is opened.

mod answers;
mod check;
mod host_wide;
mod hosts;
mod options;
mod paths;
mod signatures;
mod tables;
mod whole;

pub(super) use whole::check;
