//! What the matcher asks: roots of hosts, rules, policies, shapes, inclusions.

use super::super::buckets::Buckets;
use super::super::id::{ConstraintId, HostId, StrId};
use super::super::layout::{
    HOST_PAYLOAD_BYTES, InclusionRecord, NONE, POLICY_EXACT, POLICY_STRIP_PATH, PolicyRecord,
    RuleRecord, SectionKind, SegmentRecord, ShapeRecord, WildcardRecord,
};
use super::super::wire::{byte, word};
use super::artifact::Artifact;

/// Where a host's paths begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostRoot {
    /// Where its entry stands.
    pub id: HostId,
    /// Offset of the root node in section `paths`.
    pub root: u32,
    /// First of its patterns.
    pub base: u32,
}

/// A wildcard host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wildcard<'a> {
    /// Where its paths begin.
    pub host: HostRoot,
    /// Labels without `*`; more is more specific.
    pub rank: u8,
    /// Its text; `*` alone is any host.
    pub text: &'a [u8],
    /// Offset of the one after it.
    pub next_at: u32,
}

/// When a route takes a request whose host and path fit.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    record: Option<&'a PolicyRecord>,
}

/// Policy and shape of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Number of the policy.
    pub policy: u32,
    /// Number of the shape.
    pub shape: u32,
}

/// What the segments of a pattern are, from the left.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    records: &'a [SegmentRecord],
}

/// How specific a segment is; a smaller one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SegmentKind {
    /// Text.
    Static,
    /// A regular expression or a glob.
    Constrained,
    /// `:name`.
    Param,
    /// `*`.
    Star,
}

/// One segment of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its kind.
    pub kind: SegmentKind,
    /// Its constraint.
    pub constraint: Option<ConstraintId>,
    /// Name of what it captures.
    pub name: Option<StrId>,
    /// The constraint as written.
    pub source: Option<StrId>,
}

impl Artifact {
    /// The exact host of that name, in lower case.
    #[inline]
    #[must_use]
    pub fn exact_host(&self, host: &[u8]) -> Option<HostRoot> {
        let bytes = self.section(SectionKind::HOSTS);
        let payload = Buckets::view(bytes, 0, HOST_PAYLOAD_BYTES).find(bytes, host)?;
        Some(HostRoot {
            id: HostId(payload as u32),
            root: word(bytes, payload),
            base: word(bytes, payload + 4),
        })
    }

    /// Every exact host.
    pub fn exact_hosts(&self) -> impl Iterator<Item = (&[u8], HostRoot)> + '_ {
        let bytes = self.section(SectionKind::HOSTS);
        let entries = Buckets::view(bytes, 0, HOST_PAYLOAD_BYTES).iter(bytes);
        entries.map(|(payload, name)| {
            let (root, base) = (word(bytes, payload), word(bytes, payload + 4));
            (name, HostRoot { id: HostId(payload as u32), root, base })
        })
    }

    /// Whether there is any wildcard host.
    #[inline]
    #[must_use]
    pub fn has_wildcards(&self) -> bool {
        !self.section(SectionKind::WILDCARD_HOSTS).is_empty()
    }

    /// The wildcard hosts whose literal end is `suffix`: offset of the first and one past the last.
    #[inline]
    #[must_use]
    pub fn wildcards_ending(&self, suffix: &[u8]) -> Option<(u32, u32)> {
        let bytes = self.section(SectionKind::WILDCARDS);
        let payload = Buckets::view(bytes, 0, HOST_PAYLOAD_BYTES).find(bytes, suffix)?;
        Some((word(bytes, payload), word(bytes, payload + 4)))
    }

    /// The wildcard host whose entry stands at `at`, an offset of [`Self::wildcards_ending`] or
    /// [`Wildcard::next_at`].
    #[inline]
    #[must_use]
    pub fn wildcard(&self, at: u32) -> Wildcard<'_> {
        let bytes = self.section(SectionKind::WILDCARD_HOSTS);
        let at = at as usize;
        let text_at = at + size_of::<WildcardRecord>();
        let text_end = text_at + usize::from(byte(bytes, at + 9));
        let host =
            HostRoot { id: HostId(at as u32), root: word(bytes, at), base: word(bytes, at + 4) };
        Wildcard {
            host,
            rank: byte(bytes, at + 8),
            text: bytes.get(text_at..text_end).unwrap_or_default(),
            next_at: text_end as u32,
        }
    }

    /// Every wildcard host.
    pub fn wildcards(&self) -> impl Iterator<Item = Wildcard<'_>> + '_ {
        let end = self.section(SectionKind::WILDCARD_HOSTS).len() as u32;
        let mut at = 0;
        std::iter::from_fn(move || {
            let wildcard = (at < end).then(|| self.wildcard(at))?;
            at = wildcard.next_at;
            Some(wildcard)
        })
    }

    /// A rule by its number.
    #[inline]
    #[must_use]
    pub fn rule(&self, id: u32) -> Rule {
        let rules = self.records::<RuleRecord>(SectionKind::RULES);
        rules.get(id as usize).map_or(Rule { policy: 0, shape: 0 }, |record| Rule {
            policy: record.policy.get(),
            shape: record.shape.get(),
        })
    }

    /// A policy by its number.
    #[inline]
    #[must_use]
    pub fn policy(&self, id: u32) -> Policy<'_> {
        Policy { record: self.records(SectionKind::POLICIES).get(id as usize) }
    }

    /// A shape by its number.
    #[inline]
    #[must_use]
    pub fn shape(&self, id: u32) -> Shape<'_> {
        let shapes = self.records::<ShapeRecord>(SectionKind::SHAPES);
        let range = shapes.get(id as usize).map_or(0..0, |shape| {
            let first = shape.first.get() as usize;
            first..first + shape.count.get() as usize
        });
        let records = self.records(SectionKind::SEGMENTS).get(range).unwrap_or_default();
        Shape { records }
    }

    /// Whether the first constraint's language lies strictly inside the second's.
    ///
    /// Shape: known for constraints that some request can bring to one place.
    #[must_use]
    pub fn is_inside(&self, smaller: ConstraintId, larger: ConstraintId) -> bool {
        let pairs = self.records::<InclusionRecord>(SectionKind::INCLUSIONS);
        let key = (smaller.0, larger.0);
        pairs.binary_search_by_key(&key, |pair| (pair.smaller.get(), pair.larger.get())).is_ok()
    }
}

impl Policy<'_> {
    /// Bits of the methods it takes; 0 is every method.
    #[inline]
    #[must_use]
    pub fn method_bits(&self) -> u64 {
        self.record.map_or(0, |record| record.methods.get())
    }

    /// Bits of the listeners whose requests it takes.
    #[inline]
    #[must_use]
    pub fn listener_bits(&self) -> u64 {
        self.record.map_or(0, |record| record.listeners.get())
    }

    /// Its set of conditions, for [`Artifact::filters`]; none where it has none.
    #[inline]
    #[must_use]
    pub fn filter_set(&self) -> Option<u32> {
        let [low, middle, high] = self.record?.filters;
        u32::from_le_bytes([low, middle, high, 0]).checked_sub(1)
    }

    /// Decides what specificity leaves open; higher wins.
    #[inline]
    #[must_use]
    pub fn priority(&self) -> i32 {
        self.record.map_or(0, |record| record.priority.get())
    }

    /// Whether the path must end where the pattern does.
    #[must_use]
    pub fn exact(&self) -> bool {
        self.record.is_some_and(|record| record.flags & POLICY_EXACT != 0)
    }

    /// Whether the matched segments are removed.
    #[must_use]
    pub fn strip_path(&self) -> bool {
        self.record.is_some_and(|record| record.flags & POLICY_STRIP_PATH != 0)
    }
}

impl<'a> Shape<'a> {
    /// How many segments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it is that of a host without a path.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Its segments, from the left.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = Segment> + use<'a> {
        self.records.iter().map(|record| Segment {
            kind: match record.kind {
                0 => SegmentKind::Static,
                1 => SegmentKind::Constrained,
                2 => SegmentKind::Param,
                _ => SegmentKind::Star,
            },
            constraint: present(record.constraint.get()).map(ConstraintId),
            name: present(record.name.get()).map(StrId),
            source: present(record.source.get()).map(StrId),
        })
    }

    /// Places and names of what it captures, from the left.
    #[inline]
    pub fn captures(&self) -> impl Iterator<Item = (usize, StrId)> + use<'a> {
        self.records.iter().enumerate().filter_map(|(at, record)| {
            let name = record.name.get();
            (name != NONE).then_some((at, StrId(name)))
        })
    }
}

fn present(id: u32) -> Option<u32> {
    (id != NONE).then_some(id)
}
