//! The whole comparison of two artifacts.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_routing::patterns::host_patterns;
use pointsman_schemas::artifact::{Artifact, Serve};

use super::budget::Budget;
use super::change::{Change, Subject};
use super::facts::{Fact, Facts, route, things};
use super::hosts::{Pairs, pairs, some_hosts};
use super::listeners::{Alone, paired};
use super::meaning::Meanings;
use super::walk::walk;
use super::witness::{Moved, Witnesses};
use super::{origin, risk};

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
        let (moved, changes, alone) = (Vec::new(), Vec::new(), Vec::new());
        return Difference { contents, moved, changes, complete: true, too_many: false, alone };
    }
    let listeners = paired(a, b, Serve::Routes);
    let mut meanings = Meanings::new();
    let mut side_a = meanings.side(a, listeners.pairs.iter().map(|pair| pair.old).collect());
    let mut side_b = meanings.side(b, listeners.pairs.iter().map(|pair| pair.new).collect());
    let mut pairs = pairs(&mut meanings, &mut side_a, &mut side_b);
    let mut witnesses = Witnesses::new(a, b, &listeners.pairs, budget);
    let complete = walk(&mut meanings, (&mut side_a, &mut side_b), &mut pairs, &mut witnesses);
    paths(a, b, &mut witnesses);
    let too_many = !complete || witnesses.overflowed;
    let complete = !too_many && listeners.alone.is_empty();
    let moved = witnesses.finish();
    let mut changes = Vec::new();
    compare_things(a, b, &mut changes);
    compare_routes(a, b, &pairs, &mut changes);
    origin::fill(&mut changes, [old, new]);
    Difference { contents, moved, changes, complete, too_many, alone: listeners.alone }
}

/// Requests that the two sides read differently before any route is looked for.
fn paths(old: &Artifact, new: &Artifact, witnesses: &mut Witnesses<'_>) {
    let (a, b) = (old.settings(), new.settings());
    for host in some_hosts(new) {
        if a.dot_segments != b.dot_segments {
            witnesses.try_everywhere("GET", &host, "/x/../y");
        }
        if a.merge_slashes != b.merge_slashes {
            witnesses.try_everywhere("GET", &host, "//");
        }
    }
}

fn compare_things(old: &Artifact, new: &Artifact, changes: &mut Vec<Change>) {
    let (a, b) = (things(old), things(new));
    let paths: BTreeSet<&Vec<String>> = a.keys().chain(b.keys()).collect();
    for path in paths {
        compare(path, (a.get(path), b.get(path)), changes);
    }
}

fn compare_routes(old: &Artifact, new: &Artifact, pairs: &Pairs, changes: &mut Vec<Change>) {
    let mut texts = [BTreeMap::new(), BTreeMap::new()];
    for (host, pair) in pairs.iter().filter(|(_, pair)| pair.differs) {
        let sides = [(old, pair.old), (new, pair.new)];
        for ((artifact, root), texts) in sides.into_iter().zip(&mut texts) {
            let Some(root) = root else { continue };
            host_patterns(artifact, host, root, &mut |found| {
                let id = artifact.route(found.route).id().to_owned();
                let all: &mut BTreeSet<String> = texts.entry(id).or_default();
                all.insert(found.text);
                true
            });
        }
    }
    let (mut left, mut right) = (old.routes().peekable(), new.routes().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => a.id_bytes().cmp(b.id_bytes()),
        };
        let was = if order.is_le() { left.next() } else { None };
        let is = if order.is_ge() { right.next() } else { None };
        let Some(one) = was.or(is) else { return };
        let id = one.id().to_owned();
        let facts = |route_of: Option<_>, artifact, texts: &BTreeMap<String, BTreeSet<String>>| {
            route_of.map(|one| {
                let mut facts: Facts = route(artifact, one);
                if let Some(all) = texts.get(&id) {
                    let all: Vec<&str> = all.iter().map(String::as_str).collect();
                    facts.insert("match".to_owned(), all.join(", ").into());
                }
                facts
            })
        };
        let (was, is) = (facts(was, old, &texts[0]), facts(is, new, &texts[1]));
        if was != is {
            let path = ["routes".to_owned(), id.clone()];
            compare(&path, (was.as_ref(), is.as_ref()), changes);
        }
    }
}

/// Adds what differs of one thing.
fn compare(
    path: &[String],
    (was, is): (Option<&Facts>, Option<&Facts>),
    changes: &mut Vec<Change>,
) {
    let empty = Facts::new();
    let mut add = |key: &str, old: Option<&str>, new: Option<&str>| {
        changes.push(Change {
            path: path.to_vec(),
            key: key.to_owned(),
            risk: risk::of(path, key, old.unwrap_or_default(), new.unwrap_or_default()),
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
            is_there: [was.is_some(), is.is_some()],
            origins: [None, None],
        });
    };
    let shown = |fact: Option<&Fact>| fact.map(|fact| fact.shown.clone());
    match (was, is) {
        (Some(was), Some(is)) => {
            let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            for key in keys.into_iter().filter(|key| was.get(*key) != is.get(*key)) {
                let (old, new) = (shown(was.get(key)), shown(is.get(key)));
                add(key, old.as_deref(), new.as_deref());
            }
        }
        (was, is) => {
            let summary = |facts: Option<&Facts>| {
                facts.map(|facts| {
                    let words = facts.iter().filter(|(_, value)| !value.shown.is_empty());
                    let words = words.filter(|(key, _)| WORTH_SAYING.contains(&key.as_str()));
                    let words: Vec<String> =
                        words.map(|(key, value)| format!("{key} {}", value.shown)).collect();
                    words.join(", ")
                })
            };
            add("", summary(was).as_deref(), summary(is).as_deref());
            // What is new is as risky as if the default had been changed.
            for (key, value) in is.unwrap_or(&empty) {
                if risk::of(path, key, "", &value.shown) == Some("verification weakened") {
                    add(key, None, Some(&value.shown));
                }
            }
        }
    }
}

/// Keys that say what a thing is.
const WORTH_SAYING: &[&str] = &[
    "match",
    "methods",
    "backend",
    "answer",
    "root",
    "host",
    "port",
    "address",
    "serve",
    "builtin",
    "certificate",
];
