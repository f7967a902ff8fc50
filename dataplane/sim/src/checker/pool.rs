//! The ledger of idle connections hands out what was put in, once, to the same target, before its
//! time has passed; and it holds no more than it may.

use std::collections::BTreeMap;

use pointsman_core::time::Instant;

use super::case::{Case, Checked, ensure};
use crate::engine::TICK_US;
use crate::transcript::Fact;

/// Where a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Exchange,
    Pool(Instant),
    Gone,
}

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    let mut places: BTreeMap<u32, (usize, Place)> = BTreeMap::new();
    for entry in &case.entries {
        let wrong = |holds, what: String| ensure(holds, entry.exchange, || what);
        match entry.fact {
            Fact::Opened(connection, target) => {
                let before = places.insert(connection, (target, Place::Exchange));
                wrong(before.is_none(), format!("{connection} opened twice"))?;
            }
            Fact::Taken(connection, target) => {
                let before = places.insert(connection, (target, Place::Exchange));
                let now = Instant::from_us(entry.at_us - entry.at_us % TICK_US);
                let right = matches!(before, Some((of, Place::Pool(until)))
                    if of == target && now < until);
                wrong(right, format!("{connection} taken, was {before:?}"))?;
            }
            Fact::Kept(connection, until) => {
                let target = places.get(&connection).copied();
                let right = matches!(target, Some((_, Place::Exchange)));
                wrong(right, format!("{connection} kept, was {target:?}"))?;
                places.insert(connection, (target.map_or(0, |(of, _)| of), Place::Pool(until)));
            }
            Fact::Dropped(connection) => {
                let before = places.insert(connection, (0, Place::Gone));
                let right = matches!(before, Some((_, Place::Exchange)));
                wrong(right, format!("{connection} dropped, was {before:?}"))?;
            }
            Fact::Discarded(connection) => {
                let before = places.insert(connection, (0, Place::Gone));
                let right = matches!(before, Some((_, Place::Pool(_))));
                wrong(right, format!("{connection} discarded, was {before:?}"))?;
                continue;
            }
            _ => continue,
        }
        for target in 0..case.plan.targets.len() {
            let idle = places
                .values()
                .filter(|(of, place)| *of == target && matches!(place, Place::Pool(_)))
                .count();
            // One more stands there while the oldest is on its way out.
            let most = case.plan.idle_per_target_max + 1;
            wrong(idle <= most, format!("{idle} idle connections to target {target}"))?;
        }
    }
    Ok(())
}
