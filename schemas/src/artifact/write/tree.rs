//! Write side of the trees: nodes in post-order, equal ones once, so that hosts with the same
//! paths share them.

use std::collections::HashMap;

use super::super::node::{
    CONSTRAINED_CONTENDED, ENTRIES_COUNTED, ENTRIES_ONE_EXACT, ENTRIES_ONE_PREFIX, Entry,
    FLAG_CONSTRAINED, FLAG_ENTRIES, FLAG_PARAM, FLAG_STAR, STATIC_CHAIN, STATIC_FEW, STATIC_MANY,
    STATIC_SHIFT,
};
use super::super::wire::{SLACK_BYTES, put_number, width_of};
use super::buckets;
use crate::limits::{PATTERN_SEGMENT_BYTES_MAX, PATTERN_SEGMENTS_MAX};

/// Static children up to this many are compared one by one: measured, a table wins above it.
pub const STATIC_FEW_MAX: usize = 4;

/// A node as it is to be written.
#[derive(Debug, Default)]
pub struct NodeDraft {
    /// Patterns of exact routes that end here, the preferred first.
    pub exact: Vec<Entry>,
    /// Patterns of prefix routes that end here, the preferred first.
    pub prefix: Vec<Entry>,
    /// The `:name` child.
    pub param: Option<Built>,
    /// The `*` child.
    pub star: Option<Built>,
    /// Constraints and their children, smaller languages first.
    pub constrained: Vec<(u32, Built)>,
    /// Whether languages among them overlap without inclusion.
    pub contended: bool,
    /// Static children, sorted by text.
    pub statics: Vec<StaticDraft>,
}

/// A static child.
#[derive(Debug)]
pub struct StaticDraft {
    /// The segment.
    pub label: Vec<u8>,
    /// Where it leads.
    pub child: Built,
}

/// A subtree that is written, or will be once it is known that no parent takes it over.
#[derive(Clone, Debug)]
pub enum Built {
    /// Written, at that offset.
    Node(u32),
    /// Nothing but one static way to a written node.
    Chain {
        /// Segments, with `/` between them.
        label: Vec<u8>,
        /// How many.
        segments: usize,
        /// Offset of the node.
        child: u32,
    },
}

/// The section of trees while it grows.
#[derive(Debug, Default)]
pub struct TreeWriter {
    bytes: Vec<u8>,
    known: HashMap<Box<[u8]>, u32>,
    /// Scratch for the key of the node at hand.
    key: Vec<u8>,
}

/// A node whose children are all written.
struct Settled<'a> {
    exact: &'a [Entry],
    prefix: &'a [Entry],
    param: Option<u32>,
    star: Option<u32>,
    constrained: Vec<(u32, u32)>,
    contended: bool,
    /// Label, segments, child.
    statics: Vec<(Vec<u8>, usize, u32)>,
}

impl TreeWriter {
    /// Nodes so far.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.known.len()
    }

    /// The section's bytes.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&[0; SLACK_BYTES]);
        self.bytes
    }

    /// Takes in a node whose children came before it.
    pub fn add(&mut self, mut draft: NodeDraft) -> Built {
        let only_static = draft.exact.is_empty()
            && draft.prefix.is_empty()
            && draft.param.is_none()
            && draft.star.is_none()
            && draft.constrained.is_empty();
        let single = draft.statics.len() == 1;
        let mut statics = Vec::with_capacity(draft.statics.len());
        for only in std::mem::take(&mut draft.statics) {
            statics.push(self.static_way(only, single));
        }
        if only_static
            && single
            && let Some((label, segments, child)) = statics.pop()
        {
            return Built::Chain { label, segments, child };
        }
        let settled = Settled {
            exact: &draft.exact,
            prefix: &draft.prefix,
            param: draft.param.map(|child| self.settle(child)),
            star: draft.star.map(|child| self.settle(child)),
            constrained: draft
                .constrained
                .into_iter()
                .map(|(constraint, child)| (constraint, self.settle(child)))
                .collect(),
            contended: draft.contended,
            statics,
        };
        Built::Node(self.put(&settled))
    }

    /// Offset of a subtree, written now if it was not.
    pub fn settle(&mut self, built: Built) -> u32 {
        match built {
            Built::Node(at) => at,
            Built::Chain { label, segments, child } => self.put(&Settled {
                exact: &[],
                prefix: &[],
                param: None,
                star: None,
                constrained: Vec::new(),
                contended: false,
                statics: vec![(label, segments, child)],
            }),
        }
    }

    /// An only static child takes over the chain below it, so that one comparison passes several
    /// segments.
    fn static_way(&mut self, only: StaticDraft, single: bool) -> (Vec<u8>, usize, u32) {
        let StaticDraft { mut label, child } = only;
        if let Built::Chain { label: below, segments, child } = &child
            && single
            && label.len() + 1 + below.len() <= PATTERN_SEGMENT_BYTES_MAX
            && *segments < PATTERN_SEGMENTS_MAX
        {
            label.push(b'/');
            label.extend_from_slice(below);
            return (label, segments + 1, *child);
        }
        (label, 1, self.settle(child))
    }

    fn put(&mut self, node: &Settled<'_>) -> u32 {
        self.key.clear();
        put_key(&mut self.key, node);
        if let Some(at) = self.known.get(self.key.as_slice()) {
            return *at;
        }
        let at = self.bytes.len() as u32;
        encode(&mut self.bytes, at, node);
        self.known.insert(self.key.as_slice().into(), at);
        at
    }
}

/// Appends what makes two nodes equal: the same content and the same children.
fn put_key(key: &mut Vec<u8>, node: &Settled<'_>) {
    let mut word = |value: u32| key.extend_from_slice(&value.to_le_bytes());
    word(node.exact.len() as u32);
    word(node.prefix.len() as u32);
    for entry in node.exact.iter().chain(node.prefix) {
        word(entry.pattern);
        word(entry.rule);
    }
    word(node.param.unwrap_or(u32::MAX));
    word(node.star.unwrap_or(u32::MAX));
    word(node.constrained.len() as u32 * 2 + u32::from(node.contended));
    for (constraint, child) in &node.constrained {
        word(*constraint);
        word(*child);
    }
    for (label, segments, child) in &node.statics {
        word(*child);
        word(*segments as u32);
        word(label.len() as u32);
    }
    for (label, _, _) in &node.statics {
        key.extend_from_slice(label);
    }
}

fn encode(out: &mut Vec<u8>, at: u32, node: &Settled<'_>) {
    let form = match node.statics.as_slice() {
        [] => 0,
        [_] => STATIC_CHAIN,
        few if few.len() <= STATIC_FEW_MAX => STATIC_FEW,
        _ => STATIC_MANY,
    };
    let children = node
        .param
        .iter()
        .chain(&node.star)
        .chain(node.constrained.iter().map(|(_, child)| child))
        .chain(node.statics.iter().map(|(_, _, child)| child));
    let widest = children.map(|child| width_of(at - child)).max().unwrap_or(1);
    let width = widest.max(width_min(node));
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    out.push(
        (width - 1) as u8
            | flag(!node.exact.is_empty() || !node.prefix.is_empty(), FLAG_ENTRIES)
            | flag(node.param.is_some(), FLAG_PARAM)
            | flag(node.star.is_some(), FLAG_STAR)
            | flag(!node.constrained.is_empty(), FLAG_CONSTRAINED)
            | form << STATIC_SHIFT,
    );
    encode_entries(out, node);
    for child in node.param.iter().chain(&node.star) {
        put_number(out, at - child, width);
    }
    if !node.constrained.is_empty() {
        let largest = node.constrained.iter().map(|(id, _)| *id).max().unwrap_or_default();
        let id_width = width_of(largest);
        out.push(node.constrained.len() as u8);
        out.push((id_width - 1) as u8 | flag(node.contended, CONSTRAINED_CONTENDED));
        for (constraint, child) in &node.constrained {
            put_number(out, *constraint, id_width);
            put_number(out, at - child, width);
        }
    }
    match form {
        STATIC_CHAIN => {
            let (label, segments, child) = &node.statics[0];
            out.push(*segments as u8);
            out.push(label.len() as u8);
            put_number(out, at - child, width);
            out.extend_from_slice(label);
        }
        STATIC_FEW => {
            out.push(node.statics.len() as u8);
            out.extend(node.statics.iter().map(|(label, _, _)| label.len() as u8));
            for (_, _, child) in &node.statics {
                put_number(out, at - child, width);
            }
            for (label, _, _) in &node.statics {
                out.extend_from_slice(label);
            }
        }
        STATIC_MANY => {
            let keys: Vec<&[u8]> =
                node.statics.iter().map(|(label, _, _)| label.as_slice()).collect();
            buckets::put(out, &keys, width, |out, index| {
                put_number(out, at - node.statics[index].2, width);
            });
        }
        _ => {}
    }
}

/// A node that is nothing but deltas is made four bytes long, the least that the reader tells apart.
fn width_min(node: &Settled<'_>) -> usize {
    let other = node.exact.len() + node.prefix.len() + node.constrained.len() + node.statics.len();
    match (other, node.param, node.star) {
        (0, Some(_), Some(_)) => 2,
        (0, ..) => 3,
        _ => 1,
    }
}

fn encode_entries(out: &mut Vec<u8>, node: &Settled<'_>) {
    let all = || node.exact.iter().chain(node.prefix);
    if all().next().is_none() {
        return;
    }
    let pattern_width = all().map(|entry| width_of(entry.pattern)).max().unwrap_or(1);
    let rule_width = all().map(|entry| width_of(entry.rule)).max().unwrap_or(1);
    let code = match (node.exact.len(), node.prefix.len()) {
        (1, 0) => ENTRIES_ONE_EXACT,
        (0, 1) => ENTRIES_ONE_PREFIX,
        _ => ENTRIES_COUNTED,
    };
    out.push((pattern_width - 1) as u8 | ((rule_width - 1) as u8) << 2 | code << 4);
    if code == ENTRIES_COUNTED {
        put_number(out, node.exact.len() as u32, 2);
        put_number(out, node.prefix.len() as u32, 2);
    }
    for entry in all() {
        put_number(out, entry.pattern, pattern_width);
        put_number(out, entry.rule, rule_width);
    }
}
