//! What parsing, matching and writing heads works on: one a worker, filled anew for each head and
//! never held across an `await`.

use pointsman_routing::{Canonical, Captures, FieldIndex};

/// What parsing, matching and writing heads works on; one a worker.
#[derive(Default)]
pub struct Scratch {
    /// Fields of the request at hand.
    pub request_index: Vec<FieldIndex>,
    /// Fields of the answer at hand.
    pub response_index: Vec<FieldIndex>,
    /// A head on its way out.
    pub out: Vec<u8>,
    /// For matching and composing.
    pub work: Work,
}

/// What matching and composing write into.
#[derive(Default)]
pub struct Work {
    /// Host, path and query in their one form.
    pub canonical: Canonical,
    /// What the winner's pattern captured.
    pub captures: Captures,
    /// The target that is sent.
    pub target: Vec<u8>,
    /// The `Host` that is sent.
    pub host: Vec<u8>,
    /// The request's identifier.
    pub request_id: Vec<u8>,
}
