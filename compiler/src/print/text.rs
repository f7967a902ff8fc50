//! The effective configuration as TOML that compiles to the same content, each value with its origin
//! behind it. What holds without being written there is a comment: a key that is written may ask more of
//! an edge, and is judged where it stands.

use serde_json::Value as Json;

use super::effective::{Effective, Entry, Node, Origin};
use crate::document::spelling::{basic_string, is_bare_key};
use pointsman_routing::explain::MASK;

impl Effective {
    /// As TOML; with `origins` each line says where its value comes from.
    pub fn to_toml(&self, origins: bool) -> String {
        let out = String::new();
        let mut writer = Writer { out, origins, has_masked: false, lacks_tests: false };
        writer.table("", &self.entries);
        let masked = if writer.has_masked { MASKED } else { "" };
        let tests = if writer.lacks_tests { TESTS } else { "" };
        format!("{HEAD}{masked}{tests}\n{}", writer.out)
    }
}

/// What the text is.
const HEAD: &str = "# The effective configuration, all files as one. What stands behind `#` is said by\n# `[defaults]` or the language itself.\n";
/// What it lacks.
const MASKED: &str = "# What `***` stands for is secret: with it, this is not what is served.\n";
/// What it lacks of tests.
const TESTS: &str = "# A test with a secret in it stands behind `#`: it would fail without.\n";

struct Writer {
    out: String,
    origins: bool,
    /// Whether a value was written that hides a secret.
    has_masked: bool,
    /// Whether a test was left out for that.
    lacks_tests: bool,
}

impl Writer {
    fn line(&mut self, text: &str, origin: &Origin) {
        if matches!(origin, Origin::Default | Origin::Defaults(..)) {
            self.out.push_str("# ");
        }
        self.has_masked |= text.contains(MASK);
        self.out.push_str(text);
        if self.origins {
            self.out.push_str(&format!("  # {origin}"));
        }
        self.out.push('\n');
    }

    fn header(&mut self, text: &str, origin: &Origin) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line(text, origin);
    }

    /// Makes comments of all lines from there on.
    fn comment_out(&mut self, from: usize) {
        for line in self.out.split_off(from).lines() {
            let is_said = line.is_empty() || line.starts_with('#');
            self.out.push_str(if is_said { "" } else { "# " });
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    /// The values of a table, then the tables in it: TOML knows no other order.
    fn table(&mut self, path: &str, entries: &[Entry]) {
        for entry in entries {
            if let Node::Value(value) = &entry.node {
                self.line(&format!("{} = {}", key(&entry.key), inline(value)), &entry.origin);
            }
        }
        for entry in entries {
            let own = if path.is_empty() {
                key(&entry.key)
            } else {
                format!("{path}.{}", key(&entry.key))
            };
            match &entry.node {
                Node::Value(_) => {}
                Node::Table(inner) => {
                    // A table of tables alone needs no header of its own.
                    let has_values = inner.iter().any(|one| matches!(one.node, Node::Value(_)));
                    if has_values || inner.is_empty() {
                        self.header(&format!("[{own}]"), &entry.origin);
                    }
                    self.table(&own, inner);
                }
                Node::Tables(all) => {
                    for (origin, inner) in all {
                        let (from, had) = (self.out.len(), self.has_masked);
                        self.has_masked = false;
                        self.header(&format!("[[{own}]]"), origin);
                        self.table(&own, inner);
                        if own == "tests" && self.has_masked {
                            self.lacks_tests = true;
                            self.comment_out(from);
                        }
                        self.has_masked |= had;
                    }
                }
            }
        }
    }
}

fn key(text: &str) -> String {
    if is_bare_key(text) { text.to_owned() } else { basic_string(text) }
}

fn inline(value: &Json) -> String {
    match value {
        Json::String(text) => basic_string(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}
