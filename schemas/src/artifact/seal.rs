//! Signatures of an artifact: put in where it is compiled, checked where it serves. Bytes and keys
//! are passed in; nothing here knows a file or a generator of random numbers.
//!
//! Each signature is over the header, in which the digest is replaced by that of the file without
//! its signatures. So it covers every byte but the signatures themselves, the number and the names
//! of the keys included.

use std::fmt;
use std::ops::Range;

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, IntoBytes};

use super::layout::{
    DIGEST_AT, Header, SECTION_ALIGN_BYTES, SECTION_MUST_UNDERSTAND, SectionEntry, SectionKind,
    SignatureRecord,
};
use super::read::Artifact;
use super::sections::{SectionView, digest};
use crate::key::{KeyId, PublicKey, SecretKey};
use crate::limits::{ARTIFACT_BYTES_MAX, SECTIONS_MAX, SIGNATURES_MAX};

/// In front of what is signed, so that it is never taken for anything else.
const DOMAIN: &[u8; 22] = b"pointsman artifact v1\0";

/// Bytes of what is signed.
const MESSAGE_BYTES: usize = DOMAIN.len() + size_of::<Header>();

/// Why the signatures of an artifact do not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// It has none.
    Unsigned,
    /// None is by a trusted key.
    NotTrusted {
        /// One of the keys that signed it, or claim to.
        signer: KeyId,
        /// How many more there are.
        others: usize,
    },
    /// The signature under the name of a trusted key is not of this artifact.
    WrongSignature {
        /// The key.
        key: KeyId,
    },
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("it is not signed"),
            Self::NotTrusted { signer, others: 0 } => {
                write!(f, "it is signed by {signer}, which is not trusted here")
            }
            Self::NotTrusted { signer, others } => {
                write!(f, "it is signed by {signer} and {others} more, none of them trusted here")
            }
            Self::WrongSignature { key } => {
                write!(f, "the signature by {key} is not of these bytes")
            }
        }
    }
}

impl std::error::Error for SealError {}

/// Why an artifact cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignError {
    /// No key was given.
    NoKey,
    /// More keys than `SIGNATURES_MAX`.
    TooManyKeys,
    /// One key was given twice.
    SameKey {
        /// The key.
        key: KeyId,
    },
    /// It has signatures already; they would have to sign each other.
    AlreadySigned,
    /// It would have more bytes or sections than an artifact may.
    TooLong,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey => f.write_str("no key to sign with"),
            Self::TooManyKeys => write!(f, "more than {SIGNATURES_MAX} keys to sign with"),
            Self::SameKey { key } => write!(f, "key {key} is given twice"),
            Self::AlreadySigned => f.write_str("it is signed already"),
            Self::TooLong => {
                write!(f, "signed, the artifact would be larger than {ARTIFACT_BYTES_MAX} bytes")
            }
        }
    }
}

impl std::error::Error for SignError {}

/// Looks for one valid signature by any of the trusted keys; returns the key.
///
/// # Errors
/// What is wrong with the signatures; for no trusted key at all that none is trusted.
/// Cost: one BLAKE3 of the file and a verification each signature under a trusted name; nothing of
/// that where no name is trusted.
pub fn verify(artifact: &Artifact, trusted: &[PublicKey]) -> Result<KeyId, SealError> {
    let records = artifact.signatures();
    let Some(first) = records.first() else { return Err(SealError::Unsigned) };
    let of_trusted = |key: &PublicKey| {
        let id = key.id();
        let record = records.iter().find(|record| record.key_id == id.0)?;
        Some((id, record))
    };
    let mut signed = trusted.iter().filter_map(|key| Some((key, of_trusted(key)?))).peekable();
    let Some((_, (claimed, _))) = signed.peek() else {
        let signer = KeyId(first.key_id);
        return Err(SealError::NotTrusted { signer, others: records.len() - 1 });
    };
    let claimed = *claimed;
    let message = message(artifact.as_bytes(), artifact.signatures_range());
    let valid = signed.find(|(key, (_, record))| key.signed(&message, &record.signature));
    valid.map(|(_, (id, _))| id).ok_or(SealError::WrongSignature { key: claimed })
}

/// The same artifact with signatures by all the keys; the same keys give the same bytes, in
/// whatever order.
///
/// # Errors
/// The keys or the artifact do not allow it; nothing is signed by some of them only.
pub fn sign(artifact: &Artifact, keys: &[SecretKey]) -> Result<Vec<u8>, SignError> {
    let mut keys: Vec<(KeyId, &SecretKey)> =
        keys.iter().map(|key| (key.public().id(), key)).collect();
    keys.sort_by_key(|(id, _)| *id);
    if keys.is_empty() {
        return Err(SignError::NoKey);
    }
    if keys.len() > SIGNATURES_MAX {
        return Err(SignError::TooManyKeys);
    }
    if let Some(pair) = keys.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(SignError::SameKey { key: pair[0].0 });
    }
    if !artifact.signatures().is_empty() {
        return Err(SignError::AlreadySigned);
    }
    let unsigned = keys.iter().map(|(id, _)| SignatureRecord { key_id: id.0, signature: [0; 64] });
    let mut records: Vec<SignatureRecord> = unsigned.collect();
    let (mut file, range) = with_section(artifact, records.as_bytes(), records.len());
    if file.len() as u64 > ARTIFACT_BYTES_MAX || artifact.section_list().count() >= SECTIONS_MAX {
        return Err(SignError::TooLong);
    }
    let message = message(&file, range.clone());
    for (record, (_, key)) in records.iter_mut().zip(&keys) {
        record.signature = key.sign(&message);
    }
    file[range].copy_from_slice(records.as_bytes());
    let digest = digest(&file);
    file[DIGEST_AT..DIGEST_AT + digest.len()].copy_from_slice(&digest);
    Ok(file)
}

/// What is signed: the domain, then the header with the digest of the unsigned file.
fn message(file: &[u8], signatures: Range<usize>) -> [u8; MESSAGE_BYTES] {
    let digest = unsigned_digest(file, signatures);
    let mut message = [0; MESSAGE_BYTES];
    let (domain, header) = message.split_at_mut(DOMAIN.len());
    domain.copy_from_slice(DOMAIN);
    // A checked artifact has a header.
    if let Some(own) = file.get(..header.len()) {
        header.copy_from_slice(own);
    }
    header[DIGEST_AT..DIGEST_AT + digest.len()].copy_from_slice(&digest);
    message
}

/// BLAKE3 of the whole file, the header's digest and the signatures as zeros; not so the names of
/// their keys.
fn unsigned_digest(file: &[u8], signatures: Range<usize>) -> [u8; 32] {
    let part = |range: Range<usize>| file.get(range).unwrap_or_default();
    let records = <[SignatureRecord]>::ref_from_bytes(part(signatures.clone())).unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    hasher.update(part(0..DIGEST_AT)).update(&[0; 32]);
    hasher.update(part(DIGEST_AT + 32..signatures.start));
    for record in records {
        hasher.update(&record.key_id).update(&[0; 64]);
    }
    hasher.update(part(signatures.end..file.len()));
    *hasher.finalize().as_bytes()
}

/// The file with one more section in its place, and which bytes that has; the digest is left zero.
fn with_section(artifact: &Artifact, records: &[u8], count: usize) -> (Vec<u8>, Range<usize>) {
    let bytes = artifact.as_bytes();
    let mut parts: Vec<(SectionView, &[u8])> = artifact
        .section_list()
        .map(|view| {
            let (start, len) = (view.offset as usize, view.bytes as usize);
            (view, bytes.get(start..start + len).unwrap_or_default())
        })
        .collect();
    let kind = SectionKind::SIGNATURES;
    let at = parts.partition_point(|(view, _)| view.kind < kind);
    let (len, count) = (records.len() as u64, count as u32);
    let view =
        SectionView { kind, version: 1, must_understand: false, offset: 0, bytes: len, count };
    parts.insert(at, (view, records));
    let header_bytes = size_of::<Header>() + parts.len() * size_of::<SectionEntry>();
    let mut end = header_bytes as u64;
    for (view, _) in &mut parts {
        view.offset = end.next_multiple_of(SECTION_ALIGN_BYTES as u64);
        end = view.offset + view.bytes;
    }
    let mut file = Vec::with_capacity(end as usize);
    if let Ok((header, _)) = Header::read_from_prefix(bytes) {
        let header = Header {
            header_bytes: U32::new(header_bytes as u32),
            file_bytes: U64::new(end),
            section_count: U32::new(parts.len() as u32),
            digest: [0; 32],
            ..header
        };
        file.extend_from_slice(header.as_bytes());
    }
    for (view, _) in &parts {
        file.extend_from_slice(entry(view).as_bytes());
    }
    for (view, part) in &parts {
        file.resize(view.offset as usize, 0);
        file.extend_from_slice(part);
    }
    let start = parts[at].0.offset as usize;
    (file, start..start + records.len())
}

fn entry(view: &SectionView) -> SectionEntry {
    SectionEntry {
        kind: U32::new(view.kind.0),
        version: U16::new(view.version),
        flags: U16::new(if view.must_understand { SECTION_MUST_UNDERSTAND } else { 0 }),
        offset: U64::new(view.offset),
        bytes: U64::new(view.bytes),
        count: U32::new(view.count),
        reserved: U32::ZERO,
    }
}
