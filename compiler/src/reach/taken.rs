//! What the routes at a place take that come before another one there: by listener, so that each is
//! looked at once, however many there are.

use pointsman_schemas::artifact::{Artifact, FilterTest, Policy};

/// What some routes take.
#[derive(Clone, Copy)]
struct Methods {
    /// Listeners on which every method is taken.
    every: u64,
    /// By listener.
    named: [u64; 64],
}

impl Methods {
    const NONE: Self = Self { every: 0, named: [0; 64] };

    fn add(&mut self, policy: Policy<'_>) {
        let listeners = policy.listener_bits();
        match policy.method_bits() {
            0 => self.every |= listeners,
            methods => bits(listeners).for_each(|at| self.named[at] |= methods),
        }
    }

    /// Whether a route takes a method on some listener of its own that these do not take on any.
    fn leave_some(&self, policy: Policy<'_>) -> bool {
        let listeners = policy.listener_bits();
        let taken = bits(listeners).fold(0, |taken, at| taken | self.named[at]);
        listeners & self.every == 0
            && (policy.method_bits() == 0 || policy.method_bits() & !taken != 0)
    }
}

/// The places of the bits that are set.
fn bits(set: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |at| set >> at & 1 != 0)
}

/// What the routes take that came before.
pub(super) struct Taken<'a> {
    artifact: &'a Artifact,
    all: Methods,
    /// Of those alone that take a request which carries nothing.
    bare: Methods,
}

impl<'a> Taken<'a> {
    /// Nothing came before.
    pub(super) fn nothing(artifact: &'a Artifact) -> Self {
        Self { artifact, all: Methods::NONE, bare: Methods::NONE }
    }

    /// One more route comes before.
    pub(super) fn add(&mut self, policy: Policy<'_>) {
        let mut filters =
            policy.filter_set().into_iter().flat_map(|set| self.artifact.filters(set));
        if filters.all(|filter| filter.test == FilterTest::NotDefined) {
            self.bare.add(policy);
        }
        self.all.add(policy);
    }

    /// Whether a route surely takes a request that none before it does. One that asks for more than
    /// a bare request has is no rival of one that asks nothing.
    pub(super) fn leaves_some(&self, policy: Policy<'_>) -> bool {
        match policy.filter_set() {
            None => self.bare.leave_some(policy),
            Some(_) => self.all.leave_some(policy),
        }
    }
}
