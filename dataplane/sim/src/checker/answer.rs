//! A request has one answer's head at most, its own, and answers come in the order of requests.

use pointsman_core::exchange::Action;

use super::case::{Case, Checked, ensure};
use crate::transcript::Fact;

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        let mut begun = false;
        for action in history.actions() {
            match action {
                Action::SendResponse | Action::Answer(_) => {
                    history.ensure(!begun, || format!("{action:?} after an answer"))?;
                    begun = true;
                }
                Action::CutClient => {
                    history.ensure(begun, || "cut although no answer began".to_owned())?;
                }
                Action::Connect { .. } | Action::SendRequest => {
                    history.ensure(!begun, || format!("{action:?} after an answer began"))?;
                }
                Action::KeepTarget | Action::DropTarget | Action::Finish(_) => {}
            }
        }
        let seen = history.facts().filter(|fact| matches!(fact, Fact::ClientGotHead(..))).count();
        history.ensure(seen <= 1, || format!("the client got {seen} heads"))?;
    }
    let mut last = vec![None; case.plan.clients.len()];
    for entry in &case.entries {
        if let (Some(exchange), Fact::ClientGotHead(..)) = (entry.exchange, entry.fact) {
            let last = &mut last[exchange.client];
            ensure(last.is_none_or(|last| last < exchange.request), Some(exchange), || {
                format!("answered after request {last:?}")
            })?;
            *last = Some(exchange.request);
        }
    }
    Ok(())
}
