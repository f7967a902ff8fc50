//! Patterns that are the same: equal segments, equal exactness, and routes of equal rank that meet
//! in a method and a listener.

use std::collections::HashMap;

use super::patterns::{Entry, Run};
use super::report::{Kind, Reporter};

/// Finds ties among the patterns of one host.
pub(super) fn check(host: Run<'_>, reporter: &mut Reporter<'_, '_>) {
    let entries: Vec<Entry<'_>> = host.entries().collect();
    let same = |a: &Entry<'_>, b: &Entry<'_>| a.keys == b.keys && a.is_exact() == b.is_exact();
    for group in entries.chunk_by(same).filter(|group| group.len() > 1) {
        among(group, &[], Kind::Routes, reporter);
    }
}

/// Finds ties among patterns that fit the same paths: of `group` with each other where `others` is
/// empty, else of one of `others` with one of `group`.
pub(super) fn among<'p>(
    group: &[Entry<'p>],
    others: &[Entry<'p>],
    kind: Kind,
    reporter: &mut Reporter<'_, '_>,
) {
    // By rank and what a request names of it; the first to take it has it.
    let mut taken: HashMap<(Rank, &str, Option<usize>), Vec<Entry<'p>>> = HashMap::new();
    for entry in group {
        for claim in claims(entry, reporter.listener_count()) {
            let before = taken.entry(claim).or_default();
            let first = before.iter().find(|first| first.agrees(entry));
            match first {
                Some(first) if others.is_empty() => {
                    if !first.is_twin(entry) {
                        reporter.tie(kind, first, entry, None);
                    }
                    // One finding an entry is enough.
                    break;
                }
                Some(_) => {}
                None => before.push(*entry),
            }
        }
    }
    for entry in others {
        let mut claims = claims(entry, reporter.listener_count()).into_iter();
        let ties = |first: &&Entry<'p>| !first.is_twin(entry) && first.agrees(entry);
        let first = claims.find_map(|claim| taken.get(&claim)?.iter().find(ties));
        if let Some(first) = first {
            reporter.tie(kind, first, entry, None);
        }
    }
}

/// Methods named, then how many conditions, then priority.
type Rank = (bool, usize, i32);

/// Everything that a route takes, as pairs of method and listener; a route that names no method
/// meets only its like here, since one that does outranks it.
fn claims<'p>(entry: &Entry<'p>, listeners: usize) -> Vec<(Rank, &'p str, Option<usize>)> {
    let route = entry.route;
    let rank = (!route.methods.is_empty(), route.conditions.len(), route.priority);
    let methods: Vec<&str> = if route.methods.is_empty() {
        vec![""]
    } else {
        route.methods.iter().map(String::as_str).collect()
    };
    let places: Vec<Option<usize>> = match (&route.listeners, listeners) {
        (named, _) if !named.is_empty() => named.iter().copied().map(Some).collect(),
        (_, 0) => vec![None],
        (_, count) => (0..count).map(Some).collect(),
    };
    let pair = |method: &'p str| places.iter().map(move |place| (rank, method, *place));
    methods.into_iter().flat_map(pair).collect()
}
