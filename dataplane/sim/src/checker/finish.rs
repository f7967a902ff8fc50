//! An exchange asks for its end exactly once, and for nothing after it.

use pointsman_core::exchange::{Action, After};

use super::case::{Case, Checked};

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        let Some((_, _, after)) = history.end() else { continue };
        let actions: Vec<Action> = history.actions().collect();
        let ends = actions.iter().filter(|action| matches!(action, Action::Finish(_))).count();
        history.ensure(ends == 1, || format!("ends {ends} times"))?;
        history.ensure(matches!(actions.last(), Some(Action::Finish(_))), || {
            format!("asks for {:?} after its end", actions.last())
        })?;
        let cut = actions.contains(&Action::CutClient);
        history.ensure(!cut || after == After::Cut, || "is cut, yet goes on".to_owned())?;
        let whole = history.request_is_whole();
        history.ensure(whole || matches!(after, After::Linger | After::Cut), || {
            format!("{after:?} although the request's body is not whole")
        })?;
        history.ensure(after != After::KeepAlive || history.request.persistent, || {
            "goes on although the client does not".to_owned()
        })?;
    }
    Ok(())
}
