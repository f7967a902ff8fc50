//! How surely we know whom we speak to: a target, or a proxy on the way to it.

use std::collections::BTreeSet;

use super::super::fact::{Fact, Facts};
use super::sides::Sides;

/// What is checked of who is at the other end, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::diff) enum Checked {
    /// There is no TLS.
    Plain,
    Nothing,
    /// All but its name.
    Chain,
    All,
}

/// Whom we trust to be what is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diff) struct Trust {
    pub(in crate::diff) checked: Checked,
    /// Certificates that are trusted; the empty name stands for those of the system.
    pub(in crate::diff) trusted: BTreeSet<String>,
}

/// What is said of a target, or of a proxy where `prefix` is `proxy.`.
pub(in crate::diff) fn trust(facts: &Facts<'_>, prefix: &str) -> Trust {
    let fact = |key: &str| facts.get(&format!("{prefix}{key}"));
    let word = |key: &str| fact(key).and_then(|fact| fact.all_texts().next());
    let is_tls = match prefix {
        "" => fact("tls").and_then(Fact::flag) == Some(true),
        _ => word("protocol") == Some("https"),
    };
    // Switched off, the whole table says nothing.
    let is_on = fact("tls_settings.enabled").and_then(Fact::flag) != Some(false);
    let checked = match word("tls_settings.verify").filter(|_| is_on) {
        _ if !is_tls => Checked::Plain,
        Some("none") => Checked::Nothing,
        Some("no_hostname") => Checked::Chain,
        _ => Checked::All,
    };
    let own = fact("tls_settings.trusted_certificates").filter(|_| is_on);
    let mut trusted: BTreeSet<String> =
        own.into_iter().flat_map(Fact::all_texts).map(str::to_owned).collect();
    if trusted.is_empty() {
        trusted.insert(String::new());
    }
    if checked < Checked::Chain {
        trusted.clear();
    }
    Trust { checked, trusted }
}

impl Trust {
    /// What makes this less than the other, if anything does.
    pub(in crate::diff) fn less_than(&self, old: &Self) -> Option<&'static str> {
        if self.checked < old.checked {
            return Some("verification weakened");
        }
        // Who checked nothing trusted everybody.
        let is_more = old.checked >= Checked::Chain && !self.trusted.is_subset(&old.trusted);
        is_more.then_some("trust changed")
    }
}

/// Whether less is checked of a target.
pub(super) fn of_target(sides: &Sides<'_, '_>) -> Option<&'static str> {
    judged(sides, sides.old_facts, sides.new_facts?, "")
}

/// Whether less is checked of a proxy.
pub(super) fn of_proxy(sides: &Sides<'_, '_>) -> Option<&'static str> {
    let is_there = |facts: &&Facts<'_>| facts.contains_key("proxy.host");
    let new = sides.new_facts.filter(is_there)?;
    judged(sides, sides.old_facts.filter(is_there), new, "proxy.")
}

fn judged(
    sides: &Sides<'_, '_>,
    old: Option<&Facts<'_>>,
    new: &Facts<'_>,
    prefix: &str,
) -> Option<&'static str> {
    let new = trust(new, prefix);
    match old {
        Some(old) => new.less_than(&trust(old, prefix)),
        // What is new is measured by the defaults, and plain is one.
        None if sides.key.ends_with("verify") => {
            matches!(new.checked, Checked::Nothing | Checked::Chain)
                .then_some("verification weakened")
        }
        None => None,
    }
}

/// Whether we go another way through a proxy, or past it. Where it is another one, that is told of
/// its host.
pub(super) fn of_way(sides: &Sides<'_, '_>) -> Option<&'static str> {
    let host = |facts: Option<&Facts<'_>>| Some(facts?.get("proxy.host")?.raw.clone());
    let (old, new) = (host(sides.old_facts)?, host(sides.new_facts)?);
    (old == new && sides.was() != sides.is()).then_some("trust changed")
}
