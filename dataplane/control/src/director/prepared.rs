//! Sockets that the supervisor opened for an artifact, before it is published.

use pointsman_schemas::artifact::read::Artifact;

use crate::command::{BoundListener, ListenerKey};
use crate::live::Bound;

/// Sockets for an artifact that is about to be published. Dropped unused, it closes the new ones.
pub struct Prepared {
    /// New sockets, one list for each worker, in the order of the workers' ports.
    pub add: Vec<Vec<BoundListener>>,
    /// Sockets that the artifact has no use for.
    pub remove: Vec<ListenerKey>,
    /// All addresses that are listened on once it serves.
    pub bound: Vec<Bound>,
    /// Called once when the artifact is published: what was prepared holds from here on.
    pub commit: Box<dyn FnOnce() + Send>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { add, remove, bound, .. } = self;
        f.debug_struct("Prepared")
            .field("add", add)
            .field("remove", remove)
            .field("bound", bound)
            .finish_non_exhaustive()
    }
}

/// Opens the listeners that an artifact has and the one that serves has not.
///
/// Called on the control thread. Errors: one line that says which listener, why, and what to do.
pub type Prepare = Box<dyn FnMut(&Artifact) -> Result<Prepared, String> + Send>;
