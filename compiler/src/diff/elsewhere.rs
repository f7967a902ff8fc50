//! Changes by which requests go elsewhere. That is the daily work of who runs an edge, and so no
//! risk by itself; but nobody should overlook it.

use super::fact::{Fact, Facts};

/// Keys of a target that say where it is.
const PLACES: &[&str] = &["host", "port", "ip"];

/// Whether requests go elsewhere by a change of a key of a thing that both sides have.
pub(super) fn by_key(
    path: &[String],
    key: &str,
    (old, new): (&Facts<'_>, &Facts<'_>),
    is_same_backend: impl Fn(&str, &str) -> bool,
) -> bool {
    let kind = path.first().map_or("", String::as_str);
    match (kind, path.len()) {
        ("backends", 4) if key == "weight" => {
            let is_used = |facts: &Facts<'_>| facts.get(key).and_then(Fact::whole) != Some(0);
            !is_used(old) && is_used(new)
        }
        ("backends", 4) => PLACES.contains(&key),
        ("routes" | "services", 2) if key == "backend" => match (text(old, key), text(new, key)) {
            (Some(old), Some(new)) => !is_same_backend(old, new),
            // It was answered here, or by an instance that registered.
            (None, Some(_)) => true,
            (_, None) => false,
        },
        _ => false,
    }
}

/// Whether requests go elsewhere by what is new: a target of a backend that was there, or a service.
pub(super) fn by_addition(path: &[String], new: &Facts<'_>, is_backend_kept: bool) -> bool {
    match (path.first().map_or("", String::as_str), path.len()) {
        ("backends", 4) => is_backend_kept && new.get("weight").and_then(Fact::whole) != Some(0),
        ("services", 2) => text(new, "backend").is_some(),
        _ => false,
    }
}

/// What a key says; none where that is nothing.
pub(super) fn text<'f>(facts: &'f Facts<'_>, key: &str) -> Option<&'f str> {
    facts.get(key)?.all_texts().next()
}
