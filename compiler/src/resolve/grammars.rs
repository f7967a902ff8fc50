//! Takes the patterns and conditions of all routes apart, file by file, on all processors: the most
//! of what there is to do for a configuration of many routes, and no file needs another for it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::reading::{Grammar, Reading};
use super::{conditions, patterns};
use crate::diagnostic::Findings;
use crate::document::route::Route as Written;
use crate::language::tables::Tables;
use crate::source::SourceMap;

/// Threads, whatever the machine has.
const THREADS_MAX: usize = 16;
/// Routes for which a second thread is worth its start.
const ROUTES_APART: usize = 1000;

/// What stands in the routes of each file, which give their texts up for it.
pub(super) fn read(
    files: &mut [Vec<Written>],
    sources: &SourceMap,
    findings: &mut Findings,
) -> Vec<Vec<Grammar>> {
    let routes: usize = files.iter().map(Vec::len).sum();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(THREADS_MAX).min(files.len());
    if threads <= 1 || routes < ROUTES_APART {
        let mut reading = Reading { sources, tables: Tables::new() };
        return files.iter_mut().map(|file| read_file(file, &mut reading, findings)).collect();
    }
    let next = AtomicUsize::new(0);
    let files: Vec<Mutex<&mut Vec<Written>>> = files.iter_mut().map(Mutex::new).collect();
    let done = Mutex::new(Vec::with_capacity(files.len()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut reading = Reading { sources, tables: Tables::new() };
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(index) else { return };
                    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                    let mut own = Findings::new();
                    let read = read_file(&mut file, &mut reading, &mut own);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.push((index, read, own));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, ..)| *index);
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
