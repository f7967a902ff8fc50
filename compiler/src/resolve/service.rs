//! Services: each has one who answers, and what goes with that one alone.

use super::timeouts::{self, Deadlines};
use super::{balancing, health};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::record::{Field, Record};
use crate::document::value::shown;
use crate::source::{SourceMap, Spanned};

/// Keys that say how targets are treated: a backend has its own.
const OF_REGISTRY: [&str; 4] = ["client", "load_balancing", "health_check", "outlier"];

/// Finds what a service says and cannot mean.
pub(super) fn check(
    name: &Spanned<String>,
    service: &Record,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    let registry = service.flag("registry").is_some_and(|registry| registry.value);
    let answers = |field: &&Field| match field.key.name {
        "builtin" | "backend" => true,
        "registry" => registry,
        _ => false,
    };
    let answers: Vec<&Field> = service.fields.iter().filter(answers).collect();
    match answers.as_slice() {
        [one] => refuse_strangers(one, service, findings),
        [] => {
            let message = format!("service `{}` has nobody who answers", shown(&name.value));
            findings.push(Diagnostic::new(Code::ServiceAnswers, name.span, message).help(
                "write one of `backend = \"NAME\"`, `registry = true`, `builtin = \"health\"`",
            ));
        }
        [first, second, ..] => {
            let message = format!("a service has `{}` and `{}`", first.key.name, second.key.name);
            findings.push(
                Diagnostic::new(Code::ServiceAnswers, second.place, message)
                    .label("answers too")
                    .other(first.place, "answers")
                    .help("a request has one answer; leave one of them out"),
            );
        }
    }
    balancing::check(service.table("load_balancing"), None, name.span, findings);
    if let Some(written) = service.table("health_check") {
        health::check(written, None, sources, findings);
    }
    if let Some(client) = service.table("client") {
        let own = Deadlines::of_record(client);
        timeouts::warn(own, own, findings);
        timeouts::warn_of_rows(client.tables("custom_timeouts"), own, findings);
    }
}

/// Refuses keys that say nothing beside the one who answers.
fn refuse_strangers(answer: &Field, service: &Record, findings: &mut Findings) {
    let strips = service.flag("strip_slug").is_some_and(|strips| strips.value);
    let says_nothing = |key: &str| match answer.key.name {
        "builtin" => OF_REGISTRY.contains(&key) || key == "strip_slug" && strips,
        "backend" => OF_REGISTRY.contains(&key),
        _ => false,
    };
    for field in service.fields.iter().filter(|field| says_nothing(field.key.name)) {
        let (key, beside) = (field.key.name, answer.key.name);
        let message = format!("`{key}` does not belong beside `{beside}`");
        let help = match beside {
            "backend" => format!("write `{key}` in the backend itself"),
            _ => "leave it out: the edge itself answers".to_owned(),
        };
        findings.push(
            Diagnostic::new(Code::KeyOutOfPlace, field.place, message)
                .label("says nothing here")
                .other(answer.place, "answers")
                .help(help),
        );
    }
}
