//! A request of a route that no plain candidate reaches: what the edge with it and the edge without
//! it answer differently, found by walking both matchers together.

use pointsman_schemas::artifact::Artifact;

use crate::diff::{Budget, Subject, diff_within};
use crate::lower::lower;
use crate::model::Model;
use crate::source::SourceMap;
use crate::witness::{Witness, named};

/// Routes of a configuration in which the walk is worth its time.
const ROUTES_MAX: usize = 10_000;

/// Whether a walk may be made at all.
pub(super) fn may(model: &Model, budget: &Budget) -> bool {
    model.routes.len() <= ROUTES_MAX && !budget.is_spent()
}

/// A request that the route takes; none where no request was found that the route changes.
///
/// Cost: makes the artifact anew without the route, and a walk over what differs, as far as the
/// budget of all these walks goes.
pub(super) fn witness(
    model: &Model,
    sources: &SourceMap,
    artifact: &Artifact,
    id: &str,
    budget: &mut Budget,
) -> Option<Witness> {
    if !may(model, budget) {
        return None;
    }
    let mut without = model.clone();
    without.routes.retain(|route| route.id.value != id);
    without.tests.clear();
    let side = |model: &Model| {
        let bytes = lower(model, sources, 0).ok()?.bytes;
        Some(Subject { artifact: Artifact::from_bytes(bytes).ok()?, sources: None })
    };
    let found = diff_within(budget, &side(model)?, &side(&without)?);
    let mut all = found.moved.into_iter().map(|moved| moved.witness);
    let own = all.find(|one| one.before.1.route.as_deref() == Some(id))?;
    let mut probe = own.before.0;
    let listener = model.listeners.iter().find(|one| one.name.value == own.listener)?;
    probe.listener = artifact.listener_named(&own.listener)?.id();
    let listener = named(model, listener).then(|| own.listener.clone());
    // What it was tried on is made from the same model; what is told is what the artifact says.
    let decision = pointsman_routing::decide(artifact, &probe);
    let is_taken = decision.route.as_deref() == Some(id);
    is_taken.then_some(Witness { probe, listener, decision })
}
