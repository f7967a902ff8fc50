//! All patterns of all routes, sorted by host and segments, so that those that share a prefix stand
//! side by side.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::conditions;
use crate::grammar::pattern::{HostPattern, Segment};
use crate::language::table::Table;
use crate::model::{Model, Pattern, Route};

/// A segment as it is compared: names of parameters do not matter, equal languages are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key<'m> {
    Static(&'m [u8]),
    /// Index into [`Patterns::tables`].
    Constrained(u32),
    Param,
    Star,
}

/// One pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'m> {
    pub(super) host: usize,
    pub(super) keys: &'m [Key<'m>],
    pub(super) route: &'m Route,
    pub(super) pattern: usize,
}

impl<'m> Entry<'m> {
    /// The segment at a depth.
    pub(super) fn key(&self, depth: usize) -> Option<Key<'m>> {
        self.keys.get(depth).copied()
    }

    /// Whether the path ends where the pattern does.
    pub(super) fn is_exact(&self) -> bool {
        self.route.exact
    }

    /// Names of the captured parameters, from the left.
    pub(super) fn captures(&self) -> impl Iterator<Item = &'m str> + use<'m> {
        let pattern = self.route.patterns.get(self.pattern);
        pattern.into_iter().flat_map(|pattern| pattern.path.iter().filter_map(Segment::parameter))
    }

    /// Whether two patterns of one route mean the same, so that it does not matter which fits.
    pub(super) fn is_twin(&self, other: &Self) -> bool {
        std::ptr::eq(self.route, other.route) && self.captures().eq(other.captures())
    }

    /// Whether some listener and method lead to both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        share(&self.route.listeners, &other.route.listeners)
            && share(&self.route.methods, &other.route.methods)
            && self.agrees(other)
    }

    /// Whether the conditions of both can hold for one request.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let (own, others) = (&self.route.conditions, &other.route.conditions);
        own.is_empty() || others.is_empty() || conditions::both(own, others).is_some()
    }
}

/// Whether two sorted lists share a value; an empty one holds everything.
fn share<T: Ord>(a: &[T], b: &[T]) -> bool {
    if a.is_empty() || b.is_empty() {
        return true;
    }
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            Ordering::Less => drop(a.next()),
            Ordering::Greater => drop(b.next()),
            Ordering::Equal => return true,
        }
    }
    false
}

/// All patterns.
pub(super) struct Patterns<'m> {
    /// Sorted; an index is a host's number.
    pub(super) hosts: Vec<&'m HostPattern>,
    /// The different constraints.
    pub(super) tables: Vec<&'m Arc<Table>>,
    keys: Vec<Key<'m>>,
    places: Vec<Place<'m>>,
    starts: Vec<usize>,
}

/// Where a pattern is. Narrow numbers: there may be millions.
#[derive(Clone, Copy)]
struct Place<'m> {
    host: u32,
    keys: (u32, u32),
    pattern: u32,
    route: &'m Route,
}

impl<'m> Place<'m> {
    fn keys<'k>(&self, keys: &'k [Key<'m>]) -> &'k [Key<'m>] {
        &keys[self.keys.0 as usize..self.keys.1 as usize]
    }
}

impl<'m> Patterns<'m> {
    /// Cost: sorts the hosts, and the patterns of each host.
    pub(super) fn new(model: &'m Model) -> Self {
        let hosts = sorted_hosts(model);
        let numbers = numbers(model, &hosts);
        let mut starts = vec![0; hosts.len() + 1];
        for host in &numbers {
            starts[*host as usize + 1] += 1;
        }
        for host in 0..hosts.len() {
            starts[host + 1] += starts[host];
        }
        let mut known: HashMap<&Arc<Table>, u32> = HashMap::new();
        let mut tables = Vec::new();
        let mut keys = Vec::with_capacity(all(model).map(|pattern| pattern.path.len()).sum());
        let mut key = |segment: &'m Segment| match segment {
            Segment::Static(text) => Key::Static(text),
            Segment::Param { .. } => Key::Param,
            Segment::Star => Key::Star,
            Segment::Constrained(own) => {
                Key::Constrained(*known.entry(&own.table).or_insert_with(|| {
                    tables.push(&own.table);
                    narrow(tables.len() - 1)
                }))
            }
        };
        let mut numbers = numbers.into_iter();
        // By host, in the order of the routes: each pattern has a place of its own from the start.
        let mut places = Vec::new();
        let mut free = starts.clone();
        for route in &model.routes {
            for (index, pattern) in route.patterns.iter().enumerate() {
                let start = keys.len();
                keys.extend(pattern.path.iter().map(&mut key));
                let host = numbers.next().unwrap_or_default();
                let keys = (narrow(start), narrow(keys.len()));
                let place = Place { host, keys, route, pattern: narrow(index) };
                if places.is_empty() {
                    places.resize(starts[hosts.len()], place);
                }
                places[free[host as usize]] = place;
                free[host as usize] += 1;
            }
        }
        for host in 0..hosts.len() {
            places[starts[host]..starts[host + 1]].sort_by(|a, b| {
                (a.keys(&keys), !a.route.exact)
                    .cmp(&(b.keys(&keys), !b.route.exact))
                    .then_with(|| written(a).cmp(&written(b)))
            });
        }
        Self { hosts, tables, keys, places, starts }
    }

    /// The patterns of a host.
    pub(super) fn of_host(&self, host: usize) -> Run<'_> {
        Run { all: self.view(), from: self.starts[host], to: self.starts[host + 1], depth: 0 }
    }

    fn view(&self) -> View<'_> {
        View { keys: &self.keys, places: &self.places }
    }
}

/// Limits on the text of all files keep every count below this.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Where a pattern is written.
fn written(place: &Place<'_>) -> Option<crate::source::Span> {
    place.route.patterns.get(place.pattern as usize).map(|pattern| pattern.span)
}

fn all(model: &Model) -> impl Iterator<Item = &Pattern> {
    model.routes.iter().flat_map(|route| &route.patterns)
}

fn sorted_hosts(model: &Model) -> Vec<&HostPattern> {
    let mut hosts: Vec<&HostPattern> = Vec::new();
    for pattern in all(model) {
        // The routes of a host mostly stand side by side.
        if hosts.last().is_none_or(|last| **last != pattern.host) {
            hosts.push(&pattern.host);
        }
    }
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// For each pattern the number of its host.
fn numbers<'m>(model: &'m Model, hosts: &[&'m HostPattern]) -> Vec<u32> {
    let numbers: HashMap<&HostPattern, u32> = hosts.iter().copied().zip(0..).collect();
    let mut last = (None, 0);
    let number = |pattern: &'m Pattern| {
        if last.0 != Some(&pattern.host) {
            let number = numbers.get(&pattern.host).copied().unwrap_or_default();
            last = (Some(&pattern.host), number);
        }
        last.1
    };
    all(model).map(number).collect()
}

#[derive(Clone, Copy)]
struct View<'p> {
    keys: &'p [Key<'p>],
    places: &'p [Place<'p>],
}

/// Patterns side by side that share a host and their first `depth` segments.
#[derive(Clone, Copy)]
pub(super) struct Run<'p> {
    all: View<'p>,
    from: usize,
    to: usize,
    depth: usize,
}

impl<'p> Run<'p> {
    /// Segments that all of them share.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.to - self.from
    }

    /// Every one, in order.
    pub(super) fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'p>> + use<'p> {
        let all = self.all;
        (self.from..self.to).map(move |at| entry(all, at))
    }

    /// Those that end at this depth; they come first.
    pub(super) fn ends(&self) -> Self {
        let depth = self.depth;
        let count = self.entries().take_while(|entry| entry.keys.len() == depth).count();
        Self { to: self.from + count, ..*self }
    }

    /// Those that go on, by their next segment, in the order of keys.
    pub(super) fn children(&self) -> Vec<(Key<'p>, Self)> {
        let mut children: Vec<(Key<'p>, Self)> = Vec::new();
        let mut at = self.from + self.ends().len();
        while at < self.to {
            let Some(key) = entry(self.all, at).key(self.depth) else { break };
            let rest = &self.all.places[at..self.to];
            let same = |place: &Place<'p>| place.keys(self.all.keys).get(self.depth) == Some(&key);
            let end = at + rest.partition_point(same);
            children.push((key, Self { from: at, to: end, depth: self.depth + 1, ..*self }));
            at = end;
        }
        children
    }
}

fn entry(all: View<'_>, at: usize) -> Entry<'_> {
    let place = &all.places[at];
    Entry {
        host: place.host as usize,
        keys: place.keys(all.keys),
        route: place.route,
        pattern: place.pattern as usize,
    }
}
