//! A request that shows a tie: host and path that fit both patterns, and no more specific one where
//! that can be had.

use super::patterns::{Key, Patterns};
use crate::grammar::path;
use crate::grammar::pattern::HostPattern;
use crate::language::algebra;

/// A segment of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filler {
    /// Canonical text.
    Text(Vec<u8>),
    /// A decoded value.
    Value(Vec<u8>),
    /// Whatever.
    Any,
}

/// What fits a segment.
pub(super) fn filler(key: Key<'_>, patterns: &Patterns<'_>) -> Filler {
    match key {
        Key::Static(text) => Filler::Text(text.to_vec()),
        Key::Constrained(index) => {
            let table = patterns.tables.get(index as usize);
            let value = table.and_then(|table| algebra::witness(table));
            value.map_or(Filler::Any, Filler::Value)
        }
        Key::Param | Key::Star => Filler::Any,
    }
}

/// The path of a witness. Free segments avoid the words that other patterns name there.
pub(super) fn path(segments: &[Filler], is_named: impl Fn(usize, &[u8]) -> bool) -> String {
    let mut out = String::new();
    for (depth, segment) in segments.iter().enumerate() {
        out.push('/');
        match segment {
            Filler::Text(text) => out.push_str(&String::from_utf8_lossy(text)),
            Filler::Value(value) => out.push_str(&path::encoded(value)),
            Filler::Any => {
                let word = words().find(|word| !is_named(depth, word.as_bytes()));
                out.push_str(&word.unwrap_or_default());
            }
        }
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

/// Short words that say nothing.
fn words() -> impl Iterator<Item = String> {
    ["x".to_owned()].into_iter().chain((1..1000).map(|number| format!("x{number}")))
}

/// A host that fits a pattern.
pub(super) fn host(pattern: &HostPattern, others: &[&HostPattern]) -> String {
    match pattern {
        HostPattern::Exact(text) => text.to_string(),
        HostPattern::Wildcard(text) => {
            let is_named = |host: &str| {
                let exact = HostPattern::Exact(host.into());
                others.binary_search(&&exact).is_ok()
            };
            let hosts = words().map(|word| text.replace('*', &word));
            hosts.into_iter().find(|host| !is_named(host)).unwrap_or_else(|| text.to_string())
        }
        HostPattern::Any => {
            let hosts = ["example.org", "host.example", "any.example", "x.invalid"];
            let is_named = |host: &&str| {
                let exact = HostPattern::Exact((*host).into());
                others.binary_search(&&exact).is_ok()
            };
            hosts.into_iter().find(|host| !is_named(host)).unwrap_or("x.invalid").to_owned()
        }
    }
}

/// A method that both routes take; where they take all, one that `is_named` does not know.
pub(super) fn method(a: &[String], b: &[String], is_named: impl Fn(&str) -> bool) -> String {
    let shared = match (a.first(), b.first()) {
        (None, None) => {
            let common = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
            return common.into_iter().find(|name| !is_named(name)).unwrap_or("GET").to_owned();
        }
        (Some(one), None) | (None, Some(one)) => Some(one),
        (Some(_), Some(_)) => a.iter().find(|method| b.contains(method)),
    };
    shared.cloned().unwrap_or_default()
}
