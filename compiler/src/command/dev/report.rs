//! What `dev` prints: lines for people, or one JSON object an event.

use pointsman_routing::explain::shown_text;
use serde_json::{Value, json};

use super::build::Built;
use super::request;
use crate::command::console::{Output, Stream, counted};
use crate::diagnostic::render_json;

/// Prints.
pub(super) struct Report<'o> {
    output: &'o mut Output,
    json: bool,
}

impl<'o> Report<'o> {
    pub(super) fn new(output: &'o mut Output, json: bool) -> Self {
        Self { output, json }
    }

    /// Whether nobody reads it any more.
    pub(super) fn is_lost(&self) -> bool {
        self.output.is_lost()
    }

    fn event(&mut self, event: &Value) {
        self.output.out(&format!("{event}\n"));
    }

    /// A line about `dev` itself, and its event.
    pub(super) fn note(&mut self, name: &str, text: &str) {
        if self.json {
            self.event(&json!({ "event": name, "message": text }));
        } else {
            self.output.out(&format!("dev: {text}\n"));
        }
    }

    /// The edge was started.
    pub(super) fn started(&mut self, pid: u32) {
        if self.json {
            self.event(&json!({ "event": "started", "pid": pid }));
        }
    }

    /// What a compile found, and whether it serves now.
    pub(super) fn built(&mut self, built: &Built, is_serving: bool) {
        let kept = if is_serving { "; the last good artifact keeps serving" } else { "" };
        let outcome = match &built.result {
            Ok(outcome) => outcome,
            Err(why) => return self.note("refused", &format!("{why}{kept}")),
        };
        let artifact = built.artifact.as_ref();
        if self.json {
            for line in render_json(&outcome.findings, &outcome.sources).lines() {
                let finding: Value = serde_json::from_str(line).unwrap_or_default();
                self.event(&json!({ "event": "finding", "finding": finding }));
            }
            self.event(&json!({
                "event": "compiled",
                "errors": outcome.findings.errors(),
                "warnings": outcome.findings.warnings(),
                "content_id": artifact.map(|artifact| artifact.content_id().to_string()),
                "generation": artifact.map(|artifact| artifact.generation()),
                "routes": artifact.map(|artifact| artifact.route_count()),
            }));
            return;
        }
        self.output.findings(outcome, Stream::Out);
        match artifact {
            Some(artifact) => {
                let routes = counted(artifact.route_count(), "route");
                let backends = counted(artifact.backend_count(), "backend");
                let generation = artifact.generation();
                self.note("", &format!("compiled {generation}: {routes}, {backends}"));
            }
            None => self.note("", &format!("nothing new is served{kept}")),
        }
    }

    /// A line of the edge's access log. One that is not JSON is shown as it is.
    pub(super) fn logged(&mut self, line: &str) {
        if !self.json {
            let text = request::line(line).unwrap_or_else(|| request::shown(line));
            return self.output.out(&format!("{text}\n"));
        }
        self.event(&json!({ "event": "request", "request": request::event(line) }));
    }

    /// Something else that the edge said; its lines bear its name.
    pub(super) fn said(&mut self, line: &str) {
        if self.json {
            self.event(&json!({ "event": "edge", "line": shown_text(line) }));
        } else {
            self.output.out(&format!("{}\n", request::shown(line)));
        }
    }
}
