//! Walks over sorted patterns, place by place: constraints that stand side by side, under one host
//! or under two that overlap.

use super::overlap::Run as Overlaps;
use super::patterns::{Entry, Key, Run};
use super::report::{Kind, Reporter};
use super::same;

/// Compares the constraints of one host, place by place.
pub(super) fn within<'p>(
    host: Run<'p>,
    overlaps: &mut Overlaps<'p>,
    reporter: &mut Reporter<'_, '_>,
) {
    let mut todo = vec![host];
    while let Some(place) = todo.pop() {
        if place.len() < 2 {
            continue;
        }
        let children = place.children();
        let constrained: Vec<(u32, Run<'p>)> = children.iter().filter_map(constraint).collect();
        for (index, (a, below_a)) in constrained.iter().enumerate() {
            for (b, below_b) in &constrained[index + 1..] {
                overlaps.compare((*a, *below_a), (*b, *below_b), reporter);
                // Nothing is proved any more, and there may be a billion pairs.
                if overlaps.is_exhausted() {
                    return;
                }
            }
        }
        todo.extend(children.into_iter().map(|(_, below)| below));
    }
}

/// Compares two hosts that overlap and are of equal rank: the same paths, and constraints.
pub(super) fn across<'p>(
    a: Run<'p>,
    b: Run<'p>,
    overlaps: &mut Overlaps<'p>,
    reporter: &mut Reporter<'_, '_>,
) {
    let mut todo = vec![(a, b)];
    while let Some((a, b)) = todo.pop() {
        if !overlaps.spend(1) {
            return;
        }
        for exact in [true, false] {
            let ends = |run: Run<'p>| -> Vec<Entry<'p>> {
                run.ends().entries().filter(|entry| entry.is_exact() == exact).collect()
            };
            let (ends_a, ends_b) = (ends(a), ends(b));
            if !ends_a.is_empty() && !ends_b.is_empty() {
                same::among(&ends_a, &ends_b, Kind::Hosts, reporter);
            }
        }
        let (children_a, children_b) = (a.children(), b.children());
        for (table_a, below_a) in children_a.iter().filter_map(constraint) {
            for (table_b, below_b) in children_b.iter().filter_map(constraint) {
                if table_a != table_b {
                    overlaps.compare((table_a, below_a), (table_b, below_b), reporter);
                }
                if overlaps.is_exhausted() {
                    return;
                }
            }
        }
        for (key, below_a) in children_a {
            if let Ok(at) = children_b.binary_search_by_key(&key, |(key, _)| *key) {
                todo.push((below_a, children_b[at].1));
            }
        }
    }
}

fn constraint<'p>((key, below): &(Key<'p>, Run<'p>)) -> Option<(u32, Run<'p>)> {
    match key {
        Key::Constrained(table) => Some((*table, *below)),
        _ => None,
    }
}
