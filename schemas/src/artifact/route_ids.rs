//! Read side of the routes' ids: most of what an artifact with many routes holds as text, so each
//! costs one byte beside itself, and four for every sixteen.
//!
//! Shape: `count u32 | starts u32 for every 16 | lengths u8 | bytes`, a start counting from the
//! first byte.

use super::wire::word;

/// Ids that share a start.
pub(super) const BLOCK: usize = 16;

/// The ids of the routes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RouteIds<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> RouteIds<'a> {
    /// The ids that `bytes` are.
    #[inline]
    #[must_use]
    pub(super) fn view(bytes: &'a [u8]) -> Self {
        Self { bytes, count: word(bytes, 0) as usize }
    }

    fn lengths_at(&self) -> usize {
        4 + self.count.div_ceil(BLOCK) * 4
    }

    /// An id; empty past the end.
    ///
    /// Cost: adds up to fifteen lengths.
    #[must_use]
    pub(super) fn id(&self, index: usize) -> &'a [u8] {
        let lengths_at = self.lengths_at();
        let first = lengths_at + index / BLOCK * BLOCK;
        let before = self.bytes.get(first..lengths_at + index).unwrap_or_default();
        let start = word(self.bytes, 4 + index / BLOCK * 4) as usize
            + before.iter().map(|len| usize::from(*len)).sum::<usize>();
        let len = self.bytes.get(lengths_at + index).map_or(0, |len| usize::from(*len));
        let at = lengths_at + self.count + start;
        if index >= self.count {
            return &[];
        }
        self.bytes.get(at..at + len).unwrap_or_default()
    }

    /// Proves that there are `count` ids, in ASCII, one after the other, and nothing else.
    pub(super) fn fits(&self, count: usize) -> bool {
        let lengths_at = self.lengths_at();
        let Some(lengths) = self.bytes.get(lengths_at..lengths_at + self.count) else {
            return count == 0 && self.bytes.is_empty();
        };
        let text = self.bytes.get(lengths_at + self.count..).unwrap_or_default();
        let mut end = 0;
        for (block, lengths) in lengths.chunks(BLOCK).enumerate() {
            if word(self.bytes, 4 + block * 4) as usize != end {
                return false;
            }
            end += lengths.iter().map(|len| usize::from(*len)).sum::<usize>();
        }
        self.count == count && end == text.len() && text.is_ascii()
    }
}
