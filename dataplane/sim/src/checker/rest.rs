//! Nothing hangs: the simulation comes to rest, and an exchange that has not ended then waits for
//! something whose limits are all off.

use pointsman_core::exchange::{Action, Event};

use super::case::{Case, Checked, History, ensure};
use crate::transcript::Fact;

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    ensure(case.came_to_rest, None, || "does not come to rest".to_owned())?;
    for history in &case.histories {
        if history.end().is_none() {
            let (state, limits) = waits_for(case, history);
            history.ensure(limits.iter().all(|limit| *limit == 0), || {
                format!("hangs while {state}, with limits of {limits:?}")
            })?;
        }
    }
    Ok(())
}

/// What the exchange is in, and the limits that rule it there.
fn waits_for(case: &Case<'_>, history: &History<'_>) -> (&'static str, Vec<u64>) {
    let limits = case.plan.timeouts;
    let mut connecting = false;
    let mut answering = false;
    let mut reads_request = !history.request_is_whole();
    let mut wanted = false;
    let mut holds_back = false;
    for fact in history.facts() {
        match fact {
            Fact::Asked(Action::Connect { .. }) => connecting = true,
            Fact::Told(_, event) => match event {
                Event::Request(request) => holds_back = request.waits_for_interim,
                Event::Interim if holds_back => {
                    holds_back = false;
                    wanted = true;
                }
                Event::Connected { .. } => connecting = false,
                Event::Response(_) => answering = true,
                Event::TargetStoppedReading => reads_request = false,
                Event::RequestWanted => wanted = true,
                Event::RequestData(bytes) => {
                    wanted = false;
                    holds_back &= bytes == 0;
                }
                _ => {}
            },
            _ => {}
        }
    }
    let until_head = [limits.call_us, limits.global_us, limits.call_and_stream_us];
    if connecting {
        let mut ruling = vec![limits.connection_us];
        ruling.extend(until_head.iter().filter(|_| history.request_is_whole()));
        ("connecting", ruling)
    } else if answering {
        ("answering", vec![limits.call_and_stream_us, limits.idle_us])
    } else if reads_request && holds_back {
        ("the client was not told to send", until_head.to_vec())
    } else if reads_request {
        let rate = if wanted { limits.min_body_rate } else { 0 };
        ("the request's body comes", vec![limits.idle_us, rate])
    } else {
        ("the answer's head is awaited", until_head.to_vec())
    }
}
