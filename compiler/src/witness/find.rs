//! A request that the matcher gives to a route: candidates are run through it until one is.

use pointsman_routing::{Decision, Probe, decide};
use pointsman_schemas::artifact::Artifact;

use super::candidates::{carried, hosts, methods, paths};
use crate::model::{Listener, Model, Route, Serve};

/// Requests that are tried for one route.
const TRIES_MAX: usize = 2000;

/// A request that a route takes.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The request.
    pub probe: Probe,
    /// Name of the listener, where the scheme does not say it.
    pub listener: Option<String>,
    /// What becomes of it.
    pub decision: Decision,
}

impl Witness {
    /// Method and URL.
    #[must_use]
    pub fn request(&self) -> String {
        let Probe { method, authority, target, secured, .. } = &self.probe;
        let scheme = if *secured { "https" } else { "http" };
        format!("{method} {scheme}://{}{target}", authority.as_deref().unwrap_or_default())
    }
}

/// A request that a route takes; none where none was found among those that its patterns fit.
///
/// Cost: some thousand look-ups.
pub fn witness(model: &Model, artifact: &Artifact, route: &Route) -> Option<Witness> {
    let mut left = TRIES_MAX;
    witness_within(model, artifact, route, &mut left)
}

/// The same within so many look-ups, which are taken off.
pub fn witness_within(
    model: &Model,
    artifact: &Artifact,
    route: &Route,
    left: &mut usize,
) -> Option<Witness> {
    let carried = carried(&route.conditions)?;
    let query = carried.query.join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    for listener in listeners(model, route) {
        let name = &listener.name.value;
        let Some(id) = artifact.listener_named(name).map(|listener| listener.id()) else {
            continue;
        };
        for pattern in &route.patterns {
            for host in hosts(&pattern.host) {
                for path in paths(pattern, route.exact) {
                    for method in methods(route) {
                        *left = left.checked_sub(1)?;
                        let target = format!("{path}{mark}{query}");
                        let probe = Probe {
                            fields: carried.fields.clone(),
                            secured: listener.tls().is_some(),
                            ..Probe::new(method, Some(&host), &target, id)
                        };
                        let decision = decide(artifact, &probe);
                        if decision.route.as_deref() == Some(route.id.value.as_str()) {
                            let listener = named(model, listener).then(|| name.clone());
                            return Some(Witness { probe, listener, decision });
                        }
                    }
                }
            }
        }
    }
    None
}

/// Listeners by which a route takes requests.
fn listeners<'m>(model: &'m Model, route: &'m Route) -> impl Iterator<Item = &'m Listener> {
    let all = model.listeners.iter().enumerate();
    let own = all.filter(|(at, listener)| {
        listener.serve == Serve::Routes
            && !listener.redirects_all()
            && (route.listeners.is_empty() || route.listeners.contains(at))
    });
    own.map(|(_, listener)| listener)
}

/// Whether a test must name a listener: its scheme does not.
pub(crate) fn named(model: &Model, listener: &Listener) -> bool {
    let like = |other: &&Listener| {
        other.serve == Serve::Routes && other.tls().is_some() == listener.tls().is_some()
    };
    model.listeners.iter().filter(like).count() != 1
}
