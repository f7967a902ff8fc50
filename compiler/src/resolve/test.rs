//! Tests: the request taken apart, the listener it enters by, names that it expects.

use super::names::Names;
use super::request;
use crate::diagnostic::{Code, Diagnostic, Findings, Safety};
use crate::document::nearest;
use crate::document::test::{Expect as WrittenExpect, Test as Written};
use crate::document::value::{Problem, shown};
use crate::model::{Expect, Test};
use crate::source::Spanned;

/// Reasons of a refusal that a test can meet: those that are decided before a target is asked.
pub(super) const REFUSALS: [&str; 5] =
    ["bad_request", "loop", "match_budget", "method_not_allowed", "no_route"];

/// The names that a test may use.
pub(super) struct Known<'n> {
    pub(super) listeners: &'n mut Names,
    /// Whether each listener speaks TLS; none for one that serves services, which no test means
    /// unless it names it.
    pub(super) tls: Vec<Option<bool>>,
    pub(super) routes: &'n mut Names,
    pub(super) backends: &'n mut Names,
    /// Whether a file is missing, so that a name may be known there.
    pub(super) is_partial: bool,
    /// Whether a listener is missing or was found wrong, so that it may take any request.
    pub(super) is_listener_damaged: bool,
}

/// A test; `None` when it cannot be run.
pub(super) fn resolve(
    written: Written,
    known: &mut Known<'_>,
    findings: &mut Findings,
) -> Option<Test> {
    let line = match request::parse(&written.request.value) {
        Ok(line) => Some(line),
        Err(problem) => {
            findings.push(problem.finding(Code::BadTestRequest, written.request.span));
            None
        }
    };
    let listener = match (&written.listener, &line) {
        (Some(name), _) => known.listeners.find(name, findings),
        (None, Some(line)) => listener_of(&line.scheme, &written.request, known, findings),
        (None, None) => None,
    };
    let expect = resolve_expect(written.expect, known, findings);
    let line = line?;
    Some(Test {
        name: written.name,
        method: line.method,
        scheme: line.scheme,
        authority: line.authority,
        target: line.target,
        headers: written.headers,
        client_ip: written.client_ip,
        listener: Some(listener?),
        expect: expect?,
        span: written.span,
    })
}

/// The listener of a scheme.
fn listener_of(
    scheme: &str,
    request: &Spanned<String>,
    known: &Known<'_>,
    findings: &mut Findings,
) -> Option<usize> {
    if known.is_partial {
        return None;
    }
    let speaks = |tls: &Option<bool>| *tls == Some(scheme == "https");
    let fitting: Vec<usize> =
        known.tls.iter().enumerate().filter(|(_, tls)| speaks(tls)).map(|(at, _)| at).collect();
    let (message, help) = match (known.tls.len(), fitting.as_slice()) {
        (_, [one]) => return Some(*one),
        _ if known.is_listener_damaged => return None,
        (0, _) => ("there is no listener".to_owned(), "write one: `[listeners.web]`"),
        (_, [_, ..]) => (
            format!("several listeners take `{scheme}`"),
            "say by which one the request comes in: listener = \"NAME\"",
        ),
        (_, []) => (
            format!("no listener takes `{scheme}`"),
            "say by which one the request comes in: listener = \"NAME\"",
        ),
    };
    let finding = Diagnostic::new(Code::NoListenerForRequest, request.span, message);
    findings.push(finding.help(help));
    None
}

fn resolve_expect(
    written: WrittenExpect,
    known: &mut Known<'_>,
    findings: &mut Findings,
) -> Option<Expect> {
    match written {
        WrittenExpect::Route {
            route,
            backend,
            path,
            params,
            headers,
            status,
            response_headers,
        } => {
            let mut all_known = true;
            if !known.is_partial {
                all_known &= known.routes.find(&route, findings).is_some();
                if let Some(backend) = &backend {
                    all_known &= known.backends.find(backend, findings).is_some();
                }
            }
            let params = params.into_iter().map(|(name, value)| (name.value, value));
            let lower = |all: Vec<(Spanned<String>, String)>| {
                all.into_iter()
                    .map(|(name, value)| (name.value.to_ascii_lowercase(), value))
                    .collect()
            };
            all_known.then(|| Expect::Route {
                route: route.value,
                backend: backend.map(|backend| backend.value),
                path,
                params: params.collect(),
                headers: lower(headers),
                status,
                response_headers: lower(response_headers),
            })
        }
        WrittenExpect::Refused(reason) if REFUSALS.contains(&reason.value.as_str()) => {
            Some(Expect::Refused(reason.value))
        }
        WrittenExpect::Refused(reason) => {
            let message = format!("no request is refused with `{}`", shown(&reason.value));
            let problem = Problem::new(message);
            let problem = match nearest(&reason.value, REFUSALS) {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")).instead(
                    Safety::Maybe,
                    &reason.value,
                    near,
                ),
                None => problem.help(format!("it is one of {}", REFUSALS.join(", "))),
            };
            findings.push(problem.finding(Code::BadExpectation, reason.span));
            None
        }
        WrittenExpect::Redirect(place) => Some(Expect::Redirect(place.value)),
        WrittenExpect::Status(status) => Some(Expect::Status(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::REFUSALS;
    use crate::diagnostic::Code;
    use crate::document::keys::EXPECT;

    #[test]
    fn every_reason_of_a_refusal_is_told_where_people_look() {
        let row = EXPECT.key("refused").expect("a row").doc;
        for reason in REFUSALS {
            let word = format!("`{reason}`");
            assert!(row.contains(&word), "{reason}");
            assert!(Code::BadExpectation.explanation().contains(&word), "{reason}");
        }
    }
}
