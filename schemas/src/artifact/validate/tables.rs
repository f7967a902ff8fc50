//! Check of routes, backends, programs, constraints, self-tests and provenance.

use zerocopy::little_endian::U32;

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::id::StrId;
use super::super::layout::{
    BackendRecord, ConstraintRecord, InclusionRecord, OPERATION_LITERAL, OperationRecord,
    PairRecord, PolicyRecord, ProgramRecord, RouteNameRecord, SectionKind, SelfTestRecord, Source,
    TARGET_BACKUP, TARGET_TLS, TargetRecord,
};
use super::super::places::Provenance;
use super::super::route_ids::RouteIds;
use super::super::wire::byte;
use super::check::{At, Check, refuse};
use crate::limits::{
    CONSTRAINT_STATES_MAX, CONSTRAINTS_MAX, PATTERNS_MAX, PROGRAM_STEPS_MAX, ROUTES_MAX,
    SELF_TESTS_MAX, TARGETS_PER_BACKEND_MAX,
};

/// Routes, their names, and patterns.
pub(super) fn routes(check: &Check<'_>) -> Result<(), ReadError> {
    let strings = check.string_count();
    let backends = check.sections.count(SectionKind::BACKENDS);
    let policies = check.records::<PolicyRecord>(SectionKind::POLICIES, usize::MAX)?.len();
    let section = SectionKind::ROUTES;
    let routes = check.packed(section, 2, ROUTES_MAX)?;
    let rows = 0..routes.len();
    let largest = rows.fold((0, 0), |(backend, policy), row| {
        (routes.first(row).max(backend), routes.second(row).max(policy))
    });
    let at = At { section, offset: 0 };
    if !routes.is_empty() {
        // Past the backends stand the answers.
        at.below(U32::new(largest.0), backends + check.sections.count(SectionKind::ANSWERS))?;
        at.below(U32::new(largest.1), policies)?;
    }
    let ids = check.bytes(SectionKind::ROUTE_IDS);
    if !RouteIds::view(ids).fits(routes.len()) {
        return refuse(SectionKind::ROUTE_IDS, 0, Kind::WrongLength);
    }
    let section = SectionKind::PATTERNS;
    let patterns = check.packed(section, 1, PATTERNS_MAX)?;
    let largest = (0..patterns.len()).map(|row| patterns.first(row)).max();
    if let Some(largest) = largest {
        At { section, offset: 0 }.below(U32::new(largest), routes.len())?;
    }
    let section = SectionKind::ROUTE_NAMES;
    let mut next = 0;
    for (index, record) in check.records::<RouteNameRecord>(section, ROUTES_MAX)?.iter().enumerate()
    {
        let at = At::record::<RouteNameRecord>(section, index);
        at.below(record.route, routes.len())?;
        at.below(record.name, strings)?;
        if record.route.get() < next {
            return refuse(section, at.offset, Kind::Unsorted);
        }
        next = record.route.get() + 1;
    }
    Ok(())
}

/// Backends and targets.
pub(super) fn backends(check: &Check<'_>) -> Result<(), ReadError> {
    let strings = check.string_count();
    let programs = check.sections.count(SectionKind::PROGRAMS);
    let section = SectionKind::TARGETS;
    let targets = check.records::<TargetRecord>(section, usize::MAX)?;
    let backends = check.sections.count(SectionKind::BACKENDS);
    for (index, record) in targets.iter().enumerate() {
        let at = At::record::<TargetRecord>(section, index);
        at.below(record.id, strings)?;
        at.below(record.host, strings)?;
        at.below(record.backend, backends)?;
        at.at_most(u64::from(record.protocol), 3)?;
        at.at_most(u64::from(record.flags.get()), u64::from(TARGET_TLS | TARGET_BACKUP))?;
        at.address(record.family, &record.ip)?;
    }
    let section = SectionKind::BACKENDS;
    let mut next = 0;
    for (index, record) in check.records::<BackendRecord>(section, usize::MAX)?.iter().enumerate() {
        let at = At::record::<BackendRecord>(section, index);
        at.below(record.name, strings)?;
        at.at_most(u64::from(record.flags), 15)?;
        at.at_most(u64::from(record.host_header), 2)?;
        at.at_most(u64::from(record.reserved.get()), 0)?;
        if record.host_header == 2 {
            at.below(record.host_name, strings)?;
        } else {
            at.below_or_none(record.host_name, 0)?;
        }
        at.below(record.root_path, programs)?;
        at.below_or_none(record.root_query, programs)?;
        at.at_most(u64::from(record.target_count.get()), TARGETS_PER_BACKEND_MAX as u64)?;
        at.range(record.target_first, record.target_count.get(), targets.len())?;
        if record.target_first.get() != next {
            return refuse(section, at.offset, Kind::Unsorted);
        }
        next += record.target_count.get();
    }
    if next as usize == targets.len() { Ok(()) } else { refuse(section, 0, Kind::WrongLength) }
}

/// Programs: ranges, known operations, and no skip past a program's end.
pub(super) fn programs(check: &Check<'_>) -> Result<(), ReadError> {
    let strings = check.string_count();
    let section = SectionKind::OPERATIONS;
    let operations = check.records::<OperationRecord>(section, usize::MAX)?;
    for (index, record) in operations.iter().enumerate() {
        let at = At::record::<OperationRecord>(section, index);
        let Some(source) = Source::of(record.kind, StrId(record.argument.get())) else {
            return refuse(section, at.offset, Kind::BadValue { value: u64::from(record.kind) });
        };
        at.at_most(u64::from(record.reserved.get()), 0)?;
        match source.argument() {
            Some(_) => at.below(record.argument, strings)?,
            None => at.below_or_none(record.argument, 0)?,
        }
        if record.kind == OPERATION_LITERAL {
            at.at_most(u64::from(record.skip), 0)?;
        }
    }
    let section = SectionKind::PROGRAMS;
    for (index, record) in check.records::<ProgramRecord>(section, usize::MAX)?.iter().enumerate() {
        let at = At::record::<ProgramRecord>(section, index);
        at.at_most(u64::from(record.count.get()), PROGRAM_STEPS_MAX as u64)?;
        at.range(record.first, record.count.get(), operations.len())?;
        let first = record.first.get() as usize;
        let own = &operations[first..first + record.count.get() as usize];
        for (index, operation) in own.iter().enumerate() {
            let left = (own.len() - index - 1) as u64;
            At::record::<OperationRecord>(SectionKind::OPERATIONS, first + index)
                .at_most(u64::from(operation.skip), left)?;
        }
    }
    Ok(())
}

/// Constraints: every class and every transition leads to one that is there.
pub(super) fn constraints(check: &Check<'_>) -> Result<(), ReadError> {
    let section = SectionKind::CONSTRAINTS;
    let constraints = check.records::<ConstraintRecord>(section, CONSTRAINTS_MAX)?;
    let maps = check.records::<[u8; 256]>(SectionKind::CONSTRAINT_CLASSES, CONSTRAINTS_MAX)?;
    let largest: Vec<u8> =
        maps.iter().map(|map| map.iter().copied().max().unwrap_or_default()).collect();
    let tables = check.bytes(SectionKind::CONSTRAINT_TABLES);
    for (index, record) in constraints.iter().enumerate() {
        let at = At::record::<ConstraintRecord>(section, index);
        at.below(record.classes, maps.len())?;
        at.zero(&record.reserved)?;
        let (states, classes) = (record.states.get(), record.class_count.get());
        at.at_most(u64::from(states), CONSTRAINT_STATES_MAX as u64)?;
        at.at_most(u64::from(classes), 256)?;
        at.below(U32::new(u32::from(record.start.get())), usize::from(states))?;
        let map = record.classes.get() as usize;
        at.below(U32::new(u32::from(largest[map])), usize::from(classes))?;
        if record.dead.get() != u16::MAX {
            at.below(U32::new(u32::from(record.dead.get())), usize::from(states))?;
        }
        if !matches!(record.width, 1 | 2) {
            return refuse(section, at.offset, Kind::BadValue { value: u64::from(record.width) });
        }
        transitions(record, at, tables)?;
    }
    inclusions(check, constraints.len())
}

fn transitions(record: &ConstraintRecord, at: At, tables: &[u8]) -> Result<(), ReadError> {
    let states = usize::from(record.states.get());
    let cells = states * usize::from(record.class_count.get());
    let (width, start) = (usize::from(record.width), record.table_at.get() as usize);
    let bytes = cells * width + states.div_ceil(8);
    at.range(record.table_at, bytes as u32, tables.len())?;
    let table = &tables[start..start + cells * width];
    let largest = if width == 1 {
        table.iter().map(|cell| u32::from(*cell)).max()
    } else {
        table.chunks_exact(2).map(|cell| u32::from(byte(cell, 0)) | u32::from(cell[1]) << 8).max()
    };
    let largest = U32::new(largest.unwrap_or_default());
    At { section: SectionKind::CONSTRAINT_TABLES, offset: start }.below(largest, states)
}

fn inclusions(check: &Check<'_>, constraints: usize) -> Result<(), ReadError> {
    let section = SectionKind::INCLUSIONS;
    let pairs = check.records::<InclusionRecord>(section, usize::MAX)?;
    let mut last = None;
    for (index, pair) in pairs.iter().enumerate() {
        let at = At::record::<InclusionRecord>(section, index);
        at.below(pair.smaller, constraints)?;
        at.below(pair.larger, constraints)?;
        let key = Some((pair.smaller.get(), pair.larger.get()));
        if key <= last {
            return refuse(section, at.offset, Kind::Unsorted);
        }
        last = key;
    }
    Ok(())
}

/// Embedded requests.
pub(super) fn self_tests(check: &Check<'_>) -> Result<(), ReadError> {
    let strings = check.string_count();
    let listeners = check.sections.count(SectionKind::LISTENERS);
    let section = SectionKind::SELF_TEST_PAIRS;
    let pairs = check.records::<PairRecord>(section, usize::MAX)?;
    for (index, pair) in pairs.iter().enumerate() {
        let at = At::record::<PairRecord>(section, index);
        at.below(pair.name, strings)?;
        at.below(pair.value, strings)?;
    }
    let section = SectionKind::SELF_TESTS;
    for (index, record) in
        check.records::<SelfTestRecord>(section, SELF_TESTS_MAX)?.iter().enumerate()
    {
        let at = At::record::<SelfTestRecord>(section, index);
        at.below_or_none(record.name, strings)?;
        for id in [record.method, record.authority, record.target] {
            at.below(id, strings)?;
        }
        at.below(record.listener, listeners)?;
        let counts = [record.field_count, record.param_count, record.header_count];
        let count = counts.iter().map(|count| u32::from(count.get())).sum();
        at.range(record.pair_first, count, pairs.len())?;
        at.address(record.family, &record.client)?;
        at.at_most(u64::from(record.secured), 1)?;
        at.at_most(u64::from(record.outcome), 3)?;
        at.zero(&[record.reserved])?;
        at.below_or_none(record.backend, strings)?;
        at.below_or_none(record.path, strings)?;
        match record.outcome {
            0 => at.below(record.route, strings)?,
            2 => at.below(record.reason, strings)?,
            3 => at.below(record.path, strings)?,
            _ => {}
        }
    }
    Ok(())
}

/// Files and lines of the routes.
pub(super) fn provenance(check: &Check<'_>) -> Result<(), ReadError> {
    let section = SectionKind::PROVENANCE;
    if !check.sections.has(section) {
        return Ok(());
    }
    let routes = check.sections.count(SectionKind::ROUTES);
    let Some(all) = Provenance::parse(check.bytes(section)) else {
        return refuse(section, 0, Kind::WrongLength);
    };
    if !all.places.fits(2, routes) || check.sections.count(section) != routes {
        return refuse(section, 0, Kind::WrongLength);
    }
    let files = all.offsets.len() - 1;
    for file in 0..files {
        let name = all.name(file).map(std::str::from_utf8);
        if !matches!(name, Some(Ok(_))) {
            return refuse(section, 8 + 4 * file, Kind::NotText);
        }
    }
    match (0..routes).map(|row| all.places.first(row)).max() {
        Some(largest) => At { section, offset: 0 }.below(U32::new(largest), files),
        None => Ok(()),
    }
}
