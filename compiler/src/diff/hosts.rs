//! Which hosts differ, and into which classes hosts fall: those of one class fit the same patterns
//! of both artifacts.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use pointsman_schemas::artifact::{Artifact, HostRoot};

use super::budget::Budget;
use super::forest::{Forest, same};
use super::globs::Globs;
use super::meaning::{Meanings, Side};

/// Hosts tried while classes of wildcard hosts are looked for.
const HOST_STEPS_MAX: usize = 20_000;
/// Places among wildcard hosts that cost as much to step from as a plain request.
const PLACES_PER_REQUEST: usize = 16;
/// Ways to one place among wildcard hosts that are followed: the first may be an exact host.
const WAYS_MAX: u8 = 4;

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
    let wild: Vec<(&Vec<u8>, bool)> = pairs
        .iter()
        .filter(|(_, pair)| pair.wildcard)
        .map(|(text, pair)| (text, pair.differs))
        .collect();
    let globs = Globs::new(wild.iter().map(|(text, _)| text.as_slice()));
    let (mut all, mut complete) = (Vec::new(), true);
    for (text, pair) in pairs.iter().filter(|(_, pair)| !pair.wildcard) {
        let (fits, work) = globs.fitting(text);
        if !budget.spend(work / PLACES_PER_REQUEST) {
            return (all, false);
        }
        let of = |number: &u32| wild.get(*number as usize);
        if pair.differs || fits.iter().filter_map(of).any(|(_, differs)| *differs) {
            let mut patterns = vec![text.clone()];
            patterns.extend(fits.iter().filter_map(of).map(|(text, _)| (*text).clone()));
            all.push(HostClass { host: String::from_utf8_lossy(text).into_owned(), patterns });
        }
    }
    if wild.iter().any(|(_, differs)| *differs) {
        complete &= wild_classes(pairs, (&wild, &globs), budget, &mut all);
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

/// Classes of hosts that no route names exactly, by walking all wildcards at once.
fn wild_classes(
    pairs: &Pairs,
    (wild, globs): (&[(&Vec<u8>, bool)], &Globs),
    budget: &mut Budget,
    out: &mut Vec<HostClass>,
) -> bool {
    let mut letters: BTreeSet<u8> =
        wild.iter().flat_map(|(text, _)| text.iter().copied()).collect();
    letters.remove(&b'*');
    // A letter that no pattern names stands for all others.
    let other = (b'a'..=b'z').rev().chain(b'0'..=b'9').find(|letter| !letters.contains(letter));
    let mut letters: Vec<u8> = other.into_iter().chain(letters).collect();
    letters.dedup();
    let mut seen: HashMap<(Vec<u32>, bool), u8> = HashMap::new();
    let mut found: BTreeSet<Vec<u32>> = BTreeSet::new();
    let mut queue = VecDeque::from([(globs.start(), String::new())]);
    let mut left = HOST_STEPS_MAX;
    while let Some((places, host)) = queue.pop_front() {
        let fits = globs.ends(&places);
        let texts = || fits.iter().filter_map(|number| wild.get(*number as usize));
        let matters = texts().any(|(_, differs)| *differs);
        let is_host = !host.ends_with(['.', '-']) && !pairs.contains_key(host.as_bytes());
        if matters && is_host && found.insert(fits.clone()) {
            let patterns = texts().map(|(text, _)| (*text).clone()).collect();
            out.push(HostClass { host: host.clone(), patterns });
        }
        if host.len() > 200 {
            continue;
        }
        for letter in &letters {
            if matches!(letter, b'.' | b'-') && (host.is_empty() || host.ends_with(['.', '-'])) {
                continue;
            }
            left = match left.checked_sub(1) {
                Some(left) => left,
                None => return false,
            };
            let next = globs.step(&places, *letter);
            if !budget.spend((places.len() + next.len()) / PLACES_PER_REQUEST) {
                return false;
            }
            if next.is_empty() {
                continue;
            }
            let ways = seen.entry((next.clone(), *letter == b'.')).or_default();
            if *ways < WAYS_MAX {
                *ways += 1;
                queue.push_back((next, format!("{host}{}", char::from(*letter))));
            }
        }
    }
    true
}

/// Any host that an artifact knows, for requests that say nothing of a host.
pub(super) fn some_hosts(artifact: &Artifact) -> Vec<String> {
    let exact = artifact.exact_hosts().map(|(text, _)| String::from_utf8_lossy(text).into_owned());
    let wild = artifact.wildcards().map(|one| String::from_utf8_lossy(one.text).replace('*', "x"));
    exact.chain(wild).take(64).collect()
}
