//! Read side of a bucket table: keys of up to 255 bytes with a fixed number of payload bytes, in
//! buckets of a few, so that a look-up touches one start and one short run of entries. The same
//! table serves hosts and the wide nodes of a tree. It trusts nothing: a look-up in any bytes ends.
//!
//! Shape: `seed u8 | bits u8 | width u8 | starts (2^bits + 1) * width | entries`, where a start is
//! relative to the first entry and an entry is `key length u8 | payload | key`.

use super::wire::{byte, hash, number, same};

/// Most bits of a table's number of buckets.
pub const BITS_MAX: u8 = 22;
/// Bytes before the starts.
pub const HEAD_BYTES: usize = 3;

/// Where the parts of one table stand.
#[derive(Clone, Copy, Debug)]
pub struct Buckets {
    seed: u32,
    bits: u8,
    width: usize,
    payload: usize,
    starts_at: usize,
}

impl Buckets {
    /// The table that begins at `at` and whose entries carry `payload` bytes.
    #[inline]
    #[must_use]
    pub fn view(bytes: &[u8], at: usize, payload: usize) -> Self {
        Self {
            seed: u32::from(byte(bytes, at)),
            bits: byte(bytes, at + 1).min(BITS_MAX),
            width: usize::from(byte(bytes, at + 2)).clamp(1, 4),
            payload,
            starts_at: at + HEAD_BYTES,
        }
    }

    /// How many buckets.
    #[inline]
    #[must_use]
    pub fn bucket_count(&self) -> usize {
        1 << self.bits
    }

    /// Whether the numbers in its head are ones that a writer makes.
    pub(super) fn head_fits(&self, bytes: &[u8]) -> bool {
        let at = self.starts_at - HEAD_BYTES;
        byte(bytes, at + 1) == self.bits && usize::from(byte(bytes, at + 2)) == self.width
    }

    /// Offset of the first entry.
    #[inline]
    #[must_use]
    pub fn entries_at(&self) -> usize {
        self.starts_at + (self.bucket_count() + 1) * self.width
    }

    /// Offset where bucket `index` begins; that of `bucket_count()` is where the table ends.
    #[inline]
    #[must_use]
    pub fn start(&self, bytes: &[u8], index: usize) -> usize {
        let relative = number(bytes, self.starts_at + index * self.width, self.width);
        self.entries_at() + relative as usize
    }

    /// Offset of the payload of `key`'s entry.
    ///
    /// Cost: one hash, one bucket; no allocation.
    #[inline]
    #[must_use]
    pub fn find(&self, bytes: &[u8], key: &[u8]) -> Option<usize> {
        let bucket = if self.bits == 0 {
            0
        } else {
            (hash(key, self.seed) >> (32 - u32::from(self.bits))) as usize
        };
        let mut at = self.start(bytes, bucket);
        let end = self.start(bytes, bucket + 1);
        while at < end {
            let len = usize::from(byte(bytes, at));
            let key_at = at + 1 + self.payload;
            if same(bytes.get(key_at..key_at + len).unwrap_or_default(), key) {
                return Some(at + 1);
            }
            at = key_at + len;
        }
        None
    }

    /// Proves that each bucket begins and ends where an entry does.
    ///
    /// Errors: the offset of what is wrong.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = self.entries_at();
        for bucket in 0..self.bucket_count() {
            let end = self.start(bytes, bucket + 1);
            if self.start(bytes, bucket) != at || end > bytes.len() {
                return Err(at);
            }
            while at < end {
                at += 1 + self.payload + usize::from(byte(bytes, at));
            }
            if at != end {
                return Err(at);
            }
        }
        Ok(())
    }

    /// Every entry: offset of its payload, and its key.
    pub fn iter<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
        let mut at = self.entries_at();
        let end = self.start(bytes, self.bucket_count()).min(bytes.len());
        let payload = self.payload;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let len = usize::from(byte(bytes, at));
            let key_at = at + 1 + payload;
            let key = bytes.get(key_at..key_at + len)?;
            let entry = (at + 1, key);
            at = key_at + len;
            Some(entry)
        })
    }
}
