//! What was added, removed and changed, thing by thing and key by key.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_routing::patterns::host_patterns;
use pointsman_schemas::artifact::Artifact;

use super::change::Change;
use super::elsewhere::{by_addition, by_key};
use super::fact::{Fact, Facts};
use super::facts::{Names, route};
use super::hosts::Pairs;
use super::renamed::{self, Renamed};
use super::risk;
use super::risk::timeouts::{self, Work};
use super::trust::{OfRoutes, World};

/// Patterns of the routes that stand in hosts that differ.
type Texts = BTreeMap<String, BTreeSet<String>>;

/// Takes in what differs.
pub(super) struct Comparison<'c> {
    changes: &'c mut Vec<Change>,
    work: Work,
}

impl<'c> Comparison<'c> {
    pub(super) fn new(changes: &'c mut Vec<Change>) -> Self {
        Self { changes, work: Work::new() }
    }

    /// Compares all but routes.
    pub(super) fn things(&mut self, world: &World<'_, '_>) {
        let (a, b) = (world.old, world.new);
        let paths: BTreeSet<&Vec<String>> = a.keys().chain(b.keys()).collect();
        for path in paths {
            let was = world.renamed.get(path);
            self.thing(world, path, (a.get(path), b.get(path)), was.is_some());
            if let Some(was) = was {
                self.keys(world, (Some(was), path), (a.get(was), b.get(path)));
            }
        }
        world.compare(self.changes);
    }

    /// Compares routes.
    pub(super) fn routes(
        &mut self,
        (old, new): (&Artifact, &Artifact),
        (pairs, names): (&Pairs, &Names<'_>),
        trust: &mut OfRoutes<'_, '_>,
    ) {
        let texts = texts(old, new, pairs);
        let renamed = renamed_routes(old, new, &texts);
        let none = Names::new();
        let was_facts = |id: &str| route_facts(old, id, names, &texts[0]);
        let is_facts = |id: &str| route_facts(new, id, &none, &texts[1]);
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
            let id = one.id();
            let was = was.and_then(|_| was_facts(id));
            let is = is.and_then(|_| is_facts(id));
            if was == is {
                continue;
            }
            let path = vec!["routes".to_owned(), id.to_owned()];
            let before = renamed.get(&path);
            self.thing(trust.world(), &path, (was.as_ref(), is.as_ref()), before.is_some());
            let was = match before {
                Some(before) => before.last().and_then(|id| was_facts(id)),
                None => was,
            };
            if before.is_some() {
                let pair = (was.as_ref(), is.as_ref());
                self.keys(trust.world(), (before.map(Vec::as_slice), &path), pair);
            }
            if let Some(both) = was.as_ref().zip(is.as_ref()) {
                self.changes.extend(trust.route(id, before, both));
            }
        }
    }

    /// Adds what differs of one thing.
    fn thing(
        &mut self,
        world: &World<'_, '_>,
        path: &[String],
        (was, is): (Option<&Facts<'_>>, Option<&Facts<'_>>),
        is_renamed: bool,
    ) {
        if was.is_some() && is.is_some() {
            return self.keys(world, (None, path), (was, is));
        }
        let fresh = is.filter(|_| !is_renamed);
        let backend: Vec<String> = path.iter().take(2).cloned().collect();
        let is_backend_kept = world.former(&backend).is_some() && world.new.contains_key(&backend);
        self.changes.push(Change {
            old: was.map(summary),
            new: is.map(summary),
            goes_elsewhere: fresh.is_some_and(|is| by_addition(path, is, is_backend_kept)),
            ..Change::of(path, "", [was.is_some(), is.is_some()])
        });
        // What is new is as risky as if the default had been changed.
        for key in fresh.into_iter().flat_map(Facts::keys) {
            let risk = risk::of(key, None, is);
            self.changes.extend(
                change((None, path), key, (None, is))
                    .filter(|_| risk.is_some())
                    .map(|one| Change { risk, ..one }),
            );
        }
    }

    /// Adds what differs of the keys of a thing that both sides have, be it called otherwise.
    fn keys(
        &mut self,
        world: &World<'_, '_>,
        paths: (Option<&[String]>, &[String]),
        (was, is): (Option<&Facts<'_>>, Option<&Facts<'_>>),
    ) {
        let (Some(old), Some(new)) = (was, is) else { return };
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let mut rows = None;
        for key in keys {
            let Some(mut one) = change(paths, key, (was, is)) else { continue };
            one.risk = if timeouts::is_row(key) {
                let work = &mut self.work;
                let rows = rows.get_or_insert_with(|| timeouts::loosened(old, new, work));
                rows.contains(key).then_some("timeout loosened")
            } else {
                risk::of(key, was, is)
            };
            let is_same = |a: &str, b: &str| world.is_same(a, b);
            one.goes_elsewhere = by_key(paths.1, key, (old, new), is_same);
            self.changes.push(one);
        }
    }
}

fn route_facts<'a>(
    artifact: &'a Artifact,
    id: &str,
    names: &Names<'a>,
    texts: &Texts,
) -> Option<Facts<'a>> {
    let mut facts = route(artifact, artifact.route_named(id)?, names);
    if let Some(all) = texts.get(id) {
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        facts.insert("match".to_owned(), Fact::text(all.join(", ")));
    }
    Some(facts)
}

/// What the routes of both sides match, where that may differ.
fn texts(old: &Artifact, new: &Artifact, pairs: &Pairs) -> [Texts; 2] {
    let mut texts = [Texts::new(), Texts::new()];
    for (host, pair) in pairs.iter().filter(|(_, pair)| pair.differs) {
        let sides = [(old, pair.old), (new, pair.new)];
        for ((artifact, root), texts) in sides.into_iter().zip(&mut texts) {
            let Some(root) = root else { continue };
            host_patterns(artifact, host, root, &mut |found| {
                let id = artifact.route(found.route).id().to_owned();
                texts.entry(id).or_default().insert(found.text);
                true
            });
        }
    }
    texts
}

/// Routes that are called otherwise. One that only one side has makes its host differ.
fn renamed_routes(old: &Artifact, new: &Artifact, texts: &[Texts; 2]) -> Renamed {
    let [a, b] = texts;
    let marked = |(id, texts): (&String, &BTreeSet<String>)| {
        (vec!["routes".to_owned(), id.clone()], texts.iter().cloned().collect())
    };
    let gone = a.iter().filter(|(id, _)| new.route_named(id).is_none()).map(marked);
    let fresh = b.iter().filter(|(id, _)| old.route_named(id).is_none()).map(marked);
    renamed::routes(gone, fresh)
}

/// What differs of one key.
fn change(
    (before, path): (Option<&[String]>, &[String]),
    key: &str,
    (was, is): (Option<&Facts<'_>>, Option<&Facts<'_>>),
) -> Option<Change> {
    let (old, new) = (was.and_then(|facts| facts.get(key)), is.and_then(|facts| facts.get(key)));
    if old == new || key == timeouts::ROWS && !timeouts::is_reordered(was, is) {
        return None;
    }
    let shown = |fact: &Fact<'_>| fact.shown.clone();
    let (old, new) = (old.map(shown), new.map(shown));
    Some(Change {
        was: before.map(<[String]>::to_vec),
        is_hidden: old == new,
        old,
        new,
        ..Change::of(path, key, [was.is_some(), is.is_some()])
    })
}

/// What a thing is, in short.
fn summary(facts: &Facts<'_>) -> String {
    let words = facts.iter().filter(|(_, value)| !value.shown.is_empty());
    let words = words.filter(|(key, _)| WORTH_SAYING.contains(&key.as_str()));
    let words: Vec<String> = words.map(|(key, value)| format!("{key} {}", value.shown)).collect();
    words.join(", ")
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
