//! The order in which Otoroshi tries the routes of one path: those with more conditions first, then as
//! they stand. Here one that is exact comes first, then one that names methods. Where a route would so
//! come too late, it is written once more for what both take.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use pointsman_schemas::limits::PATTERNS_PER_ROUTE_MAX;

use super::wider::Shape;
use super::world::World;
use crate::import::names::Names;
use crate::import::output::{Rank, Route, Takes};
use crate::import::writer::Value;

/// Routes of one path for which a route that lost conditions is written once more.
const AGAIN_MAX: usize = 32;

/// Keys of a route that say what it takes.
const KEYS: [&str; 6] = ["match", "methods", "headers", "query", "cookies", "exact"];

/// What decides here before the number of conditions: exact, and methods named.
type Class = (bool, bool);

/// Which part of a route is written once more: its class, and conditions that are added.
type Again = (Class, Vec<(&'static str, Vec<(String, Value)>)>);

/// Routes that are tried later, by their class.
#[derive(Default)]
struct Later<'r> {
    classes: BTreeMap<Class, (BTreeSet<String>, Vec<&'r Takes>)>,
}

/// Writes routes once more wherever they would come too late.
pub(super) fn keep(world: &mut World<'_>, ids: &mut Names) {
    let routes = std::mem::take(&mut world.output.routes);
    let mut order: Vec<usize> = (0..routes.len()).collect();
    order.sort_by_key(|at| (routes[*at].rank, Reverse(routes[*at].weight)));
    let mut groups: BTreeMap<Shape, Vec<(usize, &Takes, &str)>> = BTreeMap::new();
    for at in order {
        let Some(takes) = routes[at].takes.as_ref().filter(|_| routes[at].rank != Rank::Last)
        else {
            continue;
        };
        for pattern in &takes.patterns {
            if let Some(shape) = Shape::of(pattern, &mut world.tables) {
                groups.entry(shape).or_default().push((at, takes, pattern));
            }
        }
    }
    let mut again: BTreeMap<usize, BTreeMap<String, (Again, Takes)>> = BTreeMap::new();
    for members in groups.values().filter(|members| members.len() > 1) {
        world.output.is_ordered |= is_torn(members);
        let mut later = Later::default();
        for (at, takes, pattern) in members.iter().rev() {
            let has_lost = takes.condition_count() < routes[*at].weight;
            for (kind, methods) in later.ahead_of(takes, has_lost) {
                later.add(kind.0, &methods, None);
                let key = format!("{kind:?}");
                let (_, new) = again.entry(*at).or_default().entry(key).or_insert_with(|| {
                    let conditions = kind.1.clone();
                    let listeners = takes.listeners.clone();
                    let exact = kind.0.0;
                    let new = Takes { exact, conditions, listeners, ..Takes::default() };
                    (kind, new)
                });
                new.patterns.push((*pattern).to_owned());
                let known: BTreeSet<String> = new.methods.drain(..).chain(methods).collect();
                new.methods = known.into_iter().collect();
            }
            let methods = takes.methods.iter().cloned().collect();
            later.add(class(takes), &methods, Some(takes));
        }
    }
    let mut all = Vec::with_capacity(routes.len());
    for (at, route) in routes.iter().enumerate() {
        for (_, (_, takes)) in again.remove(&at).unwrap_or_default() {
            world.output.is_ordered = true;
            all.extend(parts(&once_more(route, takes, ids), ids));
        }
        all.extend(parts(route, ids));
    }
    world.output.routes = all;
}

/// A route, or several where it has more patterns than one may have.
fn parts(route: &Route, ids: &mut Names) -> Vec<Route> {
    let Some(takes) = &route.takes else { return vec![route.clone()] };
    if takes.patterns.len() <= PATTERNS_PER_ROUTE_MAX {
        return vec![route.clone()];
    }
    let chunks = takes.patterns.chunks(PATTERNS_PER_ROUTE_MAX).enumerate();
    let part = |(at, patterns): (usize, &[String])| {
        let id = if at == 0 { route.id.clone() } else { ids.route(&route.id, "route") };
        let takes = Takes { patterns: patterns.to_vec(), ..takes.clone() };
        let comment = format!("Part {} of {}, which has many patterns.", at + 1, route.id);
        let head = route.head.with(comment, &KEYS, takes.pairs()).with_id(&id);
        Route { id, takes: Some(takes), head, ..route.clone() }
    };
    chunks.map(part).collect()
}

/// Whether nothing but the order decides between two of some routes.
fn is_torn(members: &[(usize, &Takes, &str)]) -> bool {
    let mut ranks: BTreeMap<(Class, usize), Vec<&Takes>> = BTreeMap::new();
    members.iter().any(|(_, takes, _)| {
        let equal = ranks.entry((class(takes), takes.condition_count())).or_default();
        let is_torn = equal.iter().any(|other| other.shares_listener(takes));
        equal.push(takes);
        is_torn
    })
}

fn class(takes: &Takes) -> Class {
    (takes.exact, !takes.methods.is_empty())
}

impl<'r> Later<'r> {
    fn add(&mut self, class: Class, methods: &BTreeSet<String>, takes: Option<&'r Takes>) {
        let (known, all) = self.classes.entry(class).or_default();
        known.extend(methods.iter().cloned());
        if all.len() < AGAIN_MAX {
            all.extend(takes);
        }
    }

    /// The parts of a route that later ones would take before it, with their methods.
    fn ahead_of(&self, takes: &Takes, has_lost: bool) -> Vec<(Again, BTreeSet<String>)> {
        let own = class(takes);
        let of_own: BTreeSet<String> = takes.methods.iter().cloned().collect();
        let common = |methods: &BTreeSet<String>, class: Class| match (own.1, class.1) {
            (true, true) => of_own.intersection(methods).cloned().collect(),
            (true, false) => of_own.clone(),
            (false, _) => methods.clone(),
        };
        let mut found: Vec<(Again, BTreeSet<String>)> = Vec::new();
        for (class, (methods, all)) in self.classes.iter().filter(|(class, _)| **class >= own) {
            let both = (own.0 || class.0, own.1 || class.1);
            let methods = common(methods, *class);
            if both.1 && methods.is_empty() {
                continue;
            }
            if *class > own {
                found.push(((both, takes.conditions.clone()), methods));
            }
            let more =
                |other: &&&Takes| has_lost && other.condition_count() > takes.condition_count();
            for other in all.iter().filter(more) {
                let methods: BTreeSet<String> = other.methods.iter().cloned().collect();
                let methods = common(&methods, *class);
                if !both.1 || !methods.is_empty() {
                    found.push(((both, joined(takes, other)), methods));
                }
            }
        }
        found
    }
}

/// The conditions of both; of one name those of the first.
fn joined(takes: &Takes, other: &Takes) -> Vec<(&'static str, Vec<(String, Value)>)> {
    let mut all = takes.conditions.clone();
    for (table, conditions) in &other.conditions {
        let at = all.iter().position(|(known, _)| known == table).unwrap_or_else(|| {
            all.push((table, Vec::new()));
            all.len() - 1
        });
        let is_same = |a: &str, b: &str| match *table {
            "headers" => a.eq_ignore_ascii_case(b),
            _ => a == b,
        };
        for (name, condition) in conditions {
            let pairs = &mut all[at].1;
            if !pairs.iter().any(|(known, _)| is_same(known, name)) {
                pairs.push((name.clone(), condition.clone()));
            }
        }
    }
    all
}

fn once_more(route: &Route, takes: Takes, ids: &mut Names) -> Route {
    let id = ids.route(&format!("{}-first", route.id), "first");
    let comment = format!(
        "{} once more: Otoroshi tries it before others of its path, which are more specific here.",
        route.id
    );
    let head = route.head.with(comment, &KEYS, takes.pairs()).with_id(&id);
    Route { id, takes: Some(takes), head, ..route.clone() }
}
