//! What was added, removed and changed, thing by thing and key by key.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_routing::patterns::host_patterns;
use pointsman_schemas::artifact::Artifact;

use super::change::Change;
use super::fact::{Fact, Facts};
use super::facts::{Names, route, things};
use super::hosts::Pairs;
use super::listeners::Listeners;
use super::renamed::{self, Renamed};
use super::risk;

/// Patterns of the routes that stand in hosts that differ.
type Texts = BTreeMap<String, BTreeSet<String>>;

/// Compares all but routes.
pub(super) fn compare_things(
    old: &Artifact,
    new: &Artifact,
    listeners: &Listeners,
    changes: &mut Vec<Change>,
) {
    let (a, b) = (things(old), things(new));
    let renamed = renamed::things((old, new), listeners, (&a, &b));
    let paths: BTreeSet<&Vec<String>> = a.keys().chain(b.keys()).collect();
    for path in paths {
        compare(path, (a.get(path), b.get(path)), renamed.contains_key(path), changes);
        if let Some(was) = renamed.get(path) {
            compare_renamed((was, a.get(was)), (path, b.get(path)), changes);
        }
    }
}

/// Compares routes.
pub(super) fn compare_routes(
    old: &Artifact,
    new: &Artifact,
    (pairs, names): (&Pairs, &Names<'_>),
    changes: &mut Vec<Change>,
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
        compare(&path, (was.as_ref(), is.as_ref()), renamed.contains_key(&path), changes);
        if let Some(before) = renamed.get(&path) {
            let was = before.last().and_then(|id| was_facts(id));
            compare_renamed((before, was.as_ref()), (&path, is.as_ref()), changes);
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

/// Adds what differs of one thing.
fn compare(
    path: &[String],
    (was, is): (Option<&Facts<'_>>, Option<&Facts<'_>>),
    is_renamed: bool,
    changes: &mut Vec<Change>,
) {
    if was.is_some() && is.is_some() {
        return compare_keys((None, path), (was, is), changes);
    }
    changes.push(Change {
        path: path.to_vec(),
        was: None,
        key: String::new(),
        risk: None,
        old: was.map(summary),
        new: is.map(summary),
        is_hidden: false,
        is_there: [was.is_some(), is.is_some()],
        origins: [None, None],
    });
    // What is new is as risky as if the default had been changed.
    if let Some(is) = is.filter(|_| !is_renamed) {
        for key in is.keys() {
            changes.extend(
                change((None, path), key, (None, Some(is))).filter(|one| one.risk.is_some()),
            );
        }
    }
}

/// Adds what differs of what is called otherwise.
fn compare_renamed(
    (old, was): (&[String], Option<&Facts<'_>>),
    (new, is): (&[String], Option<&Facts<'_>>),
    changes: &mut Vec<Change>,
) {
    if was.is_some() && is.is_some() {
        compare_keys((Some(old), new), (was, is), changes);
    }
}

fn compare_keys(
    paths: (Option<&[String]>, &[String]),
    (was, is): (Option<&Facts<'_>>, Option<&Facts<'_>>),
    changes: &mut Vec<Change>,
) {
    let keys: BTreeSet<&String> = was.into_iter().chain(is).flat_map(Facts::keys).collect();
    changes.extend(keys.into_iter().filter_map(|key| change(paths, key, (was, is))));
}

/// What differs of one key.
fn change(
    (before, path): (Option<&[String]>, &[String]),
    key: &str,
    (was, is): (Option<&Facts<'_>>, Option<&Facts<'_>>),
) -> Option<Change> {
    let (old, new) = (was.and_then(|facts| facts.get(key)), is.and_then(|facts| facts.get(key)));
    if old == new {
        return None;
    }
    let shown = |fact: &Fact<'_>| fact.shown.clone();
    let (old, new) = (old.map(shown), new.map(shown));
    Some(Change {
        path: path.to_vec(),
        was: before.map(<[String]>::to_vec),
        key: key.to_owned(),
        risk: risk::of(key, was, is),
        is_hidden: old == new,
        old,
        new,
        is_there: [was.is_some(), is.is_some()],
        origins: [None, None],
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
