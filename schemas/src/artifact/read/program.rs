//! Expression programs.

use super::super::id::{ProgramId, StrId};
use super::super::layout::{
    OPERATION_COOKIE, OPERATION_DOMAIN, OPERATION_HEADER, OPERATION_HOST, OPERATION_ID,
    OPERATION_IP, OPERATION_LISTENER, OPERATION_LITERAL, OPERATION_METHOD, OPERATION_PATH,
    OPERATION_PATH_PARAM, OPERATION_PROTOCOL, OPERATION_QUERY, OPERATION_SECURED, OPERATION_URI,
    OPERATION_VERSION, OperationRecord, ProgramRecord, SectionKind,
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

/// Where text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Goes out as it is.
    Literal(StrId),
    /// What the pattern captured under a name.
    PathParam(StrId),
    /// The method.
    Method,
    /// Host with port.
    Host,
    /// The canonical path.
    Path,
    /// The first query parameter of a name.
    Query(StrId),
    /// The first field line of a name, in lower case.
    Header(StrId),
    /// The canonical path and the query.
    Uri,
    /// Host without port.
    Domain,
    /// `http` or `https`.
    Protocol,
    /// `true` or `false`.
    Secured,
    /// Address of the client.
    Ip,
    /// `HTTP/1.1` and the like.
    Version,
    /// Name of the listener.
    Listener,
    /// The request's id.
    Id,
    /// The first cookie of a name.
    Cookie(StrId),
}

impl Artifact {
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
        let source = match record.kind {
            OPERATION_LITERAL => Source::Literal(argument),
            OPERATION_PATH_PARAM => Source::PathParam(argument),
            OPERATION_METHOD => Source::Method,
            OPERATION_HOST => Source::Host,
            OPERATION_PATH => Source::Path,
            OPERATION_QUERY => Source::Query(argument),
            OPERATION_HEADER => Source::Header(argument),
            OPERATION_URI => Source::Uri,
            OPERATION_DOMAIN => Source::Domain,
            OPERATION_PROTOCOL => Source::Protocol,
            OPERATION_SECURED => Source::Secured,
            OPERATION_IP => Source::Ip,
            OPERATION_VERSION => Source::Version,
            OPERATION_LISTENER => Source::Listener,
            OPERATION_ID => Source::Id,
            OPERATION_COOKIE => Source::Cookie(argument),
            _ => return None,
        };
        Some(Operation { source, skip: usize::from(record.skip) })
    }

    /// Whether it is nothing but text.
    #[inline]
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.records.iter().all(|record| record.kind == OPERATION_LITERAL)
    }
}
