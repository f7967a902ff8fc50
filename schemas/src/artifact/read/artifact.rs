//! An artifact that was checked whole: from here on nothing in it can be wrong, and no look-up
//! allocates.

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::super::error::{ReadError, ReadErrorKind};
use super::super::feature::Features;
use super::super::id::{ContentId, StrId};
use super::super::layout::{CONTENT_ID_AT, NONE, SectionKind};
use super::super::sections::{SectionView, Sections, content_id, header, list};
use super::super::validate;

/// A checked artifact.
///
/// Cost: one buffer; every getter is a slice of it.
#[derive(Clone)]
pub struct Artifact {
    bytes: Vec<u8>,
    sections: Sections,
    generation: u64,
    content_id: ContentId,
    features: Features,
    digest: [u8; 32],
    contended: bool,
}

impl std::fmt::Debug for Artifact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Artifact")
            .field("bytes", &self.bytes.len())
            .field("generation", &self.generation)
            .field("content_id", &self.content_id)
            .finish()
    }
}

impl Artifact {
    /// Checks everything once: size, mark, version, digest, section table, then every record,
    /// string, edge and number.
    ///
    /// Errors: the first thing that is wrong; the bytes are given up.
    /// Cost: linear in the bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, ReadError> {
        let head = *header(&bytes)?;
        let proof = validate::check(&bytes, &head)?;
        Ok(Self {
            sections: proof.sections,
            generation: head.generation.get(),
            content_id: ContentId(head.content_id),
            features: Features(head.features.get()),
            digest: head.digest,
            contended: proof.contended,
            bytes,
        })
    }

    /// Its bytes, as they stood in the file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Gives its bytes back.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What `--generation` said when it was compiled; 0 without.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Digest of what it means, whatever its generation and the places of its routes.
    #[must_use]
    pub fn content_id(&self) -> ContentId {
        self.content_id
    }

    /// Whether its content id is that of its content: from bytes of somebody who can say what he
    /// likes, it decides whether another artifact is taken for the same.
    ///
    /// Errors: it is another one's.
    /// Cost: one BLAKE3 of the file.
    pub fn prove_content_id(&self) -> Result<(), ReadError> {
        if content_id(&self.bytes) == self.content_id {
            return Ok(());
        }
        Err(ReadError::new(SectionKind::HEADER, CONTENT_ID_AT, ReadErrorKind::WrongContentId))
    }

    /// BLAKE3 of the whole file; names the file in a store.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// What whoever serves it must have.
    #[must_use]
    pub fn required_features(&self) -> Features {
        self.features
    }

    /// The section table, for people.
    pub fn section_list(&self) -> impl Iterator<Item = SectionView> + '_ {
        list(&self.bytes)
    }

    /// Whether some node of a tree needs all its constraints compared.
    #[inline]
    #[must_use]
    pub fn has_contended_constraints(&self) -> bool {
        self.contended
    }

    /// Names of the methods that routes name, in the order of their bits.
    pub fn methods(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.records::<U32>(SectionKind::METHODS).iter().map(|id| self.string(StrId(id.get())))
    }

    /// Bit of a method among [`Self::methods`]; none where no route names it.
    #[inline]
    #[must_use]
    pub fn method_bit(&self, method: &[u8]) -> u64 {
        let methods = self.records::<U32>(SectionKind::METHODS);
        let at = methods.iter().position(|id| self.string_bytes(StrId(id.get())) == method);
        at.map_or(0, |at| 1 << at)
    }

    /// A string.
    #[must_use]
    pub fn string(&self, id: StrId) -> &str {
        std::str::from_utf8(self.string_bytes(id)).unwrap_or_default()
    }

    /// A string as bytes, which were proved to be UTF-8.
    #[inline]
    #[must_use]
    pub fn string_bytes(&self, id: StrId) -> &[u8] {
        let offsets = self.records::<U32>(SectionKind::STRING_OFFSETS);
        let bytes = self.section(SectionKind::STRING_BYTES);
        let Some(range) = offsets.get(id.index()..).and_then(<[U32]>::first_chunk::<2>) else {
            return &[];
        };
        bytes.get(range[0].get() as usize..range[1].get() as usize).unwrap_or_default()
    }

    /// A string that may be missing.
    pub(super) fn optional_string(&self, id: u32) -> Option<&str> {
        (id != NONE).then(|| self.string(StrId(id)))
    }

    /// A string's number, by its text; linear, for people's questions.
    #[must_use]
    pub fn find_string(&self, text: &str) -> Option<StrId> {
        let count = self.records::<U32>(SectionKind::STRING_OFFSETS).len().saturating_sub(1);
        (0..count as u32).map(StrId).find(|id| self.string_bytes(*id) == text.as_bytes())
    }

    /// The bytes of a section; none where it is missing.
    #[inline]
    #[must_use]
    pub fn section(&self, kind: SectionKind) -> &[u8] {
        self.sections.bytes(&self.bytes, kind)
    }

    /// Which bytes of the file a section has; none where it is missing.
    pub(super) fn section_range(&self, kind: SectionKind) -> std::ops::Range<usize> {
        self.sections.range(kind)
    }

    #[inline]
    pub(super) fn records<T: FromBytes + Immutable + KnownLayout>(
        &self,
        kind: SectionKind,
    ) -> &[T] {
        self.sections.records(&self.bytes, kind)
    }
}
