//! What is called otherwise on the new side, and still is what it was: what it lost with its name
//! is told as if it had kept it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use pointsman_schemas::artifact::{Artifact, Serve};

use super::fact::{Fact, Facts};
use super::facts::Things;
use super::listeners::{Listeners, paired};

/// New paths, and what they were.
pub(super) type Renamed = BTreeMap<Vec<String>, Vec<String>>;

/// Finds listeners by their address, backends by their targets, targets by their host, and
/// certificates and services by what they are made of; what is left over, as many on both sides,
/// by its order where it is a target or a listener.
pub(super) fn things(
    (old, new): (&Artifact, &Artifact),
    routes: &Listeners,
    (a, b): (&Things<'_>, &Things<'_>),
) -> Renamed {
    let mut renamed = Renamed::new();
    let services = paired(old, new, Serve::Services);
    for (was, is) in routes.renamed().into_iter().chain(services.renamed()) {
        let path = |name: &str| vec!["listeners".to_owned(), name.to_owned()];
        // One that serves something else now still has its name.
        if !b.contains_key(&path(was)) && !a.contains_key(&path(is)) {
            renamed.insert(path(is), path(was));
        }
    }
    for (kind, keys) in
        [("certificates", &["certificate"][..]), ("services", &["backend", "builtin"][..])]
    {
        let of_kind =
            |path: &[String]| path.len() == 2 && path.first().is_some_and(|one| one == kind);
        let (gone, fresh) = unshared(a, b, of_kind);
        let said = |facts: &Facts<'_>| {
            keys.iter().filter_map(|key| marked(facts, key)).collect::<Vec<_>>()
        };
        let marks =
            |things: &Things<'_>, path: &Vec<String>| things.get(path).map_or_else(Vec::new, said);
        pair(
            gone.iter().map(|path| (path.clone(), marks(a, path))),
            fresh.iter().map(|path| (path.clone(), marks(b, path))),
            &mut renamed,
        );
    }
    let of_kind =
        |path: &[String]| path.len() == 2 && path.first().is_some_and(|one| one == "backends");
    let (gone, fresh) = unshared(a, b, of_kind);
    let hosts = |things: &Things<'_>, backend: &Vec<String>| -> Vec<String> {
        targets(things, backend).filter_map(|(_, facts)| whereabouts(facts)).collect()
    };
    pair(
        gone.iter().map(|path| (path.clone(), hosts(a, path))),
        fresh.iter().map(|path| (path.clone(), hosts(b, path))),
        &mut renamed,
    );
    let backends: Vec<Vec<String>> = b.keys().filter(|path| of_kind(path)).cloned().collect();
    for backend in backends {
        let was = renamed.get(&backend).unwrap_or(&backend).clone();
        if a.contains_key(&was) {
            targets_of((&was, a), (&backend, b), &mut renamed);
        }
    }
    renamed
}

/// Finds routes by what they match.
pub(super) fn routes(
    gone: impl Iterator<Item = (Vec<String>, Vec<String>)>,
    fresh: impl Iterator<Item = (Vec<String>, Vec<String>)>,
) -> Renamed {
    let mut renamed = Renamed::new();
    pair(gone, fresh, &mut renamed);
    renamed
}

/// Pairs the targets of a backend that have not kept their names.
fn targets_of(
    (was, a): (&Vec<String>, &Things<'_>),
    (is, b): (&Vec<String>, &Things<'_>),
    renamed: &mut Renamed,
) {
    let names = |things: &Things<'_>, backend: &Vec<String>| -> BTreeSet<String> {
        targets(things, backend).filter_map(|(path, _)| path.last().cloned()).collect()
    };
    let (old, new) = (names(a, was), names(b, is));
    if was != is {
        // What kept its own name in a backend that did not is the same.
        for name in old.intersection(&new) {
            renamed.insert(below(is, name), below(was, name));
        }
    }
    let mut gone: Vec<&String> = old.difference(&new).collect();
    let mut fresh: Vec<&String> = new.difference(&old).collect();
    let host = |things: &Things<'_>, backend: &Vec<String>, name: &String| {
        things.get(&below(backend, name)).and_then(whereabouts)
    };
    let mut by_place: HashMap<Option<String>, VecDeque<&String>> = HashMap::new();
    for name in &gone {
        by_place.entry(host(a, was, name)).or_default().push_back(name);
    }
    let mut taken: BTreeSet<&String> = BTreeSet::new();
    fresh.retain(|name| {
        let other = by_place.get_mut(&host(b, is, name)).and_then(VecDeque::pop_front);
        let Some(other) = other else { return true };
        renamed.insert(below(is, name), below(was, other));
        taken.insert(other);
        false
    });
    gone.retain(|name| !taken.contains(name));
    if gone.len() == fresh.len() {
        for (other, name) in gone.into_iter().zip(fresh) {
            renamed.insert(below(is, name), below(was, other));
        }
    }
}

fn below(backend: &[String], target: &str) -> Vec<String> {
    let last = ["targets".to_owned(), target.to_owned()];
    backend.iter().cloned().chain(last).collect()
}

/// The targets of a backend.
pub(super) fn targets<'t, 'a>(
    things: &'t Things<'a>,
    backend: &'t [String],
) -> impl Iterator<Item = (&'t Vec<String>, &'t Facts<'a>)> {
    let first = backend.to_vec();
    let inside = move |(path, _): &(&Vec<String>, &Facts<'a>)| path.starts_with(backend);
    things.range(first..).take_while(inside).filter(|(path, _)| path.len() == 4)
}

/// Host and port.
fn whereabouts(facts: &Facts<'_>) -> Option<String> {
    let said = |key: &str| facts.get(key).map(|fact| fact.raw.as_str());
    Some(format!("{} {}", said("host")?, said("port")?))
}

/// What is said of a key, and of which.
fn marked(facts: &Facts<'_>, key: &str) -> Option<String> {
    let fact: &Fact<'_> = facts.get(key).filter(|fact| !fact.raw.is_empty())?;
    Some(format!("{key} {}", fact.raw))
}

/// Paths of a kind that only one side has: of the old one, and of the new one.
fn unshared(
    a: &Things<'_>,
    b: &Things<'_>,
    of_kind: impl Fn(&[String]) -> bool,
) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let only = |one: &Things<'_>, other: &Things<'_>| -> Vec<Vec<String>> {
        let own = one.keys().filter(|path| of_kind(path) && !other.contains_key(*path));
        own.cloned().collect()
    };
    (only(a, b), only(b, a))
}

/// Pairs what shares a mark, each once.
///
/// Cost: linear in all marks, but for sorting them.
fn pair(
    gone: impl Iterator<Item = (Vec<String>, Vec<String>)>,
    fresh: impl Iterator<Item = (Vec<String>, Vec<String>)>,
    renamed: &mut Renamed,
) {
    let mut by_mark: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (path, marks) in gone {
        for mark in marks {
            by_mark.entry(mark).or_default().push(path.clone());
        }
    }
    by_mark.values_mut().for_each(|paths| paths.reverse());
    let mut taken = BTreeSet::new();
    for (path, marks) in fresh {
        let free = marks.iter().find_map(|mark| {
            let paths = by_mark.get_mut(mark)?;
            std::iter::from_fn(|| paths.pop()).find(|path| !taken.contains(path))
        });
        if let Some(was) = free {
            taken.insert(was.clone());
            renamed.insert(path, was);
        }
    }
}
