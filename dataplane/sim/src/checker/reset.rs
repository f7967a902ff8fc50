//! A client that is gone frees its target at once: at the next look, while its answer is awaited.

use super::case::{Case, Checked};
use crate::engine::TICK_US;
use crate::transcript::{Fact, Mishap};
use crate::world::RESET_LOOK_US;
use pointsman_core::exchange::{After, Event};

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    let network = case.plan.network;
    let slack_us = network.delay_min_us + network.delay_spread_us + RESET_LOOK_US + 2 * TICK_US;
    for history in &case.histories {
        let began_us = history
            .entries
            .iter()
            .find(|entry| matches!(entry.fact, Fact::Began(_)))
            .map_or(0, |entry| entry.at_us);
        let reset = history
            .entries
            .iter()
            .find(|entry| matches!(entry.fact, Fact::Mishap(Mishap::ClientReset)));
        let Some(reset) = reset else { continue };
        let freed_us = reset.at_us.max(began_us) + slack_us;
        let answered = history.entries.iter().any(|entry| {
            matches!(entry.fact, Fact::Told(_, Event::Response(_))) && entry.at_us <= freed_us
        });
        let ended = history.end();
        let ended_us = ended.map_or(u64::MAX, |(at_us, ..)| at_us);
        history.ensure(answered || ended_us <= freed_us, || {
            format!("the client was gone at {}, its target is free at {ended_us}", reset.at_us)
        })?;
        let found = history.events().any(|event| matches!(event, Event::ClientGone(_)));
        if let (true, Some((_, _, after))) = (found, ended) {
            history
                .ensure(after == After::Cut, || format!("{after:?} for a client that is gone"))?;
        }
    }
    Ok(())
}
