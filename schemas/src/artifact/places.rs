//! Parts of section `provenance`, shared by the check and the getters.

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::packed::Packed;

/// The parts of section `provenance`.
///
/// Shape: `files u32 | bytes u32 | offsets (files + 1) * u32 | names | packed table of file and line`.
pub(super) struct Provenance<'a> {
    pub(super) offsets: &'a [U32],
    pub(super) names: &'a [u8],
    pub(super) places: Packed<'a>,
}

impl<'a> Provenance<'a> {
    pub(super) fn parse(section: &'a [u8]) -> Option<Self> {
        let (head, rest) = <[U32; 2]>::ref_from_prefix(section).ok()?;
        let offsets_bytes = (head[0].get() as usize).checked_add(1)?.checked_mul(4)?;
        let (offsets, rest) = rest.split_at_checked(offsets_bytes)?;
        let (names, places) = rest.split_at_checked(head[1].get() as usize)?;
        Some(Self {
            offsets: <[U32]>::ref_from_bytes(offsets).ok()?,
            names,
            places: Packed::view(places),
        })
    }

    /// Bytes of file `index` in [`Self::names`].
    pub(super) fn name(&self, index: usize) -> Option<&'a [u8]> {
        let range = self.offsets.get(index..)?.first_chunk::<2>()?;
        self.names.get(range[0].get() as usize..range[1].get() as usize)
    }
}
