//! Connections to targets: each is given back exactly once, none is used after that, and only a
//! clean one is kept.

use pointsman_core::exchange::{Action, Event};

use super::case::{Case, Checked, History};
use crate::transcript::Fact;

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        check_pairs(history)?;
        check_clean(history)?;
    }
    Ok(())
}

fn check_pairs(history: &History<'_>) -> Checked {
    let mut held = None;
    let mut asked = None;
    for fact in history.facts() {
        match fact {
            Fact::Opened(connection, _) | Fact::Taken(connection, _) => {
                history.ensure(held.is_none(), || format!("{connection} beside {held:?}"))?;
                held = Some(connection);
            }
            Fact::Asked(Action::Connect { .. }) => {
                history.ensure(held.is_none(), || format!("connects beside {held:?}"))?;
            }
            Fact::Asked(Action::SendRequest) => {
                history.ensure(held.is_some(), || "sends on no connection".to_owned())?;
            }
            Fact::Asked(action @ (Action::KeepTarget | Action::DropTarget)) => {
                history.ensure(held.is_some(), || format!("{action:?} of none"))?;
                asked = Some(action);
            }
            Fact::Used(connection) => {
                history.ensure(held == Some(connection), || format!("{connection} used late"))?;
            }
            Fact::Kept(connection, _) => {
                let right = held == Some(connection) && asked == Some(Action::KeepTarget);
                history.ensure(right, || format!("{connection} kept unasked"))?;
                held = None;
            }
            Fact::Dropped(connection) => {
                let right = held == Some(connection) && asked == Some(Action::DropTarget);
                history.ensure(right, || format!("{connection} dropped unasked"))?;
                held = None;
            }
            Fact::Ended(..) => {
                history.ensure(held.is_none(), || format!("{held:?} is leaked"))?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_clean(history: &History<'_>) -> Checked {
    let events: Vec<Event> = history.events().collect();
    let clean_end = events.iter().any(|event| matches!(event, Event::ResponseEnd { clean: true }));
    let reads = !events.iter().any(|event| matches!(event, Event::TargetStoppedReading));
    let reusable = history
        .response()
        .is_some_and(|response| response.reusable && !response.ends_with_connection);
    let is_clean = clean_end && reads && reusable && history.request_is_whole();
    let kept = history.actions().any(|action| action == Action::KeepTarget);
    history.ensure(!kept || is_clean, || {
        format!(
            "kept: answer's end clean {clean_end}, target reads {reads}, reusable {reusable}, \
             request whole {}",
            history.request_is_whole()
        )
    })?;
    let ended_well = history.end().is_some_and(|(_, outcome, _)| outcome.fault.is_none());
    history.ensure(kept || !is_clean || !ended_well, || {
        "a clean connection was thrown away".to_owned()
    })?;
    let said_whole = history.facts().any(|fact| matches!(fact, Fact::OriginSaidWhole(_)));
    history.ensure(!kept || said_whole, || "kept within an answer".to_owned())
}
