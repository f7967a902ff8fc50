//! A route that was read and is not yet written: what it takes, what is done, and whether it is on.

use super::frontend::Frontend;
use super::plugin::Effects;
use crate::import::input::NodeId;
use crate::import::writer::Value;

/// A route before its backend is known.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) node: NodeId,
    pub(super) frontend: Frontend,
    pub(super) effects: Effects,
    /// The backend that it names.
    pub(super) reference: Option<(NodeId, String)>,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) metadata: Vec<(String, Value)>,
    /// Whether it is on there.
    pub(super) is_enabled: bool,
    /// Whether it would let in whom it kept out, and another answers in its place.
    pub(super) is_closed: bool,
    pub(super) listeners: Vec<String>,
    pub(super) comments: Vec<String>,
}

/// The methods that it takes, if not all.
pub(super) fn methods(draft: &Draft) -> Option<Vec<String>> {
    let named = &draft.frontend.methods;
    match &draft.effects.methods {
        Some(let_in) if named.is_empty() => Some(let_in.clone()),
        Some(let_in) => {
            Some(named.iter().filter(|method| let_in.contains(method)).cloned().collect())
        }
        None => Some(named.clone()).filter(|named| !named.is_empty()),
    }
}
