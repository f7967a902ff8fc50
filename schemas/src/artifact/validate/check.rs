//! The few questions that every part of the check asks.

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{NONE, SectionKind};
use super::super::packed::Packed;
use super::super::sections::Sections;

/// A file whose section table is proved.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    pub(super) file: &'a [u8],
    pub(super) sections: &'a Sections,
}

/// An error in `section` at byte `at`.
pub(super) fn refuse<T>(section: SectionKind, at: usize, kind: Kind) -> Result<T, ReadError> {
    Err(ReadError::new(section, at, kind))
}

impl<'a> Check<'a> {
    /// The bytes of a section.
    pub(super) fn bytes(&self, kind: SectionKind) -> &'a [u8] {
        self.sections.bytes(self.file, kind)
    }

    /// The records of a section that need not be there, at most `max`.
    pub(super) fn records<T: FromBytes + Immutable + KnownLayout>(
        &self,
        kind: SectionKind,
        max: usize,
    ) -> Result<&'a [T], ReadError> {
        let bytes = self.bytes(kind);
        let Ok(records) = <[T]>::ref_from_bytes(bytes) else {
            return refuse(kind, bytes.len(), Kind::WrongLength);
        };
        if records.len() != self.sections.count(kind) {
            return refuse(kind, bytes.len(), Kind::WrongLength);
        }
        if records.len() > max {
            return refuse(kind, 0, Kind::TooMany { max: max as u64 });
        }
        Ok(records)
    }

    /// The rows of a packed section that need not be there, at most `max`.
    pub(super) fn packed(
        &self,
        kind: SectionKind,
        columns: usize,
        max: usize,
    ) -> Result<Packed<'a>, ReadError> {
        let (packed, count) = (Packed::view(self.bytes(kind)), self.sections.count(kind));
        let missing = !self.sections.has(kind) && count == 0;
        if count > max {
            return refuse(kind, 0, Kind::TooMany { max: max as u64 });
        }
        if missing || packed.fits(columns, count) {
            return Ok(packed);
        }
        refuse(kind, 0, Kind::WrongLength)
    }

    /// Refuses an artifact without that section.
    pub(super) fn need(&self, kind: SectionKind) -> Result<(), ReadError> {
        if self.sections.has(kind) { Ok(()) } else { refuse(kind, 0, Kind::MissingSection) }
    }

    /// How many strings there are; they were proved first.
    pub(super) fn string_count(&self) -> usize {
        (self.bytes(SectionKind::STRING_OFFSETS).len() / 4).saturating_sub(1)
    }
}

/// One record of a section, for messages that say where.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) section: SectionKind,
    pub(super) offset: usize,
}

impl At {
    /// Record `index` of `section`, whose records have the size of `T`.
    pub(super) fn record<T>(section: SectionKind, index: usize) -> Self {
        Self { section, offset: index * size_of::<T>() }
    }

    /// `value` must be below `len`.
    pub(super) fn below(self, value: U32, len: usize) -> Result<(), ReadError> {
        let value = value.get();
        if (value as usize) < len {
            return Ok(());
        }
        let kind = Kind::OutOfRange { value: u64::from(value), len: len as u64 };
        refuse(self.section, self.offset, kind)
    }

    /// The same for a number of 64 bits.
    pub(super) fn below_wide(self, value: u64, len: usize) -> Result<(), ReadError> {
        if value < len as u64 {
            return Ok(());
        }
        refuse(self.section, self.offset, Kind::OutOfRange { value, len: len as u64 })
    }

    /// `value` must be below `len`, or be [`NONE`].
    pub(super) fn below_or_none(self, value: U32, len: usize) -> Result<(), ReadError> {
        if value.get() == NONE { Ok(()) } else { self.below(value, len) }
    }

    /// `first .. first + count` must lie below `len`.
    pub(super) fn range(self, first: U32, count: u32, len: usize) -> Result<(), ReadError> {
        let end = u64::from(first.get()) + u64::from(count);
        if end <= len as u64 {
            return Ok(());
        }
        refuse(self.section, self.offset, Kind::OutOfRange { value: end, len: len as u64 + 1 })
    }

    /// `value` must be at most `max`.
    pub(super) fn at_most(self, value: u64, max: u64) -> Result<(), ReadError> {
        if value <= max {
            Ok(())
        } else {
            refuse(self.section, self.offset, Kind::BadValue { value })
        }
    }

    /// `bytes` must all be zero.
    pub(super) fn zero(self, bytes: &[u8]) -> Result<(), ReadError> {
        if bytes.iter().all(|byte| *byte == 0) {
            Ok(())
        } else {
            refuse(self.section, self.offset, Kind::NotZero)
        }
    }

    /// `family` must be 4 or 6, or 0 where that is `allowed_none`; what it leaves is zero.
    pub(super) fn address(self, family: u8, ip: &[u8; 16]) -> Result<(), ReadError> {
        match family {
            6 => Ok(()),
            4 => self.zero(&ip[4..]),
            0 => self.zero(ip),
            _ => refuse(self.section, self.offset, Kind::BadValue { value: u64::from(family) }),
        }
    }
}
