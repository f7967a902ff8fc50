//! Read side of a packed table: rows of one or two numbers, each column as wide as its largest
//! number needs. A million routes then cost two bytes each where eight would stand.
//!
//! Shape: `width u8 | width u8 | rows | 4 zero bytes`; a width of 0 is a column that is not there.

use super::wire::{byte, number};

/// Bytes before the rows.
pub const HEAD_BYTES: usize = 2;
/// Zero bytes behind the rows, so that a number may be read four bytes at once.
pub const TAIL_BYTES: usize = 4;

/// A packed table.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    bytes: &'a [u8],
    widths: [usize; 2],
}

impl<'a> Packed<'a> {
    /// The table that `bytes` are.
    #[inline]
    #[must_use]
    pub fn view(bytes: &'a [u8]) -> Self {
        let width = |at| usize::from(byte(bytes, at)).min(4);
        Self { bytes, widths: [width(0), width(1)] }
    }

    #[inline]
    fn stride(&self) -> usize {
        self.widths[0] + self.widths[1]
    }

    /// How many rows.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        let rows = self.bytes.len().saturating_sub(HEAD_BYTES + TAIL_BYTES);
        rows.checked_div(self.stride()).unwrap_or(0)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first number of a row; 0 past the end.
    #[inline]
    #[must_use]
    pub fn first(&self, index: usize) -> u32 {
        number(self.bytes, HEAD_BYTES + index * self.stride(), self.widths[0].max(1))
    }

    /// The second number of a row; 0 past the end.
    #[inline]
    #[must_use]
    pub fn second(&self, index: usize) -> u32 {
        let at = HEAD_BYTES + index * self.stride() + self.widths[0];
        number(self.bytes, at, self.widths[1].max(1))
    }

    /// Proves that it has `columns` columns, `count` rows and nothing else.
    pub(super) fn fits(&self, columns: usize, count: usize) -> bool {
        let [first, second] = self.widths;
        let raw = [byte(self.bytes, 0), byte(self.bytes, 1)];
        let columns_fit = first > 0 && (second > 0) == (columns == 2);
        let tail = self.bytes.len().saturating_sub(TAIL_BYTES);
        let tail = self.bytes.get(tail..).unwrap_or_default();
        columns_fit
            && raw == [first as u8, second as u8]
            && self.bytes.len() == HEAD_BYTES + count * self.stride() + TAIL_BYTES
            && tail.iter().all(|byte| *byte == 0)
    }
}
