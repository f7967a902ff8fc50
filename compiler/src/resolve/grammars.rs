//! Takes the patterns and conditions of all routes apart, file by file, on all processors: the most
//! of what there is to do for a configuration of many routes, and no file needs another for it.

use std::sync::{Mutex, PoisonError};

use super::reading::{Grammar, Reading};
use super::removed::Removal;
use super::{conditions, patterns};
use crate::diagnostic::Findings;
use crate::document::route::Route as Written;
use crate::language::tables::Tables;
use crate::parallel;
use crate::source::SourceMap;

/// Files that are read with one set of tables each, and so on one thread. A number of its own, and
/// not that of the processors: what is too much is too much on every machine.
const LANES_MAX: usize = 16;
/// Routes for which a second thread is worth its start.
const ROUTES_APART: usize = 1000;

/// Files of one lane, each with its place among all.
type Lane<'f> = Vec<(usize, &'f mut Vec<Written>)>;
/// What became of a file.
type Done = (usize, Vec<Grammar>, Findings);

/// What stands in the routes of each file, which give their texts up for it.
pub(super) fn read(
    files: &mut [Vec<Written>],
    (sources, removal): (&SourceMap, Removal),
    findings: &mut Findings,
) -> Vec<Vec<Grammar>> {
    let routes: usize = files.iter().map(Vec::len).sum();
    let count = if routes < ROUTES_APART { 1 } else { files.len().clamp(1, LANES_MAX) };
    let mut lanes: Vec<Lane<'_>> = (0..count).map(|_| Vec::new()).collect();
    for (at, file) in files.iter_mut().enumerate() {
        lanes[at % count].push((at, file));
    }
    let lanes: Vec<Mutex<Lane<'_>>> = lanes.into_iter().map(Mutex::new).collect();
    let read_lane = |index: usize| -> Vec<Done> {
        let mut lane = lanes[index].lock().unwrap_or_else(PoisonError::into_inner);
        let mut reading = Reading { sources, tables: Tables::sharing(count), removal };
        let read = |(at, file): &mut (usize, &mut Vec<Written>)| {
            let mut own = Findings::new();
            let read = read_file(file, &mut reading, &mut own);
            (*at, read, own)
        };
        lane.iter_mut().map(read).collect()
    };
    let mut done: Vec<Done> = parallel::in_order(count, read_lane).into_iter().flatten().collect();
    done.sort_by_key(|(at, ..)| *at);
    done.into_iter()
        .map(|(_, read, own)| {
            findings.append(own);
            read
        })
        .collect()
}

fn read_file(
    routes: &mut [Written],
    reading: &mut Reading<'_>,
    findings: &mut Findings,
) -> Vec<Grammar> {
    let one = |route: &mut Written| {
        let (texts, written) =
            (std::mem::take(&mut route.patterns), std::mem::take(&mut route.conditions));
        Grammar {
            patterns: patterns::resolve(&texts, reading, findings),
            conditions: conditions::resolve(&written, reading, findings),
        }
    };
    routes.iter_mut().map(one).collect()
}
