//! A route: what it takes, what is done, and where it goes.

use std::collections::BTreeSet;

use super::closing::{beside, without_tls};
use super::draft::{Draft, methods};
use super::entity::Entity;
use super::frontend::frontend;
use super::parts::Backend;
use super::plugin::{Changes, plugins};
use super::wider::Wider;
use super::world::{SECURE, STANDARD, WEB, World};
use crate::import::input::NodeId;
use crate::import::names::Names;
use crate::import::output::{Rank, Route, Takes};
use crate::import::report::Outcome;
use crate::import::secret;
use crate::import::writer::{Section, Value};

/// Where a route goes.
pub(super) enum Goal<'a> {
    /// To a backend of this name.
    Named(String, Option<String>),
    /// To a backend of its own.
    Own(&'a Backend),
    /// Nowhere: there is no target.
    Nowhere,
}

/// Reads a route, but for its backend.
pub(super) fn draft(world: &mut World<'_>, entity: &Entity, ids: &mut Names) -> Draft {
    let node = entity.node;
    let tree = world.intake.tree;
    let id = ids.route(&entity.id, "route");
    let place = tree.get(node, "id");
    match id == entity.id {
        true => world.intake.say(place, Outcome::Kept, "id"),
        false => {
            let note = format!("id = \"{id}\": ids are unique, and printable ASCII without space");
            world.intake.say(place, Outcome::Changed, note);
        }
    }
    let mut name = world.intake.text(node, "name");
    if secret::is_in_place(&name.value) || secret::is_told(&name.value) {
        name.value.clear();
        world.intake.say(name.node, Outcome::Lost, "it holds a secret, which is never copied");
    } else {
        world.intake.say(name.node, Outcome::Kept, "name");
    }
    let metadata = world.intake.words(node, "metadata", false);
    let metadata = metadata.into_iter().filter_map(|(place, key, text)| {
        if secret::is_in_field(&key, &text) {
            world.intake.report.insecure(place, "a secret, which is never copied");
            return None;
        }
        world.intake.say(place, Outcome::Kept, "metadata");
        Some((key, Value::Text(text)))
    });
    let metadata = metadata.collect();
    let enabled = world.intake.guard_flag(node, "enabled", true);
    let note = if enabled.value { "true is the default here" } else { "enabled = false" };
    world.intake.say(enabled.node, Outcome::Kept, note);
    let frontend = frontend(world, node);
    let effects = plugins(world, node, &frontend.captured);
    let listeners = listeners(world, node);
    about(world, node);
    let reference = world.intake.text(node, "backend_ref");
    let reference = match reference.node {
        Some(place) if reference.value.is_empty() => {
            world.intake.say(place, Outcome::Kept, "empty: as good as absent");
            None
        }
        place => place.map(|place| (place, reference.value)),
    };
    Draft {
        node,
        frontend,
        effects,
        reference,
        id,
        name: name.value,
        metadata,
        is_enabled: enabled.value,
        is_closed: false,
        listeners,
        comments: Vec::new(),
    }
}

/// Fields that change nothing about requests.
fn about(world: &mut World<'_>, node: NodeId) {
    let tree = world.intake.tree;
    for name in ["_loc", "description", "tags", "groups", "location", "created_at", "updated_at"] {
        world.intake.say_all(
            tree.get(node, name),
            Outcome::Irrelevant,
            "for people and their rights",
        );
    }
    for name in ["debug_flow", "export_reporting", "capture"] {
        let field = world.intake.flag(node, name, false);
        match field.value {
            true => world.intake.say(field.node, Outcome::Lost, "no such record is kept here"),
            false => world.intake.say(field.node, Outcome::Kept, "off, as always here"),
        }
    }
}

fn listeners(world: &mut World<'_>, node: NodeId) -> Vec<String> {
    let mut names = Vec::new();
    for (place, id) in world.intake.guard_texts(node, "bound_listeners") {
        if STANDARD.contains(&id.as_str()) {
            let note = format!("listeners: {WEB}, and {SECURE} if there is one");
            world.intake.say(place, Outcome::Kept, note);
            // Whether there is one with TLS is known when all routes were read.
            if !names.iter().any(|name| name == WEB) {
                names.push(WEB.to_owned());
            }
            continue;
        }
        let name = world.listener(&id);
        let note = format!("listeners: say the address of [listeners.{name}]");
        world.intake.say(place, Outcome::Changed, note);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Writes a route down, and the routes beside it that redirect to TLS, or answer in its place.
pub(super) fn write(
    world: &mut World<'_>,
    mut draft: Draft,
    goal: &Goal<'_>,
    (wider, ids): (&mut Wider, &mut Names),
) {
    if draft.frontend.patterns.is_empty() {
        let id = world.intake.tree.get(draft.node, "id");
        let note = "the route is left out: none of its domains is left";
        world.intake.say(id, Outcome::Lost, note);
        return;
    }
    if draft.listeners.iter().any(|name| name == WEB) {
        let others = draft.listeners.iter().filter(|name| *name != WEB).cloned();
        draft.listeners = world.standard().into_iter().chain(others).collect();
    }
    let listeners = draft.listeners.clone();
    guard(world, &mut draft, goal);
    force_tls(world, &mut draft, ids);
    let (head, rest) = whole(&draft, goal);
    let takes = Some(takes(&draft)).filter(|_| is_on(&draft));
    let (id, weight) = (draft.id.clone(), draft.frontend.condition_count);
    world.output.routes.push(Route { id, rank: Rank::Own, weight, takes, head, rest });
    beside(world, &draft, &listeners, (wider, ids));
}

/// All of a route.
fn whole(draft: &Draft, goal: &Goal<'_>) -> (Section, Vec<Section>) {
    let mut head = head(draft);
    let mut rest = Vec::new();
    if let Some((to, status)) = &draft.effects.redirect {
        head.pair("redirect", redirect(to, *status));
    } else if let Some(answer) = &draft.effects.respond {
        let mut pairs = vec![
            ("status".to_owned(), Value::Integer(answer.status)),
            ("body".to_owned(), Value::text(answer.body.clone())),
        ];
        if !answer.headers.is_empty() {
            pairs.push(("headers".to_owned(), words(&answer.headers)));
        }
        head.pair("respond", Value::Table(pairs));
    } else {
        match goal {
            Goal::Named(name, _) => head.pair("backend", Value::text(name.clone())),
            Goal::Own(backend) => {
                let header = draft.effects.overrides_host.then_some("target");
                rest = backend.sections(&["routes", "backend"], header);
            }
            Goal::Nowhere => {
                head.comment("There is no target; Otoroshi answers 503 too.");
                let pairs = vec![
                    ("status".to_owned(), Value::Integer(503)),
                    ("body".to_owned(), Value::text("no target\n")),
                ];
                head.pair("respond", Value::Table(pairs));
            }
        }
        changes(&mut head, "request_headers", &draft.effects.request);
    }
    changes(&mut head, "response_headers", &draft.effects.response);
    (head, rest)
}

/// Takes a route off the listener without TLS, where others redirect to it then.
fn force_tls(world: &mut World<'_>, draft: &mut Draft, ids: &mut Names) {
    let Some(plugin) = draft.effects.forces_https else { return };
    if !draft.listeners.is_empty() {
        // Said when the route was closed.
        return;
    }
    let wild = draft.frontend.patterns.iter().filter(|pattern| host(pattern).contains('*'));
    let wild: Vec<String> = wild.cloned().collect();
    let mut routes = redirects(draft, ids);
    if !wild.is_empty() {
        let note = format!(
            "{} without TLS: 404 instead of a redirect, whose host is never built from a request",
            wild.join(", ")
        );
        world.intake.say(plugin, Outcome::Changed, note);
        routes.push(without_tls(draft, &wild, WEB, ids));
    }
    draft.listeners.push(SECURE.to_owned());
    world.output.routes.extend(routes);
}

/// The host of a pattern.
fn host(pattern: &str) -> &str {
    pattern.split('/').next().unwrap_or_default()
}

/// Closes a route that would let in whom it kept out before, or that would ask for the wrong thing;
/// `--accept-loss` leaves it on.
fn guard(world: &mut World<'_>, draft: &mut Draft, goal: &Goal<'_>) {
    let mut lost = draft.effects.guards.clone();
    lost.extend(draft.frontend.wider.iter().cloned());
    if let Some(plugin) = draft.effects.forces_https.filter(|_| !draft.listeners.is_empty()) {
        let note = "no redirect to TLS: the route names its listeners";
        world.intake.report.insecure(plugin, note);
        lost.push("ForceHttpsTraffic".to_owned());
    }
    if !lost.is_empty() {
        let lost = lost.join(", ");
        if world.accept_loss {
            draft.comments.push(format!("Open to more than before: {lost} cannot be kept."));
        } else {
            draft.is_closed = true;
            draft.comments.push(format!(
                "Switched off: {lost} cannot be kept, and kept somebody out. Protect it otherwise, \
                 or import with --accept-loss."
            ));
        }
    }
    let mut secrets = draft.effects.closed.clone();
    secrets.extend(draft.frontend.secret.iter().cloned());
    if !secrets.is_empty() {
        draft.is_closed = true;
        draft.comments.push(format!(
            "Switched off: {} held a secret, which is never copied, and kept somebody out. Let the \
             target ask for it.",
            secrets.join(", ")
        ));
    }
    if has_no_method(draft) {
        draft.comments.push("Switched off: none of its methods is left.".to_owned());
    }
    let fault = match goal {
        Goal::Own(backend) => backend.fault.clone(),
        Goal::Named(_, fault) => fault.clone(),
        Goal::Nowhere => None,
    };
    if let Some(fault) = fault {
        draft.is_closed = true;
        draft.comments.push(format!("Switched off: {fault}"));
    }
    if draft.is_closed && draft.is_enabled {
        world.intake.report.close_route();
    }
}

/// Whether no request has a method that it takes.
fn has_no_method(draft: &Draft) -> bool {
    draft.frontend.has_no_method || methods(draft).is_some_and(|methods| methods.is_empty())
}

fn head(draft: &Draft) -> Section {
    let mut head = Section::entry(["routes"]);
    for comment in &draft.comments {
        head.comment(comment.clone());
    }
    head.pair("id", Value::text(draft.id.clone()));
    if !draft.name.is_empty() {
        head.pair("name", Value::text(draft.name.clone()));
    }
    if !draft.metadata.is_empty() {
        head.pair("metadata", Value::Table(draft.metadata.clone()));
    }
    if !is_on(draft) {
        head.pair("enabled", Value::Flag(false));
    }
    head.extend(takes(draft).pairs());
    if draft.frontend.strip_path {
        head.pair("strip_path", Value::Flag(true));
    }
    if !draft.listeners.is_empty() {
        head.pair("listeners", Value::texts(draft.listeners.clone()));
    }
    head
}

fn is_on(draft: &Draft) -> bool {
    draft.is_enabled && !draft.is_closed && !has_no_method(draft)
}

fn takes(draft: &Draft) -> Takes {
    Takes {
        patterns: draft.frontend.patterns.clone(),
        methods: methods(draft).unwrap_or_default(),
        conditions: draft.frontend.conditions.clone(),
        exact: draft.frontend.exact,
        listeners: draft.listeners.clone(),
    }
}

/// Routes of the listener without TLS that send clients to the one with it, one for each host.
fn redirects(draft: &Draft, ids: &mut Names) -> Vec<Route> {
    let hosts: BTreeSet<&str> =
        draft.frontend.patterns.iter().map(|pattern| host(pattern)).collect();
    let exact = hosts.iter().filter(|host| !host.contains('*'));
    let routes = exact.map(|name| {
        let patterns = draft.frontend.patterns.iter().filter(|pattern| host(pattern) == *name);
        let id = ids.route(&format!("{}-to-https", draft.id), "to-https");
        let mut head = Section::entry(["routes"]);
        head.comment("Otoroshi's plugin `ForceHttpsTraffic`.");
        head.pair("id", Value::text(id.clone()));
        let is_on = draft.is_enabled && !draft.frontend.has_no_method;
        if !is_on {
            head.pair("enabled", Value::Flag(false));
        }
        // There clients are redirected before a plugin looks at the method.
        let methods = draft.frontend.methods.clone();
        let takes = Takes {
            patterns: patterns.cloned().collect(),
            methods,
            listeners: vec![WEB.to_owned()],
            ..takes(draft)
        };
        head.extend(takes.pairs());
        head.pair("listeners", Value::texts([WEB]));
        head.pair("redirect", redirect(&format!("https://{name}${{req.uri}}"), 301));
        let (takes, weight) = (Some(takes).filter(|_| is_on), draft.frontend.condition_count);
        Route { id, rank: Rank::Own, weight, takes, head, rest: Vec::new() }
    });
    routes.collect()
}

fn redirect(to: &str, status: i64) -> Value {
    Value::Table(vec![
        ("to".to_owned(), Value::text(to)),
        ("status".to_owned(), Value::Integer(status)),
    ])
}

fn changes(head: &mut Section, key: &str, changes: &Changes) {
    let mut pairs = Vec::new();
    if !changes.set.is_empty() {
        pairs.push(("set".to_owned(), words(&changes.set)));
    }
    if !changes.remove.is_empty() {
        let names: BTreeSet<String> = changes.remove.iter().cloned().collect();
        pairs.push(("remove".to_owned(), Value::texts(names)));
    }
    if !pairs.is_empty() {
        head.pair(key, Value::Table(pairs));
    }
}

/// Pairs of text, the last of a name alone, sorted.
fn words(pairs: &[(String, String)]) -> Value {
    let map: std::collections::BTreeMap<_, _> = pairs.iter().cloned().collect();
    Value::Table(map.into_iter().map(|(name, text)| (name, Value::Text(text))).collect())
}
