//! Which listener of one side stands for which of the other: a listener that is called otherwise
//! is still where requests come in.

use std::collections::BTreeMap;

use pointsman_schemas::artifact::{Artifact, Listener, ListenerId, Serve};

/// A listener of both sides.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// Its name on the old side.
    pub(super) was: String,
    /// Its name on the new side.
    pub(super) name: String,
    pub(super) old: ListenerId,
    pub(super) new: ListenerId,
}

/// A listener of which one side has nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// Its name.
    pub name: String,
    /// Whether it is the old side that has it.
    pub is_old: bool,
}

/// All listeners of both sides that serve one thing.
#[derive(Clone, Debug, Default)]
pub(super) struct Listeners {
    /// In the order of the old side.
    pub(super) pairs: Vec<Pair>,
    pub(super) alone: Vec<Alone>,
}

/// Pairs listeners by name, else by an address that they share, else in their order where as many
/// are left on both sides.
pub(super) fn paired(old: &Artifact, new: &Artifact, serve: Serve) -> Listeners {
    let mut left: Vec<Listener<'_>> = old.listeners().filter(|one| one.serve() == serve).collect();
    let mut right: Vec<Listener<'_>> = new.listeners().filter(|one| one.serve() == serve).collect();
    let mut pairs = Vec::new();
    let by_name = |a: &Listener<'_>, b: &Listener<'_>| a.name() == b.name();
    take(&mut left, &mut right, &mut pairs, by_name);
    let by_address = |a: &Listener<'_>, b: &Listener<'_>| {
        a.addresses().any(|one| b.addresses().any(|other| one == other))
    };
    take(&mut left, &mut right, &mut pairs, by_address);
    if left.len() == right.len() {
        take(&mut left, &mut right, &mut pairs, |_, _| true);
    }
    pairs.sort_by_key(|pair| pair.old.0);
    let alone = |one: &Listener<'_>, is_old| Alone { name: one.name().to_owned(), is_old };
    let alone = left
        .iter()
        .map(|one| alone(one, true))
        .chain(right.iter().map(|one| alone(one, false)))
        .collect();
    Listeners { pairs, alone }
}

fn take<'a>(
    left: &mut Vec<Listener<'a>>,
    right: &mut Vec<Listener<'a>>,
    pairs: &mut Vec<Pair>,
    fit: impl Fn(&Listener<'a>, &Listener<'a>) -> bool,
) {
    left.retain(|a| {
        let Some(at) = right.iter().position(|b| fit(a, b)) else { return true };
        let b = right.remove(at);
        pairs.push(Pair {
            was: a.name().to_owned(),
            name: b.name().to_owned(),
            old: a.id(),
            new: b.id(),
        });
        false
    });
}

impl Listeners {
    /// What those that are called otherwise are called now.
    pub(super) fn renamed(&self) -> BTreeMap<&str, &str> {
        let renamed = self.pairs.iter().filter(|pair| pair.was != pair.name);
        renamed.map(|pair| (pair.was.as_str(), pair.name.as_str())).collect()
    }
}
