//! The proofs, one after the other.

use pointsman_schemas::artifact::Artifact;

use super::ask::Asker;
use super::report::Reporter;
use super::{hole, hosts, never, pass};
use crate::diagnostic::Findings;
use crate::model::Model;

/// What the proofs leave open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Patterns of which it was neither found that they can win nor that they cannot, within the
    /// bounds on the work.
    pub open: usize,
}

/// Finds routes that can never win, hosts that let requests pass, and methods that fall from a fixed
/// path to a parameter. `artifact` is that of `model`.
///
/// Cost: linear in the different trees of the artifact, and a bounded number of requests.
pub fn reach(model: &Model, artifact: &Artifact, findings: &mut Findings) -> Reach {
    let mut asker = Asker::new(artifact);
    let hosts = hosts::hosts(&mut asker);
    let mut reporter = Reporter { model, findings };
    // Those that ask little come first, so that what asks much leaves enough to them.
    let passed = pass::passed(&mut asker, &hosts);
    reporter.passed(passed);
    let holes = hole::holes(&mut asker, &hosts);
    reporter.holes(holes);
    let (never, open) = never::never(&mut asker, &hosts);
    reporter.never(never);
    Reach { open }
}
