//! The whole comparison of two artifacts.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_routing::patterns::host_patterns;
use pointsman_schemas::artifact::Artifact;

use super::facts::{Facts, route, things};
use super::hosts::{Pairs, pairs, some_hosts};
use super::meaning::{Meanings, shared_listeners};
use super::risk;
use super::walk::walk;
use super::witness::{Moved, Witnesses, place};
use crate::print::Effective;

/// One of the two sides.
#[derive(Debug)]
pub struct Subject {
    /// What is served.
    pub artifact: Artifact,
    /// Where its configuration says it, if that is here.
    pub effective: Option<Effective>,
}

/// One thing that differs.
#[derive(Clone, Debug)]
pub struct Change {
    /// Path of keys, such as `backends.shop.client.call_timeout`.
    pub key: String,
    /// What was said; none where it was not there.
    pub old: Option<String>,
    /// What is said; none where it is no longer there.
    pub new: Option<String>,
    /// What makes it risky.
    pub risk: Option<&'static str>,
    /// Where the old side says it.
    pub old_origin: Option<String>,
    /// Where the new side says it.
    pub new_origin: Option<String>,
}

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
    let (a, b) = (&old.artifact, &new.artifact);
    let contents = [a.content_id().to_string(), b.content_id().to_string()];
    if contents[0] == contents[1] {
        return Difference { contents, moved: Vec::new(), changes: Vec::new(), complete: true };
    }
    let names = shared_listeners(a, b);
    let mut meanings = Meanings::new();
    let (mut side_a, mut side_b) = (meanings.side(a, &names), meanings.side(b, &names));
    let mut pairs = pairs(&mut meanings, &mut side_a, &mut side_b);
    let mut witnesses = Witnesses::new(a, b, &names);
    let mut complete = walk(&mut meanings, (&mut side_a, &mut side_b), &mut pairs, &mut witnesses);
    paths(a, b, &mut witnesses);
    complete &= !witnesses.overflowed;
    let moved = witnesses.finish();
    let mut changes = Vec::new();
    compare_things(old, new, &mut changes);
    compare_routes(old, new, &pairs, &mut changes);
    Difference { contents, moved, changes, complete }
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

fn compare_things(old: &Subject, new: &Subject, changes: &mut Vec<Change>) {
    let (a, b) = (things(&old.artifact), things(&new.artifact));
    let paths: BTreeSet<&Vec<String>> = a.keys().chain(b.keys()).collect();
    for path in paths {
        compare(path, (a.get(path), old), (b.get(path), new), changes);
    }
}

fn compare_routes(old: &Subject, new: &Subject, pairs: &Pairs, changes: &mut Vec<Change>) {
    let mut texts = [BTreeMap::new(), BTreeMap::new()];
    for (host, pair) in pairs.iter().filter(|(_, pair)| pair.differs) {
        let sides = [(&old.artifact, pair.old), (&new.artifact, pair.new)];
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
    let (mut left, mut right) =
        (old.artifact.routes().peekable(), new.artifact.routes().peekable());
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
                    facts.insert("match".to_owned(), all.join(", "));
                }
                facts
            })
        };
        let (was, is) = (facts(was, &old.artifact, &texts[0]), facts(is, &new.artifact, &texts[1]));
        if was != is {
            let path = ["routes".to_owned(), id.clone()];
            compare(&path, (was.as_ref(), old), (is.as_ref(), new), changes);
        }
    }
}

/// Adds what differs of one thing.
fn compare(
    path: &[String],
    (was, old): (Option<&Facts>, &Subject),
    (is, new): (Option<&Facts>, &Subject),
    changes: &mut Vec<Change>,
) {
    let empty = Facts::new();
    let mut add = |key: &str, a: Option<&String>, b: Option<&String>| {
        let mut words: Vec<&str> = path.iter().map(String::as_str).collect();
        if !key.is_empty() {
            words.push(key);
        }
        changes.push(Change {
            key: words.join("."),
            old: a.cloned(),
            new: b.cloned(),
            risk: risk::of(path, key, a.map_or("", String::as_str), b.map_or("", String::as_str)),
            old_origin: was.and_then(|_| origin(old, path, key)),
            new_origin: is.and_then(|_| origin(new, path, key)),
        });
    };
    match (was, is) {
        (Some(was), Some(is)) => {
            let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            for key in keys.into_iter().filter(|key| was.get(*key) != is.get(*key)) {
                add(key, was.get(key), is.get(key));
            }
        }
        (was, is) => {
            let summary = |facts: Option<&Facts>| {
                facts.map(|facts| {
                    let words = facts.iter().filter(|(_, value)| !value.is_empty());
                    let words = words.filter(|(key, _)| WORTH_SAYING.contains(&key.as_str()));
                    words
                        .map(|(key, value)| format!("{key} {value}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                })
            };
            add("", summary(was).as_ref(), summary(is).as_ref());
            // What is new is as risky as if the default had been changed.
            for (key, value) in is.unwrap_or(&empty) {
                if risk::of(path, key, "", value) == Some("verification weakened") {
                    add(key, None, Some(value));
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

/// Where a side says it: file and line.
fn origin(side: &Subject, path: &[String], key: &str) -> Option<String> {
    if let Some(effective) = &side.effective {
        let keys =
            path.iter().map(String::as_str).chain(key.split('.').filter(|part| !part.is_empty()));
        let keys: Vec<&str> = keys.collect();
        // What stands inside of a route is found there.
        let inline = path.get(1).and_then(|name| name.strip_prefix("route:"));
        let keys = match inline {
            Some(id) => {
                ["routes", id, "backend"].into_iter().chain(keys.into_iter().skip(2)).collect()
            }
            None => keys,
        };
        return effective.origin(&keys).map(ToString::to_string);
    }
    match path {
        [kind, id] if kind == "routes" => {
            place(&side.artifact, side.artifact.route_named(id)?.route_id())
        }
        _ => None,
    }
}
