//! Check of the hosts: roots are nodes, their patterns exist, wildcard lists lie where the table
//! says.

use super::super::buckets::Buckets;
use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{HOST_PAYLOAD_BYTES, SectionKind, WildcardRecord};
use super::super::wire::{SLACK_BYTES, byte, word};
use super::check::{At, Check, refuse};
use super::paths::Trees;

/// Checks exact hosts, wildcard hosts and their table.
pub(super) fn check(check: &Check<'_>, trees: &Trees) -> Result<(), ReadError> {
    let patterns = check.sections.count(SectionKind::PATTERNS);
    let section = SectionKind::HOSTS;
    each_entry(check, section, |bytes, payload| root(trees, patterns, section, payload, bytes))?;
    let starts = wildcard_hosts(check, trees, patterns)?;
    let section = SectionKind::WILDCARDS;
    each_entry(check, section, |bytes, payload| {
        let (first, end) = (word(bytes, payload), word(bytes, payload + 4));
        let known = |at: &u32| starts.binary_search(at).is_ok();
        if known(&first) && known(&end) && first < end {
            return Ok(());
        }
        refuse(section, payload, Kind::BadEdge)
    })
}

/// Checks a bucket table and asks `entry` about each payload.
fn each_entry(
    check: &Check<'_>,
    section: SectionKind,
    mut entry: impl FnMut(&[u8], usize) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    check.need(section)?;
    let bytes = check.bytes(section);
    let table = Buckets::view(bytes, 0, HOST_PAYLOAD_BYTES);
    let end = table.start(bytes, table.bucket_count());
    if !table.head_fits(bytes) || end + SLACK_BYTES != bytes.len() {
        return refuse(section, 0, Kind::WrongLength);
    }
    At { section, offset: end }.zero(&bytes[end..])?;
    table.check(bytes).or_else(|at| refuse(section, at, Kind::WrongLength))?;
    let mut count = 0;
    for (payload, _) in table.iter(bytes) {
        entry(bytes, payload)?;
        count += 1;
    }
    if count == check.sections.count(section) {
        Ok(())
    } else {
        refuse(section, 0, Kind::WrongLength)
    }
}

/// Root and first pattern, which stand at `at`.
fn root(
    trees: &Trees,
    patterns: usize,
    section: SectionKind,
    at: usize,
    bytes: &[u8],
) -> Result<(), ReadError> {
    let (root, base) = (word(bytes, at), word(bytes, at + 4));
    let Some(end) = trees.pattern_end(root) else {
        return refuse(section, at, Kind::BadEdge);
    };
    let end = u64::from(base) + u64::from(end);
    if end <= patterns as u64 {
        return Ok(());
    }
    refuse(section, at, Kind::OutOfRange { value: end, len: patterns as u64 + 1 })
}

/// Checks every wildcard host; returns where each begins, and where the last ends.
fn wildcard_hosts(
    check: &Check<'_>,
    trees: &Trees,
    patterns: usize,
) -> Result<Vec<u32>, ReadError> {
    let section = SectionKind::WILDCARD_HOSTS;
    let bytes = check.bytes(section);
    let mut starts = Vec::with_capacity(bytes.len() / size_of::<WildcardRecord>() + 1);
    let mut at = 0;
    while at < bytes.len() {
        starts.push(at as u32);
        let text_at = at + size_of::<WildcardRecord>();
        let text_end = text_at + usize::from(byte(bytes, at + 9));
        let Some(text) = bytes.get(text_at..text_end) else {
            return refuse(section, at, Kind::WrongLength);
        };
        if !text.is_ascii() || !text.contains(&b'*') {
            return refuse(section, text_at, Kind::NotText);
        }
        root(trees, patterns, section, at, bytes)?;
        at = text_end;
    }
    if starts.len() != check.sections.count(section) {
        return refuse(section, 0, Kind::WrongLength);
    }
    starts.push(at as u32);
    Ok(starts)
}
