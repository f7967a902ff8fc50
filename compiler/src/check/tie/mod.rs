//! Ties: two routes of which neither is more specific take one request. Each is an error with a
//! request that shows it; order in files never decides.
//!
//! What is compared are patterns that share a place: the same segments under the same host, or
//! under wildcard hosts of equal rank that overlap. Patterns are sorted once and compared by
//! neighbourhood, never each with each.

mod conditions;
mod glob;
mod hosts;
mod overlap;
mod patterns;
mod report;
mod same;
mod walk;
mod witness;

use crate::diagnostic::Findings;
use crate::model::Model;
pub(super) use glob::both as hosts_meet;
use patterns::Patterns;
use report::Reporter;

/// Finds ties.
pub(super) fn check(model: &Model, findings: &mut Findings) {
    let patterns = Patterns::new(model);
    let mut reporter = Reporter::new(model, &patterns, findings);
    let mut run = overlap::Run::new(&patterns);
    for host in 0..patterns.hosts.len() {
        let all = patterns.of_host(host);
        same::check(all, &mut reporter);
        walk::within(all, &mut run, &mut reporter);
    }
    hosts::check(&patterns, &mut run, &mut reporter);
    if run.is_exhausted() {
        reporter.not_proved();
    }
}
