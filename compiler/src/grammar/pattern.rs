//! A pattern, `host[/path]`: which requests a route answers. Cut here, read segment by segment; all
//! mistakes of one pattern are found in one go. Knows no other pattern.

use std::ops::Range;

use pointsman_schemas::limits::{CAPTURES_MAX, PATTERN_BYTES_MAX, PATTERN_SEGMENTS_MAX};

use crate::grammar::{host, rule, segment};
use crate::language::fault::{Fault, FaultKind};
use crate::language::limits::FAULTS_MAX;
use crate::language::tables::Tables;

pub use crate::grammar::host::HostPattern;
pub use crate::grammar::segment::Segment;

/// Reads a pattern.
///
/// One trailing `/` is no segment. Text is brought into the canonical form of a request.
///
/// Errors: at most `FAULTS_MAX`, sorted by place; places are bytes of `text`.
/// Cost: bounded by `PATTERN_BYTES_MAX` and by what each constraint may cost.
pub fn parse(text: &str) -> Result<(HostPattern, Box<[Segment]>), Vec<Fault>> {
    parse_with(text, &mut Tables::new())
}

/// As [`parse`], with the tables of patterns read before: what to call for many patterns.
pub fn parse_with(
    text: &str,
    tables: &mut Tables,
) -> Result<(HostPattern, Box<[Segment]>), Vec<Fault>> {
    let mut faults = Vec::new();
    let Some(within) = trimmed(text, &mut faults) else { return Err(faults) };
    if let Some(fault) = rule::fault(text) {
        return Err(vec![fault]);
    }
    let start = after_scheme(text, &within, &mut faults);
    let host_end = until(text, start..within.end, &['/', '?', '#']);
    let host = collect(host::parse(&text[start..host_end]), start, &mut faults);
    let path = segments(text, host_end..within.end, tables, &mut faults);
    match host {
        Some(host) if faults.is_empty() => Ok((host.shared(tables), path.into())),
        _ => {
            faults.sort_by_key(|fault| (fault.at.start, fault.at.end));
            faults.truncate(FAULTS_MAX);
            Err(faults)
        }
    }
}

/// The text of a pattern that [`parse`] reads as the same.
pub fn print(host: &HostPattern, path: &[Segment]) -> String {
    let mut text = host.to_string();
    for segment in path {
        text.push('/');
        text.push_str(&segment.to_string());
    }
    text
}

/// The text without the space around it, if anything is left.
fn trimmed(text: &str, faults: &mut Vec<Fault>) -> Option<Range<usize>> {
    if text.len() > PATTERN_BYTES_MAX {
        faults.push(
            Fault::new(FaultKind::PatternTooLong, 0..text.len())
                .expected(format!("at most {PATTERN_BYTES_MAX} bytes"))
                .found(text.len().to_string()),
        );
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    if start >= end {
        faults.push(
            Fault::new(FaultKind::PatternEmpty, 0..text.len())
                .help("write `host/path`, or `*` for every host"),
        );
        return None;
    }
    for space in [0..start, end..text.len()] {
        if !space.is_empty() {
            let fault = Fault::new(FaultKind::Space, space.clone()).help("leave it out");
            faults.push(fault.rewrite(space, ""));
        }
    }
    Some(start..end)
}

/// Where the host begins.
fn after_scheme(text: &str, within: &Range<usize>, faults: &mut Vec<Fault>) -> usize {
    let Some((scheme, _)) = text[within.clone()].split_once("://") else { return within.start };
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if scheme.is_empty() || !scheme.bytes().all(is_scheme) {
        return within.start;
    }
    let end = within.start + scheme.len() + "://".len();
    faults.push(
        Fault::new(FaultKind::Scheme, within.start..end)
            .found(format!("`{scheme}://`"))
            .help("leave it out; `listeners` of the route says which ones it answers on")
            .maybe_rewrite(within.start..end, ""),
    );
    end
}

/// The path behind the host.
fn segments(
    text: &str,
    within: Range<usize>,
    tables: &mut Tables,
    faults: &mut Vec<Fault>,
) -> Vec<Segment> {
    let mut path = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut at = within.start;
    // Each round takes at least the `/` in front of a segment.
    while text[at..within.end].starts_with('/') {
        let start = at + 1;
        at = segment_end(text, start..within.end);
        if start == at {
            if !text[at..within.end].starts_with('/') {
                break;
            }
            faults.push(
                Fault::new(FaultKind::SegmentEmpty, start - 1..at + 1)
                    .help("write one `/` between segments")
                    .maybe_rewrite(start..at + 1, ""),
            );
            continue;
        }
        let Some(segment) = collect(segment::parse(&text[start..at], tables), start, faults) else {
            continue;
        };
        if let Some(name) = segment.parameter() {
            let here = start + 1..start + 1 + name.len();
            if names.contains(&name) {
                faults.push(
                    Fault::new(FaultKind::ParameterTwice, here.clone())
                        .found(format!("`{name}`"))
                        .help("give one of them another name"),
                );
            }
            names.push(&text[here]);
        }
        path.push(segment);
    }
    behind_path(text, at..within.end, faults);
    count(path.len(), PATTERN_SEGMENTS_MAX, FaultKind::SegmentsTooMany, &within, faults);
    count(names.len(), CAPTURES_MAX, FaultKind::CapturesTooMany, &within, faults);
    path
}

/// What follows a path that has ended: nothing, or something that no pattern has.
fn behind_path(text: &str, rest: Range<usize>, faults: &mut Vec<Fault>) {
    let (kind, help) = match text[rest.clone()].chars().next() {
        Some('?') => (FaultKind::Query, "leave it out; a route answers whatever the query is"),
        Some('#') => (FaultKind::Fragment, "leave it out; browsers never send it"),
        _ => return,
    };
    let fault = Fault::new(kind, rest.clone()).found(format!("`{}`", &text[rest.clone()]));
    faults.push(fault.help(help).maybe_rewrite(rest, ""));
}

fn count(count: usize, limit: usize, kind: FaultKind, at: &Range<usize>, faults: &mut Vec<Fault>) {
    if count > limit {
        faults.push(
            Fault::new(kind, at.clone())
                .expected(format!("at most {limit}"))
                .found(count.to_string()),
        );
    }
}

/// Where the segment that begins at `within.start` ends: at the next `/`, `?` or `#`, but not inside
/// the `<…>` of a constraint, which ends with the `>` that ends its segment.
fn segment_end(text: &str, within: Range<usize>) -> usize {
    let plain = until(text, within.clone(), &['/', '?', '#']);
    let segment = &text[within.clone()];
    let open = within.start + segment.find('<').unwrap_or(segment.len());
    if !segment.starts_with(['$', ':']) || open >= plain {
        return plain;
    }
    let border = until(text, open..within.end, &['/']);
    if text[open..border].ends_with('>') {
        return border;
    }
    // A `/` inside the constraint. What opens another one is a segment of its own, so that only the
    // `>` that is really missing is missed.
    let closed = text[open..within.end].match_indices('>').map(|(at, _)| open + at + 1);
    let behind = |end: &usize| text[*end..within.end].chars().next();
    let whole = closed.clone().find(|end| matches!(behind(end), None | Some('/')));
    if let Some(end) = whole.filter(|end| !text[border..*end].contains('<')) {
        return end;
    }
    closed
        .filter(|end| *end <= border)
        .find(|end| matches!(behind(end), Some('?' | '#')))
        .unwrap_or(border)
}

fn until(text: &str, within: Range<usize>, ends: &[char]) -> usize {
    let rest = &text[within.clone()];
    within.start + rest.find(ends).unwrap_or(rest.len())
}

/// Keeps a value, or its faults moved to their place in the whole text.
fn collect<T>(read: Result<T, Vec<Fault>>, base: usize, faults: &mut Vec<Fault>) -> Option<T> {
    read.map_err(|more| faults.extend(more.into_iter().map(|fault| fault.shifted(base)))).ok()
}

/// Reads arbitrary bytes as a pattern and asserts what holds for every text.
#[doc(hidden)]
pub fn fuzz_pattern(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match parse(text) {
        Ok((host, path)) => {
            let printed = print(&host, &path);
            assert_eq!(parse(&printed), Ok((host, path)), "{text:?} printed as {printed:?}");
        }
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= FAULTS_MAX);
            for fault in faults {
                assert!(text.get(fault.at.clone()).is_some(), "{text:?}: {fault:?}");
            }
        }
    }
}

#[cfg(test)]
mod tests;
