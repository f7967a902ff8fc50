//! What the control thread wants to know of an artifact: the one place that knows its getters.

use std::path::PathBuf;
use std::time::Duration;

use pointsman_routing::patterns_by_route;
use pointsman_schemas::artifact::Features;
use pointsman_schemas::artifact::id::TargetId;
use pointsman_schemas::artifact::read::{
    AccessLog, Artifact, LogFormat, PROTOCOL_HTTP1, PROTOCOL_HTTP2, PROTOCOL_HTTP3,
};

use crate::log::{LineFormat, Target};
use crate::resolve::Place;
use crate::store::shelf_name;

/// What this version serves beside the rules of routing.
const FEATURES_SERVED: Features = Features::NONE;
/// Protocols of a listener that this version serves.
const PROTOCOLS_SERVED: u8 = PROTOCOL_HTTP1;

/// The names of what the artifact needs and this version does not serve; none where it serves all.
pub(crate) fn missing_features(artifact: &Artifact) -> Vec<String> {
    let missing: Vec<String> =
        artifact.required_features().without(FEATURES_SERVED).names().collect();
    if !missing.is_empty() {
        return missing;
    }
    let mut listeners = artifact.listeners();
    let other = listeners.find(|listener| listener.protocols() & !PROTOCOLS_SERVED != 0);
    let named = other.map(|listener| {
        let names = protocol_names(listener.protocols() & !PROTOCOLS_SERVED).join(", ");
        format!("{names} on listener {}", listener.name())
    });
    named.into_iter().collect()
}

/// Names of protocols, as the configuration spells them.
pub(crate) fn protocol_names(bits: u8) -> Vec<&'static str> {
    [(PROTOCOL_HTTP1, "http/1.1"), (PROTOCOL_HTTP2, "h2"), (PROTOCOL_HTTP3, "h3")]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, name)| name)
        .collect()
}

/// Where the access log goes and what it looks like.
pub(crate) fn access_log(artifact: &Artifact) -> (Target, LineFormat) {
    let settings = artifact.settings();
    let target = match settings.access_log {
        AccessLog::Off => Target::Off,
        AccessLog::Stdout => Target::Stdout,
        AccessLog::Stderr => Target::Stderr,
        AccessLog::File(path) => Target::File(PathBuf::from(path)),
    };
    let format = match settings.log_format {
        LogFormat::Json => LineFormat::Json,
        LogFormat::Text => LineFormat::Text,
    };
    (target, format)
}

/// How long a drain may last.
pub(crate) fn drain_timeout(artifact: &Artifact) -> Duration {
    Duration::from_millis(artifact.settings().drain_timeout_ms)
}

/// Where all targets say they are, in the order of their ids.
pub(crate) fn places(artifact: &Artifact) -> impl ExactSizeIterator<Item = Place<'_>> {
    artifact.targets().map(|target| Place {
        host: target.host(),
        port: target.port(),
        ip: target.ip(),
    })
}

/// The name under which the artifact is kept in the state folder.
pub(crate) fn name_on_shelf(artifact: &Artifact) -> String {
    shelf_name(&artifact.content_id().to_string(), &artifact.digest())
}

/// One row of `targets`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TargetRow<'a> {
    pub(crate) id: TargetId,
    pub(crate) backend: &'a str,
    pub(crate) target: &'a str,
    pub(crate) weight: u16,
}

/// All targets with their backends, in the order of their ids.
pub(crate) fn targets(artifact: &Artifact) -> impl Iterator<Item = TargetRow<'_>> {
    artifact.targets().map(|target| TargetRow {
        id: target.target_id(),
        backend: artifact.backend(target.backend()).label(),
        target: target.id(),
        weight: target.weight(),
    })
}

/// One row of `routes`.
#[derive(Clone, Debug)]
pub(crate) struct RouteRow<'a> {
    pub(crate) id: &'a str,
    pub(crate) patterns: Vec<String>,
    pub(crate) backend: &'a str,
    pub(crate) targets: Vec<String>,
}

/// All routes, sorted by id.
pub(crate) fn each_route<'a>(artifact: &'a Artifact, mut take: impl FnMut(RouteRow<'a>)) {
    for (route, patterns) in artifact.routes().zip(patterns_by_route(artifact)) {
        let backend = route.backend().map(|backend| artifact.backend(backend));
        // As `pointsman routes` writes it.
        let targets = backend.into_iter().flat_map(|backend| backend.targets()).map(|target| {
            let place = place_name(target.host(), target.port());
            match target.weight() {
                1 => place,
                weight => format!("{place} (weight {weight})"),
            }
        });
        take(RouteRow {
            id: route.id(),
            patterns,
            backend: backend.map_or("", |backend| backend.label()),
            targets: targets.collect(),
        });
    }
}

/// `host:port`, an IPv6 address in brackets.
fn place_name(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
