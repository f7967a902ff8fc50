//! Which hosts differ, and into which classes hosts fall: those of one class fit the same patterns
//! of both artifacts.

use std::collections::BTreeMap;

use pointsman_schemas::artifact::{Artifact, HostRoot};

use super::budget::Budget;
use super::forest::{Forest, same};
use super::meaning::{Meanings, Side};
use super::wild::{PLACES_PER_REQUEST, Wild};

/// A host pattern in both artifacts.
pub(super) struct HostPair {
    pub(super) wildcard: bool,
    /// Labels without `*`.
    pub(super) rank: u8,
    pub(super) old: Option<HostRoot>,
    pub(super) new: Option<HostRoot>,
    /// Nodes of the forest, once they were read.
    pub(super) trees: Option<[Option<u32>; 2]>,
    pub(super) differs: bool,
}

/// All host patterns, by text.
pub(super) type Pairs = BTreeMap<Vec<u8>, HostPair>;

/// Pairs the hosts of both artifacts, and finds those that differ.
pub(super) fn pairs<'a>(
    meanings: &mut Meanings<'a>,
    old: &mut Side<'a>,
    new: &mut Side<'a>,
) -> Pairs {
    let mut pairs = Pairs::new();
    for (at, artifact) in [old.artifact, new.artifact].into_iter().enumerate() {
        let exact = artifact.exact_hosts().map(|(text, root)| (text, root, None));
        let wild = artifact.wildcards().map(|one| (one.text, one.host, Some(one.rank)));
        for (text, root, rank) in exact.chain(wild) {
            let pair = pairs.entry(text.to_vec()).or_insert_with(|| HostPair {
                wildcard: rank.is_some(),
                rank: rank.unwrap_or_default(),
                old: None,
                new: None,
                trees: None,
                differs: true,
            });
            *(if at == 0 { &mut pair.old } else { &mut pair.new }) = Some(root);
        }
    }
    for pair in pairs.values_mut() {
        if let (Some(a), Some(b)) = (pair.old, pair.new) {
            pair.differs = !same(meanings, (old, a), (new, b));
        }
    }
    pairs
}

impl HostPair {
    /// Its trees in the forest.
    pub(super) fn trees<'a>(
        &mut self,
        forest: &mut Forest,
        meanings: &mut Meanings<'a>,
        old: &mut Side<'a>,
        new: &mut Side<'a>,
    ) -> [Option<u32>; 2] {
        if let Some(trees) = self.trees {
            return trees;
        }
        let trees = [
            self.old.map(|root| forest.read(meanings, old, root)),
            self.new.map(|root| forest.read(meanings, new, root)),
        ];
        self.trees = Some(trees);
        trees
    }
}

/// Hosts of one class: one of them, and the patterns that it fits, as the matcher asks them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HostClass {
    pub(super) host: String,
    pub(super) patterns: Vec<Vec<u8>>,
}

/// The classes of hosts for which something may differ; `false` where some were left out.
pub(super) fn classes(pairs: &Pairs, budget: &mut Budget) -> (Vec<HostClass>, bool) {
    let wild = Wild::of(pairs);
    let (mut all, mut complete) = (Vec::new(), true);
    for (text, pair) in pairs.iter().filter(|(_, pair)| !pair.wildcard) {
        let (fits, work) = wild.globs.fitting(text);
        if !budget.spend(work / PLACES_PER_REQUEST) {
            return (all, false);
        }
        let of = |number: &u32| wild.texts.get(*number as usize);
        if pair.differs || fits.iter().filter_map(of).any(|(_, differs)| *differs) {
            let mut patterns = vec![text.clone()];
            patterns.extend(fits.iter().filter_map(of).map(|(text, _)| (*text).clone()));
            all.push(HostClass { host: String::from_utf8_lossy(text).into_owned(), patterns });
        }
    }
    if wild.texts.iter().any(|(_, differs)| *differs) {
        complete &= wild.classes(budget, &mut all);
    }
    for class in &mut all {
        let order = |text: &Vec<u8>| {
            let pair = pairs.get(text);
            let (wildcard, rank) = pair.map_or((true, 0), |pair| (pair.wildcard, pair.rank));
            (wildcard, std::cmp::Reverse(rank), text.clone())
        };
        class.patterns.sort_by_cached_key(order);
    }
    (all, complete)
}

/// Any host that an artifact knows, for requests that say nothing of a host.
pub(super) fn some_hosts(artifact: &Artifact) -> Vec<String> {
    let exact = artifact.exact_hosts().map(|(text, _)| String::from_utf8_lossy(text).into_owned());
    let wild = artifact.wildcards().map(|one| String::from_utf8_lossy(one.text).replace('*', "x"));
    exact.chain(wild).take(64).collect()
}
