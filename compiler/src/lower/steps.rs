//! The most work that a look-up can take, from below: of a node, of a host, of all hosts that one
//! request can fit. Steps bound how often it looks, bytes how much it looks at.

/// Work of a look-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Nodes entered, constraints run, wildcard hosts tried, conditions asked.
    pub(super) steps: u64,
    /// Bytes of host, path, query and fields that are looked at, as often as they are.
    pub(super) bytes: u64,
}

/// One measure of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Steps,
    Bytes,
}

impl Work {
    pub(super) fn of(self, part: Part) -> u64 {
        match part {
            Part::Steps => self.steps,
            Part::Bytes => self.bytes,
        }
    }

    /// The larger of each measure.
    pub(super) fn max(self, other: Self) -> Self {
        Self { steps: self.steps.max(other.steps), bytes: self.bytes.max(other.bytes) }
    }
}

impl std::ops::AddAssign for Work {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.bytes += other.bytes;
    }
}

/// Work behind the children of one node.
#[derive(Default)]
pub(super) struct Children {
    /// To look for a static child.
    pub(super) static_bytes: u64,
    /// Of the longest static child: a segment leads to one of them at most.
    pub(super) longest_static: Work,
    /// Constraints that are run.
    pub(super) constraint_tries: Work,
    /// Of the constrained children that one segment can fit.
    pub(super) constrained: Work,
    /// Of `:name` and `*`, which every segment fits, and of conditions.
    pub(super) others: Work,
}

impl Children {
    /// With the step into the node itself.
    pub(super) fn work(&self) -> Work {
        let mut work = Work { steps: 1, bytes: self.static_bytes };
        for part in [self.longest_static, self.constraint_tries, self.constrained, self.others] {
            work += part;
        }
        work
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
