//! Counts what a simulation came to, so that a run shows that it reached what it is for.

use crate::Report;
use crate::checker::case::Case;
use crate::plan::Plan;
use crate::transcript::{Fact, Transcript};
use pointsman_core::exchange::Action;

/// Counts.
pub(crate) fn of(plan: &Plan, transcript: &Transcript) -> Report {
    let case = Case::new(plan, transcript);
    let mut report = Report { ended_us: case.ended_us, ..Report::default() };
    for history in &case.histories {
        let whole = history.end().is_some_and(|(_, outcome, _)| outcome.fault.is_none());
        let again = history.actions().any(|action| action == Action::Connect { fresh: true });
        let late = history.facts().any(|fact| matches!(fact, Fact::TimedOut(..)));
        report.exchanges += 1;
        report.whole += u32::from(whole);
        report.tried_again += u32::from(again);
        report.reused += u32::from(history.is_reused());
        report.timed_out += u32::from(late);
    }
    report
}
