//! Timeouts of some paths: the first row that fits a path counts, and what it does not say, its
//! backend says. So it is the paths that are judged, each class of them once, and not the rows.

use std::collections::BTreeSet;

use super::super::fact::{Facts, Item};
use super::super::globs::Globs;
use super::sides::longer;

/// Key of the list of rows.
pub(in crate::diff) const ROWS: &str = "client.custom_timeouts";
/// Places among the paths of all rows that may be passed for one comparison of two artifacts.
const PLACES_MAX: usize = 20_000_000;
/// The same for one backend.
const PLACES_OF_ONE_MAX: usize = 1_000_000;

/// Timeouts that a row may say.
const KEYS: &[&str] = &[
    "connection_timeout",
    "idle_timeout",
    "call_timeout",
    "call_and_stream_timeout",
    "global_timeout",
];

/// What may still be done to find out classes of paths.
#[derive(Debug)]
pub(in crate::diff) struct Work(usize);

impl Work {
    pub(in crate::diff) fn new() -> Self {
        Self(PLACES_MAX)
    }
}

/// Whether a key is the list of rows, or one of them.
pub(in crate::diff) fn is_row(key: &str) -> bool {
    key.strip_prefix(ROWS).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The key of a row.
pub(in crate::diff) fn row(path: &str) -> String {
    format!("{ROWS}.{path}")
}

/// Whether rows that both sides have are asked in another order: only that is told of the list,
/// as each row is told by itself.
pub(in crate::diff) fn is_reordered(old: Option<&Facts<'_>>, new: Option<&Facts<'_>>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    let (a, b) = (paths(old), paths(new));
    let both: BTreeSet<&str> = a.iter().filter(|path| b.contains(path)).copied().collect();
    let shared = |all: &[&str]| -> Vec<String> {
        all.iter().filter(|path| both.contains(*path)).map(|path| (*path).to_owned()).collect()
    };
    shared(&a) != shared(&b)
}

/// Keys of the rows by which some path waits longer.
pub(in crate::diff) fn loosened(
    old: &Facts<'_>,
    new: &Facts<'_>,
    work: &mut Work,
) -> BTreeSet<String> {
    let (a, b) = (paths(old), paths(new));
    let all: BTreeSet<&str> = a.iter().chain(&b).copied().collect();
    let texts: Vec<&str> = all.into_iter().collect();
    let globs = Globs::new(texts.iter().map(|text| text.as_bytes()));
    let mut left = work.0.min(PLACES_OF_ONE_MAX);
    let before = left;
    let classes = globs.classes(&mut left);
    work.0 -= before - left;
    let mut told = BTreeSet::new();
    // Nobody knows then for which paths the order counts.
    if classes.is_none() && is_reordered(Some(old), Some(new)) {
        told.insert(ROWS.to_owned());
    }
    for class in &classes.unwrap_or_else(|| each_alone(&texts)) {
        let fits = |path: &&&str| {
            let number = texts.binary_search(path);
            number.is_ok_and(|number| class.binary_search(&(number as u32)).is_ok())
        };
        let (was, is) = (a.iter().find(fits).copied(), b.iter().find(fits).copied());
        let is_longer = |key: &&str| {
            let pair = holds(old, was, key).zip(holds(new, is, key));
            pair.is_some_and(|(old, new)| longer(old, new))
        };
        if !KEYS.iter().any(is_longer) {
            continue;
        }
        let differ = was.into_iter().chain(is).map(row).filter(|key| old.get(key) != new.get(key));
        let rows: Vec<String> = differ.collect();
        // What the backend says for all paths is told there.
        if rows.is_empty() && was != is {
            told.insert(ROWS.to_owned());
        }
        told.extend(rows);
    }
    told
}

/// Where there are too many classes: each row by itself.
fn each_alone(texts: &[&str]) -> BTreeSet<Vec<u32>> {
    (0..texts.len() as u32).map(|number| vec![number]).collect()
}

/// Paths of the rows, in the order in which they are asked.
fn paths<'f>(facts: &'f Facts<'_>) -> Vec<&'f str> {
    facts.get(ROWS).into_iter().flat_map(|fact| fact.all_texts()).collect()
}

/// What holds for the paths that a row is for.
fn holds(facts: &Facts<'_>, path: Option<&str>, key: &str) -> Option<u64> {
    let own = path.and_then(|path| facts.get(&row(path)));
    let own = own.into_iter().flat_map(|fact| &fact.items).find_map(|item| match item {
        Item::Row(known, ms) if *known == key => Some(*ms),
        _ => None,
    });
    own.or_else(|| facts.get(&format!("client.{key}"))?.whole())
}
