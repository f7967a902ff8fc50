//! Changes that let more in, check less or wait longer: they are told before everything else. What
//! makes a change of a key risky stands in one table, `rules`.

mod conditions;
mod fields;
mod health;
mod rules;
mod sides;
pub(super) mod timeouts;
pub(super) mod tls;

use self::sides::Sides;
use super::fact::Facts;

/// What makes a change of a key risky, if anything does; no facts where the thing is not there.
/// Rows of timeouts are judged all at once, in `timeouts`.
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
