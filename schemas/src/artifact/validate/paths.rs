//! Check of the trees: one pass from the first node to the last. Every edge leads strictly
//! backwards to where a node begins, so each walk ends; a node's height and its largest pattern are
//! known once it is passed, so no walk can be too deep and no pattern out of range.

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{RuleRecord, SectionKind};
use super::super::node::{FLAG_ENTRIES, Node, STATIC_CHAIN};
use super::super::wire::{SLACK_BYTES, byte};
use super::check::{Check, refuse};
use crate::limits::{CONSTRAINTS_PER_NODE_MAX, PATTERN_SEGMENTS_MAX};

const SECTION: SectionKind = SectionKind::PATHS;

/// What the pass knows of every node: by its offset, then by its rank among the nodes.
pub(super) struct Trees {
    /// One bit a byte of the section: a node begins there.
    starts: Vec<u64>,
    /// Nodes before each word of `starts`.
    ranks: Vec<u32>,
    nodes: Vec<NodeFacts>,
    contended: bool,
}

#[derive(Clone, Copy, Default)]
struct NodeFacts {
    /// One past the largest pattern below; 0 where there is none.
    pattern_end: u32,
    /// Segments to the deepest node below.
    height: u8,
}

impl Trees {
    fn add(&mut self, at: usize, facts: NodeFacts) {
        self.starts[at / 64] |= 1 << (at % 64);
        self.nodes.push(facts);
    }

    fn facts(&self, at: u32) -> Option<NodeFacts> {
        let at = at as usize;
        let word = *self.starts.get(at / 64)?;
        if word & 1 << (at % 64) == 0 {
            return None;
        }
        let before = word & ((1 << (at % 64)) - 1);
        let rank = self.ranks.get(at / 64)? + before.count_ones();
        self.nodes.get(rank as usize).copied()
    }

    /// One past the largest pattern below the node at `root`; none where no node begins there.
    pub(super) fn pattern_end(&self, root: u32) -> Option<u32> {
        self.facts(root).map(|facts| facts.pattern_end)
    }

    /// Whether some node needs all its constraints compared.
    pub(super) fn contended(&self) -> bool {
        self.contended
    }
}

/// Checks every node.
pub(super) fn check(check: &Check<'_>) -> Result<Trees, ReadError> {
    let bytes = check.bytes(SECTION);
    let rules = check.records::<RuleRecord>(SectionKind::RULES, usize::MAX)?.len();
    let constraints = check.sections.count(SectionKind::CONSTRAINTS);
    let count = check.sections.count(SECTION);
    let words = bytes.len() / 64 + 1;
    if count > bytes.len() {
        return refuse(SECTION, 0, Kind::WrongLength);
    }
    let mut trees = Trees {
        starts: vec![0; words],
        ranks: vec![0; words],
        nodes: Vec::with_capacity(count),
        contended: false,
    };
    let end = bytes.len().saturating_sub(SLACK_BYTES);
    let (mut at, mut ranked) = (0, 0);
    while at < end {
        while ranked <= at / 64 {
            trees.ranks[ranked] = trees.nodes.len() as u32;
            ranked += 1;
        }
        let node = Node::view(bytes, at as u32);
        let next = node.end();
        if next > end {
            return refuse(SECTION, at, Kind::WrongLength);
        }
        let facts = node_facts(&mut trees, &node, bytes, at, (rules, constraints))?;
        trees.add(at, facts);
        at = next;
    }
    while ranked < words {
        trees.ranks[ranked] = trees.nodes.len() as u32;
        ranked += 1;
    }
    let slack = bytes.get(end..).unwrap_or_default();
    if slack.iter().any(|byte| *byte != 0) {
        return refuse(SECTION, end, Kind::NotZero);
    }
    if trees.nodes.len() != count {
        return refuse(SECTION, 0, Kind::WrongLength);
    }
    Ok(trees)
}

/// Checks one node and sums up what lies below it.
fn node_facts(
    trees: &mut Trees,
    node: &Node<'_>,
    bytes: &[u8],
    at: usize,
    (rules, constraints): (usize, usize),
) -> Result<NodeFacts, ReadError> {
    let mut facts = NodeFacts::default();
    if node.flags() & FLAG_ENTRIES != 0 {
        facts.pattern_end = entries(node, bytes, at, rules)?;
    }
    for child in [node.param(), node.star()].into_iter().flatten() {
        below(trees, &mut facts, at, child, 1)?;
    }
    if let Some(all) = node.constrained() {
        if all.is_empty() || all.len() > CONSTRAINTS_PER_NODE_MAX {
            let max = CONSTRAINTS_PER_NODE_MAX as u64;
            return refuse(SECTION, at, Kind::TooMany { max });
        }
        trees.contended |= all.is_contended();
        for index in 0..all.len() {
            let (constraint, child) = all.child(index);
            if constraint as usize >= constraints {
                let kind =
                    Kind::OutOfRange { value: u64::from(constraint), len: constraints as u64 };
                return refuse(SECTION, at, kind);
            }
            below(trees, &mut facts, at, child, 1)?;
        }
    }
    static_children(trees, node, bytes, at, &mut facts)?;
    Ok(facts)
}

fn entries(node: &Node<'_>, bytes: &[u8], at: usize, rules: usize) -> Result<u32, ReadError> {
    let Some(entries) = node.entries() else { return Ok(0) };
    if entries.is_empty() || !matches!(byte(bytes, at + 1) >> 4, 0 | 1 | 15) {
        return refuse(SECTION, at, Kind::BadValue { value: u64::from(byte(bytes, at + 1)) });
    }
    let mut end = 0;
    for index in 0..entries.len() {
        let entry = entries.entry(index);
        if entry.rule as usize >= rules {
            let kind = Kind::OutOfRange { value: u64::from(entry.rule), len: rules as u64 };
            return refuse(SECTION, at, kind);
        }
        end = end.max(entry.pattern.saturating_add(1));
    }
    Ok(end)
}

fn static_children(
    trees: &Trees,
    node: &Node<'_>,
    bytes: &[u8],
    at: usize,
    facts: &mut NodeFacts,
) -> Result<(), ReadError> {
    if let Some(table) = node.buckets() {
        if !table.head_fits(bytes) {
            return refuse(SECTION, at, Kind::BadValue { value: 0 });
        }
        table.check(bytes).or_else(|_| refuse(SECTION, at, Kind::WrongLength))?;
    }
    let chain = node.static_form() == STATIC_CHAIN;
    let mut result = Ok(());
    node.each_static_child(|label, step| {
        let slashes = label.iter().filter(|byte| **byte == b'/').count();
        let fits = !label.is_empty() && step.segments == slashes + 1 && (chain || slashes == 0);
        if result.is_ok() {
            result = if fits {
                below(trees, facts, at, step.child, step.segments)
            } else {
                refuse(SECTION, at, Kind::BadValue { value: step.segments as u64 })
            };
        }
    });
    result
}

/// Takes in a child that lies `segments` further.
fn below(
    trees: &Trees,
    facts: &mut NodeFacts,
    at: usize,
    child: u32,
    segments: usize,
) -> Result<(), ReadError> {
    let found = if (child as usize) < at { trees.facts(child) } else { None };
    let Some(found) = found else { return refuse(SECTION, at, Kind::BadEdge) };
    let height = usize::from(found.height) + segments;
    if height > PATTERN_SEGMENTS_MAX {
        return refuse(SECTION, at, Kind::TooDeep);
    }
    facts.height = facts.height.max(height as u8);
    facts.pattern_end = facts.pattern_end.max(found.pattern_end);
    Ok(())
}
