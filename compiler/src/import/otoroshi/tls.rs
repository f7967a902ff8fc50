//! TLS towards targets, and certificates. A key is never written: only where it is to be found.

use super::entity::Entity;
use super::parts::Entry;
use super::world::World;
use crate::import::input::NodeId;
use crate::import::report::Outcome;
use crate::import::writer::Value;

/// `tls_config` of a target.
pub(super) fn settings(world: &mut World<'_>, target: NodeId, tls: bool) -> Vec<Entry> {
    let mut out = Vec::new();
    let Some(node) = world.intake.map(target, "tls_config") else { return out };
    let enabled = world.intake.guard_flag(node, "enabled", false);
    if !enabled.value || !tls {
        let note = match tls {
            true => "the block is switched off",
            false => "no TLS is spoken to this target",
        };
        world.intake.say(enabled.node, Outcome::Kept, "the table is left out");
        world.intake.say_all(node, Outcome::Irrelevant, note);
        return out;
    }
    world.intake.say(enabled.node, Outcome::Kept, "tls_settings");
    let mut clients = certificates(world, node, "certs", true);
    for single in ["certId", "cert_id"] {
        let field = world.intake.text(node, single);
        if let Some(place) = field.node {
            clients.push(certificate(world, place, &field.value, true));
        }
    }
    let trusted = certificates(world, node, "trusted_certs", false);
    let verify = verify(world, node, !clients.is_empty() || !trusted.is_empty(), &mut out);
    if verify != "full" {
        out.push(Entry::Pair("verify", Value::text(verify)));
    }
    if !clients.is_empty() {
        out.push(Entry::Pair("client_certificates", Value::texts(clients)));
    }
    if !trusted.is_empty() {
        out.push(Entry::Pair("trusted_certificates", Value::texts(trusted)));
    }
    out
}

/// `loose` and `trust_all`: how much is verified.
fn verify(
    world: &mut World<'_>,
    node: NodeId,
    has_certificates: bool,
    out: &mut Vec<Entry>,
) -> &'static str {
    let loose = world.intake.flag(node, "loose", false);
    let trust_all = world.intake.flag(node, "trust_all", false);
    let note = if loose.value {
        "verify = \"no_hostname\": it switches the check of the name off, whatever its help says"
    } else {
        "the name is verified"
    };
    let outcome = if loose.value { Outcome::Changed } else { Outcome::Kept };
    world.intake.say(loose.node, outcome, note);
    if trust_all.value && has_certificates {
        out.push(Entry::Comment("Any certificate is taken: `trust_all` was set.".to_owned()));
        let note = "verify = \"none\": any certificate is taken";
        world.intake.say(trust_all.node, Outcome::Changed, note);
        return "none";
    }
    if trust_all.value {
        let note = "the certificate is verified: without a certificate beside it Otoroshi looks at \
                    this only in some of its clients; verify = \"none\" if the target needs it";
        out.push(Entry::Comment(
            "`trust_all` was set, which counts only beside certificates.".to_owned(),
        ));
        world.intake.say(trust_all.node, Outcome::Changed, note);
    } else {
        world.intake.say(trust_all.node, Outcome::Kept, "certificates are verified");
    }
    if loose.value { "no_hostname" } else { "full" }
}

fn certificates(world: &mut World<'_>, node: NodeId, field: &str, has_key: bool) -> Vec<String> {
    let ids = world.intake.guard_texts(node, field);
    let mut names: Vec<String> = Vec::new();
    for (place, id) in ids {
        let name = certificate(world, place, &id, has_key);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn certificate(world: &mut World<'_>, place: NodeId, id: &str, has_key: bool) -> String {
    let name = world.certificate(id, has_key);
    let what = if has_key { "certificate and key" } else { "certificate" };
    let note = format!("[certificates.{name}]: put {what} where it says, on each edge");
    world.intake.say(place, Outcome::Changed, note);
    name
}

/// An entity that is a certificate. One that a server shows becomes one of the listener with TLS.
pub(super) fn entity(world: &mut World<'_>, entity: &Entity) {
    let node = entity.node;
    let authority = world.intake.flag(node, "ca", false);
    let client = world.intake.flag(node, "client", false);
    let key = world.intake.tree.get(node, "privateKey");
    let has_key =
        key.and_then(|key| world.intake.tree.text(key)).is_some_and(|key| !key.is_empty());
    let is_served = has_key && !authority.value && !client.value;
    let name = world.certificate(&entity.id, has_key && !authority.value);
    if is_served && !world.served.contains(&name) {
        world.served.push(name.clone());
    }
    let entry = format!("[certificates.{name}]");
    for flag in [authority.node, client.node] {
        world.intake.say(flag, Outcome::Kept, "what it is for");
    }
    if has_key {
        let note = format!("never copied: put the key where `key` of {entry} says");
        world.intake.say(key, Outcome::Changed, note);
    }
    let chain = world.intake.tree.get(node, "chain");
    let note = format!("not copied: put the PEM where `certificate` of {entry} says");
    world.intake.say_all(chain, Outcome::Changed, note);
    let id = world.intake.tree.get(node, "id");
    let outcome = if name == entity.id { Outcome::Kept } else { Outcome::Changed };
    world.intake.say_all(id, outcome, entry);
    for secret in ["password", "privateKey"] {
        let field = world.intake.tree.get(node, secret);
        let note = "a secret, never copied: store the key on the edge without it";
        if field.is_some_and(|field| !world.intake.report.is_said(field)) {
            world.intake.say_all(field, Outcome::Changed, note);
        }
    }
    for renewed in ["autoRenew", "letsEncrypt"] {
        let field = world.intake.flag(node, renewed, false);
        match field.value {
            true => {
                let note = "not renewed here: write \"auto\" in `certificates` of the listener";
                world.intake.say(field.node, Outcome::Lost, note);
            }
            false => world.intake.say(field.node, Outcome::Kept, "not renewed"),
        }
    }
    world.intake.say_all(node, Outcome::Irrelevant, "read from the certificate itself");
}
