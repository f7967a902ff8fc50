//! Sections put into one file: the table, the padding, the digests.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{Immutable, IntoBytes};

use super::super::feature::Features;
use super::super::layout::{
    DIGEST_AT, Header, SECTION_ALIGN_BYTES, SECTION_MUST_UNDERSTAND, SectionEntry, SectionKind,
    VERSION,
};
use super::super::sections::{Meaning, digest};
use super::super::wire::{MAGIC, put_number};
use super::packed;
use crate::limits::ARTIFACT_BYTES_MAX;

/// Where a route is written.
#[derive(Debug)]
pub struct PlaceDraft<'a> {
    /// The file, relative to the configuration's folder.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u32,
}

/// Why no artifact can be made of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// More bytes than `ARTIFACT_BYTES_MAX`.
    TooLong,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong => {
                write!(f, "the artifact would be larger than {ARTIFACT_BYTES_MAX} bytes")
            }
        }
    }
}

impl std::error::Error for WriteError {}

/// Digest of parts, told apart: identity of a backend or a target.
#[must_use]
pub fn identity(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    id
}

/// One section before it has a place.
pub(super) struct Draft {
    pub(super) kind: SectionKind,
    pub(super) count: usize,
    pub(super) bytes: Vec<u8>,
}

pub(super) fn records<T: IntoBytes + Immutable>(kind: SectionKind, records: &[T]) -> Draft {
    Draft { kind, count: records.len(), bytes: records.as_bytes().to_vec() }
}

/// Files in the order of their names, so that it does not matter which one was read first.
pub(super) fn provenance(places: &[PlaceDraft<'_>]) -> Draft {
    let files: std::collections::BTreeSet<&str> = places.iter().map(|place| place.file).collect();
    let files: Vec<&str> = files.into_iter().collect();
    let mut bytes = Vec::new();
    put_number(&mut bytes, files.len() as u32, 4);
    put_number(&mut bytes, files.iter().map(|file| file.len() as u32).sum(), 4);
    let mut at = 0;
    put_number(&mut bytes, at, 4);
    for file in &files {
        at += file.len() as u32;
        put_number(&mut bytes, at, 4);
    }
    for file in &files {
        bytes.extend_from_slice(file.as_bytes());
    }
    let rows: Vec<(u32, u32)> = places
        .iter()
        .map(|place| {
            let file = files.partition_point(|file| *file < place.file);
            (file as u32, place.line)
        })
        .collect();
    bytes.extend_from_slice(&packed::columns(&rows));
    Draft { kind: SectionKind::PROVENANCE, count: places.len(), bytes }
}

/// Sections that a reader may leave out. Names of routes are among them where no program asks for
/// one.
fn is_optional(kind: SectionKind, names_are_read: bool) -> bool {
    match kind {
        SectionKind::PROVENANCE | SectionKind::SELF_TESTS | SectionKind::SELF_TEST_PAIRS => true,
        SectionKind::ROUTE_NAMES => !names_are_read,
        _ => false,
    }
}

pub(super) fn assemble(
    sections: &[Draft],
    generation: u64,
    features: Features,
    names_are_read: bool,
) -> Result<Vec<u8>, WriteError> {
    let header_bytes = size_of::<Header>() + sections.len() * size_of::<SectionEntry>();
    let mut entries = Vec::with_capacity(sections.len());
    let mut meaning = Meaning::default();
    let mut end = header_bytes as u64;
    for section in sections {
        let offset = end.next_multiple_of(SECTION_ALIGN_BYTES as u64);
        let is_optional = is_optional(section.kind, names_are_read);
        let entry = SectionEntry {
            kind: U32::new(section.kind.0),
            version: U16::new(1),
            flags: U16::new(if is_optional { 0 } else { SECTION_MUST_UNDERSTAND }),
            offset: U64::new(offset),
            bytes: U64::new(section.bytes.len() as u64),
            count: U32::new(section.count as u32),
            reserved: U32::ZERO,
        };
        meaning.add(&entry, &section.bytes);
        end = offset + section.bytes.len() as u64;
        entries.push(entry);
    }
    if end > ARTIFACT_BYTES_MAX {
        return Err(WriteError::TooLong);
    }
    let header = Header {
        magic: MAGIC,
        major: U16::new(VERSION.0),
        minor: U16::new(VERSION.1),
        header_bytes: U32::new(header_bytes as u32),
        file_bytes: U64::new(end),
        generation: U64::new(generation),
        content_id: meaning.id().0,
        section_count: U32::new(sections.len() as u32),
        reserved: U32::ZERO,
        features: U64::new(features.0),
        digest: [0; 32],
        reserved_tail: [0; 32],
    };
    let mut file = Vec::with_capacity(end as usize);
    file.extend_from_slice(header.as_bytes());
    file.extend_from_slice(entries.as_bytes());
    for section in sections {
        file.resize(file.len().next_multiple_of(SECTION_ALIGN_BYTES), 0);
        file.extend_from_slice(&section.bytes);
    }
    let digest = digest(&file);
    file[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&digest);
    Ok(file)
}
