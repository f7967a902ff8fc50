//! Requests that show what changes: each is run through the matchers of both artifacts before it
//! is told, and what shows no difference is told by nobody.

use std::collections::BTreeMap;

use pointsman_routing::explain::shown_text;
use pointsman_routing::{Decision, FieldChange, Probe, decide, explain};
use pointsman_schemas::artifact::{Artifact, Constraint, RouteId};

use super::budget::Budget;
use super::listeners::Pair;
use super::meaning::{Takes, Values, asked};
use crate::classes::{Carried, Classes};
use crate::diagnostic::shown_word;
use crate::limits::COMPARISONS_PER_REQUEST;

/// Groups of changed requests that are kept; further ones are counted.
const GROUPS_MAX: usize = 1000;

/// Requests of which the same becomes something else.
#[derive(Clone, Debug)]
pub struct Moved {
    /// What became of them.
    pub old: String,
    /// What becomes of them.
    pub new: String,
    /// Why, as far as the matcher says it.
    pub why: String,
    /// One of them.
    pub witness: Witness,
    /// How many classes of requests it are.
    pub classes: usize,
}

/// A request that shows a difference.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Method and URL.
    pub request: String,
    /// Fields besides `Host`.
    pub headers: Vec<(String, String)>,
    /// Name of the listener it comes in by.
    pub listener: String,
    /// Name of that listener on the old side.
    pub was_listener: String,
    /// The request of the old artifact, and what became of it.
    pub before: (Probe, Decision),
    /// The request of the new artifact, and what becomes of it.
    pub after: (Probe, Decision),
}

/// Tries requests, and keeps those that show a difference.
pub(super) struct Witnesses<'a> {
    old: &'a Artifact,
    new: &'a Artifact,
    listeners: &'a [Pair],
    groups: BTreeMap<[String; 3], Moved>,
    /// Classes of requests that were found out before.
    pub(super) classes: Classes,
    /// Whether more differs than is kept.
    pub(super) overflowed: bool,
    /// What may still be tried.
    pub(super) budget: &'a mut Budget,
}

impl<'a> Witnesses<'a> {
    pub(super) fn new(
        old: &'a Artifact,
        new: &'a Artifact,
        listeners: &'a [Pair],
        budget: &'a mut Budget,
    ) -> Self {
        let (groups, classes) = (BTreeMap::new(), Classes::default());
        Self { old, new, listeners, groups, classes, overflowed: false, budget }
    }

    /// What was found, by what it was and what it is.
    pub(super) fn finish(self) -> Vec<Moved> {
        self.groups.into_values().collect()
    }

    /// Tries the requests to a host and path that the routes of a class tell apart; `false` where
    /// some were left out.
    pub(super) fn try_class(
        &mut self,
        (host, path): (&str, &str),
        entries: &[&Takes],
        automata: &[Constraint<'_>],
    ) -> bool {
        let mut methods: Vec<&str> =
            entries.iter().flat_map(|entry| entry.methods.iter().map(String::as_str)).collect();
        methods.sort_unstable();
        methods.dedup();
        let other = unnamed(&methods);
        methods.push(&other);
        self.budget.spend(self.listeners.len() * (1 + entries.len()) / COMPARISONS_PER_REQUEST);
        let conditions = || entries.iter().flat_map(|entry| &entry.conditions);
        self.budget.spend(conditions().count() / 8);
        let ways = self.classes.carried(conditions(), automata, &mut self.budget.effort);
        let mut tried: Vec<Vec<bool>> = Vec::new();
        for (at, pair) in self.listeners.iter().enumerate() {
            let bit =
                |entry: &&Takes| entry.listeners & 1_u64.checked_shl(at as u32).unwrap_or(0) != 0;
            let mut bits: Vec<bool> = entries.iter().map(bit).collect();
            bits.extend(self.secured(pair));
            if tried.contains(&bits) {
                continue;
            }
            tried.push(bits);
            for method in &methods {
                for carried in ways.each() {
                    if !self.budget.spend_request(entries.len(), carried.weight()) {
                        return false;
                    }
                    self.try_request(pair, method, (host, path), &carried);
                }
            }
        }
        ways.complete
    }

    /// Tries one request by every listener.
    pub(super) fn try_everywhere(&mut self, method: &str, host: &str, target: &str) {
        for pair in self.listeners {
            if !self.budget.spend_request(0, 0) {
                self.overflowed = true;
                return;
            }
            self.try_request(pair, method, (host, target), &Carried::default());
        }
    }

    fn try_request(
        &mut self,
        pair: &Pair,
        method: &str,
        (host, path): (&str, &str),
        carried: &Carried,
    ) {
        let target = match carried.query.join("&") {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        let [was_secured, secured] = self.secured(pair);
        let fields = &carried.fields;
        let probe = |listener, secured| Probe {
            secured,
            fields: fields.clone(),
            ..Probe::new(method, Some(host), &target, listener)
        };
        let (mut before, mut after) = (probe(pair.old, was_secured), probe(pair.new, secured));
        let (mut was, mut is) = (decide(self.old, &before), decide(self.new, &after));
        if !differ(&was, &is) {
            // What routes send may hang on what a plain request does not have.
            let (query, fields) = self.asked(&[&was, &is]);
            for probe in [&mut before, &mut after] {
                let sign = if carried.query.is_empty() { '?' } else { '&' };
                probe.target = format!("{target}{sign}{query}");
                let others = fields
                    .iter()
                    .filter(|(name, _)| carried.fields.iter().all(|(known, _)| known != name));
                probe.fields.extend(others.cloned());
            }
            (was, is) = (decide(self.old, &before), decide(self.new, &after));
        }
        if !differ(&was, &is) {
            return;
        }
        let key = group(&was, &is);
        if let Some(known) = self.groups.get_mut(&key) {
            known.classes += 1;
            return;
        }
        if self.groups.len() >= GROUPS_MAX {
            self.overflowed = true;
            return;
        }
        let scheme = if secured { "https" } else { "http" };
        let witness = Witness {
            request: format!("{method} {scheme}://{host}{}", after.target),
            headers: after.fields.clone(),
            listener: pair.name.clone(),
            was_listener: pair.was.clone(),
            before: (before, was),
            after: (after, is),
        };
        let why = self.why(&witness);
        let (old, new) = {
            let (was, is) = (&witness.before.1, &witness.after.1);
            (said(was, is, Values::Shown), said(is, was, Values::Shown))
        };
        self.groups.insert(key, Moved { old, new, why, witness, classes: 1 });
    }

    /// Whether it is TLS on the old side, and on the new one.
    fn secured(&self, pair: &Pair) -> [bool; 2] {
        let of = |artifact: &Artifact, id| {
            artifact.listener(id).is_some_and(|listener| listener.is_secured())
        };
        [of(self.old, pair.old), of(self.new, pair.new)]
    }

    /// Query and fields that the routes of both sides ask for.
    fn asked(&self, decisions: &[&Decision]) -> (String, Vec<(String, String)>) {
        let (mut query, mut fields) = (vec!["q".to_owned()], Vec::new());
        for (artifact, decision) in [self.old, self.new].into_iter().zip(decisions) {
            let route = decision.route.as_deref().and_then(|id| artifact.route_named(id));
            let Some(route) = route else { continue };
            let mut ask = |id| asked(artifact, id, &mut query, &mut fields);
            if let Some(backend) = route.backend().map(|id| artifact.backend(id)) {
                ask(backend.root_path());
                backend.root_query().into_iter().for_each(&mut ask);
            }
            artifact
                .request_changes(route.route_id())
                .filter_map(|one| one.program)
                .for_each(&mut ask);
            if let Some(pointsman_schemas::artifact::AnswerKind::Redirect { path, query, .. }) =
                route.answer().map(|answer| answer.kind())
            {
                path.into_iter().chain(query).for_each(&mut ask);
            }
        }
        query.dedup();
        fields.sort();
        fields.dedup();
        fields.retain(|name| name != "host");
        let mut encoded = Vec::new();
        for (at, name) in query.iter().enumerate() {
            encoded.push(format!("{}={}", crate::grammar::path::encoded(name.as_bytes()), at + 1));
        }
        let fields = fields.into_iter().enumerate().map(|(at, name)| (name, format!("v{at}")));
        (encoded.join("&"), fields.collect())
    }

    fn why(&self, witness: &Witness) -> String {
        let (was, is) = (&witness.before.1, &witness.after.1);
        let known = |artifact: &Artifact, id: &str| artifact.route_named(id).is_some();
        match (&was.route, &is.route) {
            (Some(a), Some(b)) if a == b => String::new(),
            (Some(a), _) if !known(self.new, a) => format!("route `{a}` is gone"),
            (_, Some(b)) if !known(self.old, b) => format!("route `{b}` is new"),
            (Some(a), _) => {
                let all = explain(self.new, &witness.after.0).considered;
                let lost = all.into_iter().find(|one| one.route == *a).map(|one| one.lost);
                lost.map_or_else(
                    || format!("`{a}` does not fit it any more"),
                    |lost| format!("`{a}`: {lost}"),
                )
            }
            (None, Some(b)) => {
                let all = explain(self.old, &witness.before.0).considered;
                let lost = all.into_iter().find(|one| one.route == *b).map(|one| one.lost);
                lost.map_or_else(String::new, |lost| format!("`{b}` before: {lost}"))
            }
            (None, None) => String::new(),
        }
    }
}

/// A method that is none of these, a common one where there is one: it stands for all others.
fn unnamed(named: &[&str]) -> String {
    let common = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "QUERY"];
    let made = (0..=named.len()).map(|number| format!("OTHER{number}"));
    let mut all = common.into_iter().map(str::to_owned).chain(made);
    all.find(|method| !named.contains(&method.as_str())).unwrap_or_default()
}

/// Whether something else becomes of a request.
pub(super) fn differ(was: &Decision, is: &Decision) -> bool {
    said(was, is, Values::All) != said(is, was, Values::All)
        || was.request_changes != is.request_changes
        || was.response_changes != is.response_changes
}

/// What requests have in common that are told once: who answers, how, and what of it differs.
fn group(was: &Decision, is: &Decision) -> [String; 3] {
    let who = |one: &Decision| format!("{:?} {:?} {:?}", one.route, one.status, one.reason);
    let same = was.route == is.route;
    let differs = [
        was.allow != is.allow,
        same && was.backend != is.backend,
        same && was.sent_path != is.sent_path,
        same && was.sent_host != is.sent_host,
        same && was.location != is.location,
        same && was.request_changes != is.request_changes,
        same && was.response_changes != is.response_changes,
        same && was.body_bytes != is.body_bytes,
    ];
    [who(was), who(is), format!("{differs:?}")]
}

/// What becomes of a request, in words; where the route is the same on both sides, what differs.
fn said(one: &Decision, other: &Decision, values: Values) -> String {
    let mut parts = Vec::new();
    match &one.route {
        Some(route) => parts.push(format!("route {route}")),
        None if one.redirected_by.is_some() => parts.push("to https".to_owned()),
        None => parts.push("no route".to_owned()),
    }
    if let Some(status) = one.status {
        let reason = one.reason.map(|reason| format!(" {reason}")).unwrap_or_default();
        parts.push(format!("{status}{reason}"));
    }
    if one.allow != other.allow && !one.allow.is_empty() {
        parts.push(format!("allow {}", one.allow.join(", ")));
    }
    if one.route == other.route && one.route.is_some() {
        let text = |value: &Option<String>| match (value, values) {
            (None, _) => "nothing".to_owned(),
            (Some(value), Values::All) => value.clone(),
            (Some(value), Values::Shown) => shown_text(value),
        };
        let mut differ = |what: &str, a: &Option<String>, b: &Option<String>| {
            if a != b {
                parts.push(format!("{what} {}", text(a)));
            }
        };
        differ("backend", &one.backend, &other.backend);
        differ("sends", &one.sent_path, &other.sent_path);
        differ("host", &one.sent_host, &other.sent_host);
        differ("to", &one.location, &other.location);
        for (what, own, others) in [
            ("sends fields", &one.request_changes, &other.request_changes),
            ("answers with fields", &one.response_changes, &other.response_changes),
        ] {
            if own != others {
                parts.push(format!("{what} {}", changes(own)));
            }
        }
        if one.body_bytes != other.body_bytes {
            parts.push(format!("a body of {} bytes", one.body_bytes.unwrap_or_default()));
        }
    }
    parts.join(", ")
}

fn changes(all: &[FieldChange]) -> String {
    let one = |change: &FieldChange| {
        let value = shown_word(&change.name, &change.value);
        let sign = if value.is_empty() { "" } else { ": " };
        format!("{} {}{sign}{value}", change.kind.as_str(), change.name)
    };
    let all: Vec<String> = all.iter().map(one).collect();
    if all.is_empty() { "as they are".to_owned() } else { all.join(", ") }
}

/// File and line of a route.
pub(super) fn place(artifact: &Artifact, id: RouteId) -> Option<String> {
    artifact.route(id).place().map(|place| format!("{}:{}", place.file, place.line))
}
