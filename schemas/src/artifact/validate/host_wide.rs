//! Check of strings, of what holds for the whole host, and of rules and their conditions.

use zerocopy::little_endian::U32;

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{
    AddressRecord, FilterRecord, FilterSetRecord, LISTENER_SERVICES, LISTENER_TLS, ListenerRecord,
    POLICY_EXACT, POLICY_STRIP_PATH, PolicyRecord, RuleRecord, SectionKind, SegmentRecord,
    SettingsRecord, ShapeRecord,
};
use super::check::{At, Check, refuse};
use crate::limits::{
    ADDRESSES_PER_LISTENER_MAX, CAPTURES_MAX, CONDITIONS_PER_ROUTE_MAX, FILTER_SETS_MAX,
    LISTENERS_MAX, METHODS_MAX, PATTERN_SEGMENTS_MAX, TRUSTED_PROXIES_MAX,
};

/// Strings: offsets rise, end with the bytes, and cut them between characters.
pub(super) fn strings(check: &Check<'_>) -> Result<(), ReadError> {
    let section = SectionKind::STRING_OFFSETS;
    check.need(section)?;
    let offsets = check.records::<U32>(section, usize::MAX)?;
    let bytes = check.bytes(SectionKind::STRING_BYTES);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return refuse(SectionKind::STRING_BYTES, 0, Kind::NotText);
    };
    let ends = offsets.last().is_some_and(|end| end.get() as usize == bytes.len());
    if !ends || offsets.first().is_some_and(|first| first.get() != 0) {
        return refuse(section, 0, Kind::WrongLength);
    }
    let is_ascii = text.is_ascii();
    let mut last = 0;
    for (index, offset) in offsets.iter().enumerate() {
        let offset = offset.get() as usize;
        if offset < last || !(is_ascii || text.is_char_boundary(offset)) {
            return refuse(section, index * 4, Kind::Unsorted);
        }
        last = offset;
    }
    Ok(())
}

/// Settings, listeners, addresses, trusted proxies, methods.
pub(super) fn host_wide(check: &Check<'_>) -> Result<(), ReadError> {
    let strings = check.string_count();
    settings(check, strings)?;
    let section = SectionKind::ADDRESSES;
    let addresses =
        check.records::<AddressRecord>(section, LISTENERS_MAX * ADDRESSES_PER_LISTENER_MAX)?;
    for (index, record) in addresses.iter().enumerate() {
        let at = At::record::<AddressRecord>(section, index);
        at.zero(&[record.reserved])?;
        address(at, record)?;
    }
    let section = SectionKind::LISTENERS;
    for (index, record) in
        check.records::<ListenerRecord>(section, LISTENERS_MAX)?.iter().enumerate()
    {
        let at = At::record::<ListenerRecord>(section, index);
        at.below(record.name, strings)?;
        at.range(record.address_first, u32::from(record.address_count.get()), addresses.len())?;
        at.at_most(u64::from(record.protocols), 7)?;
        at.at_most(u64::from(record.flags), u64::from(LISTENER_SERVICES | LISTENER_TLS))?;
    }
    networks(check, SectionKind::TRUSTED_PROXIES, TRUSTED_PROXIES_MAX)?;
    let section = SectionKind::METHODS;
    for (index, id) in check.records::<U32>(section, METHODS_MAX)?.iter().enumerate() {
        At::record::<U32>(section, index).below(*id, strings)?;
    }
    Ok(())
}

/// Networks: an address, and a length of the prefix that fits its family.
pub(super) fn networks(
    check: &Check<'_>,
    section: SectionKind,
    max: usize,
) -> Result<(), ReadError> {
    for (index, record) in check.records::<AddressRecord>(section, max)?.iter().enumerate() {
        let at = At::record::<AddressRecord>(section, index);
        at.zero(&[record.reserved])?;
        address(at, record)?;
        let most = if record.family == 4 { 32 } else { 128 };
        at.at_most(u64::from(record.port.get()), most)?;
    }
    Ok(())
}

/// Family 4 or 6: an address that must be there.
fn address(at: At, record: &AddressRecord) -> Result<(), ReadError> {
    if record.family == 0 {
        return refuse(at.section, at.offset, Kind::BadValue { value: 0 });
    }
    at.address(record.family, &record.ip)
}

fn settings(check: &Check<'_>, strings: usize) -> Result<(), ReadError> {
    let section = SectionKind::SETTINGS;
    check.need(section)?;
    let [record] = check.records::<SettingsRecord>(section, 1)? else {
        return refuse(section, 0, Kind::WrongLength);
    };
    let at = At { section, offset: 0 };
    for flag in [
        record.normalize_dot_segments,
        record.merge_slashes,
        record.pass_underscores,
        record.via,
        record.log_format,
    ] {
        at.at_most(u64::from(flag), 1)?;
    }
    at.at_most(u64::from(record.access_log), 3)?;
    at.at_most(u64::from(record.reserved.get()), 0)?;
    if record.access_log == 3 {
        at.below(record.log_file, strings)
    } else {
        at.below_or_none(record.log_file, strings)
    }
}

/// Policies, shapes, segments, rules.
pub(super) fn rules(check: &Check<'_>) -> Result<(), ReadError> {
    let sets = filters(check)?;
    let section = SectionKind::POLICIES;
    let policies = check.records::<PolicyRecord>(section, usize::MAX)?;
    for (index, record) in policies.iter().enumerate() {
        let at = At::record::<PolicyRecord>(section, index);
        at.at_most(u64::from(record.flags), u64::from(POLICY_EXACT | POLICY_STRIP_PATH))?;
        let [low, middle, high] = record.filters;
        let filters = u32::from_le_bytes([low, middle, high, 0]);
        at.at_most(u64::from(filters), sets as u64)?;
    }
    let segments = segments(check)?;
    let section = SectionKind::SHAPES;
    let shapes = check.records::<ShapeRecord>(section, usize::MAX)?;
    for (index, record) in shapes.iter().enumerate() {
        let at = At::record::<ShapeRecord>(section, index);
        at.at_most(u64::from(record.count.get()), PATTERN_SEGMENTS_MAX as u64)?;
        at.range(record.first, record.count.get(), segments.len())?;
        let first = record.first.get() as usize;
        let own = &segments[first..first + record.count.get() as usize];
        let named = own.iter().filter(|segment| segment.name.get() != u32::MAX).count();
        at.at_most(named as u64, CAPTURES_MAX as u64)?;
    }
    let section = SectionKind::RULES;
    for (index, record) in check.records::<RuleRecord>(section, usize::MAX)?.iter().enumerate() {
        let at = At::record::<RuleRecord>(section, index);
        at.below(record.policy, policies.len())?;
        at.below(record.shape, shapes.len())?;
    }
    Ok(())
}

/// Conditions and their sets; gives the number of sets.
fn filters(check: &Check<'_>) -> Result<usize, ReadError> {
    let section = SectionKind::FILTERS;
    let strings = check.string_count();
    let constraints = check.sections.count(SectionKind::CONSTRAINTS);
    let filters = check.records::<FilterRecord>(section, usize::MAX)?;
    for (index, record) in filters.iter().enumerate() {
        let at = At::record::<FilterRecord>(section, index);
        at.at_most(u64::from(record.place), 2)?;
        at.at_most(u64::from(record.test), 3)?;
        at.at_most(u64::from(record.reserved.get()), 0)?;
        at.below(record.name, strings)?;
        match record.test {
            0 => at.below(record.value, strings)?,
            1 => at.below(record.value, constraints)?,
            _ => at.below_or_none(record.value, 0)?,
        }
        at.below_or_none(record.source, if record.test == 1 { strings } else { 0 })?;
    }
    let section = SectionKind::FILTER_SETS;
    let sets = check.records::<FilterSetRecord>(section, FILTER_SETS_MAX)?;
    for (index, record) in sets.iter().enumerate() {
        let at = At::record::<FilterSetRecord>(section, index);
        at.at_most(u64::from(record.count.get()), CONDITIONS_PER_ROUTE_MAX as u64)?;
        at.range(record.first, record.count.get(), filters.len())?;
    }
    Ok(sets.len())
}

fn segments<'a>(check: &Check<'a>) -> Result<&'a [SegmentRecord], ReadError> {
    let section = SectionKind::SEGMENTS;
    let strings = check.string_count();
    let constraints = check.sections.count(SectionKind::CONSTRAINTS);
    let segments = check.records::<SegmentRecord>(section, usize::MAX)?;
    for (index, record) in segments.iter().enumerate() {
        let at = At::record::<SegmentRecord>(section, index);
        at.at_most(u64::from(record.kind), 3)?;
        at.zero(&record.reserved)?;
        if record.kind == 1 {
            at.below(record.constraint, constraints)?;
        } else {
            at.below_or_none(record.constraint, 0)?;
        }
        at.below_or_none(record.name, strings)?;
        at.below_or_none(record.source, strings)?;
    }
    Ok(segments)
}
