//! Requests that a pattern fits, the plainest first. Whether its route also wins them is another
//! question, which only the matcher answers.

use std::collections::{HashMap, VecDeque};

use crate::document::route::Place;
use crate::grammar::condition::Test;
use crate::grammar::path::encoded;
use crate::grammar::pattern::{HostPattern, Segment};
use crate::language::algebra::READABLE_FIRST;
use crate::language::table::{Table, is_segment_value};
use crate::model::{Condition, Pattern, Route};

/// Values of one segment that are tried.
const VALUES_MAX: usize = 12;
/// States of one constraint that are looked at for its values.
const STEPS_MAX: usize = 4096;
/// Paths of one pattern that are tried.
const PATHS_MAX: usize = 64;
/// Methods that are tried where a route names none.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND"];

/// What a request carries beside host and path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    pub(super) query: Vec<String>,
    pub(super) fields: Vec<(String, String)>,
}

/// Short words that say nothing.
fn words() -> impl Iterator<Item = String> {
    ["x".to_owned()].into_iter().chain((1..VALUES_MAX).map(|number| format!("x{number}")))
}

/// Hosts that a pattern fits.
pub(super) fn hosts(pattern: &HostPattern) -> Vec<String> {
    match pattern {
        HostPattern::Exact(text) => vec![text.to_string()],
        HostPattern::Wildcard(text) => words().map(|word| text.replace('*', &word)).collect(),
        HostPattern::Any => {
            ["host.example", "example.org", "any.invalid"].map(str::to_owned).to_vec()
        }
    }
}

/// Paths that a pattern fits.
pub(super) fn paths(pattern: &Pattern, exact: bool) -> Vec<String> {
    let choices: Vec<Vec<String>> = pattern.path.iter().map(values).collect();
    if choices.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let path = |chosen: &dyn Fn(usize) -> usize| {
        let mut path = String::new();
        for (place, all) in choices.iter().enumerate() {
            path.push('/');
            path.push_str(&all[chosen(place) % all.len()]);
        }
        if path.is_empty() { "/".to_owned() } else { path }
    };
    let mut paths = vec![path(&|_| 0)];
    // Each segment by itself, then all of them together.
    for (changed, all) in choices.iter().enumerate() {
        for at in 1..all.len() {
            paths.push(path(&|place| if place == changed { at } else { 0 }));
        }
    }
    paths.extend((1..VALUES_MAX).map(|at| path(&|_| at)));
    paths.truncate(PATHS_MAX);
    if !exact {
        // What is longer may be free where the pattern itself is another's.
        let longer = |path: &String| format!("{}/x", path.trim_end_matches('/'));
        let longer: Vec<String> = paths.iter().map(longer).collect();
        paths.extend(longer);
    }
    let mut seen = std::collections::HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    paths
}

fn values(segment: &Segment) -> Vec<String> {
    match segment {
        Segment::Static(text) => vec![String::from_utf8_lossy(text).into_owned()],
        Segment::Constrained(own) => {
            let fit = accepted(&own.table).into_iter().filter(|value| is_segment_value(value));
            fit.map(|value| encoded(&value)).filter(|value| value != "." && value != "..").collect()
        }
        Segment::Param { .. } | Segment::Star => words().collect(),
    }
}

/// Some values that a constraint accepts, the shortest and most readable first.
fn accepted(table: &Table) -> Vec<Vec<u8>> {
    // Two bytes of each class: words that differ only inside of a class are words all the same.
    let mut of_class: HashMap<u8, usize> = HashMap::new();
    let bytes: Vec<u8> = READABLE_FIRST
        .into_iter()
        .filter(|byte| {
            let count = of_class.entry(table.classes[usize::from(*byte)]).or_default();
            *count += 1;
            *count <= 2
        })
        .collect();
    let mut found = Vec::new();
    let mut queue = VecDeque::from([(table.start, Vec::new())]);
    for _ in 0..STEPS_MAX {
        let Some((state, value)) = queue.pop_front() else { break };
        if table.accepts_at(state) && !value.is_empty() {
            found.push(value.clone());
            if found.len() >= VALUES_MAX {
                break;
            }
        }
        for byte in &bytes {
            let next = table.step(state, *byte);
            if next != table.dead && queue.len() < STEPS_MAX {
                let mut value = value.clone();
                value.push(*byte);
                queue.push_back((next, value));
            }
        }
    }
    // A constraint of long words alone still has its shortest one.
    if found.is_empty() {
        found.extend(crate::language::algebra::witness(table));
    }
    found
}

/// Methods that a route takes.
pub(super) fn methods(route: &Route) -> Vec<&str> {
    if route.methods.is_empty() {
        return METHODS.to_vec();
    }
    route.methods.iter().map(String::as_str).collect()
}

/// What the conditions of a route ask for; none where a request cannot carry it.
pub(super) fn carried(conditions: &[Condition]) -> Option<Carried> {
    let mut carried = Carried::default();
    let mut cookies = Vec::new();
    for condition in conditions {
        let value = match &condition.test {
            Test::Exact(text) => text.clone(),
            Test::Language { table, .. } => {
                let value = accepted(table).into_iter().next().unwrap_or_default();
                String::from_utf8(value).ok()?
            }
            Test::Exists => "1".to_owned(),
            Test::NotDefined => continue,
        };
        let name = &condition.name;
        match condition.place {
            Place::Header => {
                if carried.fields.iter().any(|(known, _)| known == name) {
                    return None;
                }
                carried.fields.push((name.clone(), value));
            }
            Place::Query => {
                let value = encoded(value.as_bytes());
                let value = value.replace('&', "%26").replace('+', "%2B").replace('=', "%3D");
                carried.query.push(format!("{}={value}", encoded(name.as_bytes())));
            }
            Place::Cookie => cookies.push(format!("{name}={value}")),
        }
    }
    if !cookies.is_empty() {
        carried.fields.push(("cookie".to_owned(), cookies.join("; ")));
    }
    let is_plain = |(_, value): &(String, String)| {
        value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && value.trim() == value
    };
    carried.fields.iter().all(is_plain).then_some(carried)
}
