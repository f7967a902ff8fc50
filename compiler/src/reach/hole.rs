//! Methods that fall from a fixed path to a parameter: `/users/me` takes `PUT` alone, `/users/:id`
//! takes `GET`, so `GET /users/me` asks another backend for the user `me`.
//!
//! Only what goes to another backend counts, and neither a prefix above the path nor a method that a
//! route takes for every path on purpose (`OPTIONS`, `HEAD`).

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pointsman_routing::Found;
use pointsman_routing::matching::{Verdict, fits};
use pointsman_schemas::artifact::{Artifact, ConstraintId, PatternId, RouteId, SectionKind};

use super::ask::{Asker, Request};
use super::hosts::Host;
use super::place::{Place, Ways};
use crate::classes::Carried;

/// Pairs of places that are compared: a matter of style is not worth more.
const PAIRS_MAX: usize = 500_000;

/// Methods that matter, the most telling first.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/// A method that falls from one route's fixed path to another's parameter.
#[derive(Debug)]
pub(super) struct Hole {
    pub(super) fixed: RouteId,
    pub(super) taker: RouteId,
    pub(super) request: Request,
}

/// The same in one tree, for whatever host.
#[derive(Debug)]
struct Shape {
    fixed: u32,
    taker: u32,
    method: &'static str,
    path: String,
}

/// All of them.
pub(super) fn holes(asker: &mut Asker<'_>, hosts: &[Host]) -> Vec<Hole> {
    let artifact = asker.artifact;
    if artifact.methods().len() == 0 {
        return Vec::new();
    }
    let mut known: HashMap<u32, Rc<[Shape]>> = HashMap::new();
    let mut left = PAIRS_MAX;
    let mut told: HashSet<(RouteId, RouteId)> = HashSet::new();
    let mut found = Vec::new();
    for host in hosts {
        let (Some(root), Some(example)) = (host.roots.first(), &host.example) else { continue };
        let shapes = known.entry(root.root);
        let shapes =
            Rc::clone(shapes.or_insert_with(|| shapes_of(artifact, root.root, &mut left).into()));
        for shape in shapes.iter() {
            let route = |pattern: u32| artifact.pattern_route(PatternId(root.base + pattern));
            let (fixed, taker) = (route(shape.fixed), route(shape.taker));
            let (from, to) = (artifact.route(fixed).backend(), artifact.route(taker).backend());
            if to.is_none() || from == to || !told.insert((fixed, taker)) {
                continue;
            }
            let fixed_pattern = PatternId(root.base + shape.fixed);
            if let Some(request) = shown(asker, shape, example, (fixed_pattern, fixed, taker)) {
                found.push(Hole { fixed, taker, request });
            }
        }
    }
    found
}

/// The request that shows a hole, if the matcher says so.
fn shown(
    asker: &mut Asker<'_>,
    shape: &Shape,
    host: &str,
    (pattern, fixed, taker): (PatternId, RouteId, RouteId),
) -> Option<Request> {
    let policies = [fixed, taker].map(|route| asker.artifact.route(route).policy());
    let doors = asker.doors.clone();
    let door = doors.into_iter().find(|door| policies.iter().all(|one| door.leads_to(*one)))?;
    let request = Request {
        method: shape.method.to_owned(),
        host: host.to_owned(),
        path: shape.path.clone(),
        carried: Carried::default(),
        door,
    };
    let contest = asker.ask(&request)?;
    let passes = contest
        .tried
        .iter()
        .any(|one| one.candidate.pattern == pattern && one.verdict == Verdict::Method);
    let Found::Route(hit) = contest.found else { return None };
    (passes && hit.route == taker).then_some(request)
}

/// The holes of one tree.
fn shapes_of(artifact: &Artifact, root: u32, left: &mut usize) -> Vec<Shape> {
    let nodes = artifact.section(SectionKind::PATHS);
    let mut shapes = Vec::new();
    let mut open = vec![(Place::root(0, root), String::new())];
    while let Some((place, path)) = open.pop() {
        let ways = place.ways(nodes);
        for (text, below) in &ways.statics {
            let path = format!("{path}/{}", String::from_utf8_lossy(text));
            for taking in taking(artifact, &ways, text) {
                pairs(artifact, (*below, taking, path.clone()), left, &mut shapes);
            }
            open.push((*below, path));
        }
        let captured = ways.constrained.iter().map(|(_, below)| *below);
        let captured = captured.chain(ways.param).chain(ways.star);
        open.extend(captured.map(|below| (below, format!("{path}/x"))));
        if *left == 0 {
            break;
        }
    }
    shapes
}

/// The places behind what takes a text as a value, as they are preferred.
fn taking<'a>(artifact: &Artifact, ways: &Ways<'a>, text: &[u8]) -> Vec<Place<'a>> {
    let fit = |id: &u32| fits(artifact.constraint(ConstraintId(*id)), text);
    let constrained = ways.constrained.iter().filter(|(id, _)| fit(id));
    constrained.map(|(_, below)| *below).chain(ways.param).chain(ways.star).collect()
}

/// Compares what stands behind a text and behind what takes it as a value, place by place.
fn pairs<'a>(
    artifact: &'a Artifact,
    start: (Place<'a>, Place<'a>, String),
    left: &mut usize,
    shapes: &mut Vec<Shape>,
) {
    let nodes = artifact.section(SectionKind::PATHS);
    let mut todo = vec![start];
    while let Some((fixed, taker, path)) = todo.pop() {
        *left = match left.checked_sub(1) {
            Some(left) => left,
            None => return,
        };
        shapes.extend(shape(artifact, fixed, taker, &path));
        let (ways, others) = (fixed.ways(nodes), taker.dynamic_ways(nodes));
        for (text, below) in &ways.statics {
            let path = format!("{path}/{}", String::from_utf8_lossy(text));
            let same = taker.behind(nodes, text).into_iter();
            let all = same.chain(taking(artifact, &others, text));
            todo.extend(all.map(|other| (*below, other, path.clone())));
        }
        let free = ways.param.into_iter().chain(ways.star);
        for below in free {
            let others = others.param.into_iter().chain(others.star);
            todo.extend(others.map(|other| (below, other, format!("{path}/x"))));
        }
    }
}

/// The hole between two places whose paths fit each other.
fn shape(artifact: &Artifact, fixed: Place<'_>, taker: Place<'_>, path: &str) -> Option<Shape> {
    let nodes = artifact.section(SectionKind::PATHS);
    let policy = |rule: u32| artifact.policy(artifact.rule(rule).policy);
    let ends = fixed.ends(nodes);
    let mut own = ends.exact.iter().chain(&ends.prefix).peekable();
    let first = own.peek().map(|(pattern, _)| *pattern)?;
    let mut named = 0;
    for (_, rule) in own {
        let policy = policy(*rule);
        if policy.method_bits() == 0 || policy.filter_set().is_some() {
            return None;
        }
        named |= policy.method_bits();
    }
    let ends = taker.ends(nodes);
    let bit = |name: &str| artifact.method_bit(name.as_bytes());
    ends.exact.iter().chain(&ends.prefix).find_map(|(pattern, rule)| {
        let policy = policy(*rule);
        if policy.filter_set().is_some() {
            return None;
        }
        let takes = |name: &&str| match policy.method_bits() {
            0 => bit(name) & named == 0,
            bits => bit(name) & bits & !named != 0,
        };
        let method = METHODS.into_iter().find(takes)?;
        Some(Shape { fixed: first, taker: *pattern, method, path: path.to_owned() })
    })
}
