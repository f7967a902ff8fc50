//! Where each side says what differs: file and line.

use std::collections::HashSet;

use super::change::{Change, Subject};
use super::witness::place;
use crate::print::{Effective, Origins};

/// Adds to each change where both sides say it.
///
/// Cost: reads the files of a side again where something differs, one side after the other.
pub(super) fn fill(changes: &mut [Change], sides: [&Subject; 2]) {
    for (at, side) in sides.into_iter().enumerate() {
        if !changes.iter().any(|change| change.is_there[at]) {
            continue;
        }
        // There may be a million routes, of which a few differ.
        let paths = changes.iter().map(|one| path_at(one, at));
        let asked: HashSet<&str> = paths.filter_map(route_id).collect();
        let effective = side.sources.as_ref();
        let effective = effective.map(|files| Effective::written(files, |id| asked.contains(id)));
        let mut origins = effective.as_ref().map(Origins::of);
        for change in changes.iter_mut().filter(|change| change.is_there[at]) {
            let path = path_at(change, at);
            change.origins[at] = match &mut origins {
                Some(origins) => written(origins, path, &change.key),
                None => placed(side, path),
            };
        }
    }
}

/// The names of what differs on a side.
fn path_at(change: &Change, side: usize) -> &[String] {
    change.was.as_ref().filter(|_| side == 0).unwrap_or(&change.path)
}

/// The id of the route that something is, or is written in.
fn route_id(path: &[String]) -> Option<&str> {
    let [kind, name, ..] = path else { return None };
    if kind == "routes" { Some(name) } else { inside(name) }
}

/// The id of the route that a backend is written in.
fn inside(name: &str) -> Option<&str> {
    name.strip_prefix("route:")
}

/// Where the files say it.
fn written(origins: &mut Origins<'_>, path: &[String], key: &str) -> Option<String> {
    let keys = path.iter().map(String::as_str).chain(key.split('.').filter(|key| !key.is_empty()));
    let mut keys: Vec<&str> = keys.collect();
    // What stands inside of a route is found there.
    if let Some(id) = path.get(1).and_then(|name| inside(name)) {
        keys.splice(..2, ["routes", id, "backend"]);
    }
    origins.origin(&keys).map(ToString::to_string)
}

/// Where an artifact says that a route is.
fn placed(side: &Subject, path: &[String]) -> Option<String> {
    match path {
        [kind, id] if kind == "routes" => {
            place(&side.artifact, side.artifact.route_named(id)?.route_id())
        }
        _ => None,
    }
}
