//! The proof that an artifact carries: its embedded requests, decided by what will serve.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use pointsman_schemas::artifact::{Artifact, SelfTest, SelfTestExpect};

use crate::probe::{Decision, Probe, decide};

/// An embedded request of which something else became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTestFailure {
    /// Which one, from 0.
    pub index: usize,
    /// The request, and its name where it has one.
    pub request: String,
    /// What must have become of it.
    pub expected: String,
    /// What became of it.
    pub found: String,
}

impl fmt::Display for SelfTestFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, request, expected, found } = self;
        write!(f, "self-test {index} `{request}`: expected {expected}, found {found}")
    }
}

impl std::error::Error for SelfTestFailure {}

/// Decides every embedded request.
///
/// Errors: the first one of which something else became.
/// Cost: one look-up each, at most `SELF_TESTS_MAX`.
pub fn self_test(artifact: &Artifact) -> Result<(), SelfTestFailure> {
    for (index, test) in artifact.self_tests().enumerate() {
        let decision = decide(artifact, &probe(&test));
        if let Some((expected, found)) = difference(&test, &decision) {
            let name = test.name().map(|name| format!(" ({name})")).unwrap_or_default();
            let line = format!("{} {}{}", test.method(), test.authority(), test.target());
            return Err(SelfTestFailure { index, request: line + &name, expected, found });
        }
    }
    Ok(())
}

fn probe(test: &SelfTest<'_>) -> Probe {
    let fields = test.fields().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Probe {
        method: test.method().to_owned(),
        authority: Some(test.authority().to_owned()),
        target: test.target().to_owned(),
        fields: fields.collect(),
        client: test.client_ip().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        listener: test.listener(),
        secured: test.is_secured(),
        now_ms: Probe::NOW_MS,
    }
}

/// The first thing that is not as expected: what was expected, and what was found.
fn difference(test: &SelfTest<'_>, decision: &Decision) -> Option<(String, String)> {
    let found_answer = || match (decision.status, decision.reason, &decision.route) {
        (Some(status), Some(reason), _) => format!("{status} {reason}"),
        (_, _, Some(route)) => format!("route `{route}`"),
        _ => "nothing".to_owned(),
    };
    match test.expect() {
        SelfTestExpect::Status(status) => {
            (decision.status != Some(status)).then(|| (status.to_string(), found_answer()))
        }
        SelfTestExpect::Redirect(place) => {
            (decision.location.as_deref() != Some(place)).then(|| {
                let found = decision.location.as_ref();
                let found = found.map_or_else(&found_answer, |place| format!("`{place}`"));
                (format!("`{place}`"), found)
            })
        }
        SelfTestExpect::Refused(reason) => {
            (decision.reason != Some(reason)).then(|| (reason.to_owned(), found_answer()))
        }
        SelfTestExpect::Route { route, backend, path } => {
            if decision.status.is_some() || decision.route.as_deref() != Some(route) {
                return Some((format!("route `{route}`"), found_answer()));
            }
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            if backend.is_some_and(|name| decision.backend.as_deref() != Some(name)) {
                let expected = format!("backend `{}`", backend.unwrap_or_default());
                return Some((expected, format!("`{}`", text(&decision.backend))));
            }
            if path.is_some_and(|path| decision.sent_path.as_deref() != Some(path)) {
                let expected = format!("`{}` sent", path.unwrap_or_default());
                return Some((expected, format!("`{}`", text(&decision.sent_path))));
            }
            params(test, decision).or_else(|| sent_fields(test, decision))
        }
    }
}

fn sent_fields(test: &SelfTest<'_>, decision: &Decision) -> Option<(String, String)> {
    test.sent_fields().find_map(|(name, value)| {
        let found = decision.sent_fields.iter().rev().find(|(known, _)| known == name);
        let found = found.map(|(_, value)| value.as_str());
        (found != Some(value)).then(|| {
            let found = found.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"));
            (format!("field {name}: `{value}` sent"), found)
        })
    })
}

fn params(test: &SelfTest<'_>, decision: &Decision) -> Option<(String, String)> {
    test.params().find_map(|(name, value)| {
        let found = decision.params.iter().find(|(known, _)| known == name);
        let found = found.map(|(_, value)| value.as_str());
        (found != Some(value)).then(|| {
            let found = found.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"));
            (format!("parameter {name} = `{value}`"), found)
        })
    })
}
