//! Hosts: each with its tree, wildcards with their literal end and rank, and the most steps that a
//! request for any host can take.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_schemas::artifact::write::{HostDraft, WildcardDraft};
use pointsman_schemas::limits::{
    HOST_BYTES_MAX, HOST_SUFFIX_DEPTH_MAX, MATCH_BYTES_MAX, MATCH_STEPS_MAX,
};

use super::constraint::Standing;
use super::fault::{Cause, LowerFault};
use super::path::{Item, Subtree, Trees, fault, order};
use super::steps::{Part, Work, nested};
use crate::grammar::pattern::{HostPattern, Segment};

/// What is known of the hosts once all trees stand.
#[derive(Default)]
pub(super) struct Hosts<'a> {
    /// Of the exact host's tree that takes the most steps, and of the one that reads the most bytes;
    /// with their patterns.
    longest_exact: [(u64, Vec<Item<'a>>); 2],
    /// By literal end, reversed so that an end sorts behind the ends inside it.
    wildcards: BTreeMap<Vec<u8>, Vec<WildcardWork<'a>>>,
    /// Constraints by rank of the host and place in the path.
    compared: BTreeMap<(u8, usize), BTreeSet<u32>>,
}

struct WildcardWork<'a> {
    /// What stands before the first `*`.
    prefix: Vec<u8>,
    /// To compare a host with it.
    glob_bytes: u64,
    work: Work,
    items: Vec<Item<'a>>,
}

/// Writes one host's tree; `items` are all its patterns, in any order.
pub(super) fn host<'a>(
    trees: &mut Trees<'_>,
    hosts: &mut Hosts<'a>,
    pattern: &HostPattern,
    items: &mut [Item<'a>],
) -> Result<(), LowerFault> {
    items.sort_unstable_by(order);
    let base = trees.writer.patterns.len() as u32;
    trees.writer.patterns.extend(items.iter().map(|item| item.route as u32));
    let Subtree { built, work } = trees.build(items, 0, 0)?;
    let root = trees.writer.paths.settle(built);
    let text = match pattern {
        HostPattern::Exact(name) => {
            for (longest, part) in hosts.longest_exact.iter_mut().zip(PARTS) {
                if work.of(part) > longest.0 {
                    *longest = (work.of(part), items.to_vec());
                }
            }
            trees.writer.hosts.push(HostDraft { name: name.to_string(), root, base });
            return Ok(());
        }
        HostPattern::Wildcard(text) => text,
        HostPattern::Any => "*",
    };
    let rank = text.split('.').filter(|label| !label.contains('*')).count() as u8;
    let suffix = literal_end(text);
    trees.writer.wildcards.push(WildcardDraft {
        text: text.to_owned(),
        suffix: suffix.to_owned(),
        rank,
        root,
        base,
    });
    hosts.remember(trees, text, rank, work, items);
    Ok(())
}

/// The labels at the end of a wildcard host that have no `*`.
fn literal_end(text: &str) -> &str {
    let star = text.rfind('*').unwrap_or(0);
    let dot = text.get(star..).and_then(|rest| rest.find('.'));
    dot.and_then(|dot| text.get(star + dot + 1..)).unwrap_or_default()
}

impl<'a> Hosts<'a> {
    fn remember(
        &mut self,
        trees: &Trees<'_>,
        text: &str,
        rank: u8,
        work: Work,
        items: &[Item<'a>],
    ) {
        for (depth, table) in items.iter().flat_map(|item| constrained(item.path)) {
            let number = trees.constraints.number(table);
            self.compared.entry((rank, depth)).or_default().insert(number);
        }
        let prefix = text.split('*').next().unwrap_or_default();
        let key = literal_end(text).bytes().rev().collect();
        self.wildcards.entry(key).or_default().push(WildcardWork {
            prefix: prefix.as_bytes().to_vec(),
            glob_bytes: glob_bytes(text),
            work,
            items: items.to_vec(),
        });
    }

    /// Writes which constraints lie inside others, for hosts whose winners are compared.
    pub(super) fn inclusions(&self, trees: &mut Trees<'_>) {
        for ids in self.compared.values() {
            let ids: Vec<u32> = ids.iter().copied().collect();
            for (index, a) in ids.iter().enumerate() {
                for b in &ids[index + 1..] {
                    match trees.constraints.standing(*a, *b) {
                        Standing::Inside => trees.writer.inclusions.push((*a, *b)),
                        Standing::Around => trees.writer.inclusions.push((*b, *a)),
                        Standing::Disjoint | Standing::Overlap => {}
                    }
                }
            }
        }
    }

    /// Proves that no request takes too much work or fits too many literal ends.
    pub(super) fn check(&self) -> Result<(), LowerFault> {
        let (steps, items) = self.most(0, Part::Steps)?;
        if steps > u64::from(MATCH_STEPS_MAX) {
            return Err(fault(Cause::Steps { steps }, &items));
        }
        let (bytes, items) = self.most(1, Part::Bytes)?;
        if bytes > MATCH_BYTES_MAX {
            return Err(fault(Cause::ReadBytes { bytes }, &items));
        }
        Ok(())
    }

    /// The most of one measure that a request takes, and patterns that take part.
    fn most(&self, at: usize, part: Part) -> Result<(u64, Vec<Item<'a>>), LowerFault> {
        let (longest, exact) = &self.longest_exact[at];
        // Ends inside which the current one lies, and their sums.
        let mut open: Vec<(&[u8], u64)> = Vec::new();
        let mut most = (*longest, exact);
        for (end, wildcards) in &self.wildcards {
            while open.last().is_some_and(|(inner, _)| !is_end(inner, end)) {
                open.pop();
            }
            let own = wildcard_work(wildcards, part);
            let sum = open.last().map_or(0, |(_, sum)| *sum) + own;
            open.push((end, sum));
            let slowest = wildcards.iter().max_by_key(|wildcard| wildcard.work.of(part));
            if open.len() > HOST_SUFFIX_DEPTH_MAX {
                let items = slowest.map_or(&[][..], |wildcard| &wildcard.items);
                return Err(fault(Cause::HostSuffixes { count: open.len() }, items));
            }
            if longest + sum > most.0 {
                most = (longest + sum, slowest.map_or(exact, |wildcard| &wildcard.items));
            }
        }
        let mut items = exact.clone();
        items.truncate(4);
        items.extend(most.1.iter().take(4));
        Ok((most.0, items))
    }
}

/// Both measures, in the order of [`Hosts::longest_exact`].
const PARTS: [Part; 2] = [Part::Steps, Part::Bytes];

/// Bytes that are looked at to compare a host with a wildcard: with one `*` nothing is compared
/// twice, with more of them the rest of the pattern may be once a byte.
fn glob_bytes(text: &str) -> u64 {
    let (len, host) = (text.len() as u64, HOST_BYTES_MAX as u64);
    if text.matches('*').count() > 1 { len * host } else { len + host }
}

/// What it takes to try each, and the trees of those that one host can fit.
fn wildcard_work(wildcards: &[WildcardWork<'_>], part: Part) -> u64 {
    let mut prefixes: Vec<(&[u8], u64)> = wildcards
        .iter()
        .map(|wildcard| (wildcard.prefix.as_slice(), wildcard.work.of(part)))
        .collect();
    prefixes.sort_unstable();
    let tries = match part {
        Part::Steps => wildcards.len() as u64,
        Part::Bytes => wildcards.iter().map(|wildcard| wildcard.glob_bytes).sum(),
    };
    tries + nested(&prefixes)
}

/// Whether reversed `inner` is an end of reversed `end`, label by label.
fn is_end(inner: &[u8], end: &[u8]) -> bool {
    inner.is_empty()
        || end.strip_prefix(inner).is_some_and(|rest| matches!(rest.first(), None | Some(b'.')))
}

fn constrained(
    path: &[Segment],
) -> impl Iterator<Item = (usize, &std::sync::Arc<crate::language::table::Table>)> {
    path.iter().enumerate().filter_map(|(depth, segment)| match segment {
        Segment::Constrained(own) => Some((depth, &own.table)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_end_is_what_follows_the_last_star_label() {
        for (text, expected) in [
            ("*", ""),
            ("*.tld", "tld"),
            ("*.a.tld", "a.tld"),
            ("a.*.tld", "tld"),
            ("foo-*", ""),
            ("*-x.a.tld", "a.tld"),
            ("*.x*.a.tld", "a.tld"),
        ] {
            assert_eq!(literal_end(text), expected, "{text}");
        }
    }

    #[test]
    fn end_lies_inside_on_labels_only() {
        let reversed = |text: &str| text.bytes().rev().collect::<Vec<u8>>();
        for (inner, end, expected) in [
            ("", "tld", true),
            ("tld", "a.tld", true),
            ("tld", "atld", false),
            ("a.tld", "b.tld", false),
            ("tld", "tld", true),
        ] {
            assert_eq!(is_end(&reversed(inner), &reversed(end)), expected, "{inner} {end}");
        }
    }
}
