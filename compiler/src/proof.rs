//! `[[tests]]`, decided by the matcher that serves: what differs, and which routes none reaches. It
//! asks the artifact alone, as the edge will.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use pointsman_routing::explain::{MASK, shown_header, shown_text};
use pointsman_routing::{Decision, Probe, decide};
use pointsman_schemas::artifact::{Artifact, ListenerId};

use crate::diagnostic::{Code, Diagnostic};
use crate::document::value::visible;
use crate::model::{Expect, Model, Test};

/// What became of all tests.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// One for each test, in their order.
    pub verdicts: Vec<Verdict>,
    /// Ids of the routes that took no test's request, sorted.
    pub unreached: Vec<String>,
    /// Routes that took tests' requests, and how many.
    pub reached: BTreeMap<String, usize>,
    /// How many routes there are.
    pub routes: usize,
}

/// What became of one test.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The request as a line, fit to be shown.
    pub request: String,
    /// Everything that is not as expected.
    pub problems: Vec<String>,
    /// What stands behind the folder in the call of `pointsman explain` that asks the same: the request
    /// and its options, quoted for a shell. What is secret is masked.
    pub question: String,
}

impl Proof {
    /// Routes that took a test's request.
    pub fn covered(&self) -> usize {
        self.routes - self.unreached.len()
    }

    /// Whether at least so many of a hundred routes took a test's request.
    pub fn covers(&self, percent: u8) -> bool {
        self.covered() * 100 >= usize::from(percent) * self.routes
    }

    /// Covered routes of a hundred, rounded down; all where there is none.
    pub fn percent(&self) -> usize {
        (self.covered() * 100).checked_div(self.routes).unwrap_or(100)
    }

    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.verdicts.iter().filter(|verdict| !verdict.problems.is_empty()).count()
    }
}

/// Decides every test of a model by its artifact.
pub fn prove(model: &Model, artifact: &Artifact) -> Proof {
    let mut proof = Proof::default();
    for test in &model.tests {
        let decision = decide(artifact, &probe(test, model, artifact));
        proof.verdicts.push(Verdict {
            request: shown_text(&request_line(test)),
            problems: differences(&test.expect, &decision),
            question: question(test, model),
        });
        if let Some(route) = decision.route {
            *proof.reached.entry(route).or_default() += 1;
        }
    }
    let routes = model.routes.iter().map(|route| &route.id.value);
    proof.unreached = routes.filter(|id| !proof.reached.contains_key(*id)).cloned().collect();
    proof.unreached.sort();
    proof.routes = model.routes.len();
    proof
}

/// The finding for a test that failed. The folder or first file that the command was given is told as
/// it has to be typed again.
pub fn finding(test: &Test, verdict: &Verdict, path: &Path) -> Diagnostic {
    let name = test.name.as_deref().unwrap_or(&verdict.request);
    let problems = verdict.problems.iter().map(|problem| visible(problem));
    let problems: Vec<String> = problems.collect();
    let message = format!("test `{}` fails: {}", visible(name), problems.join("; "));
    let mut call = "pointsman explain ".to_owned();
    if path != Path::new(".") {
        let path = path.to_string_lossy();
        // What begins with a dash is an option.
        let here = if path.starts_with('-') { "./" } else { "" };
        call.push_str(&format!("{} ", shell_word(&format!("{here}{path}"))));
    }
    call.push_str(&verdict.question);
    let hidden = match verdict.question.contains(MASK) {
        true => "; `***` hides what the test says there: put it in",
        false => "",
    };
    Diagnostic::new(Code::TestFailed, test.span, message)
        .help(format!("this says why: {call}{hidden}"))
}

/// The request of a test and what else it says of it, as `pointsman explain` takes them.
fn question(test: &Test, model: &Model) -> String {
    let mut words = vec![quoted(&shown_text(&request_line(test)))];
    let secured = test.scheme == "https";
    let all = (0..).zip(&model.listeners);
    let mut fitting = all.filter(|(_, one)| one.tls().is_some() == secured);
    let only = fitting.next().filter(|_| fitting.next().is_none());
    let listener = test.listener.filter(|at| only.is_none_or(|(only, _)| only != *at));
    if let Some(listener) = listener.and_then(|at| model.listeners.get(at)) {
        words.push(format!("--listener {}", shell_word(&listener.name.value)));
    }
    for (name, value) in &test.headers {
        words.push(format!("-H {}", quoted(&format!("{name}: {}", shown_header(name, value)))));
    }
    words.extend(test.client_ip.map(|client| format!("--client-ip {client}")));
    words.join(" ")
}

/// A word of a shell, quoted where it must be.
fn shell_word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) { text.to_owned() } else { quoted(text) }
}

/// A text between the quotes in which a shell reads nothing.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn request_line(test: &Test) -> String {
    format!("{} {}://{}{}", test.method, test.scheme, test.authority, test.target)
}

fn probe(test: &Test, model: &Model, artifact: &Artifact) -> Probe {
    let listener = test.listener.and_then(|index| model.listeners.get(index));
    let listener = listener.and_then(|listener| artifact.listener_named(&listener.name.value));
    Probe {
        method: test.method.clone(),
        authority: Some(test.authority.clone()),
        target: test.target.clone(),
        fields: test.headers.clone(),
        client: test.client_ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        listener: listener.map_or(ListenerId(0), |listener| listener.id()),
        secured: test.scheme == "https",
        now_ms: Probe::NOW_MS,
    }
}

fn differences(expect: &Expect, decision: &Decision) -> Vec<String> {
    let mut problems = Vec::new();
    // The name of a field says whether its value may be shown.
    let mut differ = |(what, name): (&str, &str), expected: &str, found: Option<&str>| {
        if found != Some(expected) {
            let found = found.map(|found| format!("`{}`", shown_header(name, found)));
            let found = found.unwrap_or_else(|| "nothing".to_owned());
            let expected = shown_header(name, expected);
            problems.push(format!("{what} is {found}, not `{expected}`"));
        }
    };
    match expect {
        Expect::Route { route, backend, path, params, headers, status, response_headers } => {
            if let (Some(status), Some(reason)) = (decision.status, decision.reason) {
                let detail = decision.detail.map(|text| format!(" ({text})")).unwrap_or_default();
                return vec![format!(
                    "it is answered with {status} `{reason}`{detail}, and not by route `{route}`"
                )];
            }
            differ(("the route", ""), route, decision.route.as_deref());
            if let Some(backend) = backend {
                differ(("the backend", ""), backend, decision.backend.as_deref());
            }
            if let Some(path) = path {
                differ(("what is sent", ""), path, decision.sent_path.as_deref());
            }
            for (name, value) in params {
                let found = decision.params.iter().find(|(known, _)| known == name);
                let found = found.map(|(_, value)| value.as_str());
                differ((&format!("the parameter `{name}`"), name), value, found);
            }
            for (name, value) in headers {
                let found = decision.sent_field(name);
                differ((&format!("the field `{name}` that is sent"), name), value, found);
            }
            if let Some(status) = status {
                let found = decision.status.map(|status| status.to_string());
                differ(("the status", ""), &status.to_string(), found.as_deref());
            }
            for (name, value) in response_headers {
                let found = decision.answered_field(name);
                differ((&format!("the field `{name}` of the answer"), name), value, found);
            }
        }
        Expect::Redirect(place) => differ(("the place", ""), place, decision.location.as_deref()),
        Expect::Refused(reason) => match (&decision.reason, &decision.route) {
            (None, Some(route)) => problems.push(format!("route `{route}` takes it")),
            (found, _) => differ(("the reason", ""), reason, *found),
        },
        Expect::Status(status) => match (decision.status, &decision.route) {
            (None, Some(route)) => problems.push(format!("route `{route}` takes it")),
            (found, _) => {
                let found = found.map(|status| status.to_string());
                differ(("the status", ""), &status.to_string(), found.as_deref());
            }
        },
    }
    problems
}
