//! Conditions on fields, query and cookies: whether one lets a value pass that did not.

use pointsman_routing::matching::fits;

use super::super::fact::{Fact, Item, Test};
use super::sides::Sides;
use crate::classes::is_value_inside;

/// Whether requests come in that did not.
pub(super) fn judged(sides: &Sides<'_, '_>) -> Option<&'static str> {
    // A route that is new has the conditions that it has.
    if !sides.is_kept() {
        return None;
    }
    let Some(Item::Test(place, old)) = sides.was().and_then(first) else { return None };
    let Some(Item::Test(_, new)) = sides.is().and_then(first) else {
        return Some("condition dropped");
    };
    let lets_in_no_more = match (old, new) {
        (old, new) if old == new => true,
        (Test::Exists, Test::Exact(_) | Test::Language(_)) => true,
        (Test::Language(old), Test::Exact(text)) => fits(*old, text),
        (Test::Language(old), Test::Language(new)) => is_value_inside(*place, *new, *old),
        (_, Test::Exists) => return Some("condition loosened"),
        (Test::Exact(text), Test::Language(new)) if fits(*new, text) => {
            return Some("condition may be loosened");
        }
        _ => false,
    };
    (!lets_in_no_more).then_some("condition lets others in")
}

fn first<'f, 'a>(fact: &'f Fact<'a>) -> Option<&'f Item<'a>> {
    fact.items.first()
}
