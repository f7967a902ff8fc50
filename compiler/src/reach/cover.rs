//! Whether one pattern takes every request that another fits: read off both, without trying any.

use pointsman_routing::matching::Candidate;
use pointsman_schemas::artifact::{ConstraintId, Filter, FilterTest, Policy, Segment, SegmentKind};

use super::ask::Asker;

/// Whether all that fits the pattern of rule `own` fits `winner`, which wins one of those requests
/// and so wins them all: which of two patterns is preferred hangs on no request.
///
/// Their hosts are the caller's. `false` too where it cannot be read off.
pub(super) fn covers(asker: &mut Asker<'_>, winner: &Candidate, own: u32) -> bool {
    let artifact = asker.artifact;
    let (winner, own) = (artifact.rule(winner.rule), artifact.rule(own));
    let (larger, smaller) = (artifact.policy(winner.policy), artifact.policy(own.policy));
    let (wide, narrow) = (artifact.shape(winner.shape), artifact.shape(own.shape));
    let length = if larger.exact() {
        smaller.exact() && wide.len() == narrow.len()
    } else {
        wide.len() <= narrow.len()
    };
    length
        && takes_all(asker, larger, smaller)
        && wide.segments().zip(narrow.segments()).all(|(a, b)| holds_all(asker, a, b))
}

/// Listeners, methods and conditions.
fn takes_all(asker: &Asker<'_>, a: Policy<'_>, b: Policy<'_>) -> bool {
    let methods =
        a.method_bits() == 0 || (b.method_bits() != 0 && b.method_bits() & !a.method_bits() == 0);
    let filters = |policy: Policy<'_>| {
        let set = policy.filter_set();
        set.into_iter().flat_map(|set| asker.artifact.filters(set)).collect::<Vec<_>>()
    };
    let asked = filters(b);
    methods
        && asker.doors.iter().all(|door| !door.leads_to(b) || door.leads_to(a))
        && filters(a).iter().all(|wanted| asked.iter().any(|one| implies(one, wanted)))
}

/// Whether `wanted` holds wherever `asked` does.
fn implies(asked: &Filter<'_>, wanted: &Filter<'_>) -> bool {
    let same = asked.place == wanted.place && asked.name == wanted.name;
    same && match (asked.test, wanted.test) {
        (
            FilterTest::Language { constraint: a, .. },
            FilterTest::Language { constraint: b, .. },
        ) => a == b,
        (FilterTest::NotDefined, FilterTest::Exists) => false,
        (_, FilterTest::Exists) => true,
        (a, b) => a == b,
    }
}

/// Whether every segment that fits `b` fits `a`; one request fits both.
fn holds_all(asker: &mut Asker<'_>, a: Segment, b: Segment) -> bool {
    match (a.kind, b.kind) {
        (SegmentKind::Param | SegmentKind::Star, _) => true,
        // What fits one text is that text.
        (_, SegmentKind::Static) => true,
        (SegmentKind::Constrained, SegmentKind::Constrained) => {
            let (Some(a), Some(b)) = (a.constraint, b.constraint) else { return false };
            let artifact = asker.artifact;
            let automaton = |id: ConstraintId| (id.0, artifact.constraint(id));
            let (classes, effort) = (&mut asker.classes, &mut asker.effort);
            a == b
                || artifact.is_inside(b, a)
                || classes.is_inside(automaton(b), automaton(a), effort)
        }
        _ => false,
    }
}
