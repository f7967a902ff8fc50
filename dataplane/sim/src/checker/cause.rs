//! What the client is told and what the log says agree with what went wrong: 502 when the target
//! failed, 503 when none may be tried, 504 when a limit of time ran out; and no fault is reported
//! that nothing caused.

use pointsman_core::exchange::{Action, After, Event, Outcome};
use pointsman_core::fault::{Fault, Reason};

use super::case::{Case, Checked, History};
use crate::plan::ConnectPlan;
use crate::transcript::{Fact, Mishap};

/// What ended an exchange, as the machine was told.
#[derive(Clone, Copy, Debug)]
enum Cause {
    Event(Event),
    Limit(Fault),
}

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        let Some((_, outcome, after)) = history.end() else { continue };
        let Some(cause) = cause(history) else { continue };
        check_outcome(history, cause, outcome, after)?;
        if let Some(fault) = outcome.fault {
            check_status(history, fault, outcome)?;
            check_caused(case, history, fault)?;
        }
        check_counts(history, outcome)?;
    }
    Ok(())
}

/// The last that the machine heard before it asked for the end.
fn cause(history: &History<'_>) -> Option<Cause> {
    let mut last = None;
    for fact in history.facts() {
        match fact {
            Fact::Told(_, event) if !matches!(event, Event::Drain) => {
                last = Some(Cause::Event(event));
            }
            // What was in flight then still reports, and changes nothing.
            Fact::TimedOut(_, fault) => return Some(Cause::Limit(fault)),
            Fact::Asked(Action::Finish(_)) => return last,
            _ => {}
        }
        if let Some(Cause::Event(event)) = last
            && matches!(event, Event::ResponseEnd { .. } | Event::ClientGone(_))
        {
            return last;
        }
    }
    None
}

fn check_outcome(history: &History<'_>, cause: Cause, outcome: Outcome, after: After) -> Checked {
    let answering = history.response().is_some();
    let expected = match cause {
        Cause::Limit(fault) => Some(fault),
        Cause::Event(Event::ResponseEnd { .. }) => None,
        Cause::Event(Event::TargetFailed(Fault::TargetReset)) if answering => {
            Some(Fault::Truncated)
        }
        Cause::Event(
            Event::TargetFailed(fault)
            | Event::ConnectFailed(fault)
            | Event::RequestFault(fault)
            | Event::ClientGone(fault),
        ) => Some(fault),
        Cause::Event(event) => {
            return history.ensure(false, || format!("{event:?} ended it: {outcome:?}"));
        }
    };
    history.ensure(outcome.fault == expected, || {
        format!("{cause:?} makes {:?}, not {expected:?}", outcome.fault)
    })?;
    let own = history.actions().find_map(|action| match action {
        Action::Answer(fault) => Some(fault),
        _ => None,
    });
    let gone = matches!(cause, Cause::Event(Event::ClientGone(_)));
    let should = expected.filter(|_| !answering && !gone);
    history.ensure(own == should, || format!("answers {own:?} ourselves, not {should:?}"))?;
    let cuts = history.actions().any(|action| action == Action::CutClient);
    history.ensure(!(answering && expected.is_some() && !gone) || cuts, || {
        "an answer that cannot be completed is not cut".to_owned()
    })?;
    history.ensure(expected.is_some() || after != After::Cut, || "a whole answer is cut".to_owned())
}

/// Of our own answers: the class of the status.
fn check_status(history: &History<'_>, fault: Fault, outcome: Outcome) -> Checked {
    if let Some(response) = history.response() {
        return history.ensure(outcome.status == response.status, || {
            format!("status {}, the answer's is {}", outcome.status, response.status)
        });
    }
    let allowed: &[u16] = match fault.reason() {
        Reason::ConnectRefused
        | Reason::NotResolved
        | Reason::TargetReset
        | Reason::TargetGarbage
        | Reason::TlsFailed
        | Reason::ProxyFailed
        | Reason::Truncated => &[502],
        Reason::ConnectTimeout
        | Reason::CallTimeout
        | Reason::GlobalTimeout
        | Reason::StreamTimeout
        | Reason::IdleTimeout => &[504],
        Reason::NoTarget | Reason::AllOpen | Reason::AllRed => &[503],
        Reason::BodyTooSlow => &[408],
        Reason::BodyTooLarge => &[413],
        Reason::BadRequest => &[400],
        // Nobody got an answer.
        Reason::ClientReset => &[0, 499],
        Reason::Drained => &[0],
        _ => &[],
    };
    history.ensure(allowed.contains(&outcome.status), || {
        format!("{fault:?} gave status {}", outcome.status)
    })
}

/// Each fault that is no limit has something that caused it.
fn check_caused(case: &Case<'_>, history: &History<'_>, fault: Fault) -> Checked {
    let any = |mishaps: &[Mishap]| mishaps.iter().any(|mishap| history.has(*mishap));
    let answers = history.request.attempts.map(|attempt| attempt.answer);
    // An origin that closes while it has not read all destroys what it said.
    let closes_early = answers.iter().any(|answer| answer.early_after.is_some());
    let caused = match fault.reason() {
        Reason::ConnectRefused => {
            history
                .request
                .attempts
                .iter()
                .any(|attempt| matches!(attempt.connect, ConnectPlan::Refused(_)))
                && any(&[Mishap::Refused])
        }
        Reason::TargetReset => {
            // The last of them: its head was destroyed on its way.
            any(&[Mishap::DiedBeforeHead, Mishap::Stale, Mishap::Garbage, Mishap::DiedWithinBody])
                || history.is_reused()
                || closes_early
        }
        // Surplus of another answer may come after the look at a pooled connection.
        Reason::TargetGarbage => any(&[Mishap::Garbage]) || history.is_reused(),
        Reason::Truncated => any(&[Mishap::DiedWithinBody, Mishap::Garbage]) || closes_early,
        Reason::ClientReset => any(&[Mishap::ClientReset]),
        Reason::BadRequest => any(&[Mishap::ClientEnded, Mishap::ClientGarbage]),
        Reason::BodyTooLarge => {
            case.plan.body_bytes_max > 0 && history.request.body.bytes > case.plan.body_bytes_max
        }
        Reason::Drained => case.drain().is_some(),
        // The timeout checker knows.
        Reason::ConnectTimeout
        | Reason::CallTimeout
        | Reason::GlobalTimeout
        | Reason::StreamTimeout
        | Reason::IdleTimeout
        | Reason::BodyTooSlow => history.facts().any(|fact| matches!(fact, Fact::TimedOut(..))),
        _ => false,
    };
    history.ensure(caused, || format!("{fault:?} though nothing caused it"))
}

/// What the log counts is what came.
fn check_counts(history: &History<'_>, outcome: Outcome) -> Checked {
    let (mut request_bytes, mut response_bytes, mut attempts, mut over) = (0, 0, 0_u8, false);
    let mut answering = false;
    for fact in history.facts() {
        match fact {
            Fact::Asked(Action::Finish(_)) => over = true,
            Fact::TimedOut(..) => over = true,
            Fact::Told(_, event) if !over => match event {
                Event::RequestData(bytes) => request_bytes += bytes,
                Event::ResponseData(bytes) => response_bytes += bytes,
                Event::Response(_) => answering = true,
                // It leaves an answer that has begun alone.
                Event::RequestFault(Fault::BodyIncomplete) if answering => {}
                Event::ClientGone(_)
                | Event::RequestFault(_)
                | Event::ConnectFailed(_)
                | Event::ResponseEnd { .. } => over = true,
                _ => {}
            },
            // Refused or not. The one fresh try counts with the one it stands for.
            Fact::Asked(Action::Connect { fresh: false }) => attempts += 1,
            _ => {}
        }
    }
    let counted = (outcome.request_bytes, outcome.response_bytes, outcome.attempts);
    history.ensure(counted == (request_bytes, response_bytes, attempts), || {
        format!("counts {counted:?}, not {:?}", (request_bytes, response_bytes, attempts))
    })
}
