//! Which of two patterns that fit one request is more specific.

use std::cmp::Ordering;

use pointsman_schemas::artifact::{Artifact, PatternId, Policy, RouteId, SegmentKind};

/// A pattern that fits a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The pattern.
    pub pattern: PatternId,
    /// Its rule.
    pub rule: u32,
    /// Segments of the path that it covers.
    pub depth: usize,
}

impl Candidate {
    /// Its route.
    #[must_use]
    pub fn route(&self, artifact: &Artifact) -> RouteId {
        artifact.pattern_route(self.pattern)
    }
}

/// What decides between two patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Kind of this segment, from 0: static, constrained, parameter, star.
    Kind(usize),
    /// The constraint of this segment: the smaller language wins.
    Inclusion(usize),
    /// The constraints of this segment overlap: the higher priority wins.
    Overlap(usize),
    /// The longer pattern wins.
    Length,
    /// Exact wins over prefix.
    Exact,
    /// A route that names its methods wins.
    Methods,
    /// The route with more conditions wins.
    Conditions,
    /// The higher priority wins.
    Priority,
    /// All ties, which the compiler refuses: the route whose id sorts first wins.
    Id,
}

/// Compares two patterns of hosts that are equally specific; `Less` where `a` wins.
#[must_use]
pub fn compare(artifact: &Artifact, a: &Candidate, b: &Candidate) -> (Ordering, Decided) {
    let (rule_a, rule_b) = (artifact.rule(a.rule), artifact.rule(b.rule));
    let (policy_a, policy_b) = (artifact.policy(rule_a.policy), artifact.policy(rule_b.policy));
    let by_priority = policy_b.priority().cmp(&policy_a.priority());
    let (shape_a, shape_b) = (artifact.shape(rule_a.shape), artifact.shape(rule_b.shape));
    for (index, (a, b)) in shape_a.segments().zip(shape_b.segments()).enumerate() {
        if a.kind != b.kind {
            return (a.kind.cmp(&b.kind), Decided::Kind(index));
        }
        if a.kind != SegmentKind::Constrained || a.constraint == b.constraint {
            continue;
        }
        let (Some(a), Some(b)) = (a.constraint, b.constraint) else { continue };
        if artifact.is_inside(a, b) {
            return (Ordering::Less, Decided::Inclusion(index));
        }
        if artifact.is_inside(b, a) {
            return (Ordering::Greater, Decided::Inclusion(index));
        }
        if by_priority != Ordering::Equal {
            return (by_priority, Decided::Overlap(index));
        }
    }
    if shape_a.len() != shape_b.len() {
        return (shape_b.len().cmp(&shape_a.len()), Decided::Length);
    }
    if policy_a.exact() != policy_b.exact() {
        return (policy_b.exact().cmp(&policy_a.exact()), Decided::Exact);
    }
    let names = |bits: u64| bits != 0;
    let by_methods = names(policy_b.method_bits()).cmp(&names(policy_a.method_bits()));
    if by_methods != Ordering::Equal {
        return (by_methods, Decided::Methods);
    }
    let conditions =
        |policy: Policy<'_>| policy.filter_set().map_or(0, |set| artifact.filters(set).len());
    let by_conditions = conditions(policy_b).cmp(&conditions(policy_a));
    if by_conditions != Ordering::Equal {
        return (by_conditions, Decided::Conditions);
    }
    if by_priority != Ordering::Equal {
        return (by_priority, Decided::Priority);
    }
    (a.route(artifact).cmp(&b.route(artifact)), Decided::Id)
}
