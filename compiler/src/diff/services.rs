//! Services: what they answer is not compared request by request, as routes are.

use std::collections::BTreeSet;

use pointsman_schemas::artifact::option::Owner;
use pointsman_schemas::artifact::{Artifact, OptionValue, Serve};

use super::change::Change;

/// Names of the listeners that serve services, of both sides, where something of services differs:
/// of themselves, of their listeners, or of the backends that they lead to.
pub(super) fn not_compared((old, new): (&Artifact, &Artifact), changes: &[Change]) -> Vec<String> {
    let (mut listeners, mut backends) = (BTreeSet::new(), BTreeSet::new());
    for artifact in [old, new] {
        let own = artifact.listeners().filter(|one| one.serve() == Serve::Services);
        listeners.extend(own.map(|one| one.name()));
        for (number, _) in (0..).zip(artifact.services()) {
            for (_, value) in artifact.options(Owner::Service, number) {
                if let OptionValue::Backend(id) = value {
                    backends.insert(artifact.backend(id).label());
                }
            }
        }
    }
    let concerns = |path: &[String]| match path {
        [kind, ..] if kind == "services" => true,
        [kind, name, ..] if kind == "listeners" => listeners.contains(name.as_str()),
        [kind, name, ..] if kind == "backends" => backends.contains(name.as_str()),
        _ => false,
    };
    let is_concerned =
        |one: &Change| concerns(&one.path) || one.was.as_deref().is_some_and(concerns);
    if !changes.iter().any(is_concerned) {
        return Vec::new();
    }
    listeners.into_iter().map(str::to_owned).collect()
}
