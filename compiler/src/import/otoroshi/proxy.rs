//! `proxy` of a client: a proxy between us and the targets. Its password is never written.

use super::parts::{Backend, Entry};
use super::world::World;
use crate::document::value;
use crate::import::input::NodeId;
use crate::import::report::Outcome;
use crate::import::text::shown;
use crate::import::writer::Value;

/// Reads it.
pub(super) fn proxy(world: &mut World<'_>, client: NodeId, out: &mut Backend) {
    let tree = world.intake.tree;
    let Some(node) = world.intake.map(client, "proxy") else { return };
    if tree.children(node).is_empty() {
        world.intake.say(
            node,
            Outcome::Kept,
            "no proxy; one of the whole system is not known here",
        );
        return;
    }
    let host = world.intake.text(node, "host");
    let port = world.intake.integer(node, "port", 0);
    if value::target_host(&host.value).is_err() || !(1..=65_535).contains(&port.value) {
        let note = "without both a host and a port it is ignored there too";
        world.intake.say_all(node, Outcome::Changed, note);
        return;
    }
    let mut entries = Vec::new();
    world.intake.say(host.node, Outcome::Kept, "proxy.host");
    world.intake.say(port.node, Outcome::Kept, "proxy.port");
    entries.push(Entry::Pair("host", Value::Text(host.value.clone())));
    entries.push(Entry::Pair("port", Value::Integer(port.value)));
    let protocol = world.intake.text(node, "protocol");
    match protocol.value.to_ascii_lowercase().as_str() {
        "https" => {
            world.intake.say(protocol.node, Outcome::Kept, "proxy.protocol");
            entries.push(Entry::Pair("protocol", Value::text("https")));
        }
        "http" | "" => world.intake.say(protocol.node, Outcome::Kept, "http is the default here"),
        other => {
            let note = format!("`{}` is not spoken here: http, with Basic", shown(other));
            world.intake.say(protocol.node, Outcome::Lost, note);
        }
    }
    credentials(world, node, &host.value, &mut entries);
    exceptions(world, node, &mut entries);
    for field in ["ntlmDomain", "encoding"] {
        let field = world.intake.get(node, field);
        world.intake.say_all(field, Outcome::Lost, "NTLM is not spoken here");
    }
    out.table(&["proxy"], false, entries);
}

fn credentials(world: &mut World<'_>, node: NodeId, host: &str, entries: &mut Vec<Entry>) {
    let principal = world.intake.text(node, "principal");
    let password = world.intake.text(node, "password");
    let is_visible = principal.value.chars().all(|c| !c.is_control());
    if principal.value.is_empty() || !is_visible || password.node.is_none() {
        let note = "a user and a password belong together: neither is sent";
        world.intake.say(principal.node, Outcome::Changed, note);
        world.intake.say(password.node, Outcome::Changed, note);
        return;
    }
    world.intake.say(principal.node, Outcome::Kept, "proxy.principal");
    entries.push(Entry::Pair("principal", Value::Text(principal.value)));
    let name: String = host
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect();
    let reference = format!("env:PROXY_PASSWORD_{name}");
    let note = format!("{reference}: a secret is never copied; put it there on each edge");
    world.intake.say(password.node, Outcome::Changed, note);
    entries.push(Entry::Pair("password", Value::Text(reference)));
}

/// `nonProxyHosts`: exact, `*suffix` or `prefix*`.
fn exceptions(world: &mut World<'_>, node: NodeId, entries: &mut Vec<Entry>) {
    let mut hosts: Vec<String> = Vec::new();
    for (place, host) in world.intake.texts(node, "nonProxyHosts") {
        let plain = host.replace('*', "x");
        let is_host = value::target_host(&plain).is_ok() && !host.contains("**");
        if !is_host {
            world.intake.say(place, Outcome::Lost, "is no host");
            continue;
        }
        let note = "no_proxy; some clients of Otoroshi use the proxy for these hosts alone";
        world.intake.say(place, Outcome::Changed, note);
        let host = host.to_ascii_lowercase();
        // There a `*` may stand for nothing.
        let without = host.replace('*', "");
        let is_name = !without.starts_with('.') && value::target_host(&without).is_ok();
        let forms = [Some(host.clone()), Some(without).filter(|_| is_name && host.contains('*'))];
        for form in forms.into_iter().flatten() {
            if !hosts.contains(&form) {
                hosts.push(form);
            }
        }
    }
    if !hosts.is_empty() {
        entries.push(Entry::Pair("no_proxy", Value::texts(hosts)));
    }
}
