//! Read side of a tree of path segments: one node as its bytes stand. It walks nowhere; the walker
//! is the matcher's, the proof that every edge leads back to a node is `validate`'s.
//!
//! Shape of a node: `flags u8 | entries | param delta | star delta | constrained | static`, each
//! part only where `flags` says so; a child stands at the node's own offset minus the delta. See
//! `FORMAT.md`.

use super::buckets::Buckets;
use super::wire::{byte, number, same};

/// Bits 0 and 1: bytes of a delta, less one.
pub const FLAG_WIDTH: u8 = 0b11;
/// Patterns end here.
pub const FLAG_ENTRIES: u8 = 1 << 2;
/// There is a `:name` child.
pub const FLAG_PARAM: u8 = 1 << 3;
/// There is a `*` child.
pub const FLAG_STAR: u8 = 1 << 4;
/// There are constrained children.
pub const FLAG_CONSTRAINED: u8 = 1 << 5;
/// Bits 6 and 7: which form static children have.
pub const STATIC_SHIFT: u8 = 6;
/// Few static children, compared one by one.
pub const STATIC_FEW: u8 = 1;
/// Many static children, in a bucket table.
pub const STATIC_MANY: u8 = 2;
/// One static child, several segments away.
pub const STATIC_CHAIN: u8 = 3;

/// Entries head, bits 4 to 7: one entry, exact.
pub const ENTRIES_ONE_EXACT: u8 = 0;
/// Entries head, bits 4 to 7: one entry, prefix.
pub const ENTRIES_ONE_PREFIX: u8 = 1;
/// Entries head, bits 4 to 7: two 16-bit counts follow, of exact and of prefix entries.
pub const ENTRIES_COUNTED: u8 = 15;

/// Bit of the second byte of the constrained part: languages overlap without inclusion, so that
/// priority decides.
pub const CONSTRAINED_CONTENDED: u8 = 1 << 2;

/// One node of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    bytes: &'a [u8],
    at: usize,
    flags: u8,
    /// Past the entries.
    children_at: usize,
}

/// Where a static child leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Offset of the child.
    pub child: u32,
    /// Segments that were passed, at least one.
    pub segments: u32,
}

/// What ends at a node.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
    pattern_width: usize,
    rule_width: usize,
    exact: usize,
    prefix: usize,
}

/// One pattern that ends at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The pattern, relative to the host's first one.
    pub pattern: u32,
    /// Its rule.
    pub rule: u32,
}

/// The constrained children of a node.
#[derive(Clone, Copy, Debug)]
pub struct Constrained<'a> {
    bytes: &'a [u8],
    node_at: usize,
    at: usize,
    delta_width: usize,
    id_width: usize,
    len: usize,
    contended: bool,
}

impl<'a> Node<'a> {
    /// The node at `at`.
    #[inline]
    #[must_use]
    pub fn view(bytes: &'a [u8], at: u32) -> Self {
        let at = at as usize;
        let flags = byte(bytes, at);
        let entries = if flags & FLAG_ENTRIES == 0 { 0 } else { entries_len(bytes, at + 1) };
        let children_at = at + 1 + entries;
        Self { bytes, at, flags, children_at }
    }

    #[inline]
    fn width(&self) -> usize {
        usize::from(self.flags & FLAG_WIDTH) + 1
    }

    /// Whether there is a way on beside static children.
    #[inline]
    #[must_use]
    pub fn has_other_ways(&self) -> bool {
        self.flags & (FLAG_ENTRIES | FLAG_PARAM | FLAG_STAR | FLAG_CONSTRAINED) != 0
    }

    /// Whether there is a way on beside static children, constrained ones and `:name`.
    #[inline]
    #[must_use]
    pub fn has_star_or_entries(&self) -> bool {
        self.flags & (FLAG_ENTRIES | FLAG_STAR) != 0
    }

    /// Whether patterns end here.
    #[inline]
    #[must_use]
    pub fn has_entries(&self) -> bool {
        self.flags & FLAG_ENTRIES != 0
    }

    /// Which form static children have; 0 none.
    #[inline]
    #[must_use]
    pub fn static_form(&self) -> u8 {
        self.flags >> STATIC_SHIFT
    }

    #[inline]
    fn child(&self, delta: u32) -> u32 {
        (self.at as u32).wrapping_sub(delta)
    }

    /// What ends here.
    #[inline]
    #[must_use]
    pub fn entries(&self) -> Option<Entries<'a>> {
        (self.flags & FLAG_ENTRIES != 0).then(|| Entries::view(self.bytes, self.at + 1))
    }

    /// The `:name` child.
    #[inline]
    #[must_use]
    pub fn param(&self) -> Option<u32> {
        (self.flags & FLAG_PARAM != 0)
            .then(|| self.child(number(self.bytes, self.children_at, self.width())))
    }

    #[inline]
    fn after_param(&self) -> usize {
        self.children_at + usize::from(self.flags & FLAG_PARAM != 0) * self.width()
    }

    /// The `*` child.
    #[inline]
    #[must_use]
    pub fn star(&self) -> Option<u32> {
        (self.flags & FLAG_STAR != 0)
            .then(|| self.child(number(self.bytes, self.after_param(), self.width())))
    }

    #[inline]
    fn after_star(&self) -> usize {
        self.after_param() + usize::from(self.flags & FLAG_STAR != 0) * self.width()
    }

    /// The constrained children.
    #[inline]
    #[must_use]
    pub fn constrained(&self) -> Option<Constrained<'a>> {
        if self.flags & FLAG_CONSTRAINED == 0 {
            return None;
        }
        let at = self.after_star();
        let kind = byte(self.bytes, at + 1);
        Some(Constrained {
            bytes: self.bytes,
            node_at: self.at,
            at: at + 2,
            delta_width: self.width(),
            id_width: usize::from(kind & 0b11) + 1,
            len: usize::from(byte(self.bytes, at)),
            contended: kind & CONSTRAINED_CONTENDED != 0,
        })
    }

    #[inline]
    fn static_at(&self) -> usize {
        let at = self.after_star();
        if self.flags & FLAG_CONSTRAINED == 0 {
            return at;
        }
        let (count, kind) = (byte(self.bytes, at), byte(self.bytes, at + 1));
        at + 2 + usize::from(count) * (usize::from(kind & 0b11) + 1 + self.width())
    }

    /// The static child that the path leads to from byte `from`, where its next segment begins;
    /// that segment has `len` bytes, at least one.
    #[inline]
    #[must_use]
    pub fn static_child(&self, path: &[u8], from: usize, len: usize) -> Option<Step> {
        let form = self.static_form();
        if form == 0 {
            return None;
        }
        let at = self.static_at();
        match form {
            STATIC_FEW => self.few_child(at, path.get(from..from + len)?),
            STATIC_MANY => {
                let width = self.width();
                let table = Buckets::view(self.bytes, at, width);
                let payload = table.find(self.bytes, path.get(from..from + len)?)?;
                let delta = number(self.bytes, payload, width);
                Some(Step { child: self.child(delta), segments: 1 })
            }
            _ => self.chain_child(at, path.get(from..)?),
        }
    }

    #[inline]
    fn few_child(&self, at: usize, segment: &[u8]) -> Option<Step> {
        let count = usize::from(byte(self.bytes, at));
        let lengths = self.bytes.get(at + 1..at + 1 + count)?;
        let deltas_at = at + 1 + count;
        let mut label_at = deltas_at + count * self.width();
        for (index, len) in lengths.iter().enumerate() {
            let len = usize::from(*len);
            let label = self.bytes.get(label_at..label_at + len).unwrap_or_default();
            if same(label, segment) {
                let delta = number(self.bytes, deltas_at + index * self.width(), self.width());
                return Some(Step { child: self.child(delta), segments: 1 });
            }
            label_at += len;
        }
        None
    }

    #[inline]
    fn chain_child(&self, at: usize, rest: &[u8]) -> Option<Step> {
        let segments = u32::from(byte(self.bytes, at));
        let len = usize::from(byte(self.bytes, at + 1));
        let label_at = at + 2 + self.width();
        let label = self.bytes.get(label_at..label_at + len).unwrap_or_default();
        let fits = matches!(rest.get(len), None | Some(b'/'))
            && same(rest.get(..len).unwrap_or_default(), label);
        fits.then(|| Step { child: self.child(number(self.bytes, at + 2, self.width())), segments })
    }

    /// Every static child with its label, which may hold several segments.
    pub fn each_static_child(&self, mut visit: impl FnMut(&'a [u8], Step)) {
        let (at, width, bytes) = (self.static_at(), self.width(), self.bytes);
        let step = |delta_at, segments| Step {
            child: self.child(number(bytes, delta_at, width)),
            segments,
        };
        let label = |at: usize, len: usize| bytes.get(at..at + len).unwrap_or_default();
        match self.static_form() {
            STATIC_FEW => {
                let count = usize::from(byte(bytes, at));
                let deltas_at = at + 1 + count;
                let mut label_at = deltas_at + count * width;
                for index in 0..count {
                    let len = usize::from(byte(bytes, at + 1 + index));
                    visit(label(label_at, len), step(deltas_at + index * width, 1));
                    label_at += len;
                }
            }
            STATIC_MANY => {
                for (payload, key) in Buckets::view(bytes, at, width).iter(bytes) {
                    visit(key, step(payload, 1));
                }
            }
            STATIC_CHAIN => {
                let (segments, len) = (byte(bytes, at), byte(bytes, at + 1));
                let child = step(at + 2, u32::from(segments));
                visit(label(at + 2 + width, usize::from(len)), child);
            }
            _ => {}
        }
    }
}

/// Bytes of the entries at `at`, their head included.
#[inline]
fn entries_len(bytes: &[u8], at: usize) -> usize {
    let head = byte(bytes, at);
    let each = usize::from(head & 0b11) + usize::from(head >> 2 & 0b11) + 2;
    if head >> 4 <= ENTRIES_ONE_PREFIX {
        return 1 + each;
    }
    5 + each * (number(bytes, at + 1, 2) + number(bytes, at + 3, 2)) as usize
}

impl<'a> Entries<'a> {
    #[inline]
    fn view(bytes: &'a [u8], at: usize) -> Self {
        let head = byte(bytes, at);
        let (exact, prefix, skip) = match head >> 4 {
            ENTRIES_ONE_EXACT => (1, 0, 1),
            ENTRIES_ONE_PREFIX => (0, 1, 1),
            _ => (number(bytes, at + 1, 2) as usize, number(bytes, at + 3, 2) as usize, 5),
        };
        Self {
            bytes,
            at: at + skip,
            pattern_width: usize::from(head & 0b11) + 1,
            rule_width: usize::from(head >> 2 & 0b11) + 1,
            exact,
            prefix,
        }
    }

    /// Entries for a path that ends here; they come first.
    #[inline]
    #[must_use]
    pub fn exact_len(&self) -> usize {
        self.exact
    }

    /// All entries.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.exact + self.prefix
    }

    /// Whether there is none, which no writer makes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entry `index`, below [`Self::len`].
    #[inline]
    #[must_use]
    pub fn entry(&self, index: usize) -> Entry {
        let at = self.at + index * (self.pattern_width + self.rule_width);
        Entry {
            pattern: number(self.bytes, at, self.pattern_width),
            rule: number(self.bytes, at + self.pattern_width, self.rule_width),
        }
    }
}

impl Constrained<'_> {
    /// How many.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none, which no writer makes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether all that fit must be compared; else the first that leads to a route wins.
    #[inline]
    #[must_use]
    pub fn is_contended(&self) -> bool {
        self.contended
    }

    /// Constraint and child `index`, below [`Self::len`].
    #[inline]
    #[must_use]
    pub fn child(&self, index: usize) -> (u32, u32) {
        let at = self.at + index * (self.id_width + self.delta_width);
        let delta = number(self.bytes, at + self.id_width, self.delta_width);
        (number(self.bytes, at, self.id_width), (self.node_at as u32).wrapping_sub(delta))
    }
}
