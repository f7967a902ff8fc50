//! The whole comparison of two artifacts.

use std::collections::BTreeSet;

use pointsman_routing::ToHttps;
use pointsman_schemas::artifact::{Artifact, Serve};

use super::budget::Budget;
use super::change::{Change, Subject};
use super::compare::Comparison;
use super::facts::things;
use super::hosts::{pairs, some_hosts};
use super::listeners::{Alone, Pair, paired};
use super::meaning::Meanings;
use super::origin;
use super::renamed;
use super::services;
use super::trust::{OfRoutes, World};
use super::walk::walk;
use super::witness::{Moved, Witnesses};

/// Paths excepted from a redirect to https of which the requests are tried.
const REDIRECT_PATHS_MAX: usize = 16;

/// What differs between two sides.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Content ids.
    pub contents: [String; 2],
    /// Requests of which something else becomes.
    pub moved: Vec<Moved>,
    /// What was added, removed and changed.
    pub changes: Vec<Change>,
    /// Whether every class of requests was compared.
    pub complete: bool,
    /// Whether some were left out because there are too many.
    pub too_many: bool,
    /// Listeners whose requests were compared with nothing: the other side has none for them.
    pub alone: Vec<Alone>,
    /// Listeners by which services are asked that may answer otherwise: no request to a service is
    /// ever compared.
    pub services: Vec<String>,
    /// Whether the two sides take requests otherwise before any route is looked for: of such a few
    /// are tried, never all.
    pub is_sampled: bool,
}

impl Difference {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.changes.is_empty() && self.contents[0] == self.contents[1]
    }
}

/// Compares two sides.
///
/// Cost: linear in both artifacts, and beside that in the classes of requests of hosts that differ,
/// up to a bound.
pub fn diff(old: &Subject, new: &Subject) -> Difference {
    diff_within(&mut Budget::new(), old, new)
}

/// Compares two sides with what is left of a budget.
pub(crate) fn diff_within(budget: &mut Budget, old: &Subject, new: &Subject) -> Difference {
    let (a, b) = (&old.artifact, &new.artifact);
    let contents = [a.content_id().to_string(), b.content_id().to_string()];
    if contents[0] == contents[1] {
        return Difference {
            contents,
            moved: Vec::new(),
            changes: Vec::new(),
            complete: true,
            too_many: false,
            alone: Vec::new(),
            services: Vec::new(),
            is_sampled: false,
        };
    }
    let listeners = paired(a, b, Serve::Routes);
    let mut meanings = Meanings::new();
    let mut side_a = meanings.side(a, listeners.pairs.iter().map(|pair| pair.old).collect());
    let mut side_b = meanings.side(b, listeners.pairs.iter().map(|pair| pair.new).collect());
    let mut pairs = pairs(&mut meanings, &mut side_a, &mut side_b);
    let mut witnesses = Witnesses::new(a, b, &listeners.pairs, budget);
    let complete = walk(&mut meanings, (&mut side_a, &mut side_b), &mut pairs, &mut witnesses);
    let is_sampled = before_routes(a, b, &listeners.pairs, &mut witnesses);
    let too_many = !complete || witnesses.overflowed;
    let complete = !too_many && listeners.alone.is_empty() && !is_sampled;
    let moved = witnesses.finish();
    let mut changes = Vec::new();
    let (was, is) = (things(a), things(b));
    let renamed = renamed::things((a, b), &listeners, (&was, &is));
    let mut trust = OfRoutes::new(World { old: &was, new: &is, renamed: &renamed });
    let mut comparison = Comparison::new(&mut changes);
    comparison.things(trust.world());
    comparison.routes((a, b), (&pairs, &listeners.renamed()), &mut trust);
    changes.extend(moved.iter().filter_map(|one| trust.moved(one)));
    let services = services::not_compared((a, b), &changes);
    let complete = complete && services.is_empty();
    origin::fill(&mut changes, [old, new]);
    let alone = listeners.alone;
    Difference { contents, moved, changes, complete, too_many, alone, services, is_sampled }
}

/// Paths that a listener of one side sends to https otherwise than that of the other.
fn redirected(old: &Artifact, new: &Artifact, listeners: &[Pair]) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for pair in listeners {
        let (was, is) = (ToHttps::of(old, pair.old), ToHttps::of(new, pair.new));
        if was == is {
            continue;
        }
        paths.insert("/".to_owned());
        let globs = [&was, &is].into_iter().flatten().flat_map(|side| &side.except);
        paths.extend(globs.take(REDIRECT_PATHS_MAX).map(|glob| {
            let path = glob.replace('*', "x");
            if path.starts_with('/') { path } else { format!("/{path}") }
        }));
    }
    paths
}

/// Tries requests that the two sides take otherwise before any route is looked for; whether there
/// are such, as there are more than are tried.
fn before_routes(
    old: &Artifact,
    new: &Artifact,
    listeners: &[Pair],
    witnesses: &mut Witnesses<'_>,
) -> bool {
    let (a, b) = (old.settings(), new.settings());
    let redirected = redirected(old, new, listeners);
    let is_same = a.dot_segments == b.dot_segments && a.merge_slashes == b.merge_slashes;
    if is_same && redirected.is_empty() {
        return false;
    }
    for host in some_hosts(new) {
        if a.dot_segments != b.dot_segments {
            witnesses.try_everywhere("GET", &host, "/x/../y");
        }
        if a.merge_slashes != b.merge_slashes {
            witnesses.try_everywhere("GET", &host, "//");
        }
        for path in &redirected {
            witnesses.try_everywhere("GET", &host, path);
        }
    }
    true
}
