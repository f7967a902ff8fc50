//! `health_check`: keys that belong to its type, and whether a check can pass at all. One that
//! cannot takes every target out of the rotation, and looks like an outage.

use super::belonging::{Owner, refuse_foreign};
use super::fault;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::form;
use crate::document::record::Record;
use crate::document::value::show_duration;
use crate::language::fault::FaultKind;
use crate::language::table::Table;
use crate::source::{SourceMap, Span, Spanned};

/// The type without a `type`.
const IMPLIED: &str = "http";
/// Where nothing else is written. Unit: milliseconds.
const INTERVAL_DEFAULT_MS: u64 = 10_000;
/// The same of one check. Unit: milliseconds.
const TIMEOUT_DEFAULT_MS: u64 = 5_000;
/// Statuses that are well where none are written.
const HEALTHY_DEFAULT: (u16, u16) = (200, 399);
/// The first status that can end an exchange; those below only announce one (RFC 9110 §15.2).
const FINAL_MIN: u16 = 200;
/// Final statuses whose answers have no body.
const BODILESS: [u16; 3] = [204, 205, 304];

const OWNERS: [Owner; 5] = [
    ("method", &["http"]),
    ("headers", &["http", "grpc"]),
    ("healthy_statuses", &["http"]),
    ("unhealthy_statuses", &["http"]),
    ("body_regex", &["http"]),
];
/// An absolute URL brings a port, which every type can use; a path belongs to a request.
const PATH_OWNER: [Owner; 1] = [("url", &["http"])];

/// Judges a table as it is written. What it lacks is taken from `defaults`.
pub(super) fn check(
    written: &Record,
    defaults: Option<&Record>,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    let table = written.text("body_regex").and_then(|text| regex(&text, sources, findings));
    // What was refused is written, and may be what makes sense of the rest.
    if written.damaged || defaults.is_some_and(|defaults| defaults.damaged) {
        return;
    }
    refuse_foreign(written, defaults, IMPLIED, &OWNERS, findings);
    if written.text("url").is_some_and(|url| url.value.starts_with('/')) {
        refuse_foreign(written, defaults, IMPLIED, &PATH_OWNER, findings);
    }
    let whole = match defaults {
        Some(defaults) => written.clone().or(defaults),
        None => written.clone(),
    };
    if whole.flag("enabled").is_some_and(|enabled| !enabled.value) {
        return;
    }
    if whole.text("type").is_none_or(|kind| kind.value == IMPLIED) {
        refuse_hopeless(&whole, table.as_ref(), findings);
    }
    warn_of_overlap(&whole, findings);
}

/// The texts that hold a regex somewhere; a bad one is found.
fn regex(text: &Spanned<&str>, sources: &SourceMap, findings: &mut Findings) -> Option<Table> {
    match Table::containing_regex(text.value) {
        Ok(table) => Some(table),
        Err(why) if why.kind == FaultKind::NothingFits => {
            hopeless(text.span, "no text holds what this asks for", findings, |finding| {
                finding.help("nothing can stand before a `^` or behind a `$`; leave one out")
            });
            None
        }
        Err(why) => {
            fault::report(vec![why], text.span, sources, findings);
            None
        }
    }
}

fn hopeless(
    place: Span,
    why: &str,
    findings: &mut Findings,
    more: impl FnOnce(Diagnostic) -> Diagnostic,
) {
    let message = format!("this health check never passes: {why}");
    findings.push(more(Diagnostic::new(Code::HealthNeverPasses, place, message)));
}

/// Statuses that pass.
struct Passing {
    /// By number.
    statuses: Vec<u16>,
    /// Where they are written; the table where they are not.
    place: Span,
}

fn passing(whole: &Record) -> Passing {
    let ranges = |key: &str| -> Vec<(u16, u16)> {
        whole.texts(key).filter_map(|text| form::statuses(text.value).ok()).collect()
    };
    let healthy = match whole.value("healthy_statuses") {
        Some(_) => ranges("healthy_statuses"),
        None => vec![HEALTHY_DEFAULT],
    };
    let unhealthy = ranges("unhealthy_statuses");
    let is_in = |ranges: &[(u16, u16)], status: u16| {
        ranges.iter().any(|(first, last)| (*first..=*last).contains(&status))
    };
    let passes = |status: &u16| is_in(&healthy, *status) && !is_in(&unhealthy, *status);
    let place = whole.value("healthy_statuses").map_or(whole.span, |list| list.span);
    Passing { statuses: (100..=599).filter(passes).collect(), place }
}

/// Refuses a check over HTTP that no answer passes.
fn refuse_hopeless(whole: &Record, table: Option<&Table>, findings: &mut Findings) {
    let Passing { statuses, place } = passing(whole);
    let unhealthy = whole.value("unhealthy_statuses").map(|list| list.span);
    if statuses.is_empty() {
        let is_empty = whole.value("healthy_statuses").is_some()
            && whole.texts("healthy_statuses").next().is_none();
        if is_empty {
            hopeless(place, "`healthy_statuses` is empty", findings, |finding| {
                finding.help("write those that are well; without the key it is [\"200-399\"]")
            });
        } else if let Some(unhealthy) = unhealthy {
            hopeless(unhealthy, "every healthy status is unhealthy too", findings, |finding| {
                let finding = finding.label("wins").help("leave some out; these win over those");
                if place == whole.span { finding } else { finding.other(place, "healthy") }
            });
        }
        return;
    }
    if statuses.iter().all(|status| *status < FINAL_MIN) {
        hopeless(place, "a status below 200 ends no answer", findings, |finding| {
            finding.help("write statuses of 200 and above")
        });
        return;
    }
    let Some(regex) = whole.value("body_regex") else { return };
    // One that an empty body fits asks for nothing.
    if table.is_none_or(|table| table.accepts(b"")) {
        return;
    }
    let head = whole.text("method").filter(|method| method.value == "HEAD");
    let is_bodiless = |status: &u16| *status < FINAL_MIN || BODILESS.contains(status);
    if let Some(head) = head {
        hopeless(regex.span, "an answer to HEAD has no body", findings, |finding| {
            finding.other(head.span, "the method").help("ask with GET, or leave `body_regex` out")
        });
    } else if statuses.iter().all(is_bodiless) {
        hopeless(regex.span, "answers of these statuses have no body", findings, |finding| {
            let finding = finding.help("take statuses with a body, or leave `body_regex` out");
            finding.other(place, "statuses without a body")
        });
    }
}

/// A check that may outlast the time to the next one.
fn warn_of_overlap(whole: &Record, findings: &mut Findings) {
    let (interval, timeout) = (whole.amount("interval"), whole.amount("timeout"));
    let interval_ms = interval.as_ref().map_or(INTERVAL_DEFAULT_MS, |interval| interval.value);
    let timeout_ms = timeout.as_ref().map_or(TIMEOUT_DEFAULT_MS, |timeout| timeout.value);
    if timeout_ms <= interval_ms {
        return;
    }
    let (interval_shown, timeout_shown) = (show_duration(interval_ms), show_duration(timeout_ms));
    let message = format!(
        "a check may take {timeout_shown}, longer than the {interval_shown} to the next one"
    );
    let help = format!("write a `timeout` of at most {interval_shown}, or a longer `interval`");
    let finding = match (&interval, &timeout) {
        (Some(interval), Some(timeout)) => {
            Diagnostic::new(Code::ChecksOverlap, timeout.span, message)
                .label("of one check")
                .other(interval.span, "between two")
        }
        (None, Some(timeout)) => Diagnostic::new(Code::ChecksOverlap, timeout.span, message)
            .label("of one check; `interval` is 10s where it is not written"),
        (Some(interval), None) => Diagnostic::new(Code::ChecksOverlap, interval.span, message)
            .label("between two; `timeout` is 5s where it is not written"),
        (None, None) => return,
    };
    findings.push(finding.help(help));
}
