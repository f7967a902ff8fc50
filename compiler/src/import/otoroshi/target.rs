//! Targets of a backend.

use std::net::IpAddr;

use super::balancing::Order;
use super::parts::{Backend, Entry};
use super::world::World;
use super::{predicate, tls};
use crate::document::value;
use crate::import::input::NodeId;
use crate::import::names::Names;
use crate::import::report::Outcome;
use crate::import::text::shown;
use crate::import::url::{Url, url};
use crate::import::writer::Value;

/// Greatest weight that the language takes.
const WEIGHT_MAX: i64 = 65_535;

/// `url`, `target` or `target_url`: one target, which wins over `targets`.
pub(super) fn shortcut(world: &mut World<'_>, node: NodeId) -> Option<Url> {
    let mut found: Option<Url> = None;
    for name in ["url", "target", "target_url"] {
        let field = world.intake.text(node, name);
        let Some(place) = field.node else { continue };
        if found.is_some() {
            world.intake.say(place, Outcome::Irrelevant, "another URL stands in front of it");
            continue;
        }
        found = url(&field.value);
        match &found {
            Some(_) => world.intake.say(place, Outcome::Kept, "the one target, and `root`"),
            None => {
                world.intake.say(place, Outcome::Lost, "is no URL of http or https with a host")
            }
        }
    }
    found
}

/// Reads the targets.
pub(super) fn targets(
    world: &mut World<'_>,
    node: NodeId,
    (shortcut, order): (Option<Url>, Order),
    out: &mut Backend,
) {
    let mut names = Names::default();
    if let Some(shortcut) = shortcut {
        let ignored = world.intake.tree.get(node, "targets");
        world.intake.say_all(ignored, Outcome::Irrelevant, "the URL wins over it there");
        let mut entries = vec![
            Entry::Pair("id", Value::Text(names.name(&shortcut.host, "target"))),
            Entry::Pair("host", Value::Text(shortcut.host)),
            Entry::Pair("port", Value::Integer(shortcut.port)),
        ];
        if shortcut.tls {
            entries.push(Entry::Pair("tls", Value::Flag(true)));
        }
        out.has_targets = true;
        out.table(&["targets"], true, entries);
        return;
    }
    let list = world.intake.list(node, "targets");
    let digits = list.len().to_string().len();
    let is_ordered = order == Order::Kept && list.len() > 1;
    for (at, entry) in list.into_iter().enumerate() {
        let place = if is_ordered { format!("{:0digits$}-", at + 1) } else { String::new() };
        if let Some((entries, tls_table)) = target(world, entry, (at, &place), &mut names) {
            out.has_targets = true;
            out.table(&["targets"], true, entries);
            out.table(&["targets", "tls_settings"], false, tls_table);
        }
    }
}

/// One target, and its `tls_settings`.
fn target(
    world: &mut World<'_>,
    node: NodeId,
    (at, place): (usize, &str),
    names: &mut Names,
) -> Option<(Vec<Entry>, Vec<Entry>)> {
    let host = world.intake.text(node, "hostname");
    let port = world.intake.integer(node, "port", 0);
    let fits = value::target_host(&host.value).is_ok() && (1..=65_535).contains(&port.value);
    if !fits {
        let note = "a target without a usable `hostname` and `port`, and left out: a host without \
                    scheme, port and path, and a number from 1 to 65535";
        world.intake.say_all(node, Outcome::Lost, note);
        return None;
    }
    let mut out = Vec::new();
    let fallback = format!("target-{}", at + 1);
    let id = world.intake.text(node, "id");
    let own = if id.node.is_some() { &id.value } else { &fallback };
    let name = names.name(&format!("{place}{own}"), &format!("{place}{fallback}"));
    if name == id.value {
        world.intake.say(id.node, Outcome::Kept, "id");
    } else if !place.is_empty() {
        let note = format!("id = \"{name}\": `failover` asks targets in the order of their ids");
        world.intake.say(id.node, Outcome::Changed, note);
    } else {
        let note = format!("id = \"{name}\": ids are unique in a backend, and of few characters");
        world.intake.say(id.node, Outcome::Changed, note);
    }
    out.push(Entry::Pair("id", Value::Text(name)));
    world.intake.say(host.node, Outcome::Kept, "host");
    out.push(Entry::Pair("host", Value::Text(host.value)));
    let tls = world.intake.guard_flag(node, "tls", false);
    address(world, (port.node, port.value), tls.value, &mut out);
    ip(world, node, &mut out);
    if tls.value {
        out.push(Entry::Pair("tls", Value::Flag(true)));
    }
    let note = if tls.value { "tls = true" } else { "false is the default here" };
    world.intake.say(tls.node, Outcome::Kept, note);
    share(world, node, &mut out);
    protocol(world, node, tls.value, &mut out);
    predicate::predicate(world, node, &mut out);
    let tls_table = tls::settings(world, node, tls.value);
    Some((out, tls_table))
}

/// The port that is really used: 80 and 443 are left out of the address there, whatever `tls` says.
fn address(
    world: &mut World<'_>,
    (place, port): (Option<NodeId>, i64),
    tls: bool,
    out: &mut Vec<Entry>,
) {
    let real = match (port, tls) {
        (443, false) => 80,
        (80, true) => 443,
        _ => port,
    };
    if real == port {
        world.intake.say(place, Outcome::Kept, "port");
    } else {
        let note = format!(
            "port = {real}: Otoroshi leaves {port} out of the address, and so connects to {real}"
        );
        out.push(Entry::Comment(format!("Otoroshi leaves {port} out of the address.")));
        world.intake.say(place, Outcome::Changed, note);
    }
    out.push(Entry::Pair("port", Value::Integer(real)));
}

fn ip(world: &mut World<'_>, node: NodeId, out: &mut Vec<Entry>) {
    let ip = world.intake.text(node, "ip_address");
    match ip.value.parse::<IpAddr>() {
        Ok(address) => {
            world.intake.say(ip.node, Outcome::Kept, "ip");
            out.push(Entry::Pair("ip", Value::Text(address.to_string())));
        }
        Err(_) => {
            world.intake.say(ip.node, Outcome::Lost, "is no IP address; the name is looked up")
        }
    }
}

/// `weight` and `backup`.
fn share(world: &mut World<'_>, node: NodeId, out: &mut Vec<Entry>) {
    let weight = world.intake.integer(node, "weight", 1);
    let real = weight.value.clamp(0, WEIGHT_MAX);
    if real == weight.value {
        world.intake.say(weight.node, Outcome::Kept, "weight");
    } else {
        world.intake.say(weight.node, Outcome::Changed, format!("weight = {real}, the nearest"));
    }
    if real != 1 {
        out.push(Entry::Pair("weight", Value::Integer(real)));
    }
    let backup = world.intake.flag(node, "backup", false);
    if backup.value {
        out.push(Entry::Pair("backup", Value::Flag(true)));
        let note = "backup = true: used when no primary is usable, and not late in a chain of \
                    retries while one is";
        world.intake.say(backup.node, Outcome::Changed, note);
    } else {
        world.intake.say(backup.node, Outcome::Kept, "false is the default here");
    }
}

fn protocol(world: &mut World<'_>, node: NodeId, tls: bool, out: &mut Vec<Entry>) {
    let protocol = world.intake.text(node, "protocol");
    let known = ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/3.0"];
    let found = known.into_iter().find(|known| known.eq_ignore_ascii_case(&protocol.value));
    match found {
        Some("HTTP/3.0") if !tls => {
            world.intake.say(
                protocol.node,
                Outcome::Lost,
                "HTTP/3.0 needs `tls`; HTTP/1.1 is spoken",
            );
        }
        Some(known) => {
            world.intake.say(protocol.node, Outcome::Kept, "protocol");
            if known != "HTTP/1.1" {
                out.push(Entry::Pair("protocol", Value::text(known)));
            }
        }
        None => {
            let text = shown(&protocol.value);
            let note = format!("`{text}` is unknown, and HTTP/1.1 is spoken there too");
            world.intake.say(protocol.node, Outcome::Changed, note);
        }
    }
}
