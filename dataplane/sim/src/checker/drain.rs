//! Draining: no connection carries another exchange once it began, and all is over by its deadline.

use pointsman_core::exchange::{After, Event};

use super::case::{Case, Checked, ensure};
use crate::engine::TICK_US;
use crate::transcript::Fact;

/// What ending takes once everything was cut, microseconds.
const SLACK_US: u64 = 2 * TICK_US;

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        let told = history.events().any(|event| matches!(event, Event::Drain));
        let Some((_, _, after)) = history.end() else { continue };
        history.ensure(!told || after != After::KeepAlive, || {
            "keeps its client although it was told to be the last".to_owned()
        })?;
    }
    let Some((began_us, deadline)) = case.drain() else { return Ok(()) };
    let over_us = deadline.as_us() + SLACK_US;
    let mut carried = vec![0_u32; case.plan.clients.len()];
    for history in &case.histories {
        let ended_us = history.end().map_or(u64::MAX, |(at_us, ..)| at_us);
        history.ensure(ended_us <= over_us, || {
            format!("ends at {ended_us}, after the drain's end at {over_us}")
        })?;
        if ended_us > began_us {
            carried[history.id.client] += 1;
            history.ensure(carried[history.id.client] <= 1, || {
                "the connection carried another exchange after draining began".to_owned()
            })?;
        }
    }
    let ended = case.entries.iter().find(|entry| matches!(entry.fact, Fact::DrainEnded(_)));
    ensure(ended.is_some_and(|entry| entry.at_us <= over_us), None, || {
        format!("draining is not over at {over_us}: {ended:?}")
    })
}
