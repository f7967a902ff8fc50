//! What the matcher tells whoever wants to know. The hot path listens with [`NoTrace`], which
//! costs nothing.

use pointsman_schemas::artifact::{ConstraintId, HostId};

use super::winner::Candidate;

/// Listens to the matcher.
pub trait Trace {
    /// A host pattern was looked at.
    fn host(&mut self, _host: HostTried<'_>) {}
    /// A constraint refused a segment, and with it all that lies behind it.
    fn refused(&mut self, _refused: Refused) {}
    /// A pattern fits host and path.
    fn tried(&mut self, _tried: Tried) {}
}

/// Does not listen.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

impl Trace for NoTrace {}

/// A host pattern that was looked at.
#[derive(Clone, Copy, Debug)]
pub struct HostTried<'a> {
    /// Its number.
    pub id: HostId,
    /// Its text.
    pub text: &'a [u8],
    /// Whether it is a wildcard.
    pub wildcard: bool,
    /// Labels without `*` of a wildcard.
    pub rank: u8,
    /// First of its patterns.
    pub base: u32,
    /// Whether the host fits.
    pub fits: bool,
}

/// A constraint that refused a segment.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// First pattern of the host.
    pub base: u32,
    /// The node behind it.
    pub child: u32,
    /// The segment, from 0.
    pub segment: usize,
    /// The constraint.
    pub constraint: ConstraintId,
}

/// A pattern that fits host and path.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// The pattern.
    pub candidate: Candidate,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a pattern that fits host and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its route takes the request, unless a more specific one does.
    Fits,
    /// Its route is not on this listener.
    Listener,
    /// A condition of its route does not hold.
    Condition,
    /// Its route does not take this method.
    Method,
}
