//! A request is sent once; once more only if it may be (RFC 9110 §9.2.2), after a pooled connection
//! that died before the first byte of an answer, on a fresh one.

use pointsman_core::exchange::{Action, Event};

use super::case::{Case, Checked, History};
use crate::transcript::{Fact, Mishap};

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    case.histories.iter().try_for_each(check_one)
}

fn check_one(history: &History<'_>) -> Checked {
    let heads = history.facts().filter(|fact| matches!(fact, Fact::OriginGotHead(..))).count();
    let most = 1 + usize::from(history.request.idempotent);
    history.ensure(heads <= most, || format!("reached origins {heads} times"))?;
    let mut sent = 0;
    let mut reused = false;
    let mut begun = false;
    for fact in history.facts() {
        match fact {
            Fact::Told(_, Event::Connected { reused: is_reused }) => reused = is_reused,
            Fact::Told(_, Event::ResponseBegun | Event::Response(_)) => begun = true,
            Fact::Asked(Action::SendRequest) => {
                sent += 1;
                history.ensure(sent <= most, || format!("sent {sent} times"))?;
                history.ensure(sent == 1 || !reused, || "sent again on a pooled one".to_owned())?;
            }
            Fact::Asked(Action::Connect { fresh }) if sent > 0 => {
                history.ensure(fresh && reused && !begun, || {
                    format!("tried again: fresh {fresh}, was reused {reused}, begun {begun}")
                })?;
                // Held, or none: a body that is still coming cannot be sent again.
                history.ensure(history.request_is_whole(), || {
                    "tried again although its body is not held".to_owned()
                })?;
            }
            _ => {}
        }
    }
    check_is_tried(history, sent)
}

/// The one try is made where it may be: a client should not see that an idle connection died.
fn check_is_tried(history: &History<'_>, sent: usize) -> Checked {
    let Some((_, outcome, _)) = history.end() else { return Ok(()) };
    let replayable = history.events().any(|event| {
        matches!(event, Event::Request(request) if request.replayable && request.idempotent)
    });
    let begun = history.events().any(|event| matches!(event, Event::ResponseBegun));
    let died = history.has(Mishap::Stale) && !history.has(Mishap::DiedBeforeHead);
    let answered_reset = outcome.fault == Some(pointsman_core::fault::Fault::TargetReset);
    history.ensure(!(replayable && died && !begun && answered_reset && sent < 2), || {
        "a pooled connection died under it and it was not tried on a fresh one".to_owned()
    })
}
