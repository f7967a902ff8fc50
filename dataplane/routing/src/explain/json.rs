//! An explanation as one JSON object, and the little JSON that it needs.

use super::hidden::shown_text;
use super::object::Explanation;
use super::shown::shown_field;
use super::visible::is_unseen;
use crate::decision::{Decision, FieldChange};

/// Appends a string in quotes.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            unseen if is_unseen(unseen) => {
                let mut units = [0; 2];
                for unit in unseen.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Appends a further member of an object, a string or `null`.
fn member(out: &mut String, name: &str, text: Option<&str>) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    match text {
        Some(text) => string(out, text),
        None => out.push_str("null"),
    }
}

/// Appends items between brackets, separated by commas.
fn list<T>(
    out: &mut String,
    (open, close): (char, char),
    items: impl Iterator<Item = T>,
    mut put: impl FnMut(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        put(out, item);
    }
    out.push(close);
}

/// Appends what is sent to a target.
fn sent(out: &mut String, decision: &Decision) {
    out.push_str(",\"sent\":");
    let Some(path) = &decision.sent_path else {
        out.push_str("null");
        return;
    };
    out.push_str("{\"path\":");
    string(out, &shown_text(path));
    member(out, "host", decision.sent_host.as_deref());
    headers(out, &decision.request_changes);
    out.push('}');
}

/// Appends what the route has to do with the answer; `null` where nothing takes the request.
fn answer(out: &mut String, decision: &Decision) {
    out.push_str(",\"answer\":");
    if !decision.is_taken() {
        out.push_str("null");
        return;
    }
    out.push_str("{\"status\":");
    number(out, decision.status.map(u64::from));
    let location = decision.location.as_deref().map(shown_text);
    member(out, "location", location.as_deref());
    out.push_str(",\"body_bytes\":");
    number(out, decision.body_bytes.map(|bytes| bytes as u64));
    headers(out, &decision.response_changes);
    out.push('}');
}

fn number(out: &mut String, number: Option<u64>) {
    match number {
        Some(number) => out.push_str(&number.to_string()),
        None => out.push_str("null"),
    }
}

fn headers(out: &mut String, changes: &[FieldChange]) {
    out.push_str(",\"headers\":");
    list(out, ('[', ']'), changes.iter(), |out, change| {
        out.push_str("{\"change\":");
        string(out, change.kind.as_str());
        member(out, "name", Some(&change.name));
        member(out, "value", shown_field(change).as_deref());
        out.push('}');
    });
}

impl Explanation {
    /// One JSON object on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let decision = &self.decision;
        let mut out = format!("{{\"outcome\":\"{}\",\"status\":", self.outcome());
        number(&mut out, decision.status.map(u64::from));
        member(&mut out, "reason", decision.reason);
        member(&mut out, "detail", decision.detail);
        out.push_str(",\"allow\":");
        list(&mut out, ('[', ']'), decision.allow.iter(), |out, name| {
            string(out, name);
        });
        member(&mut out, "route", decision.route.as_deref());
        member(&mut out, "service", decision.service.as_deref());
        member(&mut out, "builtin", decision.builtin.as_deref());
        member(&mut out, "redirected_by", decision.redirected_by.as_deref());
        member(&mut out, "match", self.pattern.as_deref());
        member(&mut out, "file", self.place.as_ref().map(|(file, _)| file.as_str()));
        out.push_str(",\"line\":");
        number(&mut out, self.place.as_ref().map(|(_, line)| u64::from(*line)));
        out.push_str(",\"params\":");
        list(&mut out, ('{', '}'), decision.params.iter(), |out, (name, value)| {
            string(out, name);
            out.push(':');
            string(out, value);
        });
        member(&mut out, "matched_path", decision.matched_path.as_deref());
        member(&mut out, "backend", decision.backend.as_deref());
        sent(&mut out, decision);
        answer(&mut out, decision);
        out.push_str(",\"considered\":");
        list(&mut out, ('[', ']'), self.considered.iter(), |out, one| {
            out.push_str("{\"route\":");
            string(out, &one.route);
            member(out, "lost", Some(&one.lost));
            out.push('}');
        });
        // Those that are not named, and whether that is the whole count.
        out.push_str(",\"considered_more\":");
        number(&mut out, Some(self.more as u64));
        out.push_str(",\"considered_whole\":");
        out.push_str(if self.whole { "true" } else { "false" });
        // `null` where a route has the host, so that no host being near is another thing.
        out.push_str(",\"nearest_hosts\":");
        match &self.unknown_host {
            Some(unknown) => {
                let nearest = unknown.nearest.iter();
                list(&mut out, ('[', ']'), nearest, |out, host| string(out, host));
            }
            None => out.push_str("null"),
        }
        out.push('}');
        out
    }
}
