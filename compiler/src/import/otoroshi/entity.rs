//! Finds the entities in what was exported: flat ones, those in the style of Kubernetes, lists, and
//! exports of a whole system.

use std::collections::HashMap;

use super::kinds;
use super::world::World;
use crate::import::input::{Data, NodeId, Tree};
use crate::import::report::Outcome;

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Route,
    Backend,
    Certificate,
}

/// One entity.
#[derive(Clone, Debug)]
pub(super) struct Entity {
    pub(super) kind: Kind,
    /// Where its fields stand.
    pub(super) node: NodeId,
    /// Its id; there or from the metadata.
    pub(super) id: String,
}

/// Every entity that has a form here, in order; of the others it is said that they are lost.
pub(super) fn collect(world: &mut World<'_>) -> Vec<Entity> {
    let mut found = Vec::new();
    for root in world.intake.tree.roots() {
        document(world, *root, &mut found);
    }
    last_of_each_id(world, found)
}

/// There entities are kept by id, and a later one replaces an earlier one.
fn last_of_each_id(world: &mut World<'_>, found: Vec<Entity>) -> Vec<Entity> {
    let tree = world.intake.tree;
    let mut last = HashMap::new();
    for (at, entity) in found.iter().enumerate() {
        last.insert((entity.kind, entity.id.clone()), (at, entity.node));
    }
    let mut kept = Vec::new();
    for (at, entity) in found.into_iter().enumerate() {
        match last.get(&(entity.kind, entity.id.clone())) {
            Some((other, node)) if *other != at => {
                let note = format!(
                    "another entity of this id stands at {}, and replaces this one there",
                    tree.place(*node)
                );
                world.intake.say_all(entity.node, Outcome::Lost, note);
            }
            _ => kept.push(entity),
        }
    }
    kept
}

fn document(world: &mut World<'_>, node: NodeId, found: &mut Vec<Entity>) {
    let tree = world.intake.tree;
    match tree.data(node) {
        Data::List(entries) => {
            for entry in entries {
                object(world, *entry, found);
            }
        }
        Data::Map(_) => object(world, node, found),
        _ => world.intake.say(node, Outcome::Lost, "no entity: a route or a backend is an object"),
    }
}

fn object(world: &mut World<'_>, node: NodeId, found: &mut Vec<Entity>) {
    let tree = world.intake.tree;
    let is_list = |name: &str| {
        tree.get(node, name).is_some_and(|list| matches!(tree.data(list), Data::List(_)))
    };
    let kind = tree.get(node, "kind").and_then(|kind| tree.text(kind)).unwrap_or_default();
    if is_list("items") && kind.ends_with("List") {
        for name in ["apiVersion", "kind", "metadata"] {
            let field = tree.get(node, name);
            world.intake.say_all(field, Outcome::Irrelevant, "says what the document is");
        }
        for entry in tree.get(node, "items").map(|list| tree.children(list)).unwrap_or_default() {
            object(world, *entry, found);
        }
        return;
    }
    let is_export = kind.is_empty()
        && tree.get(node, "id").is_none()
        && tree.children(node).iter().any(|list| {
            kinds::is_list(tree.key(*list)) && matches!(tree.data(*list), Data::List(_))
        });
    if is_export {
        export(world, node, found);
        return;
    }
    let spec = tree.get(node, "spec").filter(|spec| matches!(tree.data(*spec), Data::Map(_)));
    let is_flat =
        ["frontend", "backend", "chain"].iter().any(|name| tree.get(node, name).is_some());
    let is_kubernetes = spec.is_some() && (tree.get(node, "apiVersion").is_some() || !is_flat);
    let fields = spec.filter(|_| is_kubernetes).unwrap_or(node);
    let written = kind.rsplit('/').next().unwrap_or(kind);
    let kind = if written.is_empty() { shape(tree, fields) } else { written };
    let known = known(kind);
    let Some(known) = known else {
        let (note, security) = kinds::lost(kind);
        world.intake.report.say_all(tree, node, (Outcome::Lost, security), note);
        return;
    };
    world.intake.say(tree.get(node, "kind"), Outcome::Kept, "says what the entity is");
    let mut id = text(tree, fields, "id");
    if is_kubernetes {
        let version = tree.get(node, "apiVersion");
        world.intake.say_all(version, Outcome::Irrelevant, "says what the document is");
        let status = tree.get(node, "status");
        world.intake.say_all(status, Outcome::Irrelevant, "written by the cluster");
        id = metadata(world, node, id);
    }
    take(world, known, fields, id, found);
}

/// The metadata of Kubernetes; gives the id, which is its name where the entity has none.
fn metadata(world: &mut World<'_>, node: NodeId, id: Option<String>) -> Option<String> {
    let tree = world.intake.tree;
    let Some(metadata) = tree.get(node, "metadata") else { return id };
    let name = tree.get(metadata, "name").filter(|name| tree.text(*name).is_some());
    if id.is_some() {
        world.intake.say(name, Outcome::Irrelevant, "the entity has an id of its own");
    } else {
        world.intake.say(name, Outcome::Kept, "the id of the entity");
    }
    world.intake.say_all(metadata, Outcome::Irrelevant, "for the cluster, not for requests");
    id.or_else(|| name.and_then(|name| tree.text(name)).map(str::to_owned))
}

fn export(world: &mut World<'_>, node: NodeId, found: &mut Vec<Entity>) {
    let tree = world.intake.tree;
    for list in tree.children(node) {
        let name = tree.key(*list);
        let kind = match name {
            "routes" => Some(Kind::Route),
            "backends" => Some(Kind::Backend),
            "certificates" | "certs" => Some(Kind::Certificate),
            _ => None,
        };
        match (kind, tree.data(*list)) {
            (_, Data::List(entries)) if entries.is_empty() => {
                world.intake.say(*list, Outcome::Kept, "empty");
            }
            (Some(kind), Data::List(entries)) => {
                for entry in entries {
                    match tree.data(*entry) {
                        Data::Map(_) => {
                            let id = text(tree, *entry, "id");
                            take(world, kind, *entry, id, found);
                        }
                        _ => world.intake.say_all(*entry, Outcome::Lost, "no entity"),
                    }
                }
            }
            (None, _) if matches!(name, "label" | "date" | "dateRaw" | "stats") => {
                world.intake.say_all(*list, Outcome::Irrelevant, "about the export itself");
            }
            _ => {
                let (note, security) = kinds::lost(name);
                world.intake.report.say_all(tree, *list, (Outcome::Lost, security), note);
            }
        }
    }
}

fn take(
    world: &mut World<'_>,
    kind: Kind,
    node: NodeId,
    id: Option<String>,
    found: &mut Vec<Entity>,
) {
    let id = id.or_else(|| text(world.intake.tree, node, "name"));
    match id {
        Some(id) => found.push(Entity { kind, node, id }),
        None => {
            let note = "has neither id nor name: Otoroshi refuses it";
            world.intake.say_all(node, Outcome::Lost, note);
        }
    }
}

fn text(tree: &Tree, node: NodeId, name: &str) -> Option<String> {
    tree.get(node, name).and_then(|id| tree.text(id)).map(str::to_owned)
}

fn known(kind: &str) -> Option<Kind> {
    match kind.to_ascii_lowercase().as_str() {
        "route" => Some(Kind::Route),
        "backend" => Some(Kind::Backend),
        "certificate" | "cert" => Some(Kind::Certificate),
        _ => None,
    }
}

/// What an entity is that does not say so.
fn shape(tree: &Tree, node: NodeId) -> &'static str {
    let has = |name: &str| tree.get(node, name).is_some();
    if has("frontend") {
        "Route"
    } else if has("chain") || has("privateKey") {
        "Certificate"
    } else if has("clientId") && has("clientSecret") {
        "ApiKey"
    } else if ["subdomain", "redirectToLocal", "hosts", "privateApp", "targetsLoadBalancing"]
        .into_iter()
        .any(has)
    {
        "ServiceDescriptor"
    } else if ["flows", "endpoints", "contextPath", "consumers"].into_iter().any(has) {
        "Api"
    } else if has("routes") {
        "RouteComposition"
    } else if has("backend") {
        "Backend"
    } else {
        ""
    }
}
