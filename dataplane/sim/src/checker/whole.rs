//! What an origin said whole arrives whole, unless a limit, the client itself or a drain forbids it;
//! a client that only stopped sending still gets its answer.

use pointsman_core::exchange::{After, Event};
use pointsman_core::fault::Fault;

use super::case::{Case, Checked, History};
use crate::plan::Reads;
use crate::transcript::{Fact, Mishap, Seen, timer_of};

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        check_answered(history)?;
        check_arrives(case, history)?;
    }
    Ok(())
}

/// After an answer's head, the request's body is no reason to cut the answer.
fn check_answered(history: &History<'_>) -> Checked {
    let mut answering = false;
    for fact in history.facts() {
        match fact {
            Fact::Told(_, Event::Response(_)) => answering = true,
            Fact::Ended(outcome, _) if answering => {
                let excuse = match outcome.fault {
                    None | Some(Fault::ClientReset | Fault::Drained) => true,
                    Some(Fault::BodyIncomplete | Fault::BodyTooSlow) => false,
                    Some(_) => true,
                };
                history.ensure(excuse, || {
                    format!("{:?} cut an answer that had begun", outcome.fault)
                })?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_arrives(case: &Case<'_>, history: &History<'_>) -> Checked {
    let Some((_, outcome, after)) = history.end() else { return Ok(()) };
    let client = &case.plan.clients[history.id.client];
    let listens = matches!(client.reads, Reads::Eagerly) && !history.has(Mishap::ClientReset);
    let drained = case.drain().is_some();
    // A later answer of a pipeline that had to be cut by a reset takes what is still on its way
    // with it.
    let cut_later = case.histories.iter().any(|later| {
        later.id.client == history.id.client
            && later.id.request > history.id.request
            && later.end().is_some_and(|(_, _, after)| after == After::Cut)
    });
    if !listens
        || drained
        || client.pipelines && cut_later
        || outcome.fault.is_some_and(|fault| timer_of(fault).is_some())
    {
        return Ok(());
    }
    let seen = history.facts().find_map(|fact| match fact {
        Fact::ClientDone(seen) => Some(seen),
        _ => None,
    });
    match outcome.fault {
        None => history.ensure(seen == Some(Seen::Whole), || {
            format!("ended well, yet the client saw {seen:?}")
        }),
        Some(fault) if after != After::Cut => history.ensure(seen == Some(Seen::Whole), || {
            format!("answered {fault:?}, yet the client saw {seen:?}")
        }),
        Some(_) => history.ensure(seen != Some(Seen::Whole), || {
            "was cut, yet the client saw a whole answer".to_owned()
        }),
    }
}
