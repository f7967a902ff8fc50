//! Which hosts differ.

use std::collections::BTreeMap;

use pointsman_schemas::artifact::{Artifact, HostRoot};

use super::forest::{Forest, same};
use super::meaning::{Meanings, Side};

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

/// Any host that an artifact knows, for requests that say nothing of a host.
pub(super) fn some_hosts(artifact: &Artifact) -> Vec<String> {
    let exact = artifact.exact_hosts().map(|(text, _)| String::from_utf8_lossy(text).into_owned());
    let wild = artifact.wildcards().map(|one| String::from_utf8_lossy(one.text).replace('*', "x"));
    exact.chain(wild).take(64).collect()
}
