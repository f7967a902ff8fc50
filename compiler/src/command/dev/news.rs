//! What reaches the loop of `dev`, from its threads.

use super::build::Built;

/// Something new.
pub(super) enum News {
    /// It is time to look at the files.
    Tick,
    /// A compile ended.
    Built(Box<Built>),
    /// A line of the edge's access log.
    Logged(String),
    /// Something else that the edge said.
    Said(String),
}
