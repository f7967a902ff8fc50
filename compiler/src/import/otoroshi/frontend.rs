//! `frontend` of a route: which requests it takes.

use std::collections::{BTreeSet, HashSet};

use pointsman_schemas::limits::{CONDITIONS_PER_ROUTE_MAX, NAME_BYTES_MAX};

use super::pattern;
use super::world::World;
use crate::document::value;
use crate::import::condition::{Condition, condition};
use crate::import::input::{Data, NodeId};
use crate::import::report::Outcome;
use crate::import::secret;
use crate::import::text::shown;
use crate::import::writer::Value;

/// An entry of `domains` that has a form here.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) node: NodeId,
    /// In lower case, as it is kept there.
    pub(super) host: String,
    /// Its segments, as they are written there.
    pub(super) keys: Vec<String>,
    /// What it becomes.
    pub(super) patterns: Vec<String>,
    /// What is another now, and why.
    pub(super) notes: Vec<String>,
}

/// What a route takes.
#[derive(Debug, Default)]
pub(super) struct Frontend {
    pub(super) entries: Vec<Entry>,
    /// Whether all that it was given ends with `/`: then a last segment is whole there.
    pub(super) is_slashed: bool,
    pub(super) patterns: Vec<String>,
    /// What each pattern captures.
    pub(super) captured: BTreeSet<String>,
    pub(super) methods: Vec<String>,
    /// Methods were named, and none of them is one that a request may have.
    pub(super) has_no_method: bool,
    pub(super) exact: bool,
    /// Whether something is stripped, and whether it would be if a pattern had a path.
    pub(super) strip_path: bool,
    pub(super) asks_strip: bool,
    /// How many conditions there were there.
    pub(super) condition_count: usize,
    /// `headers`, `query`, `cookies` with their conditions.
    pub(super) conditions: Vec<(&'static str, Vec<(String, Value)>)>,
    /// Conditions that are gone, without which it would take more than before.
    pub(super) wider: Vec<String>,
    /// The same, which asked for a secret: the route is never open without them.
    pub(super) secret: Vec<String>,
}

impl Frontend {
    /// Whether it takes every request that fits its patterns.
    pub(super) fn takes_all(&self) -> bool {
        let is_open = self.methods.is_empty() && self.conditions.is_empty();
        is_open && !self.exact && !self.has_no_method
    }

    /// Takes further patterns, each once.
    pub(super) fn extend(&mut self, new: impl IntoIterator<Item = String>) {
        let mut known: HashSet<String> = self.patterns.iter().cloned().collect();
        self.patterns.extend(new.into_iter().filter(|pattern| known.insert(pattern.clone())));
        self.strip_path = self.asks_strip && self.patterns.iter().any(|one| one.contains('/'));
    }
}

/// Reads it.
pub(super) fn frontend(world: &mut World<'_>, route: NodeId) -> Frontend {
    let mut out = Frontend { strip_path: true, ..Frontend::default() };
    let Some(node) = world.intake.map(route, "frontend") else { return out };
    patterns(world, node, &mut out);
    let has_path = out.patterns.iter().any(|pattern| pattern.contains('/'));
    let strip = world.intake.flag(node, "strip_path", true);
    out.strip_path = strip.value && has_path;
    out.asks_strip = strip.value;
    let note = match (strip.value, has_path) {
        (true, true) => "strip_path = true",
        (true, false) => "nothing to strip: no pattern has a path",
        (false, _) => "false is the default here",
    };
    world.intake.say(strip.node, Outcome::Kept, note);
    let exact = world.intake.guard_flag(node, "exact", false);
    out.exact = exact.value;
    let note = if exact.value { "exact = true" } else { "false is the default here" };
    world.intake.say(exact.node, Outcome::Kept, note);
    methods(world, node, &mut out);
    for name in ["headers", "query", "cookies"] {
        conditions(world, node, name, &mut out);
    }
    out
}

fn patterns(world: &mut World<'_>, node: NodeId, out: &mut Frontend) {
    let tree = world.intake.tree;
    let single = world.intake.text(node, "domain");
    let mut entries = Vec::new();
    if let Some(domain) = single.node {
        entries.push((domain, single.value));
        if let Some(list) = tree.get(node, "domains") {
            let note = "`domain` wins over `domains` there";
            world.intake.say_all(list, Outcome::Irrelevant, note);
        }
    } else if tree.get(node, "domains").is_some_and(|list| matches!(tree.data(list), Data::Text(_)))
    {
        let list = world.intake.text(node, "domains");
        world.intake.say(list.node, Outcome::Lost, "is no list: Otoroshi takes it for empty");
    } else {
        entries = world.intake.guard_texts(node, "domains");
    }
    out.is_slashed = !entries.is_empty() && entries.iter().all(|(_, text)| text.ends_with('/'));
    let mut captured: Option<BTreeSet<String>> = None;
    for (node, text) in entries {
        match pattern::convert(&text, &mut world.tables) {
            Ok(converted) => {
                let both = captured
                    .map(|known| known.intersection(&converted.captured).cloned().collect());
                captured = Some(both.unwrap_or(converted.captured));
                let (host, path) = text.split_once('/').unwrap_or((&text, ""));
                let keys = path.split('/').filter(|key| !key.is_empty()).map(str::to_owned);
                out.entries.push(Entry {
                    node,
                    host: host.to_lowercase(),
                    keys: keys.collect(),
                    patterns: converted.patterns,
                    notes: converted.notes,
                });
            }
            Err(why) => {
                let note = format!(
                    "left out, so a wider route may take its requests, without what this one did: \
                     {why}"
                );
                world.intake.report.insecure(node, note);
            }
        }
    }
    let patterns: Vec<String> =
        out.entries.iter().flat_map(|entry| entry.patterns.iter().cloned()).collect();
    out.extend(patterns);
    out.captured = captured.unwrap_or_default();
}

fn methods(world: &mut World<'_>, node: NodeId, out: &mut Frontend) {
    for (entry, method) in world.intake.guard_texts(node, "methods") {
        match value::method(&method) {
            Ok(()) => {
                world.intake.say(entry, Outcome::Kept, "methods");
                if !out.methods.contains(&method) {
                    out.methods.push(method);
                }
            }
            Err(_) => {
                out.has_no_method = true;
                world.intake.say(entry, Outcome::Lost, "no method that a request may have here");
            }
        }
    }
    out.has_no_method &= out.methods.is_empty();
}

fn conditions(world: &mut World<'_>, node: NodeId, table: &'static str, out: &mut Frontend) {
    let mut pairs = Vec::new();
    let count: usize = out.conditions.iter().map(|(_, pairs)| pairs.len()).sum();
    let words = world.intake.words(node, table, true);
    out.condition_count += words.len();
    for (entry, name, text) in words {
        let key = name.to_ascii_lowercase();
        let is_new = table != "headers"
            || pairs.iter().all(|(known, _): &(String, Value)| known.to_ascii_lowercase() != key);
        let fits = match table {
            "headers" => value::field(&name, "").is_ok() && key != "host",
            "cookies" => !name.is_empty() && name.bytes().all(value::is_token),
            _ => name.len() <= NAME_BYTES_MAX && !name.is_empty(),
        } && is_new
            && count + pairs.len() < CONDITIONS_PER_ROUTE_MAX;
        if secret::is_in_condition(table, &name, &text) {
            let note = "it asks for a secret, which is never copied; let the target ask for it";
            world.intake.report.insecure(entry, note);
            out.secret.push(format!("{table} `{}`", shown(&name)));
            continue;
        }
        let found = match fits {
            true => condition(&text, &mut world.tables),
            false => Condition::Lost("its name is none that a request can have".into()),
        };
        let (condition, outcome, note) = match found {
            Condition::Kept(text) => (text, Outcome::Kept, table.to_owned()),
            Condition::Changed(text, note) => (text, Outcome::Changed, format!("{table}: {note}")),
            Condition::Lost(why) => {
                let note = format!("the route would take more requests without it: {why}");
                world.intake.report.insecure(entry, note);
                out.wider.push(format!("{table} `{name}`"));
                continue;
            }
        };
        world.intake.say(entry, outcome, note);
        pairs.push((name, Value::Text(condition)));
    }
    if !pairs.is_empty() {
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        out.conditions.push((table, pairs));
    }
}
