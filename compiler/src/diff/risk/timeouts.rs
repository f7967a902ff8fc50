//! Timeouts of some paths: what a row does not say, its backend says.

use super::super::fact::{Facts, Item};
use super::sides::{Sides, longer};

/// Timeouts that a row may say.
const KEYS: &[&str] = &[
    "connection_timeout",
    "idle_timeout",
    "call_timeout",
    "call_and_stream_timeout",
    "global_timeout",
];

/// Whether one of them is longer for the paths of a row.
pub(super) fn judged(sides: &Sides<'_, '_>) -> Option<&'static str> {
    let (old, new) = (sides.old_facts?, sides.new_facts?);
    let loosened = |key: &&str| {
        let pair = Some((holds(old, sides.key, key)?, holds(new, sides.key, key)?));
        pair.filter(|(old, new)| longer(*old, *new))
    };
    KEYS.iter().find_map(loosened).map(|_| "timeout loosened")
}

/// What holds for the paths of a row.
fn holds(facts: &Facts<'_>, row: &str, key: &str) -> Option<u64> {
    let own = facts.get(row).into_iter().flat_map(|fact| &fact.items).find_map(|item| match item {
        Item::Row(known, ms) if *known == key => Some(*ms),
        _ => None,
    });
    own.or_else(|| facts.get(&format!("client.{key}"))?.whole())
}
