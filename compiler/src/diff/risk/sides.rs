//! Both sides of one key, and what they may have in common.

use std::net::{IpAddr, SocketAddr};

use super::super::fact::{Fact, Facts, Item};

/// A key of a thing on both sides.
pub(super) struct Sides<'f, 'a> {
    pub(super) key: &'f str,
    /// All that is said of the thing, where it is there.
    pub(super) old_facts: Option<&'f Facts<'a>>,
    pub(super) new_facts: Option<&'f Facts<'a>>,
}

impl<'f, 'a> Sides<'f, 'a> {
    pub(super) fn was(&self) -> Option<&'f Fact<'a>> {
        self.old_facts?.get(self.key)
    }

    pub(super) fn is(&self) -> Option<&'f Fact<'a>> {
        self.new_facts?.get(self.key)
    }

    /// Whether the thing is there on both sides.
    pub(super) fn is_kept(&self) -> bool {
        self.old_facts.is_some() && self.new_facts.is_some()
    }

    /// Whether a flag becomes this; what holds where it is not said is the other, unless that is
    /// said.
    pub(super) fn becomes(&self, risky: bool, default: bool) -> bool {
        let flag = |fact: Option<&Fact<'_>>| fact.and_then(Fact::flag).unwrap_or(default);
        flag(self.was()) != risky && flag(self.is()) == risky
    }

    /// The numbers, where both sides say one or there is a default.
    pub(super) fn numbers(&self, default: Option<u64>) -> Option<(u64, u64)> {
        let whole = |fact: Option<&Fact<'_>>| fact.and_then(Fact::whole).or(default);
        Some((whole(self.was())?, whole(self.is())?))
    }

    /// The words, where nothing said is the default.
    pub(super) fn words(&self, default: &'f str) -> (&'f str, &'f str) {
        let word = |fact: Option<&'f Fact<'a>>| {
            fact.and_then(|fact| fact.all_texts().next()).unwrap_or(default)
        };
        (word(self.was()), word(self.is()))
    }

    /// Whether a list has a text that it had not; what it holds where it is not said is given.
    pub(super) fn adds(&self, default: &[&str]) -> bool {
        let known = |one: &str| match self.was() {
            Some(old) => old.all_texts().any(|known| known == one),
            None => default.contains(&one),
        };
        match self.is() {
            Some(new) => new.all_texts().any(|one| !known(one)),
            None => default.iter().any(|one| !known(one)),
        }
    }

    /// Whether there is a network in which the old ones do not have every address.
    pub(super) fn widens_networks(&self) -> bool {
        let networks = |fact: Option<&'f Fact<'a>>| {
            fact.into_iter().flat_map(|fact| &fact.items).filter_map(|item| match item {
                Item::Network(ip, len) => Some((*ip, *len)),
                _ => None,
            })
        };
        let old = merged(networks(self.was()).map(range).collect());
        let inside = |(ip, len): (IpAddr, u8)| {
            let (is_v4, first, last) = range((ip, len));
            let at = old.partition_point(|(family, from, _)| (*family, *from) <= (is_v4, first));
            let around = at.checked_sub(1).and_then(|at| old.get(at));
            around.is_some_and(|(family, _, to)| *family == is_v4 && last <= *to)
        };
        !networks(self.is()).all(inside)
    }

    /// Whether others than this machine come in where they did not.
    pub(super) fn opens(&self) -> bool {
        let addresses = |fact: Option<&'f Fact<'a>>| {
            fact.into_iter().flat_map(|fact| &fact.items).filter_map(|item| match item {
                Item::Address(address) => Some(Place::Address(*address)),
                Item::Text(text) => {
                    Some(text.parse().map_or_else(|_| Place::Given(text), Place::Address))
                }
                _ => None,
            })
        };
        addresses(self.is())
            .any(|new| !new.is_own() && !addresses(self.was()).any(|old| old.covers(&new)))
    }
}

/// Where something listens.
#[derive(PartialEq, Eq)]
enum Place<'t> {
    Address(SocketAddr),
    /// A socket that is handed over: nobody knows here where it listens.
    Given(&'t str),
}

impl Place<'_> {
    fn is_own(&self) -> bool {
        matches!(self, Self::Address(address) if address.ip().is_loopback())
    }

    /// Whether who comes in here came in there.
    fn covers(&self, new: &Self) -> bool {
        let (Self::Address(old), Self::Address(new)) = (self, new) else { return self == new };
        // `[::]` takes IPv4 too, `0.0.0.0` takes no IPv6.
        let all = old.ip().is_unspecified() && (old.is_ipv6() || new.is_ipv4());
        old == new || (all && old.port() == new.port())
    }
}

/// First and last address of a network, and whether they are IPv4.
type Range = (bool, u128, u128);

fn range((ip, len): (IpAddr, u8)) -> Range {
    let (is_v4, bits) = match ip {
        IpAddr::V4(ip) => (true, u128::from(u32::from(ip)) << 96),
        IpAddr::V6(ip) => (false, u128::from(ip)),
    };
    let mask = u128::MAX.checked_shl(128 - u32::from(len.min(128))).unwrap_or(0);
    (is_v4, bits & mask, bits | !mask)
}

/// Ranges without what overlaps or follows another without a gap: two halves are one whole.
fn merged(mut all: Vec<Range>) -> Vec<Range> {
    all.sort_unstable();
    let mut out: Vec<Range> = Vec::with_capacity(all.len());
    for (is_v4, first, last) in all {
        match out.last_mut() {
            Some(known) if known.0 == is_v4 && first <= known.2.saturating_add(1) => {
                known.2 = known.2.max(last);
            }
            _ => out.push((is_v4, first, last)),
        }
    }
    out
}

/// Whether a limit allows more; zero is none.
pub(super) fn longer(old: u64, new: u64) -> bool {
    old != new && (new == 0 || (old != 0 && new > old))
}
