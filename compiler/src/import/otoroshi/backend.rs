//! A backend: where requests go, and what is sent.

use std::collections::BTreeSet;

use super::parts::Backend;
use super::world::World;
use super::{balancing, client, health, proxy, target};
use crate::import::input::{Data, NodeId};
use crate::import::report::Outcome;
use crate::import::secret;
use crate::import::translation::translate;
use crate::import::writer::Value;

/// Reads a backend. `captured` are the parameters that every route which uses it captures,
/// `strips` says whether each of them has stripped something off the path.
pub(super) fn backend(
    world: &mut World<'_>,
    node: NodeId,
    captured: &BTreeSet<String>,
    strips: bool,
) -> Backend {
    let mut out = Backend::default();
    let shortcut = target::shortcut(world, node);
    let from_url = shortcut.as_ref().map(|shortcut| shortcut.path.clone());
    root(world, node, from_url, captured, strips, &mut out);
    let order = balancing::balancing(world, node, &mut out);
    target::targets(world, node, (shortcut, order), &mut out);
    health::health(world, node, &mut out);
    client::client(world, node, &mut out);
    let client = world.intake.tree.get(node, "client");
    let client = client.filter(|client| matches!(world.intake.tree.data(*client), Data::Map(_)));
    if let Some(client) = client {
        proxy::proxy(world, client, &mut out);
    }
    out
}

fn root(
    world: &mut World<'_>,
    node: NodeId,
    from_url: Option<String>,
    captured: &BTreeSet<String>,
    strips: bool,
    out: &mut Backend,
) {
    let written = world.intake.text(node, "root");
    let rewrite = world.intake.flag(node, "rewrite", false);
    let text = match (&from_url, written.node) {
        (Some(path), node) => {
            world.intake.say(node, Outcome::Irrelevant, "the path of the URL wins over it there");
            path.clone()
        }
        (None, Some(_)) => written.value.clone(),
        (None, None) => "/".to_owned(),
    };
    let place = written.node.filter(|_| from_url.is_none());
    let translated = match secret::is_in_place(&text) {
        true => Err("it holds a secret, which is never copied".to_owned()),
        false => translate(&text, captured),
    };
    match translated {
        Ok(translated) => {
            let mut notes = translated.notes;
            let mut root = translated.text;
            if !root.starts_with('/') {
                root.insert(0, '/');
                notes.push("a `/` stands in front now".to_owned());
            }
            if !rewrite.value && !strips && !root.ends_with('/') {
                notes.push(
                    "where nothing is stripped, Otoroshi glues the path on without a `/`; here one \
                     stands between them"
                        .to_owned(),
                );
            }
            if !notes.is_empty() {
                out.comment(format!("Changed: {}.", notes.join("; ")));
            }
            let outcome = if notes.is_empty() { Outcome::Kept } else { Outcome::Changed };
            notes.insert(0, "root".to_owned());
            world.intake.say(place, outcome, notes.join("; "));
            if root != "/" || rewrite.value {
                out.pair("root", Value::Text(root));
            }
        }
        Err(why) => {
            if secret::is_in_place(&text) {
                let of_url = ["url", "target", "target_url"];
                let url = of_url.iter().find_map(|name| world.intake.tree.get(node, name));
                place.or(url).into_iter().for_each(|place| {
                    world.intake.report.insecure(place, why.clone());
                });
            } else {
                world.intake.say(place, Outcome::Lost, why.clone());
            }
            out.fault = Some(format!("`root` cannot be kept: {why}"));
            out.pair("root", Value::text("/"));
        }
    }
    if rewrite.value {
        out.pair("rewrite", Value::Flag(true));
        out.comment("Otoroshi drops the client's query when it replaces the path.");
        out.pair("keep_query", Value::Flag(false));
        let note = "rewrite = true, keep_query = false: the client's query is dropped there too";
        world.intake.say(rewrite.node, Outcome::Changed, note);
    } else {
        world.intake.say(rewrite.node, Outcome::Kept, "false is the default here");
    }
}
