//! Check of the trees: one pass from the first node to the last. Every edge leads strictly
//! backwards to where a node begins, so each walk ends; a node's height and its largest pattern are
//! known once it is passed, so no walk can be too deep and no pattern out of range.

use super::super::buckets::{BITS_MAX, HEAD_BYTES};
use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{RuleRecord, SectionKind};
use super::super::node::{
    CONSTRAINED_CONTENDED, ENTRIES_COUNTED, ENTRIES_ONE_EXACT, ENTRIES_ONE_PREFIX,
    FLAG_CONSTRAINED, FLAG_ENTRIES, FLAG_PARAM, FLAG_STAR, FLAG_WIDTH, STATIC_CHAIN, STATIC_FEW,
    STATIC_MANY, STATIC_SHIFT,
};
use super::super::wire::{SLACK_BYTES, byte, number};
use super::check::{Check, refuse};
use crate::limits::{CONSTRAINTS_PER_NODE_MAX, PATTERN_SEGMENTS_MAX, PATTERNS_MAX};

const SECTION: SectionKind = SectionKind::PATHS;

/// Bytes of the smallest node: so each begins in a granule of its own.
const NODE_BYTES_MIN: usize = 4;

/// What is known of the nodes that were passed, one word a granule of four bytes: where in the
/// granule a node begins (2 bits), segments to the deepest node below (6 bits), one past the
/// largest pattern below (24 bits, never 0).
pub(super) struct Trees {
    granules: Vec<u32>,
    contended: bool,
}

#[derive(Clone, Copy, Default)]
struct NodeFacts {
    pattern_end: u32,
    height: u32,
}

const _: () = assert!(PATTERNS_MAX < 1 << 24 && PATTERN_SEGMENTS_MAX < 1 << 6);

impl Trees {
    #[inline]
    fn add(&mut self, at: usize, facts: NodeFacts) {
        let place = at as u32 & 3;
        if let Some(granule) = self.granules.get_mut(at / NODE_BYTES_MIN) {
            *granule = place | facts.height << 2 | facts.pattern_end << 8;
        }
    }

    #[inline]
    fn facts(&self, at: u32) -> Option<NodeFacts> {
        let granule = *self.granules.get(at as usize / NODE_BYTES_MIN)?;
        let facts = NodeFacts { pattern_end: granule >> 8, height: granule >> 2 & 0x3f };
        (granule & 3 == at & 3 && facts.pattern_end > 0).then_some(facts)
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
    let end = bytes.len().saturating_sub(SLACK_BYTES);
    let slack = bytes.get(end..).unwrap_or_default();
    if slack.len() != SLACK_BYTES || slack.iter().any(|byte| *byte != 0) {
        return refuse(SECTION, end, Kind::NotZero);
    }
    let mut pass = Pass {
        bytes,
        rules: check.records::<RuleRecord>(SectionKind::RULES, usize::MAX)?.len(),
        constraints: check.sections.count(SectionKind::CONSTRAINTS),
        patterns: check.sections.count(SectionKind::PATTERNS) as u32,
        node_at: 0,
        facts: NodeFacts::default(),
        trees: Trees { granules: vec![0; end / NODE_BYTES_MIN + 1], contended: false },
    };
    let (mut at, mut count) = (0, 0);
    while at < end {
        pass.node_at = at;
        pass.facts = NodeFacts::default();
        let next = pass.node(at)?;
        let facts = pass.facts;
        if next > end || next < at + NODE_BYTES_MIN || facts.pattern_end == 0 {
            return refuse(SECTION, at, Kind::WrongLength);
        }
        pass.trees.add(at, facts);
        at = next;
        count += 1;
    }
    if count == check.sections.count(SECTION) {
        Ok(pass.trees)
    } else {
        refuse(SECTION, 0, Kind::WrongLength)
    }
}

/// The pass, and what is known of the node under it. Its parts take where they begin and give
/// where they end.
struct Pass<'a> {
    bytes: &'a [u8],
    rules: usize,
    constraints: usize,
    patterns: u32,
    node_at: usize,
    facts: NodeFacts,
    trees: Trees,
}

impl Pass<'_> {
    #[cold]
    fn fail<T>(&self, kind: Kind) -> Result<T, ReadError> {
        refuse(SECTION, self.node_at, kind)
    }

    /// Reads one node and sums up what lies below it.
    #[inline]
    fn node(&mut self, at: usize) -> Result<usize, ReadError> {
        let flags = byte(self.bytes, at);
        let width = usize::from(flags & FLAG_WIDTH) + 1;
        let mut at = at + 1;
        if flags & FLAG_ENTRIES != 0 {
            at = self.entries(at)?;
        }
        for flag in [FLAG_PARAM, FLAG_STAR] {
            if flags & flag != 0 {
                self.below(number(self.bytes, at, width), 1)?;
                at += width;
            }
        }
        if flags & FLAG_CONSTRAINED != 0 {
            at = self.constrained(at, width)?;
        }
        match flags >> STATIC_SHIFT {
            STATIC_CHAIN => self.chain(at, width),
            STATIC_FEW => self.few(at, width),
            STATIC_MANY => self.many(at, width),
            _ => Ok(at),
        }
    }

    #[inline]
    fn entries(&mut self, at: usize) -> Result<usize, ReadError> {
        let head = byte(self.bytes, at);
        let (count, mut at) = match head >> 4 {
            ENTRIES_ONE_EXACT | ENTRIES_ONE_PREFIX => (1, at + 1),
            ENTRIES_COUNTED => {
                let (exact, prefix) =
                    (number(self.bytes, at + 1, 2), number(self.bytes, at + 3, 2));
                (exact + prefix, at + 5)
            }
            other => return self.fail(Kind::BadValue { value: u64::from(other) }),
        };
        let (pattern_width, rule_width) =
            (usize::from(head & 0b11) + 1, usize::from(head >> 2 & 0b11) + 1);
        for _ in 0..count {
            let pattern = number(self.bytes, at, pattern_width);
            let rule = number(self.bytes, at + pattern_width, rule_width);
            at += pattern_width + rule_width;
            if rule as usize >= self.rules {
                let len = self.rules as u64;
                return self.fail(Kind::OutOfRange { value: u64::from(rule), len });
            }
            if pattern >= self.patterns {
                let len = u64::from(self.patterns);
                return self.fail(Kind::OutOfRange { value: u64::from(pattern), len });
            }
            self.facts.pattern_end = self.facts.pattern_end.max(pattern + 1);
        }
        Ok(at)
    }

    fn constrained(&mut self, at: usize, width: usize) -> Result<usize, ReadError> {
        let (count, kind) = (usize::from(byte(self.bytes, at)), byte(self.bytes, at + 1));
        if count == 0 || count > CONSTRAINTS_PER_NODE_MAX {
            return self.fail(Kind::TooMany { max: CONSTRAINTS_PER_NODE_MAX as u64 });
        }
        if kind & !(0b11 | CONSTRAINED_CONTENDED) != 0 {
            return self.fail(Kind::BadValue { value: u64::from(kind) });
        }
        self.trees.contended |= kind & CONSTRAINED_CONTENDED != 0;
        let id_width = usize::from(kind & 0b11) + 1;
        let mut at = at + 2;
        for _ in 0..count {
            let id = number(self.bytes, at, id_width);
            if id as usize >= self.constraints {
                let len = self.constraints as u64;
                return self.fail(Kind::OutOfRange { value: u64::from(id), len });
            }
            self.below(number(self.bytes, at + id_width, width), 1)?;
            at += id_width + width;
        }
        Ok(at)
    }

    #[inline]
    fn chain(&mut self, at: usize, width: usize) -> Result<usize, ReadError> {
        let segments = u32::from(byte(self.bytes, at));
        let len = usize::from(byte(self.bytes, at + 1));
        let label_at = at + 2 + width;
        let label = self.bytes.get(label_at..label_at + len).unwrap_or_default();
        let mut slashes = 0;
        for byte in label {
            slashes += u32::from(*byte == b'/');
        }
        if label.is_empty() || slashes + 1 != segments {
            return self.fail(Kind::BadValue { value: u64::from(segments) });
        }
        self.below(number(self.bytes, at + 2, width), segments)?;
        Ok(label_at + len)
    }

    #[inline]
    fn few(&mut self, at: usize, width: usize) -> Result<usize, ReadError> {
        let count = usize::from(byte(self.bytes, at));
        let lengths = self.bytes.get(at + 1..at + 1 + count).unwrap_or_default();
        let (mut labels, mut at) = (0, at + 1 + count);
        for len in lengths {
            if *len == 0 {
                break;
            }
            labels += usize::from(*len);
            self.below(number(self.bytes, at, width), 1)?;
            at += width;
        }
        if lengths.is_empty() || lengths.contains(&0) {
            return self.fail(Kind::BadValue { value: count as u64 });
        }
        Ok(at + labels)
    }

    /// A bucket table, each bucket of which begins and ends where an entry does.
    fn many(&mut self, table_at: usize, width: usize) -> Result<usize, ReadError> {
        let (bits, start_width) =
            (byte(self.bytes, table_at + 1), usize::from(byte(self.bytes, table_at + 2)));
        let starts = (1_usize << bits.min(BITS_MAX)) + 1;
        let entries_at = table_at + HEAD_BYTES + starts * start_width;
        let fits = bits <= BITS_MAX && (1..=4).contains(&start_width);
        if !fits || entries_at > self.bytes.len() {
            return self.fail(Kind::WrongLength);
        }
        let mut at = entries_at;
        for bucket in 0..starts {
            let start_at = table_at + HEAD_BYTES + bucket * start_width;
            let start = entries_at + number(self.bytes, start_at, start_width) as usize;
            if start > self.bytes.len() {
                return self.fail(Kind::WrongLength);
            }
            while at < start {
                let len = usize::from(byte(self.bytes, at));
                if len == 0 {
                    return self.fail(Kind::BadValue { value: 0 });
                }
                self.below(number(self.bytes, at + 1, width), 1)?;
                at += 1 + width + len;
            }
            if at != start {
                return self.fail(Kind::WrongLength);
            }
        }
        Ok(at)
    }

    /// Takes in the child `delta` before this node, `segments` further on.
    #[inline]
    fn below(&mut self, delta: u32, segments: u32) -> Result<(), ReadError> {
        let child = (self.node_at as u32).checked_sub(delta).filter(|_| delta > 0);
        let Some(found) = child.and_then(|child| self.trees.facts(child)) else {
            return self.fail(Kind::BadEdge);
        };
        let height = found.height + segments;
        if height > PATTERN_SEGMENTS_MAX as u32 {
            return self.fail(Kind::TooDeep);
        }
        self.facts.height = self.facts.height.max(height);
        self.facts.pattern_end = self.facts.pattern_end.max(found.pattern_end);
        Ok(())
    }
}
