//! Who takes a request, and which patterns it takes it from: for proofs about routes. It uses what
//! serves, and nothing else.

use pointsman_schemas::artifact::Artifact;

use crate::matching::{Captures, Found, HostTried, Trace, Tried, find, survey};
use crate::probe::Probe;
use crate::request::Refusal;

/// What the matcher says of a request.
#[derive(Clone, Debug)]
pub struct Contest {
    /// Who takes it.
    pub found: Found,
    /// Every pattern that fits host and path, the winner included.
    pub tried: Vec<Tried>,
    /// The host patterns that fit, the preferred first.
    pub hosts: Vec<HostFit>,
}

/// A host pattern that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFit {
    /// Its text.
    pub text: Vec<u8>,
    /// Whether it is a wildcard.
    pub wildcard: bool,
    /// Labels without `*` of a wildcard.
    pub rank: u8,
    /// First of its patterns.
    pub base: u32,
}

/// Asks the matcher.
///
/// Errors: the request has no meaning; a client would get 400.
/// Cost: two look-ups; it allocates, so it is not for the hot path.
pub fn contest(artifact: &Artifact, probe: &Probe) -> Result<Contest, Refusal> {
    probe.with_request(artifact, |request| {
        let found = find(artifact, request, &mut Captures::new());
        let mut heard = Heard::default();
        survey(artifact, request, &mut heard);
        Contest { found, tried: heard.tried, hosts: heard.hosts }
    })
}

#[derive(Default)]
struct Heard {
    tried: Vec<Tried>,
    hosts: Vec<HostFit>,
}

impl Trace for Heard {
    fn host(&mut self, host: HostTried<'_>) {
        let HostTried { text, wildcard, rank, base, fits, .. } = host;
        if fits {
            self.hosts.push(HostFit { text: text.to_vec(), wildcard, rank, base });
        }
    }

    fn tried(&mut self, tried: Tried) {
        self.tried.push(tried);
    }
}
