//! All routes, and the edge that 1Backend is: certificates on demand, a redirect to TLS.

use std::collections::{HashMap, HashSet};

use super::route::{pattern, target};
use crate::import::input::{Data, NodeId, Tree};
use crate::import::intake::Intake;
use crate::import::names::Names;
use crate::import::output::{Imported, Listener, Output, Rank, Route};
use crate::import::report::Outcome;
use crate::import::secret;
use crate::import::writer::{Section, Value};

/// Imports what `oo routes list` prints, or the files that `oo routes save` takes.
///
/// Nothing is refused: what has no form is left out, and the report says so.
pub fn import(tree: &Tree) -> Imported {
    let mut intake = Intake::new(tree);
    let mut output = Output::default();
    let mut ids = Names::default();
    let all: Vec<NodeId> = tree.roots().iter().flat_map(|root| entries(tree, *root)).collect();
    let known = Known::new(&mut intake, &all);
    for entry in all.into_iter().filter(|entry| known.is_last(tree, *entry)) {
        output.routes.extend(route(&mut intake, entry, &known, &mut ids));
    }
    edge(&mut output);
    let mut report = intake.report;
    report.close(tree, "no field of a route, and ignored there too");
    Imported { output, report }
}

/// The routes of a document: one, a list, or an object with a list.
fn entries(tree: &Tree, node: NodeId) -> Vec<NodeId> {
    match tree.data(node) {
        Data::List(entries) => entries.clone(),
        Data::Map(_) => match tree.get(node, "routes") {
            Some(list) => tree.children(list).to_vec(),
            None => vec![node],
        },
        _ => Vec::new(),
    }
}

/// The ids of all routes. A later one of the same id replaces an earlier one there.
struct Known {
    last: HashMap<String, NodeId>,
    /// What is taken by ids that are written as they match.
    patterns: HashSet<String>,
}

impl Known {
    fn new(intake: &mut Intake<'_>, all: &[NodeId]) -> Self {
        let tree = intake.tree;
        let id = |entry: &NodeId| tree.get(*entry, "id").and_then(|id| tree.text(id));
        let mut known = Self { last: HashMap::new(), patterns: HashSet::new() };
        for entry in all {
            let Some(id) = id(entry) else { continue };
            if let Some(before) = known.last.insert(id.to_owned(), *entry) {
                let place = tree.place(*entry);
                let note = format!("the same id stands at {place}, and replaces this one there");
                intake.say_all(before, Outcome::Lost, note);
            }
            if let Ok(taken) = pattern(id)
                && taken.note.is_none()
                && !taken.is_exact
            {
                known.patterns.insert(taken.pattern);
            }
        }
        known
    }

    fn is_last(&self, tree: &Tree, entry: NodeId) -> bool {
        let id = tree.get(entry, "id").and_then(|id| tree.text(id));
        id.and_then(|id| self.last.get(id)).is_none_or(|last| *last == entry)
    }

    /// Whether another route takes what a pattern takes, or more.
    fn has_wider(&self, pattern: &str) -> bool {
        let cut = pattern.match_indices('/').map(|(at, _)| &pattern[..at]);
        cut.chain([pattern]).any(|wider| self.patterns.contains(wider))
    }
}

fn route(intake: &mut Intake<'_>, node: NodeId, known: &Known, ids: &mut Names) -> Option<Route> {
    let (id, target_of) = (intake.text(node, "id"), intake.text(node, "target"));
    for field in ["createdAt", "updatedAt", "created_at", "updated_at"] {
        let field = intake.tree.get(node, field);
        intake.say_all(field, Outcome::Irrelevant, "about the entry itself");
    }
    if [&id.value, &target_of.value].into_iter().any(|text| secret::is_in_place(text)) {
        let why = "the route is left out: it holds a secret, which is never copied";
        intake.report.say_all(intake.tree, node, (Outcome::Lost, true), why);
        return None;
    }
    let taken = pattern(&id.value);
    let reached = target(&target_of.value);
    let (taken, (url, note)) = match (taken, reached) {
        (Ok(taken), Ok(reached)) => (taken, reached),
        (taken, reached) => {
            let why: Vec<String> = [taken.err(), reached.err()].into_iter().flatten().collect();
            let lost = format!(
                "the route is left out, so a wider one may take its requests: {}",
                why.join("; ")
            );
            intake.report.say_all(intake.tree, node, (Outcome::Lost, true), lost);
            return None;
        }
    };
    if taken.note.is_some() && known.patterns.contains(&taken.pattern) {
        let lost = format!("the route is left out: another takes {} as it stands", taken.pattern);
        intake.report.say_all(intake.tree, node, (Outcome::Lost, true), lost);
        return None;
    }
    if taken.is_exact && taken.note.is_some() && known.has_wider(&taken.pattern) {
        let note = "there a wider route takes the path without the last `/`, and here this one";
        intake.report.insecure(id.node.unwrap_or(node), note);
    }
    let name = ids.route(&id.value, "route");
    let said = format!("match {}", taken.pattern);
    match (name == id.value, taken.note) {
        (true, None) => intake.say(id.node, Outcome::Kept, said),
        (true, Some(note)) => intake.say(id.node, Outcome::Changed, format!("{said}; {note}")),
        (false, _) => {
            let note = format!("id = \"{name}\", {said}: the same id stands there before");
            intake.say(id.node, Outcome::Changed, note);
        }
    }
    let outcome = if note.is_some() { Outcome::Changed } else { Outcome::Kept };
    intake.say(target_of.node, outcome, note.unwrap_or("backend"));
    let mut head = Section::entry(["routes"]);
    head.pair("id", Value::text(name.clone()));
    head.pair("match", Value::texts([taken.pattern]));
    if taken.is_exact {
        head.pair("exact", Value::Flag(true));
    }
    let mut backend = Section::table(["routes", "backend"]);
    if url.path != "/" {
        backend.pair("root", Value::text(url.path));
    }
    let mut pairs = vec![
        ("id".to_owned(), Value::text("target")),
        ("host".to_owned(), Value::Text(url.host)),
        ("port".to_owned(), Value::Integer(url.port)),
    ];
    if url.tls {
        pairs.push(("tls".to_owned(), Value::Flag(true)));
    }
    backend.pair("targets", Value::List(vec![Value::Table(pairs)]));
    backend.pair("client", Value::Table(vec![("retries".to_owned(), Value::Integer(0))]));
    let rest = vec![backend];
    Some(Route { id: name, rank: Rank::Own, weight: 0, takes: None, head, rest })
}

/// Listeners as its edge has them, and where certificates come from.
fn edge(output: &mut Output) {
    output.comments = vec![
        "Imported from 1Backend; IMPORT.md says what became of each field.".to_owned(),
        "Not taken over: its shared cache and its compression, which nothing asks for here."
            .to_owned(),
        "Paths go on as they came, not decoded; deadlines hold, where there were none.".to_owned(),
    ];
    let redirect = Value::Table(vec![("status".to_owned(), Value::Integer(301))]);
    let web = Listener {
        address: "[::]:80".to_owned(),
        comments: vec!["OB_EDGE_PROXY_HTTP_PORT, if it was set.".to_owned()],
        pairs: vec![("redirect_to_https".to_owned(), redirect)],
    };
    let tls = Value::Table(vec![("certificates".to_owned(), Value::texts(["auto"]))]);
    let secure = Listener {
        address: "[::]:443".to_owned(),
        comments: vec!["OB_EDGE_PROXY_HTTPS_PORT, if it was set.".to_owned()],
        pairs: vec![
            ("protocols".to_owned(), Value::texts(["http/1.1", "h2"])),
            ("tls".to_owned(), tls),
        ],
    };
    output.listeners.insert("web".to_owned(), web);
    output.listeners.insert("secure".to_owned(), secure);
    let mut acme = Section::table(["acme"]);
    acme.comment("OB_CONTACT_EMAIL becomes contact = [\"mailto:…\"].");
    acme.pair("directory", Value::text("letsencrypt"));
    output.settings.push(acme);
}
