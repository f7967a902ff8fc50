//! The most steps that a look-up can take, from below: of a node, of a host, of all hosts that one
//! request can fit.

/// Steps behind the children of one node.
#[derive(Default)]
pub(super) struct Children {
    /// Of the longest static child: a segment leads to one of them at most.
    pub(super) longest_static: u64,
    /// Constraints that are run.
    pub(super) constraint_tries: u64,
    /// Of the constrained children that one segment can fit.
    pub(super) constrained: u64,
    /// Of `:name` and `*`, which every segment fits.
    pub(super) others: u64,
}

impl Children {
    /// With the step into the node itself.
    pub(super) fn steps(&self) -> u64 {
        1 + self.longest_static + self.constraint_tries + self.constrained + self.others
    }
}

/// The largest sum of `costs` whose owners meet each other, directly or by others: no segment fits
/// constraints of two such groups.
pub(super) fn meeting(costs: &[u64], meets: &[(usize, usize)]) -> u64 {
    let mut group: Vec<usize> = (0..costs.len()).collect();
    for (a, b) in meets {
        let (from, to) = (group[*b], group[*a]);
        if from != to {
            group.iter_mut().filter(|of| **of == from).for_each(|of| *of = to);
        }
    }
    let mut sums = vec![0; costs.len()];
    for (cost, of) in costs.iter().zip(&group) {
        sums[*of] += cost;
    }
    sums.into_iter().max().unwrap_or(0)
}

/// The largest sum of costs along texts that are prefixes of one another. `texts` is sorted.
pub(super) fn nested(texts: &[(&[u8], u64)]) -> u64 {
    let mut open: Vec<(&[u8], u64)> = Vec::new();
    let mut largest = 0;
    for (text, cost) in texts {
        while open.last().is_some_and(|(prefix, _)| !text.starts_with(prefix)) {
            open.pop();
        }
        let sum = open.last().map_or(0, |(_, sum)| *sum) + cost;
        largest = largest.max(sum);
        open.push((text, sum));
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meeting_groups_are_summed() {
        assert_eq!(meeting(&[], &[]), 0);
        assert_eq!(meeting(&[3, 4, 5], &[]), 5);
        assert_eq!(meeting(&[3, 4, 5], &[(0, 1)]), 7);
        assert_eq!(meeting(&[3, 4, 5], &[(0, 2), (1, 2)]), 12);
    }

    #[test]
    fn nested_texts_are_summed() {
        assert_eq!(nested(&[]), 0);
        assert_eq!(nested(&[(b"", 1), (b"a", 2), (b"ab", 3), (b"b", 5)]), 6);
        assert_eq!(nested(&[(b"a", 2), (b"a", 2), (b"b", 3)]), 4);
    }
}
