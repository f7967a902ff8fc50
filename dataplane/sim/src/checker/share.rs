//! Picks follow the weights: at any time each target is within one pick of its share, and one that
//! may not be picked is not.

use super::case::{Case, Checked, ensure};
use crate::transcript::Fact;

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    let weights: Vec<u64> = case
        .plan
        .targets
        .iter()
        .map(|target| if target.usable { u64::from(target.weight) } else { 0 })
        .collect();
    let total: u64 = weights.iter().sum();
    let mut picks = vec![0_u64; weights.len()];
    let mut all = 0;
    for entry in &case.entries {
        let Fact::Began(target) = entry.fact else { continue };
        all += 1;
        picks[target] += 1;
        ensure(weights[target] > 0, entry.exchange, || {
            format!("target {target} was picked though it may not be")
        })?;
        for (target, weight) in weights.iter().enumerate() {
            let off = (picks[target] * total).abs_diff(all * weight);
            let most = if all.is_multiple_of(total) { 0 } else { total };
            ensure(off <= most, entry.exchange, || {
                format!("target {target} of weight {weight} of {total}: {picks:?}")
            })?;
        }
    }
    Ok(())
}
