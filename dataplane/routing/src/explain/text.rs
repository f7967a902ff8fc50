//! An explanation for people, some lines.

use pointsman_schemas::artifact::FieldOperationKind;

use super::hidden::shown_text;
use super::object::{Explanation, UnknownHost};
use super::shown::shown_field;
use super::visible::visible;
use crate::decision::FieldChange;

fn changed(label: &str, change: &FieldChange) -> String {
    let FieldChange { kind, name, .. } = change;
    let value = shown_field(change).unwrap_or_default();
    match kind {
        FieldOperationKind::Remove => format!("{label}  {} {name}", kind.as_str()),
        FieldOperationKind::Set | FieldOperationKind::Add => {
            format!("{label}  {} {name}: {value}", kind.as_str())
        }
    }
}

impl Explanation {
    /// The same for people, some lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let decision = &self.decision;
        let mut lines: Vec<String> = Vec::new();
        if let Some(route) = &decision.route {
            let place = self.place.as_ref();
            let place = place.map(|(file, line)| format!("  ({file}:{line})")).unwrap_or_default();
            lines.push(format!("route     {route}{place}"));
        }
        if let Some(pattern) = &self.pattern {
            lines.push(format!("match     {pattern}"));
        }
        if let Some(service) = &decision.service {
            lines.push(format!("service   {service}"));
        }
        if let Some(builtin) = &decision.builtin {
            lines.push(format!("builtin   {builtin}: the edge answers it itself"));
        }
        if let Some(listener) = &decision.redirected_by {
            lines.push(format!("listener  {listener}: sends clients to https, no route is asked"));
        }
        if let Some(status) = decision.status {
            let reason = decision.reason.map(|reason| format!(" {reason}")).unwrap_or_default();
            let detail = decision.detail.map(|text| format!(": {text}")).unwrap_or_default();
            let place = decision.location.as_ref();
            let place = place.map(|place| format!(" location {}", shown_text(place)));
            let place = place.unwrap_or_default();
            let body = decision.body_bytes.map(|bytes| format!(" with a body of {bytes} bytes"));
            let body = body.unwrap_or_default();
            lines.push(format!("answered  {status}{reason}{detail}{place}{body}"));
        }
        if let Some(UnknownHost { host, nearest }) = &self.unknown_host {
            let nearest = match nearest.as_slice() {
                [] => String::new(),
                nearest => format!("; the nearest: {}", nearest.join(", ")),
            };
            lines.push(format!("host      no route has the host {host}{nearest}"));
        }
        if !decision.allow.is_empty() {
            lines.push(format!("allow     {}", decision.allow.join(", ")));
        }
        for (name, value) in &decision.params {
            lines.push(format!("param     {name} = {value}"));
        }
        if let Some(path) = decision.matched_path.as_deref().filter(|path| !path.is_empty()) {
            lines.push(format!("matched   {path}"));
        }
        if let Some(backend) = &decision.backend {
            lines.push(format!("backend   {backend}"));
        }
        if let (Some(path), Some(host)) = (&decision.sent_path, &decision.sent_host) {
            lines.push(format!("sent      {}", shown_text(path)));
            lines.push(format!("host      {host}"));
        }
        lines.extend(decision.request_changes.iter().map(|change| changed("request ", change)));
        lines.extend(decision.response_changes.iter().map(|change| changed("response", change)));
        let width = self.considered.iter().map(|one| one.route.len()).max().unwrap_or(0);
        for (index, one) in self.considered.iter().enumerate() {
            let label = if index == 0 { "lost    " } else { "        " };
            lines.push(format!("{label}  {:width$}  {}", one.route, one.lost));
        }
        if self.more > 0 {
            let more = if self.whole { "more" } else { "or more" };
            lines.push(format!("          and {} {more}", self.more));
        }
        lines.iter().map(|line| visible(line) + "\n").collect()
    }
}
