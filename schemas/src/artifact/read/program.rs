//! Expression programs.

use super::super::id::{ProgramId, RouteId, StrId};
use super::super::layout::{
    OPERATION_LITERAL, OperationRecord, ProgramRecord, RouteMetadataRecord, SectionKind, Source,
};
use super::artifact::Artifact;

/// Operations that run from the first to the last, some left out, none twice.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    records: &'a [OperationRecord],
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Where its text comes from.
    pub source: Source,
    /// Operations to leave out after it, once it gave a value.
    pub skip: usize,
}

impl Artifact {
    /// What a route's metadata hold under a name, where some program looks it up.
    ///
    /// Cost: a binary search over numbers; no text is compared.
    #[must_use]
    pub fn route_metadata(&self, route: RouteId, name: StrId) -> Option<&[u8]> {
        let all = self.records::<RouteMetadataRecord>(SectionKind::ROUTE_METADATA);
        let key = |record: &RouteMetadataRecord| (record.route.get(), record.name.get());
        let at = all.binary_search_by_key(&(route.0, name.0), key).ok()?;
        Some(self.string_bytes(StrId(all.get(at)?.value.get())))
    }

    /// How many programs there are.
    #[must_use]
    pub fn program_count(&self) -> usize {
        self.records::<ProgramRecord>(SectionKind::PROGRAMS).len()
    }

    /// One program.
    #[inline]
    #[must_use]
    pub fn program(&self, id: ProgramId) -> Program<'_> {
        let programs = self.records::<ProgramRecord>(SectionKind::PROGRAMS);
        let range = programs.get(id.index()).map_or(0..0, |program| {
            let first = program.first.get() as usize;
            first..first + program.count.get() as usize
        });
        Program { records: self.records(SectionKind::OPERATIONS).get(range).unwrap_or_default() }
    }
}

impl Program<'_> {
    /// How many operations.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it gives nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Operation `index`.
    #[inline]
    #[must_use]
    pub fn operation(&self, index: usize) -> Option<Operation> {
        let record = self.records.get(index)?;
        let argument = StrId(record.argument.get());
        let source = Source::of(record.kind, argument)?;
        Some(Operation { source, skip: usize::from(record.skip) })
    }

    /// Whether it is nothing but text.
    #[inline]
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.records.iter().all(|record| record.kind == OPERATION_LITERAL)
    }
}
