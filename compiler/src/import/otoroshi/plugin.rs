//! Plugins of a route: those that the language can say become keys, each other one that is switched
//! on is lost, by name.

use std::collections::BTreeSet;

use super::plugin_names::{Loss, loss, short};
use super::world::World;
use crate::document::value;
use crate::grammar::origin::absolute;
use crate::import::input::{Data, NodeId};
use crate::import::report::Outcome;
use crate::import::secret;
use crate::import::text::shown;
use crate::import::translation::translate;

/// Changes to fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    pub(super) set: Vec<(String, String)>,
    pub(super) remove: Vec<String>,
}

/// A fixed answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: i64,
    pub(super) body: String,
    pub(super) headers: Vec<(String, String)>,
}

/// What the plugins of a route come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    /// The target's name goes out as Host.
    pub(super) overrides_host: bool,
    pub(super) request: Changes,
    pub(super) response: Changes,
    /// Place and status.
    pub(super) redirect: Option<(String, i64)>,
    pub(super) respond: Option<Answer>,
    /// The plugin that lets TLS in alone.
    pub(super) forces_https: Option<NodeId>,
    /// Methods that are let in, if not all.
    pub(super) methods: Option<Vec<String>>,
    /// Plugins that kept somebody out and are gone.
    pub(super) guards: Vec<String>,
    /// Plugins that answered with a secret and are gone: the route is never open without them.
    pub(super) closed: Vec<String>,
    /// What is another now, of the plugin at hand.
    notes: Vec<String>,
}

/// Why a plugin that is known could not be kept.
type Why = String;

/// Reads every slot.
pub(super) fn plugins(
    world: &mut World<'_>,
    route: NodeId,
    captured: &BTreeSet<String>,
) -> Effects {
    let mut effects = Effects::default();
    let tree = world.intake.tree;
    let unread = tree.get(route, "plugins").filter(|node| {
        tree.get(*node, "slots").is_none() && matches!(tree.data(*node), Data::Map(_))
    });
    if let Some(node) = unread.filter(|node| !tree.children(*node).is_empty()) {
        let note =
            "no list of plugins: Otoroshi reads none, and what they protected is open there too";
        world.intake.report.say_all(tree, node, (Outcome::Lost, true), note);
    }
    let slots = match tree.get(route, "plugins") {
        // Written both ways: a list, or an object with a list.
        Some(node) if tree.get(node, "slots").is_some() => world.intake.list(node, "slots"),
        _ => world.intake.list(route, "plugins"),
    };
    for slot in slots {
        self::slot(world, slot, captured, &mut effects);
    }
    effects
}

fn slot(world: &mut World<'_>, slot: NodeId, captured: &BTreeSet<String>, effects: &mut Effects) {
    let tree = world.intake.tree;
    let enabled = world.intake.flag(slot, "enabled", true);
    let plugin = world.intake.text(slot, "plugin");
    let name = shown(short(&plugin.value));
    if !enabled.value {
        world.intake.say(enabled.node, Outcome::Kept, "switched off, and left out");
        world.intake.say_all(slot, Outcome::Irrelevant, format!("`{name}` is switched off"));
        return;
    }
    let is_partial = ["include", "exclude", "bound_listeners"]
        .iter()
        .any(|list| tree.get(slot, list).is_some_and(|list| !tree.children(list).is_empty()));
    let config = tree.get(slot, "config").unwrap_or(slot);
    let found = secret(world, config);
    let kept = if let Some(field) = &found {
        Err(format!(
            "`{}` holds a secret, which is never copied; let the target ask for it, or put it \
             where only the target reads it",
            shown(field)
        ))
    } else if is_partial {
        Err("it holds for some paths or listeners only".to_owned())
    } else {
        convert(world, (slot, &plugin.value), config, captured, effects)
    };
    match kept {
        Ok(note) => {
            let notes = std::mem::take(&mut effects.notes);
            let outcome = if notes.is_empty() { Outcome::Kept } else { Outcome::Changed };
            let all: Vec<String> = std::iter::once(note).chain(notes).collect();
            let note = format!("`{name}`: {}", all.join("; "));
            world.intake.say(plugin.node, outcome, note.clone());
            let of_config = tree.get(slot, "config");
            world.intake.say_all(of_config, outcome, note);
            world.intake.say_all(slot, Outcome::Irrelevant, "how the plugin is run");
        }
        Err(why) => {
            effects.notes.clear();
            let own = strip(world, &plugin.value, config, effects);
            let why = format!("{why}{own}");
            lost(world, slot, (&plugin.value, &name), (&why, found.is_some()), effects);
        }
    }
}

fn lost(
    world: &mut World<'_>,
    slot: NodeId,
    (plugin, name): (&str, &str),
    (why, is_secret): (&str, bool),
    effects: &mut Effects,
) {
    let loss = loss(plugin);
    let what = match loss {
        Loss::Guard => "it kept somebody out",
        Loss::Protection => "it protected something",
        Loss::Harmless if is_secret => "the target may trust it",
        Loss::Harmless => "it protected nothing",
        Loss::Unknown => "nobody here knows what it protected",
    };
    if is_secret && answers(plugin) {
        // Without its answer, requests would reach a target that they never did.
        effects.closed.push(name.to_owned());
    } else if matches!(loss, Loss::Guard | Loss::Unknown) {
        effects.guards.push(name.to_owned());
    }
    let note = format!("plugin `{name}` is lost ({what}): {why}");
    let tree = world.intake.tree;
    world.intake.report.say_all(
        tree,
        slot,
        (Outcome::Lost, is_secret || loss != Loss::Harmless),
        note,
    );
}

/// Takes the client's own fields away that a plugin took away, or whose values it wrote itself: what
/// the target trusts never comes from outside. Gives what is to be said of it.
fn strip(world: &World<'_>, plugin: &str, config: NodeId, effects: &mut Effects) -> String {
    let tree = world.intake.tree;
    let named = |key: &str, default: &str| {
        let text = tree.get(config, key).and_then(|node| tree.text(node));
        vec![text.filter(|text| !text.is_empty()).unwrap_or(default).to_owned()]
    };
    let names = match plugin.strip_prefix("cp:otoroshi.next.plugins.").unwrap_or_default() {
        "AdditionalHeadersIn" => {
            raw_fields(world, config).into_iter().map(|(name, _)| name).collect()
        }
        "RemoveHeadersIn" => removed_names(world, config),
        "OtoroshiInfos" => named("header_name", "Otoroshi-Claim"),
        "OtoroshiChallenge" => named("request_header_name", "Otoroshi-State"),
        _ => Vec::new(),
    };
    // No request has a field whose name is none.
    let fits = |name: &String| value::field(name, "").is_ok();
    let names: Vec<String> =
        names.into_iter().filter(fits).map(|name| name.to_ascii_lowercase()).collect();
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = names.iter().map(|name| format!("`{}`", shown(name))).collect();
    effects.request.remove.extend(names);
    format!("; what a client sends as {} is removed", shown.join(", "))
}

/// Whether a plugin answers itself, so that no target is asked.
fn answers(plugin: &str) -> bool {
    ["Redirection", "StaticResponse"].iter().any(|one| plugin.ends_with(one))
}

/// What a plugin becomes.
fn convert(
    world: &mut World<'_>,
    (slot, plugin): (NodeId, &str),
    config: NodeId,
    captured: &BTreeSet<String>,
    effects: &mut Effects,
) -> Result<String, Why> {
    let place = world.intake.tree.get(slot, "plugin").unwrap_or(slot);
    let known = plugin.strip_prefix("cp:otoroshi.next.plugins.").unwrap_or_default();
    match known {
        "OverrideHost" => {
            effects.overrides_host = true;
            Ok("host_header = \"target\"".to_owned())
        }
        "AdditionalHeadersIn" => {
            let set = fields(world, config, captured, &mut effects.notes)?;
            effects.request.set.extend(set);
            Ok("request_headers.set".to_owned())
        }
        "AdditionalHeadersOut" => {
            let set = fields(world, config, captured, &mut effects.notes)?;
            effects.response.set.extend(set);
            Ok("response_headers.set".to_owned())
        }
        "MissingHeadersIn" => {
            for (name, text) in raw_fields(world, config) {
                let text = format!("${{req.headers.{name} :: {text}}}");
                effects.request.set.push(field((&name, &text), captured, &mut effects.notes)?);
            }
            Ok("request_headers.set, where the client sent none".to_owned())
        }
        "RemoveHeadersIn" => removed(world, config, &mut effects.request, "request_headers.remove"),
        "RemoveHeadersOut" => {
            removed(world, config, &mut effects.response, "response_headers.remove")
        }
        "Redirection" => redirection(world, config, captured, effects),
        "ForceHttpsTraffic" => {
            effects.forces_https = Some(place);
            world.asks_tls = true;
            Ok("served over TLS alone; the plain listener redirects".to_owned())
        }
        "StaticResponse" => fixed(world, config, effects),
        "MaintenanceMode" | "BuildMode" => {
            let body = match known {
                "BuildMode" => "Service under construction\n",
                _ => "Service in maintenance mode\n",
            };
            let body = body.to_owned();
            effects.respond = Some(Answer { status: 503, body, headers: Vec::new() });
            Ok("respond with 503".to_owned())
        }
        "ReadOnlyCalls" => {
            let methods = ["GET", "HEAD", "OPTIONS"].map(str::to_owned).to_vec();
            restrict(effects, methods);
            Ok("methods = GET, HEAD, OPTIONS".to_owned())
        }
        "AllowHttpMethods" => {
            // Compared there whatever the case, and what is not allowed is refused.
            let upper = |list| -> Vec<String> {
                texts(world, config, list).iter().map(|one| one.to_ascii_uppercase()).collect()
            };
            let (mut allowed, forbidden) = (upper("allowed"), upper("forbidden"));
            allowed.retain(|method| !forbidden.contains(method));
            let all = allowed.iter().all(|method| value::method(method).is_ok());
            if allowed.is_empty() || !all {
                return Err("a route that takes no method takes all of them here".to_owned());
            }
            restrict(effects, allowed);
            Ok("methods".to_owned())
        }
        _ => Err("the language has nothing like it".to_owned()),
    }
}

fn restrict(effects: &mut Effects, methods: Vec<String>) {
    effects.methods = Some(match effects.methods.take() {
        Some(known) => known.into_iter().filter(|method| methods.contains(method)).collect(),
        None => methods,
    });
}

fn fields(
    world: &World<'_>,
    config: NodeId,
    captured: &BTreeSet<String>,
    notes: &mut Vec<String>,
) -> Result<Vec<(String, String)>, Why> {
    let all = raw_fields(world, config);
    all.iter().map(|(name, text)| field((name, text), captured, notes)).collect()
}

/// What of a plugin holds a secret.
fn secret(world: &World<'_>, config: NodeId) -> Option<String> {
    let is_secret = |(name, text): &(String, String)| secret::is_in_sent(name, text);
    let field = raw_fields(world, config).into_iter().find(is_secret).map(|(name, _)| name);
    let in_text = |name: &str| {
        let text =
            world.intake.tree.get(config, name).and_then(|node| world.intake.tree.text(node));
        let is_secret = |text| secret::is_told(text) || name == "to" && secret::is_in_place(text);
        text.is_some_and(is_secret).then(|| name.to_owned())
    };
    field.or_else(|| in_text("body")).or_else(|| in_text("to"))
}

/// A field with its value translated.
fn field(
    (name, text): (&str, &str),
    captured: &BTreeSet<String>,
    notes: &mut Vec<String>,
) -> Result<(String, String), Why> {
    let translated =
        translate(text, captured).map_err(|why| format!("`{}`: {why}", shown(name)))?;
    match value::field(name, &translated.text) {
        Ok(()) => {
            notes.extend(translated.notes.iter().map(|note| format!("{}: {note}", shown(name))));
            Ok((name.to_ascii_lowercase(), translated.text))
        }
        Err(_) => Err(format!("`{}` cannot be set here", shown(name))),
    }
}

fn raw_fields(world: &World<'_>, config: NodeId) -> Vec<(String, String)> {
    let tree = world.intake.tree;
    let Some(map) = tree.get(config, "headers") else { return Vec::new() };
    let pair = |entry: &NodeId| {
        tree.text(*entry).map(|text| (tree.key(*entry).to_owned(), text.to_owned()))
    };
    tree.children(map).iter().filter_map(pair).collect()
}

fn texts(world: &World<'_>, config: NodeId, name: &str) -> Vec<String> {
    let tree = world.intake.tree;
    let entries = tree.get(config, name).map(|list| tree.children(list)).unwrap_or_default();
    entries.iter().filter_map(|entry| tree.text(*entry)).map(str::to_owned).collect()
}

fn removed(
    world: &World<'_>,
    config: NodeId,
    changes: &mut Changes,
    key: &str,
) -> Result<String, Why> {
    let names = removed_names(world, config);
    if let Some(name) = names.iter().find(|name| value::field(name, "").is_err()) {
        return Err(format!("`{}` cannot be removed here", shown(name)));
    }
    changes.remove.extend(names.into_iter().map(|name| name.to_ascii_lowercase()));
    Ok(key.to_owned())
}

/// The first list that has something is the one that counts there.
fn removed_names(world: &World<'_>, config: NodeId) -> Vec<String> {
    let lists = ["header_names", "headers", "names"].map(|list| texts(world, config, list));
    lists.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
}

fn redirection(
    world: &mut World<'_>,
    config: NodeId,
    captured: &BTreeSet<String>,
    effects: &mut Effects,
) -> Result<String, Why> {
    let to = match world.intake.text(config, "to").value {
        to if to.trim().is_empty() => "https://www.otoroshi.io".to_owned(),
        to => to,
    };
    let status = world.intake.integer(config, "code", 303).value;
    if ![301, 302, 303, 307, 308].contains(&status) {
        return Err(format!("{status} is no status of a redirect here"));
    }
    let translated = translate(&to, captured)?;
    if !has_fixed_host(&translated.text) {
        return Err("the host of a redirect is never built from a request here".to_owned());
    }
    let behind = translated.text.split_once(URI).filter(|(head, _)| !head.contains('?'));
    if behind.is_some_and(|(_, behind)| !behind.is_empty()) {
        return Err("nothing can stand behind `req.uri`, which has a query".to_owned());
    }
    effects.notes.extend(translated.notes);
    let note = format!("redirect with {status}");
    effects.redirect = Some((translated.text, status));
    Ok(note)
}

const URI: &str = "${req.uri}";

/// Whether no value can go on with the host of a place, or make one of its path.
fn has_fixed_host(to: &str) -> bool {
    let (head, rest) = to.split_at(to.find("${").unwrap_or(to.len()));
    let is_path = rest.starts_with(URI) || rest.starts_with("${req.path}");
    match absolute(head) {
        Some(url) => rest.is_empty() || is_path || !url.rest.is_empty(),
        None => head.starts_with('/') && !(head == "/" && is_path),
    }
}

fn fixed(world: &mut World<'_>, config: NodeId, effects: &mut Effects) -> Result<String, Why> {
    let status = world.intake.integer(config, "status", 200).value;
    if !(200..=599).contains(&status) {
        return Err(format!("{status} is no status that can be answered"));
    }
    let body = world.intake.text(config, "body").value;
    let headers = raw_fields(world, config);
    // Without `apply_el` a `${` is text there, as it is here.
    let asks = world.intake.flag(config, "apply_el", false).value;
    if asks && (body.contains("${") || headers.iter().any(|(_, text)| text.contains("${"))) {
        return Err("a fixed answer holds no expressions here".to_owned());
    }
    if body.starts_with("Base64(") {
        return Err("its body is Base64, and text here".to_owned());
    }
    if headers.iter().any(|(name, text)| value::field(name, text).is_err()) {
        return Err("one of its fields cannot be set here".to_owned());
    }
    effects.respond = Some(Answer { status, body, headers });
    Ok(format!("respond with {status}"))
}
