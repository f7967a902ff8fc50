//! What routes do to fields: whether something passes that was kept from passing. What counts is
//! what is under a name in the end, whichever operations bring it about.

use std::collections::BTreeSet;

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

/// What is told, the gravest first.
const WORDS: &[&str] = &[
    "field no longer removed",
    "field no longer set",
    "field no longer added",
    "field taken from the client",
    "field for browsers changed",
    "other sites let in",
];

/// Whether targets see of a client's fields what they did not.
pub(super) fn of_requests(sides: &Sides<'_, '_>) -> Option<&'static str> {
    gravest(sides, |name| {
        let (old, new) = (end(sides.was(), name, true), end(sides.is(), name, true));
        shown_through(&old, &new, |_| true)
    })
}

/// Whether clients see what they did not, or are less careful.
pub(super) fn of_responses(sides: &Sides<'_, '_>) -> Option<&'static str> {
    of_what_clients_see(sides, true)
}

/// The same of an answer of our own, in which nothing is that we do not say.
pub(super) fn of_answers(sides: &Sides<'_, '_>) -> Option<&'static str> {
    of_what_clients_see(sides, false)
}

fn of_what_clients_see(sides: &Sides<'_, '_>, passes: bool) -> Option<&'static str> {
    gravest(sides, |name| {
        let (old, new) = (end(sides.was(), name, passes), end(sides.is(), name, passes));
        let careful = || {
            let is_kept = old.values.iter().all(|value| new.values.contains(value));
            match old.values.first() {
                Some(_) if !is_kept && !new.values.is_empty() => Some("field for browsers changed"),
                Some(_) if !is_kept && old.passes => Some("field no longer added"),
                Some(_) if !is_kept => Some("field no longer set"),
                _ => None,
            }
        };
        let is_careful = CAREFUL.contains(&name);
        let opens = || {
            let is_new = new.values.iter().any(|value| !old.values.contains(value));
            (name.starts_with("access-control-allow-") && is_new).then_some("other sites let in")
        };
        shown_through(&old, &new, |kind| is_careful || kind == FieldOperationKind::Remove)
            .or_else(|| careful().filter(|_| is_careful))
            .or_else(opens)
    })
}

/// What is under a name in the end.
#[derive(Default)]
struct End<'f> {
    /// Whether what came in under it passes.
    passes: bool,
    /// What kept that out.
    kept_out_by: Option<FieldOperationKind>,
    /// What is put there.
    values: Vec<&'f str>,
    /// What of it comes from the client.
    taken: BTreeSet<&'f str>,
}

fn end<'f>(fact: Option<&'f Fact<'_>>, name: &str, passes: bool) -> End<'f> {
    let mut end = End { passes, ..End::default() };
    for one in operations(fact).filter(|one| one.name.eq_ignore_ascii_case(name)) {
        if one.kind != FieldOperationKind::Add {
            end = End { kept_out_by: Some(one.kind), ..End::default() };
        }
        if one.kind != FieldOperationKind::Remove {
            end.values.push(&one.value);
            end.taken.extend(one.taken.iter().map(String::as_str));
        }
    }
    end
}

/// Whether something comes through that was kept out; what was kept out by an operation of which
/// this is not asked, may come.
fn shown_through(
    old: &End<'_>,
    new: &End<'_>,
    counts: impl Fn(FieldOperationKind) -> bool,
) -> Option<&'static str> {
    // Where all passed, no value is worse than what came anyway.
    let kind = old.kept_out_by?;
    match kind {
        _ if old.passes => None,
        FieldOperationKind::Remove if new.passes => Some("field no longer removed"),
        kind if new.passes => counts(kind).then_some("field no longer set"),
        _ => (!new.taken.is_subset(&old.taken)).then_some("field taken from the client"),
    }
}

/// The gravest of what is said of all names on both sides.
fn gravest(
    sides: &Sides<'_, '_>,
    judge: impl Fn(&str) -> Option<&'static str>,
) -> Option<&'static str> {
    let all = operations(sides.was()).chain(operations(sides.is()));
    let names: BTreeSet<String> = all.map(|one| one.name.to_ascii_lowercase()).collect();
    let told = names.iter().filter_map(|name| judge(name));
    told.min_by_key(|words| WORDS.iter().position(|known| known == words))
}

fn operations<'f, 'a: 'f>(fact: Option<&'f Fact<'a>>) -> impl Iterator<Item = &'f Operation<'a>> {
    fact.into_iter().flat_map(Fact::operations)
}
