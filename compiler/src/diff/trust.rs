//! Whether who gets requests is known less surely than who got them: what counts is the weakest of
//! all targets that a backend sends to, under whatever names they stand.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::change::Change;
use super::elsewhere::text;
use super::fact::{Fact, Facts};
use super::facts::Things;
use super::renamed::{Renamed, targets};
use super::risk::tls::{Checked, Trust, trust};
use super::witness::Moved;

/// Key under which it is told.
const KEY: &str = "weakest_target";

/// Both sides, and what has another name.
pub(super) struct World<'w, 'a> {
    pub(super) old: &'w Things<'a>,
    pub(super) new: &'w Things<'a>,
    pub(super) renamed: &'w Renamed,
}

fn path(kind: &str, name: &str) -> Vec<String> {
    vec![kind.to_owned(), name.to_owned()]
}

impl World<'_, '_> {
    /// Whether backends of the old and of the new side are one: both were compared then.
    pub(super) fn is_same(&self, old: &str, new: &str) -> bool {
        let new = path("backends", new);
        self.former(&new).is_some_and(|was| was.get(1).is_some_and(|name| name == old))
    }

    /// What a backend or service was before, where it was there.
    pub(super) fn former<'p>(&'p self, path: &'p Vec<String>) -> Option<&'p Vec<String>> {
        let was = self.renamed.get(path).unwrap_or(path);
        self.old.contains_key(was).then_some(was)
    }

    /// Adds what is known less surely of backends that both sides have, and of services.
    pub(super) fn compare(&self, changes: &mut Vec<Change>) {
        let told: HashSet<String> = changes
            .iter()
            .filter(|one| one.path.len() == 4 && one.path[0] == "backends")
            .filter(|one| matches!(one.risk, Some("verification weakened" | "trust changed")))
            .map(|one| one.path[1].clone())
            .collect();
        let kind = |name: &str| path(name, "");
        let all = self.new.range(kind("backends")..kind("backends~"));
        for (is, _) in all.filter(|(path, _)| path.len() == 2 && path[0] == "backends") {
            let Some(was) = self.former(is).filter(|_| !told.contains(&is[1])) else { continue };
            let pair = (weakest(self.old, &was[1]), weakest(self.new, &is[1]));
            let renamed = Some(was).filter(|was| *was != is);
            changes.extend(change(is, renamed, pair, ["", ""]));
        }
        self.services(changes);
    }

    /// A service that has no table of its own is `*`, if that is there.
    fn services(&self, changes: &mut Vec<Change>) {
        let names = |things: &Things<'_>| -> BTreeSet<String> {
            let all = things.range(path("services", "")..);
            let all = all.take_while(|(path, _)| path[0] == "services");
            all.map(|(path, _)| path[1].clone()).collect()
        };
        let star = path("services", "*");
        for name in names(self.old).union(&names(self.new)) {
            let own = path("services", name);
            let is = if self.new.contains_key(&own) { &own } else { &star };
            let was = match self.former(is) {
                Some(was) if is == &own => was,
                _ if self.old.contains_key(&own) => &own,
                _ => &star,
            };
            let backend = |things: &Things<'_>, path: &Vec<String>| {
                things.get(path).and_then(|facts| text(facts, "backend")).map(str::to_owned)
            };
            if let Some((a, b)) = backend(self.old, was).zip(backend(self.new, is))
                && !self.is_same(&a, &b)
            {
                let pair = (weakest(self.old, &a), weakest(self.new, &b));
                changes.extend(change(&own, None, pair, [&a, &b]));
            }
        }
    }
}

/// Compares backends of routes, each pair once.
pub(super) struct OfRoutes<'w, 'a> {
    world: World<'w, 'a>,
    known: HashMap<(String, String), (Option<Trust>, Option<Trust>)>,
    told: HashSet<(String, String, String)>,
}

impl<'w, 'a> OfRoutes<'w, 'a> {
    pub(super) fn new(world: World<'w, 'a>) -> Self {
        Self { world, known: HashMap::new(), told: HashSet::new() }
    }

    pub(super) fn world(&self) -> &World<'w, 'a> {
        &self.world
    }

    /// What a route leads to that led to another backend.
    pub(super) fn route(
        &mut self,
        id: &str,
        was: Option<&Vec<String>>,
        (old, new): (&Facts<'_>, &Facts<'_>),
    ) -> Option<Change> {
        let (a, b) = (text(old, "backend")?, text(new, "backend")?);
        self.pair((id, was), (a, b), [a, b])
    }

    /// What requests lead to that another route took.
    pub(super) fn moved(&mut self, moved: &Moved) -> Option<Change> {
        let (was, is) = (&moved.witness.before.1, &moved.witness.after.1);
        let (from, to) = (was.route.as_deref()?, is.route.as_deref()?);
        let (a, b) = (was.backend.as_deref()?, is.backend.as_deref()?);
        if from == to {
            return None;
        }
        let (from, here) = (format!("route {from}, {a}"), format!("route {to}, {b}"));
        self.pair((to, None), (a, b), [&from, &here])
    }

    fn pair(
        &mut self,
        (id, was): (&str, Option<&Vec<String>>),
        (a, b): (&str, &str),
        names: [&str; 2],
    ) -> Option<Change> {
        if self.world.is_same(a, b) {
            return None;
        }
        let key = (a.to_owned(), b.to_owned());
        let world = &self.world;
        let pair = self.known.entry(key);
        let pair = pair.or_insert_with(|| (weakest(world.old, a), weakest(world.new, b)));
        let told = change(&path("routes", id), was, pair.clone(), names)?;
        let key = (id.to_owned(), a.to_owned(), b.to_owned());
        self.told.insert(key).then_some(told)
    }
}

/// The least that is checked of any target that gets requests, and all that is trusted.
fn weakest(things: &Things<'_>, backend: &str) -> Option<Trust> {
    let path = path("backends", backend);
    let is_used = |facts: &Facts<'_>| facts.get("weight").and_then(Fact::whole) != Some(0);
    let used = targets(things, &path).filter(|(_, facts)| is_used(facts));
    used.map(|(_, facts)| trust(facts, "")).reduce(|a, b| Trust {
        checked: a.checked.min(b.checked),
        trusted: a.trusted.union(&b.trusted).cloned().collect(),
    })
}

/// What is told where the weakest of the new side is less than that of the old one.
fn change(
    path: &[String],
    was: Option<&Vec<String>>,
    (old, new): (Option<Trust>, Option<Trust>),
    backends: [&str; 2],
) -> Option<Change> {
    let (old, new) = old.zip(new)?;
    let risk = new.less_than(&old)?;
    let said = |trust: &Trust, backend: &str| {
        let backend = if backend.is_empty() { String::new() } else { format!(" ({backend})") };
        Some(format!("{}{backend}", shown(trust)))
    };
    Some(Change {
        was: was.cloned(),
        risk: Some(risk),
        old: said(&old, backends[0]),
        new: said(&new, backends[1]),
        ..Change::of(path, KEY, [true, true])
    })
}

fn shown(trust: &Trust) -> String {
    let by: Vec<&str> = trust
        .trusted
        .iter()
        .map(|name| if name.is_empty() { "the system's certificates" } else { name })
        .collect();
    let by = by.join(", ");
    match trust.checked {
        Checked::Plain => "plain".to_owned(),
        Checked::Nothing => "TLS, nothing verified".to_owned(),
        Checked::Chain => format!("TLS, verified by {by} without the name"),
        Checked::All => format!("TLS, verified by {by}"),
    }
}
