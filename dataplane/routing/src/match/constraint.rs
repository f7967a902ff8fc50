//! Running a constraint's automaton over one segment.

use pointsman_schemas::artifact::Constraint;

use crate::request::percent::escape;

/// Whether the bytes of a value fit.
///
/// Cost: one table look-up a byte; no allocation.
#[must_use]
pub fn fits_value(constraint: Constraint<'_>, value: impl Iterator<Item = u8>) -> bool {
    let mut state = constraint.start();
    for byte in value {
        state = constraint.step(state, byte);
        if constraint.is_dead(state) {
            return false;
        }
    }
    constraint.accepts(state)
}

/// Whether the decoded bytes of `segment`, which stands in canonical form, fit.
///
/// Cost: one table look-up a byte; no allocation.
#[inline]
#[must_use]
pub fn fits(constraint: Constraint<'_>, segment: &[u8]) -> bool {
    let mut state = constraint.start();
    let mut at = 0;
    while let Some(byte) = segment.get(at) {
        let mut input = *byte;
        if input == b'%'
            && let Some(decoded) = segment.get(at..).and_then(escape)
        {
            input = decoded;
            at += 2;
        }
        at += 1;
        state = constraint.step(state, input);
        if constraint.is_dead(state) {
            return false;
        }
    }
    constraint.accepts(state)
}
