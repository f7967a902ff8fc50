//! Check of what the configuration says beyond the matcher: owners, keys and values are ones that
//! are there, and the order is that of the format.

use zerocopy::little_endian::U32;

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{CustomTimeoutRecord, SectionKind};
use super::super::option::{AUTO, EMPTY, OptionKey, OptionKind, OptionRecord, Owner};
use super::check::{At, Check, refuse};
use super::host_wide::networks;
use crate::limits::{CERTIFICATES_MAX, DURATION_MAX_MS, NETWORKS_MAX, SERVICES_MAX};

/// Names of certificates and services, networks, rows of `custom_timeouts`, and every option.
pub(super) fn options(check: &Check<'_>) -> Result<(), ReadError> {
    names(check, SectionKind::CERTIFICATES, CERTIFICATES_MAX)?;
    names(check, SectionKind::SERVICES, SERVICES_MAX)?;
    networks(check, SectionKind::NETWORKS, NETWORKS_MAX)?;
    let section = SectionKind::CUSTOM_TIMEOUTS;
    let rows = check.records::<CustomTimeoutRecord>(section, usize::MAX)?;
    let mut last = None;
    for (index, record) in rows.iter().enumerate() {
        let at = At::record::<CustomTimeoutRecord>(section, index);
        at.zero(&record.reserved)?;
        let owner = match record.owner_kind {
            kind if kind == Owner::Backend as u8 => SectionKind::BACKENDS,
            kind if kind == Owner::Service as u8 => SectionKind::SERVICES,
            kind => return refuse(section, at.offset, Kind::BadValue { value: u64::from(kind) }),
        };
        at.below(record.owner, check.sections.count(owner))?;
        at.below(record.path, check.string_count())?;
        let key = Some((record.owner_kind, record.owner.get()));
        if key < last {
            return refuse(section, at.offset, Kind::Unsorted);
        }
        last = key;
    }
    each(check)
}

fn names(check: &Check<'_>, section: SectionKind, max: usize) -> Result<(), ReadError> {
    for (index, name) in check.records::<U32>(section, max)?.iter().enumerate() {
        At::record::<U32>(section, index).below(*name, check.string_count())?;
    }
    Ok(())
}

fn each(check: &Check<'_>) -> Result<(), ReadError> {
    let section = SectionKind::OPTIONS;
    let mut last = None;
    for (index, record) in check.records::<OptionRecord>(section, usize::MAX)?.iter().enumerate() {
        let at = At::record::<OptionRecord>(section, index);
        at.zero(&[record.reserved])?;
        let bad = |value: u64| refuse(section, at.offset, Kind::BadValue { value });
        let Some(owner) = Owner::from_number(record.owner_kind) else {
            return bad(u64::from(record.owner_kind));
        };
        at.below(record.owner, owners(check, owner))?;
        let Some(kind) = OptionKey(record.key.get()).kind() else {
            return bad(u64::from(record.key.get()));
        };
        let key = Some((owner, record.owner.get(), record.key.get()));
        if key < last {
            return refuse(section, at.offset, Kind::Unsorted);
        }
        last = key;
        value(check, at, kind, record.value.get())?;
    }
    Ok(())
}

/// How many of a kind there are.
fn owners(check: &Check<'_>, owner: Owner) -> usize {
    let section = match owner {
        Owner::Host => return 1,
        Owner::Listener => SectionKind::LISTENERS,
        Owner::Route => SectionKind::ROUTES,
        Owner::Backend => SectionKind::BACKENDS,
        Owner::Target => SectionKind::TARGETS,
        Owner::Certificate => SectionKind::CERTIFICATES,
        Owner::Service => SectionKind::SERVICES,
        Owner::CustomTimeout => SectionKind::CUSTOM_TIMEOUTS,
    };
    check.sections.count(section)
}

fn value(check: &Check<'_>, at: At, kind: OptionKind, value: u64) -> Result<(), ReadError> {
    if value == EMPTY {
        return Ok(());
    }
    let below = |section: SectionKind| at.below_wide(value, check.sections.count(section));
    match kind {
        OptionKind::Flag => at.at_most(value, 1),
        OptionKind::Integer | OptionKind::Size => at.at_most(value, i64::MAX as u64),
        OptionKind::Duration => at.at_most(value, DURATION_MAX_MS),
        OptionKind::Number if f64::from_bits(value).is_finite() => Ok(()),
        OptionKind::Number => refuse(at.section, at.offset, Kind::BadValue { value }),
        OptionKind::Text => at.below_wide(value, check.string_count()),
        OptionKind::Pair => {
            at.below_wide(value >> 32, check.string_count())?;
            at.below_wide(value & u64::from(u32::MAX), check.string_count())
        }
        OptionKind::Word(words) => at.below_wide(value, words.len()),
        OptionKind::Network => below(SectionKind::NETWORKS),
        OptionKind::Certificate if value == AUTO => Ok(()),
        OptionKind::Certificate => below(SectionKind::CERTIFICATES),
        OptionKind::Backend => below(SectionKind::BACKENDS),
        OptionKind::Constraint => below(SectionKind::CONSTRAINTS),
        OptionKind::Statuses => {
            let (first, last) = (value >> 32, value & u64::from(u32::MAX));
            at.at_most(last, 999)?;
            at.at_most(first, last)
        }
    }
}
