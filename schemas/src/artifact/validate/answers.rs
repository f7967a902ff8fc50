//! Check of answers of routes, of changes of fields, and of metadata.

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{
    AnswerRecord, FieldOperationRecord, RouteChangesRecord, RouteMetadataRecord, SectionKind,
};
use super::check::{At, Check, refuse};
use crate::limits::{CHANGES_PER_ROUTE_MAX, ROUTES_MAX};

/// Answers, changes of fields, and routes that make them.
pub(super) fn answers(check: &Check<'_>) -> Result<(), ReadError> {
    let strings = check.string_count();
    let programs = check.sections.count(SectionKind::PROGRAMS);
    let section = SectionKind::FIELD_OPERATIONS;
    let changes = check.records::<FieldOperationRecord>(section, usize::MAX)?;
    for (index, record) in changes.iter().enumerate() {
        let at = At::record::<FieldOperationRecord>(section, index);
        at.at_most(u64::from(record.kind), 2)?;
        at.zero(&record.reserved)?;
        at.below(record.name, strings)?;
        if record.kind == 0 {
            at.below_or_none(record.program, 0)?;
        } else {
            at.below(record.program, programs)?;
        }
    }
    let section = SectionKind::ANSWERS;
    for (index, record) in check.records::<AnswerRecord>(section, ROUTES_MAX)?.iter().enumerate() {
        let at = At::record::<AnswerRecord>(section, index);
        at.at_most(u64::from(record.kind), 1)?;
        at.zero(&[record.reserved])?;
        let status = u64::from(record.status.get());
        if !(200..=599).contains(&status) {
            return refuse(section, at.offset, Kind::BadValue { value: status });
        }
        at.below_or_none(record.prefix, strings)?;
        at.below_or_none(record.path, programs)?;
        at.below_or_none(record.query, programs)?;
        at.below_or_none(record.body, strings)?;
        at.range(record.field_first, record.field_count.get(), changes.len())?;
    }
    let section = SectionKind::ROUTE_CHANGES;
    let routes = check.sections.count(SectionKind::ROUTES);
    let mut next = 0;
    for (index, record) in
        check.records::<RouteChangesRecord>(section, ROUTES_MAX)?.iter().enumerate()
    {
        let at = At::record::<RouteChangesRecord>(section, index);
        at.below(record.route, routes)?;
        for (first, count) in [
            (record.request_first, record.request_count.get()),
            (record.response_first, record.response_count.get()),
        ] {
            at.at_most(u64::from(count), CHANGES_PER_ROUTE_MAX as u64)?;
            at.range(first, u32::from(count), changes.len())?;
        }
        if record.route.get() < next {
            return refuse(section, at.offset, Kind::Unsorted);
        }
        next = record.route.get() + 1;
    }
    metadata(check, routes, strings)
}

/// Metadata of routes that programs look up.
fn metadata(check: &Check<'_>, routes: usize, strings: usize) -> Result<(), ReadError> {
    let section = SectionKind::ROUTE_METADATA;
    let mut last = None;
    let all = check.records::<RouteMetadataRecord>(section, usize::MAX)?;
    for (index, record) in all.iter().enumerate() {
        let at = At::record::<RouteMetadataRecord>(section, index);
        at.below(record.route, routes)?;
        at.below(record.name, strings)?;
        at.below(record.value, strings)?;
        let key = Some((record.route.get(), record.name.get()));
        if key <= last {
            return refuse(section, at.offset, Kind::Unsorted);
        }
        last = key;
    }
    Ok(())
}
