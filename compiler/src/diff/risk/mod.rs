//! Changes that let more in, check less or wait longer: they are told before everything else. What
//! makes a change of a key risky stands in one table, `rules`.

mod conditions;
mod fields;
mod rules;
mod sides;
mod timeouts;

use self::sides::Sides;
use super::fact::Facts;

/// What makes a change of a key risky, if anything does; no facts where the thing is not there.
pub(super) fn of(
    key: &str,
    old: Option<&Facts<'_>>,
    new: Option<&Facts<'_>>,
) -> Option<&'static str> {
    let sides = Sides { key, old_facts: old, new_facts: new };
    rules::rule(key)?.judged(&sides)
}

#[cfg(test)]
mod tests;
