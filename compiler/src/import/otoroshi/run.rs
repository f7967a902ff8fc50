//! The order of an import: entities are found, routes are read, then the backends with what their
//! routes capture, then all is written down.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::backend::backend;
use super::closing::nowhere;
use super::draft::Draft;
use super::entity::{Entity, Kind, collect};
use super::parts::Backend;
use super::route::{Goal, draft, write};
use super::tls;
use super::wider::Wider;
use super::world::{SECURE, WEB, World};
use super::{chosen, order};
use crate::import::input::{NodeId, Tree};
use crate::import::names::Names;
use crate::import::output::{Imported, Listener};
use crate::import::report::Outcome;
use crate::import::writer::{Section, Value};

/// First port of listeners whose address nobody knows.
const PORT_FIRST: usize = 18_001;

/// A backend that routes name.
struct Shared {
    backend: Backend,
    name: String,
    /// The same with the target's name as Host.
    overriding: String,
}

/// Imports what Otoroshi exported. With `accept_loss`, routes stay on that lost a guard.
///
/// Nothing is refused: what has no form is left out, and the report says so.
pub fn import(tree: &Tree, accept_loss: bool) -> Imported {
    let mut world = World::new(tree, accept_loss);
    let entities = collect(&mut world);
    for entity in entities.iter().filter(|entity| entity.kind == Kind::Certificate) {
        tls::entity(&mut world, entity);
    }
    let mut ids = Names::default();
    let routes = entities.iter().filter(|entity| entity.kind == Kind::Route);
    let mut drafts: Vec<Draft> = routes.map(|route| draft(&mut world, route, &mut ids)).collect();
    let blocked = chosen::settle(&mut world, &mut drafts);
    let shared = shared(&mut world, &entities, &drafts);
    let mut wider = Wider::new(&drafts, &mut world.tables);
    for draft in drafts {
        let inline = world.intake.map(draft.node, "backend");
        let own = match (&draft.reference, inline) {
            (Some(_), Some(inline)) => {
                let note = "ignored there too, since `backend_ref` names another";
                world.intake.say_all(inline, Outcome::Irrelevant, note);
                None
            }
            (None, Some(inline)) => {
                let captured = &draft.frontend.captured;
                let strips = draft.frontend.strip_path;
                let own = backend(&mut world, inline, captured, strips);
                world.intake.say_all(inline, Outcome::Lost, "no field of a backend that is known");
                Some(own)
            }
            (_, None) => None,
        };
        let goal = goal(&mut world, &draft, &shared, own.as_ref());
        write(&mut world, draft, &goal, (&mut wider, &mut ids));
    }
    nowhere(&mut world, &blocked, &mut ids);
    order::keep(&mut world, &mut ids);
    settings(&mut world);
    let mut report = world.intake.report;
    report.close(
        tree,
        "no field that is known: Otoroshi ignores such fields, and drops them when it saves",
    );
    Imported { output: world.output, report }
}

fn goal<'a>(
    world: &mut World<'_>,
    draft: &Draft,
    shared: &BTreeMap<String, Shared>,
    own: Option<&'a Backend>,
) -> Goal<'a> {
    let Some((place, id)) = &draft.reference else {
        return own.filter(|own| own.has_targets).map_or(Goal::Nowhere, Goal::Own);
    };
    match shared.get(id) {
        Some(found) if found.backend.has_targets => {
            let overrides = draft.effects.overrides_host;
            let name = if overrides { &found.overriding } else { &found.name };
            world.intake.say(*place, Outcome::Kept, format!("backend = \"{name}\""));
            Goal::Named(name.clone(), found.backend.fault.clone())
        }
        Some(_) => {
            let note = "the backend has no target: 503, as before";
            world.intake.say(*place, Outcome::Changed, note);
            Goal::Nowhere
        }
        None => {
            let note = "no backend of this id was given: 503, as there; give its export too";
            world.intake.say(*place, Outcome::Changed, note);
            Goal::Nowhere
        }
    }
}

/// Reads the backends that stand alone, and writes those down that have a target.
fn shared(
    world: &mut World<'_>,
    entities: &[Entity],
    drafts: &[Draft],
) -> BTreeMap<String, Shared> {
    let mut names = Names::default();
    let mut shared = BTreeMap::new();
    let mut by_reference: HashMap<&str, Vec<&Draft>> = HashMap::new();
    for draft in drafts {
        if let Some((_, reference)) = &draft.reference {
            by_reference.entry(reference).or_default().push(draft);
        }
    }
    for entity in entities.iter().filter(|entity| entity.kind == Kind::Backend) {
        let users = by_reference.remove(entity.id.as_str()).unwrap_or_default();
        let Some(fields) = world.intake.map(entity.node, "backend") else {
            world.intake.say_all(
                entity.node,
                Outcome::Lost,
                "has no `backend`: Otoroshi refuses it",
            );
            continue;
        };
        let strips = users.iter().all(|draft| draft.frontend.strip_path);
        let backend = backend(world, fields, &captured(&users), strips);
        world.intake.say_all(fields, Outcome::Lost, "no field of a backend that is known");
        let name = names.name(&entity.id, "backend");
        about(world, entity, &name);
        let overrides = users.iter().filter(|draft| draft.effects.overrides_host).count();
        let is_split = overrides > 0 && overrides < users.len();
        let overriding = match is_split {
            true => names.name(&format!("{name}-target-host"), "backend"),
            false => name.clone(),
        };
        if backend.has_targets {
            let header = (overrides > 0 && !is_split).then_some("target");
            let sections = backend.sections(&["backends", &name], header);
            world.output.backends.insert(name.clone(), sections);
            if is_split {
                let sections = backend.sections(&["backends", &overriding], Some("target"));
                world.output.backends.insert(overriding.clone(), sections);
            }
        } else {
            let id = world.intake.tree.get(entity.node, "id");
            let note = "left out: it has no target, and its routes answer 503";
            world.intake.say(id, Outcome::Changed, note);
        }
        shared.entry(entity.id.clone()).or_insert(Shared { backend, name, overriding });
    }
    shared
}

/// What all routes capture that use a backend.
fn captured(users: &[&Draft]) -> BTreeSet<String> {
    let mut all = users.iter().map(|draft| &draft.frontend.captured);
    let first = all.next().cloned().unwrap_or_default();
    all.fold(first, |known, next| known.intersection(next).cloned().collect())
}

fn about(world: &mut World<'_>, entity: &Entity, name: &str) {
    let tree = world.intake.tree;
    let outcome = if name == entity.id { Outcome::Kept } else { Outcome::Changed };
    let id = tree.get(entity.node, "id");
    world.intake.say_all(id, outcome, format!("[backends.{name}]"));
    for field in ["_loc", "name", "description", "tags", "metadata"] {
        let field: Option<NodeId> = tree.get(entity.node, field);
        world.intake.say_all(field, Outcome::Irrelevant, "for people and their rights");
    }
}

/// Listeners, and what else the first file says.
fn settings(world: &mut World<'_>) {
    world.output.comments =
        vec!["Imported from Otoroshi; IMPORT.md says what became of each field.".to_owned()];
    let web = Listener {
        address: "[::]:80".to_owned(),
        comments: vec!["Otoroshi's own port may be another, such as 8080.".to_owned()],
        pairs: Vec::new(),
    };
    world.output.listeners.insert(WEB.to_owned(), web);
    if world.asks_tls || !world.served.is_empty() {
        secure(world);
    }
    let named: Vec<(String, String)> =
        world.listeners().map(|(id, name)| (id.to_owned(), name.to_owned())).collect();
    for (at, (id, name)) in named.into_iter().enumerate() {
        let shown = crate::import::text::shown(&id);
        let listener = Listener {
            address: format!("127.0.0.1:{}", PORT_FIRST + at),
            comments: vec![format!("Otoroshi's listener `{shown}`: say its address.")],
            pairs: Vec::new(),
        };
        world.output.listeners.insert(name, listener);
    }
    if world.asks_geography {
        let mut node = Section::table(["node"]);
        node.comment("Targets ask where a client is: put the database there on each edge.");
        node.pair("geoip", Value::text("file:/var/lib/GeoLite2-City.mmdb"));
        world.output.settings.push(node);
    }
    if world.asks_location {
        let note = "Targets ask where this host is: write [node] here.";
        world.output.comments.push(note.to_owned());
    }
}

fn secure(world: &mut World<'_>) {
    let mut comments = Vec::new();
    let mut names = world.served.clone();
    names.sort();
    if names.is_empty() {
        comments
            .push("Nothing was exported that this could show: it orders certificates.".to_owned());
        names.push("auto".to_owned());
        let mut acme = Section::table(["acme"]);
        acme.pair("directory", Value::text("letsencrypt"));
        world.output.settings.push(acme);
    }
    let tls = Value::Table(vec![("certificates".to_owned(), Value::texts(names))]);
    let secure =
        Listener { address: "[::]:443".to_owned(), comments, pairs: vec![("tls".to_owned(), tls)] };
    world.output.listeners.insert(SECURE.to_owned(), secure);
}
