//! Header and section table: which bytes belong to which section. It knows nothing of what a
//! section holds.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::error::{ReadError, ReadErrorKind as Kind};
use super::id::ContentId;
use super::layout::{
    DIGEST_AT, Header, SECTION_ALIGN_BYTES, SECTION_MUST_UNDERSTAND, SectionEntry, SectionKind,
    VERSION,
};
use super::wire::MAGIC;
use crate::limits::{ARTIFACT_BYTES_MAX, SECTIONS_MAX};

/// Sections with a number below this are found by it.
const KNOWN_LEN: usize = 80;
/// Sections that this version reads.
const LIVE: &[std::ops::RangeInclusive<u32>] = &[1..=48, 64..=75];

/// Which bytes belong to which section.
#[derive(Clone, Debug)]
pub struct Sections {
    ranges: [(u32, u32); KNOWN_LEN],
    counts: [u32; KNOWN_LEN],
}

/// One line of the section table, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionView {
    /// Which.
    pub kind: SectionKind,
    /// Version of its own format.
    pub version: u16,
    /// Whether a reader that does not know it must refuse.
    pub must_understand: bool,
    /// Bytes from the start of the file.
    pub offset: u64,
    /// Its bytes.
    pub bytes: u64,
    /// Entries.
    pub count: u32,
}

fn fail<T>(offset: usize, kind: Kind) -> Result<T, ReadError> {
    Err(ReadError::new(SectionKind::HEADER, offset, kind))
}

/// The header, once size, mark and version fit.
pub(super) fn header(bytes: &[u8]) -> Result<&Header, ReadError> {
    if bytes.len() as u64 > ARTIFACT_BYTES_MAX {
        return fail(0, Kind::TooLong);
    }
    let Ok((header, _)) = Header::ref_from_prefix(bytes) else {
        let begins = bytes.starts_with(&MAGIC) || MAGIC.starts_with(bytes);
        return fail(0, if begins { Kind::TooShort } else { Kind::NotAnArtifact });
    };
    if header.magic != MAGIC {
        return fail(0, Kind::NotAnArtifact);
    }
    let (major, minor) = (header.major.get(), header.minor.get());
    if major != VERSION.0 || minor > VERSION.1 {
        return fail(8, Kind::OtherVersion { major, minor });
    }
    let expected = header.file_bytes.get();
    if expected != bytes.len() as u64 {
        return fail(16, Kind::WrongSize { expected, found: bytes.len() as u64 });
    }
    if header.reserved.get() != 0 || header.reserved_tail != [0; 32] {
        return fail(0, Kind::NotZero);
    }
    Ok(header)
}

/// BLAKE3 of the whole file, the header's digest as zeros.
#[must_use]
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let (before, rest) = bytes.split_at(bytes.len().min(DIGEST_AT));
    let after = rest.get(32..).unwrap_or_default();
    *blake3::Hasher::new().update(before).update(&[0; 32]).update(after).finalize().as_bytes()
}

/// Digest of what an artifact means: of every section but where its routes are written, and who
/// signed it.
#[derive(Default)]
pub(super) struct Meaning(blake3::Hasher);

impl Meaning {
    /// Takes in a section.
    pub(super) fn add(&mut self, entry: &SectionEntry, bytes: &[u8]) {
        let kind = SectionKind(entry.kind.get());
        if matches!(kind, SectionKind::PROVENANCE | SectionKind::SIGNATURES) {
            return;
        }
        // Not the offset: it moves with the number of sections.
        self.0.update(entry.kind.as_bytes()).update(entry.version.as_bytes());
        self.0.update(entry.bytes.as_bytes()).update(entry.count.as_bytes());
        self.0.update(bytes);
    }

    /// Of all that was taken in.
    pub(super) fn id(&self) -> ContentId {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        ContentId(id)
    }
}

/// The content id that a checked artifact should bear.
pub(super) fn content_id(bytes: &[u8]) -> ContentId {
    let mut meaning = Meaning::default();
    for entry in entries(bytes) {
        let start = entry.offset.get() as usize;
        let end = start.saturating_add(entry.bytes.get() as usize);
        meaning.add(entry, bytes.get(start..end).unwrap_or_default());
    }
    meaning.id()
}

impl Sections {
    /// Reads the section table that follows `header`.
    pub(super) fn parse(bytes: &[u8], header: &Header) -> Result<Self, ReadError> {
        let count = header.section_count.get() as usize;
        if count > SECTIONS_MAX {
            return fail(48, Kind::TooMany { max: SECTIONS_MAX as u64 });
        }
        let table_at = size_of::<Header>();
        let table_end = table_at + count * size_of::<SectionEntry>();
        if header.header_bytes.get() as usize != table_end {
            return fail(12, Kind::BadSectionTable);
        }
        let entries = bytes.get(table_at..table_end).unwrap_or_default();
        let entries = <[SectionEntry]>::ref_from_bytes(entries).unwrap_or_default();
        if entries.len() != count {
            return fail(table_at, Kind::BadSectionTable);
        }
        let mut sections = Self { ranges: [(0, 0); KNOWN_LEN], counts: [0; KNOWN_LEN] };
        let (mut end, mut last) = (table_end, 0);
        for (index, entry) in entries.iter().enumerate() {
            let at = table_at + index * size_of::<SectionEntry>();
            end = sections.add(bytes, entry, at, last, end)?;
            last = entry.kind.get();
        }
        if end != bytes.len() {
            return fail(table_at, Kind::BadSectionTable);
        }
        Ok(sections)
    }

    /// Takes in one entry that stands at `at`; returns where its section ends.
    fn add(
        &mut self,
        bytes: &[u8],
        entry: &SectionEntry,
        at: usize,
        last: u32,
        end: usize,
    ) -> Result<usize, ReadError> {
        let kind = entry.kind.get();
        let offset = entry.offset.get() as usize;
        let section_end = offset.checked_add(entry.bytes.get() as usize);
        let section_end = section_end.filter(|end| *end <= bytes.len());
        let begins = end.next_multiple_of(SECTION_ALIGN_BYTES);
        let Some(section_end) = section_end.filter(|_| kind > last && offset == begins) else {
            return fail(at, Kind::BadSectionTable);
        };
        let padding = bytes.get(end..offset).unwrap_or_default();
        if entry.reserved.get() != 0 || padding.iter().any(|byte| *byte != 0) {
            return fail(at, Kind::NotZero);
        }
        let flags = entry.flags.get();
        if flags & !SECTION_MUST_UNDERSTAND != 0 {
            return fail(at, Kind::BadValue { value: u64::from(flags) });
        }
        let known =
            LIVE.iter().any(|live| live.contains(&kind)) && SectionKind(kind).name().is_some();
        let must_understand = flags & SECTION_MUST_UNDERSTAND != 0;
        if !known {
            let refused = ReadError::new(SectionKind(kind), at, Kind::UnknownSection);
            return if must_understand { Err(refused) } else { Ok(section_end) };
        }
        if entry.version.get() != 1 {
            let version = entry.version.get();
            return Err(ReadError::new(SectionKind(kind), at, Kind::NewerSection { version }));
        }
        // An entry has a byte or more; what is believed here decides how much room is made for them.
        if u64::from(entry.count.get()) > entry.bytes.get() {
            return Err(ReadError::new(SectionKind(kind), at, Kind::WrongLength));
        }
        self.ranges[kind as usize] = (offset as u32, section_end as u32);
        self.counts[kind as usize] = entry.count.get();
        Ok(section_end)
    }

    /// Whether the artifact has it.
    #[must_use]
    pub fn has(&self, kind: SectionKind) -> bool {
        self.ranges.get(kind.0 as usize).is_some_and(|range| range.0 != 0)
    }

    /// Its bytes; none where it is not there.
    #[inline]
    #[must_use]
    pub fn bytes<'a>(&self, file: &'a [u8], kind: SectionKind) -> &'a [u8] {
        file.get(self.range(kind)).unwrap_or_default()
    }

    /// Which bytes of the file it has; none where it is not there.
    #[inline]
    #[must_use]
    pub(super) fn range(&self, kind: SectionKind) -> std::ops::Range<usize> {
        let (start, end) = self.ranges.get(kind.0 as usize).copied().unwrap_or_default();
        start as usize..end as usize
    }

    /// Its records; none where it is not there.
    #[inline]
    #[must_use]
    pub fn records<'a, T: FromBytes + Immutable + KnownLayout>(
        &self,
        file: &'a [u8],
        kind: SectionKind,
    ) -> &'a [T] {
        <[T]>::ref_from_bytes(self.bytes(file, kind)).unwrap_or_default()
    }

    /// How many entries its line of the table promises.
    #[must_use]
    pub fn count(&self, kind: SectionKind) -> usize {
        self.counts.get(kind.0 as usize).copied().unwrap_or_default() as usize
    }
}

/// The section table of a checked artifact.
fn entries(bytes: &[u8]) -> &[SectionEntry] {
    let count = header(bytes).map_or(0, |header| header.section_count.get() as usize);
    let start = size_of::<Header>();
    let table = bytes.get(start..start + count * size_of::<SectionEntry>()).unwrap_or_default();
    <[SectionEntry]>::ref_from_bytes(table).unwrap_or_default()
}

/// The lines of the section table of a checked artifact, unknown sections included.
pub fn list(bytes: &[u8]) -> impl Iterator<Item = SectionView> + '_ {
    entries(bytes).iter().map(|entry| SectionView {
        kind: SectionKind(entry.kind.get()),
        version: entry.version.get(),
        must_understand: entry.flags.get() & SECTION_MUST_UNDERSTAND != 0,
        offset: entry.offset.get(),
        bytes: entry.bytes.get(),
        count: entry.count.get(),
    })
}
