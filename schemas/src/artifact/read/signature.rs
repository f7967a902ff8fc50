//! Who signed an artifact, or says so: whether a signature holds is asked of `seal`.

use std::ops::Range;

use super::super::layout::{SectionKind, SignatureRecord};
use super::artifact::Artifact;
use crate::key::KeyId;

impl Artifact {
    /// Names of the keys that signed it, sorted; unproved.
    pub fn signers(&self) -> impl ExactSizeIterator<Item = KeyId> + '_ {
        self.signatures().iter().map(|record| KeyId(record.key_id))
    }

    pub(in super::super) fn signatures(&self) -> &[SignatureRecord] {
        self.records(SectionKind::SIGNATURES)
    }

    /// Which bytes of the file the signatures are; none where it has none.
    pub(in super::super) fn signatures_range(&self) -> Range<usize> {
        self.section_range(SectionKind::SIGNATURES)
    }
}
