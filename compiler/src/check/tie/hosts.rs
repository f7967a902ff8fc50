//! Wildcard hosts of equal rank: pairs that one host fits. Of two such hosts one ends in what
//! stands behind the other's last `*`, and one begins with what stands in front of the other's
//! first: only those are compared.

use super::glob;
use super::overlap::Run as Overlaps;
use super::patterns::Patterns;
use super::report::Reporter;
use super::walk;
use crate::grammar::pattern::HostPattern;

/// One wildcard host.
struct Wild<'m> {
    number: usize,
    text: &'m str,
    /// In front of the first `*`.
    prefix: &'m str,
    /// Labels without `*`.
    rank: usize,
    /// Behind the last `*`, backwards.
    suffix: Vec<u8>,
}

/// Compares all pairs of wildcard hosts that overlap and are of equal rank.
pub(super) fn check<'p>(
    patterns: &'p Patterns<'p>,
    overlaps: &mut Overlaps<'p>,
    reporter: &mut Reporter<'_, '_>,
) {
    let mut hosts: Vec<Wild<'p>> = patterns.hosts.iter().enumerate().filter_map(wild).collect();
    hosts.sort_by(|a, b| {
        (a.rank, &a.suffix, a.prefix, a.text).cmp(&(b.rank, &b.suffix, b.prefix, b.text))
    });
    // Hosts with one suffix each, whose suffix the next ones end in, from the shortest on.
    let mut along: Vec<&[Wild<'p>]> = Vec::new();
    for group in hosts.chunk_by(|a, b| a.rank == b.rank && a.suffix == b.suffix) {
        let Some(first) = group.first() else { continue };
        along.retain(|shorter| {
            let shorter = &shorter[0];
            shorter.rank == first.rank && first.suffix.starts_with(&shorter.suffix)
        });
        for (index, host) in group.iter().enumerate() {
            for other in begun_by(&group[..index], host.prefix) {
                compare(other, host, patterns, overlaps, reporter);
            }
            for shorter in &along {
                for other in begun_by(shorter, host.prefix).chain(beginning(shorter, host.prefix)) {
                    compare(other, host, patterns, overlaps, reporter);
                }
            }
            if overlaps.is_exhausted() {
                return;
            }
        }
        along.push(group);
    }
}

/// Hosts whose prefix `prefix` begins with, itself included.
fn begun_by<'h, 'm>(sorted: &'h [Wild<'m>], prefix: &'h str) -> impl Iterator<Item = &'h Wild<'m>> {
    (0..=prefix.len()).filter(|len| prefix.is_char_boundary(*len)).flat_map(move |len| {
        let part = &prefix[..len];
        let from = sorted.partition_point(|host| host.prefix < part);
        sorted[from..].iter().take_while(move |host| host.prefix == part)
    })
}

/// Hosts whose prefix begins with `prefix` and is longer.
fn beginning<'h, 'm>(
    sorted: &'h [Wild<'m>],
    prefix: &'h str,
) -> impl Iterator<Item = &'h Wild<'m>> {
    let from = sorted.partition_point(|host| host.prefix <= prefix);
    sorted[from..].iter().take_while(move |host| host.prefix.starts_with(prefix))
}

fn compare<'p>(
    a: &Wild<'p>,
    b: &Wild<'p>,
    patterns: &'p Patterns<'p>,
    overlaps: &mut Overlaps<'p>,
    reporter: &mut Reporter<'_, '_>,
) {
    if !overlaps.spend(1) {
        return;
    }
    if let Some(host) = glob::both(a.text, b.text) {
        reporter.under(host);
        walk::across(patterns.of_host(a.number), patterns.of_host(b.number), overlaps, reporter);
        reporter.under_its_own();
    }
}

fn wild<'m>((number, host): (usize, &&'m HostPattern)) -> Option<Wild<'m>> {
    let HostPattern::Wildcard(text) = host else { return None };
    let prefix = text.split('*').next().unwrap_or_default();
    let rank = text.split('.').filter(|label| !label.contains('*')).count();
    let suffix = text.rsplit('*').next().unwrap_or_default().bytes().rev().collect();
    Some(Wild { number, text, prefix, rank, suffix })
}
