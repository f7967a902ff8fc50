//! A request that goes to a target, as its exchange needs it.

use std::rc::Rc;

use pointsman_core::http1::framing::{BodyLength, Version};
use pointsman_schemas::artifact::id::{BackendId, RouteId};

use super::record::Entry;
use crate::serving::{Pick, Serving};

/// A request that goes to a target.
pub struct Plan {
    /// What it is served from, kept until its end.
    pub serving: Rc<Serving>,
    /// The route that won.
    pub route: RouteId,
    /// Its backend.
    pub backend: BackendId,
    /// The target that was picked.
    pub pick: Pick,
    /// The head for the target.
    pub head: Vec<u8>,
    /// What follows it.
    pub body: BodyLength,
    /// The client's version.
    pub version: Version,
    /// The answer has no body, whatever it says.
    pub is_head: bool,
    /// Sending it twice does no harm.
    pub idempotent: bool,
    /// The client's connection can carry another request.
    pub keep_alive: bool,
    /// The client reads trailers.
    pub accepts_trailers: bool,
    /// The client waits for `100 Continue`.
    pub expect_continue: bool,
    /// The target knows HTTP/1.0 only.
    pub is_old_target: bool,
    /// The head as it came, where it must be written again once the body's length is known.
    pub received: Vec<u8>,
    /// The request's identifier, kept with it.
    pub request_id: Vec<u8>,
    /// What is kept for the access log, when there is one.
    pub entry: Option<Entry>,
}
