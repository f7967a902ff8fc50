//! What routes do to fields: whether something passes that was kept from passing.

use pointsman_schemas::artifact::FieldOperationKind;

use super::super::fact::{Fact, Operation};
use super::sides::Sides;

/// Fields of answers by which browsers are told to be careful.
const CAREFUL: &[&str] = &[
    "content-security-policy",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
];

/// Whether targets see of a client's fields what they did not.
pub(super) fn of_requests(sides: &Sides<'_, '_>) -> Option<&'static str> {
    let dropped = |kind| dropped(sides, kind, |_| true);
    if dropped(FieldOperationKind::Remove) {
        return Some("field no longer removed");
    }
    if dropped(FieldOperationKind::Set) {
        return Some("field no longer set");
    }
    let takes_more = |new: &Operation<'_>| {
        let old = operations(sides.was()).find(|old| old.name == new.name && old.kind == new.kind);
        old.is_some_and(|old| new.taken.iter().any(|one| !old.taken.contains(one)))
    };
    operations(sides.is()).any(takes_more).then_some("field taken from the client")
}

/// Whether clients see what they did not, or are less careful.
pub(super) fn of_responses(sides: &Sides<'_, '_>) -> Option<&'static str> {
    if dropped(sides, FieldOperationKind::Remove, |_| true) {
        return Some("field no longer removed");
    }
    if dropped(sides, FieldOperationKind::Set, |name| CAREFUL.contains(&name)) {
        return Some("field no longer set");
    }
    let opens = |new: &Operation<'_>| {
        new.kind != FieldOperationKind::Remove
            && new.name.starts_with("access-control-allow-")
            && operations(sides.was()).all(|old| old != new)
    };
    operations(sides.is()).any(opens).then_some("other sites let in")
}

fn operations<'f, 'a: 'f>(fact: Option<&'f Fact<'a>>) -> impl Iterator<Item = &'f Operation<'a>> {
    fact.into_iter().flat_map(Fact::operations)
}

/// Whether a field of which nothing passed, as this kept it out, passes now.
fn dropped(sides: &Sides<'_, '_>, kind: FieldOperationKind, counts: impl Fn(&str) -> bool) -> bool {
    // Set to something of our own, it is not the client's either.
    let kept_out = |one: &Operation<'_>, name: &str| {
        one.kind != FieldOperationKind::Add && one.name.eq_ignore_ascii_case(name)
    };
    operations(sides.was())
        .filter(|old| old.kind == kind && counts(old.name))
        .any(|old| !operations(sides.is()).any(|new| kept_out(new, old.name)))
}
