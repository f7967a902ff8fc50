//! What the admin socket and the supervisor ask of the control thread, and what it answers.

use pointsman_schemas::artifact::id::ContentId;
use tokio::sync::oneshot;

use crate::load::Refusal;

/// A wish that changes something. What only shows something does not come this way.
#[derive(Debug)]
pub(crate) enum Ask {
    /// Read the artifact's file again.
    Reload(oneshot::Sender<ReloadAnswer>),
    /// Stop accepting, finish, end.
    Drain {
        /// Told when a successor may have the state folder.
        begun: oneshot::Sender<()>,
        /// Told at the end.
        ended: oneshot::Sender<DrainAnswer>,
    },
    /// End at once.
    Stop,
}

/// What came of a reload.
#[derive(Clone, Debug)]
pub(crate) enum ReloadAnswer {
    /// Every worker serves it.
    Live {
        generation: u64,
        content_id: ContentId,
        /// False when it served already.
        is_swap: bool,
    },
    /// What served before still does.
    Refused(Refusal),
    /// It is published, but these workers, counted from 0, did not say that they took it.
    Late(Vec<usize>),
}

/// What came of a drain: it ends the process, so it comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DrainAnswer {
    /// Exchanges that were cut.
    pub(crate) cut: u64,
}
