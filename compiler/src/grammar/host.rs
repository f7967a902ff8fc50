//! The host of a pattern, in the form that a request's host is given before it is matched. Knows no
//! path.

use std::fmt;
use std::net::Ipv6Addr;
use std::ops::Range;
use std::sync::Arc;

use pointsman_schemas::limits::{HOST_BYTES_MAX, HOST_LABEL_BYTES_MAX};

use crate::grammar::idn;
use crate::grammar::segment::double_star;
use crate::language::fault::{Fault, FaultKind};
use crate::language::tables::Tables;

/// The host of a pattern.
///
/// Shape: lower-case ASCII, other names as A-labels, no port, no trailing dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostPattern {
    /// `*`
    Any,
    /// One host; an IPv6 address stands in brackets in its shortest form (RFC 5952).
    Exact(Arc<str>),
    /// A host with `*`, each for one or more characters, dots included.
    Wildcard(Arc<str>),
}

impl HostPattern {
    /// The same with the one copy of its text.
    pub(super) fn shared(self, tables: &mut Tables) -> Self {
        match self {
            Self::Any => Self::Any,
            Self::Exact(text) => Self::Exact(tables.text(&text)),
            Self::Wildcard(text) => Self::Wildcard(tables.text(&text)),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Any => "*",
            Self::Exact(text) | Self::Wildcard(text) => text,
        })
    }
}

/// Reads a host. Places count from the start of `text`.
pub(super) fn parse(text: &str) -> Result<HostPattern, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut within = 0..text.len();
    if let Some(at) = text.rfind('@') {
        faults.push(Fault::new(FaultKind::UserInfo, 0..at + 1).help("leave out all up to the `@`"));
        within.start = at + 1;
    }
    let host = if text[within.clone()].starts_with('[') {
        address(text, &within).map_err(|fault| vec![fault])
    } else {
        without_port(text, &mut within, &mut faults);
        name(text, &within)
    };
    match host {
        Ok(host) if faults.is_empty() => Ok(host),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more);
            Err(faults)
        }
    }
}

/// An IPv6 address in brackets.
fn address(text: &str, within: &Range<usize>) -> Result<HostPattern, Fault> {
    let host = &text[within.clone()];
    let Some(close) = host.find(']') else {
        return Err(Fault::new(FaultKind::Ipv6, within.clone())
            .expected("`]` behind the address")
            .found("the end of the host")
            .help(format!("write `{host}]`")));
    };
    let inner = &host[1..close];
    let here = within.start + 1..within.start + close;
    let address: Ipv6Addr = inner.parse().map_err(|_| {
        Fault::new(FaultKind::Ipv6, here)
            .found(format!("`{inner}`"))
            .help("write it whole, without `*` and zone: `[2001:db8::1]`")
    })?;
    let behind = within.start + close + 1..within.end;
    match text[behind.clone()].chars().next() {
        None => Ok(HostPattern::Exact(format!("[{address}]").into())),
        Some(':') => Err(port(behind)),
        Some(other) => Err(stray(behind.start, other)),
    }
}

fn port(at: Range<usize>) -> Fault {
    Fault::new(FaultKind::Port, at.clone())
        .help("leave it out; the listener has the port, and `listeners` of the route names it")
        .maybe_rewrite(at, "")
}

/// Cuts `:443` off.
fn without_port(text: &str, within: &mut Range<usize>, faults: &mut Vec<Fault>) {
    let host = &text[within.clone()];
    let Some(colon) = host.rfind(':') else { return };
    let digits = &host[colon + 1..];
    let is_port = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*');
    // `:tenant.tld` is a parameter and `::1` an address: both have their own words.
    if is_port && colon > 0 && host.find(':') == Some(colon) {
        faults.push(port(within.start + colon..within.end));
        within.end = within.start + colon;
    }
}

/// A name, exact or with `*`.
fn name(text: &str, within: &Range<usize>) -> Result<HostPattern, Vec<Fault>> {
    let host = &text[within.clone()];
    if host.is_empty() {
        return Err(vec![
            Fault::new(FaultKind::HostEmpty, within.clone())
                .help("write `*` in front of the path for every host")
                .maybe_rewrite(within.clone(), "*"),
        ]);
    }
    if host.contains(':') && host.parse::<Ipv6Addr>().is_ok() {
        return Err(vec![
            Fault::new(FaultKind::Ipv6Brackets, within.clone())
                .help(format!("write `[{host}]`"))
                .rewrite(within.clone(), format!("[{host}]")),
        ]);
    }
    let (mut faults, mut canonical) = (Vec::new(), String::with_capacity(host.len()));
    if let Some(stars) = double_star(host) {
        faults.push(
            Fault::new(FaultKind::DoubleStar, within.start + stars.start..within.start + stars.end)
                .help("write one `*`, which stands for one or more characters, dots included")
                .maybe_rewrite(within.start + stars.start..within.start + stars.end, "*"),
        );
    }
    // A request's host loses one trailing dot too.
    let host = host.strip_suffix('.').filter(|host| !host.is_empty()).unwrap_or(host);
    let mut at = within.start;
    for label in host.split('.') {
        if at > within.start {
            canonical.push('.');
        }
        if label.is_empty() {
            // The dot in front of it; the first label has only one behind it.
            let dot = at.saturating_sub(1).max(within.start);
            faults.push(
                Fault::new(FaultKind::LabelEmpty, dot..dot + 1)
                    .help("write one `.` between labels, and none in front"),
            );
        }
        match self::label(label) {
            Ok(label) => canonical.push_str(&label),
            Err(more) => faults.extend(more.into_iter().map(|fault| fault.shifted(at))),
        }
        at += label.len() + 1;
    }
    if canonical.len() > HOST_BYTES_MAX {
        faults.push(
            Fault::new(FaultKind::HostTooLong, within.clone())
                .expected(format!("at most {HOST_BYTES_MAX} bytes"))
                .found(canonical.len().to_string()),
        );
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(match canonical.as_str() {
        "*" => HostPattern::Any,
        text if text.contains('*') => HostPattern::Wildcard(canonical.into()),
        _ => HostPattern::Exact(canonical.into()),
    })
}

/// One label in its canonical form. Places count from its start.
fn label(label: &str) -> Result<String, Vec<Fault>> {
    let whole = 0..label.len();
    if label.starts_with([':', '$', '{', '<']) {
        return Err(vec![
            Fault::new(FaultKind::HostParameter, whole.clone())
                .found(format!("`{label}`"))
                .help("write `*` for it; only a path has parameters")
                .maybe_rewrite(whole, "*"),
        ]);
    }
    if !label.is_ascii() {
        return idn::a_label(label).map_err(|fault| vec![fault]);
    }
    let is_allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'*');
    let strays = label.bytes().enumerate().filter(|(_, byte)| !is_allowed(*byte));
    let faults: Vec<Fault> = strays.map(|(at, byte)| stray(at, char::from(byte))).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    if label.len() > HOST_LABEL_BYTES_MAX {
        return Err(vec![
            Fault::new(FaultKind::LabelTooLong, whole)
                .expected(format!("at most {HOST_LABEL_BYTES_MAX} bytes"))
                .found(label.len().to_string()),
        ]);
    }
    Ok(label.to_ascii_lowercase())
}

fn stray(at: usize, character: char) -> Fault {
    let here = at..at + character.len_utf8();
    if character.is_whitespace() {
        return Fault::new(FaultKind::Space, here.clone())
            .help("leave it out")
            .maybe_rewrite(here, "");
    }
    let fault =
        Fault::new(FaultKind::HostCharacter, here).found(format!("`{}`", character.escape_debug()));
    match character {
        '%' => fault.help("write the characters themselves, or the `xn--` form of a label"),
        '\\' => fault.help("write `/` in front of the path"),
        ':' => fault.help("leave out what looks like a port"),
        '[' | ']' => fault.help("brackets stand around a whole IPv6 address"),
        _ => fault,
    }
}

#[cfg(test)]
mod tests;
