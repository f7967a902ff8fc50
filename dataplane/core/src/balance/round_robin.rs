//! Smooth weighted round robin: each pick adds every weight to its target's credit, takes the
//! richest and charges it the sum, so that heavy targets come often but never in bursts.
//!
//! Source: the algorithm nginx took for `upstream` weights in 2012.

use super::candidate::Candidate;

/// Credits of one backend's targets; the state of one worker.
#[derive(Clone, Debug, Default)]
pub struct RoundRobin {
    credit: Vec<i64>,
}

impl RoundRobin {
    /// For that many targets.
    #[must_use]
    pub fn new(targets: usize) -> Self {
        Self { credit: vec![0; targets] }
    }

    /// The next target's index, or none when no candidate is eligible.
    ///
    /// Cost: linear in the candidates, no allocation while their number stays.
    pub fn pick(&mut self, candidates: impl Iterator<Item = Candidate>) -> Option<usize> {
        let mut total = 0_i64;
        let mut best: Option<(usize, i64)> = None;
        for (index, candidate) in candidates.enumerate() {
            if self.credit.len() <= index {
                self.credit.push(0);
            }
            if !candidate.is_eligible() {
                continue;
            }
            let weight = i64::from(candidate.weight);
            total += weight;
            let Some(credit) = self.credit.get_mut(index) else { continue };
            *credit += weight;
            if best.is_none_or(|(_, most)| *credit > most) {
                best = Some((index, *credit));
            }
        }
        let (index, _) = best?;
        if let Some(credit) = self.credit.get_mut(index) {
            *credit -= total;
        }
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picks(weights: &[(u16, bool)], count: usize) -> Vec<usize> {
        let mut balancer = RoundRobin::new(weights.len());
        (0..count)
            .filter_map(|_| {
                balancer.pick(weights.iter().map(|&(weight, usable)| Candidate { weight, usable }))
            })
            .collect()
    }

    #[test]
    fn round_robin_weights_5_1_1_are_spread_not_bunched() {
        assert_eq!(picks(&[(5, true), (1, true), (1, true)], 7), [0, 0, 1, 0, 2, 0, 0]);
    }

    #[test]
    fn round_robin_equal_weights_takes_turns() {
        assert_eq!(picks(&[(1, true), (1, true), (1, true)], 6), [0, 1, 2, 0, 1, 2]);
    }

    #[test]
    fn round_robin_weight_zero_or_unusable_is_never_picked() {
        assert_eq!(picks(&[(0, true), (3, false), (1, true)], 3), [2, 2, 2]);
        assert_eq!(picks(&[(0, true), (3, false)], 3), []);
    }

    #[test]
    fn round_robin_any_weights_shares_are_exact_over_one_cycle() {
        for weights in [[1_u16, 2, 3], [7, 1, 4], [65535, 1, 2]] {
            let total: usize = weights.iter().map(|&weight| usize::from(weight)).sum();
            let mut seen = [0_usize; 3];
            for index in picks(&weights.map(|weight| (weight, true)), total) {
                seen[index] += 1;
            }
            assert_eq!(seen, weights.map(usize::from));
        }
    }
}
