//! Answers by which a target is taken to be well.

use super::super::fact::{Facts, Item};
use super::sides::Sides;

/// Statuses that there are, and more.
const STATUSES: std::ops::Range<u16> = 100..1000;

/// Whether an answer counts as well that did not.
pub(super) fn judged(sides: &Sides<'_, '_>) -> Option<&'static str> {
    let is_checked = |facts: &&Facts<'_>| facts.contains_key("health_check");
    let old = sides.old_facts.filter(is_checked)?;
    let new = sides.new_facts.filter(is_checked)?;
    let more = STATUSES.into_iter().any(|status| is_well(new, status) && !is_well(old, status));
    more.then_some("health check weakened")
}

fn is_well(facts: &Facts<'_>, status: u16) -> bool {
    let within = |key: &str| {
        let fact = facts.get(key)?;
        let mut ranges = fact.items.iter().filter_map(|item| match item {
            Item::Statuses(first, last) => Some(*first..=*last),
            _ => None,
        });
        Some(ranges.any(|range| range.contains(&status)))
    };
    let default = (200..=399).contains(&status);
    within("health_check.healthy_statuses").unwrap_or(default)
        && !within("health_check.unhealthy_statuses").unwrap_or(false)
}
