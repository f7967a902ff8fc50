//! One segment of a pattern's path: what it is and what it means. Knows neither its neighbours nor
//! where it ends.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use pointsman_routing::request::path::is_dot_segment;
use pointsman_schemas::limits::PATTERN_SEGMENT_BYTES_MAX;

use crate::grammar::path;
use crate::language::fault::{Fault, FaultKind};
use crate::language::limits::PARAMETER_BYTES_MAX;
use crate::language::table::Table;
use crate::language::tables::Tables;

/// One segment of a pattern's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A text in canonical form.
    Static(Arc<[u8]>),
    /// `$name<regex>`, or a segment with `*` inside, which has no name. Boxed: they are few, and
    /// the others, of which there are millions, are half as large for it.
    Constrained(Box<Constrained>),
    /// `:name`: any one segment, captured.
    Param {
        /// The parameter.
        name: Arc<str>,
    },
    /// `*`: any one segment.
    Star,
}

/// A segment that only some values fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constrained {
    /// The parameter, where there is one.
    pub name: Option<Arc<str>>,
    /// The regex, or the whole segment, as typed.
    pub source: Arc<str>,
    /// What fits, over the decoded segment.
    pub table: Arc<Table>,
}

impl Segment {
    /// The parameter that the segment captures.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Param { name } => Some(name),
            Self::Constrained(own) => own.name.as_deref(),
            Self::Static(_) | Self::Star => None,
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Static(text) => out.write_str(&String::from_utf8_lossy(text)),
            Self::Constrained(own) => match &own.name {
                Some(name) => write!(out, "${name}<{}>", own.source),
                None => out.write_str(&own.source),
            },
            Self::Param { name } => write!(out, ":{name}"),
            Self::Star => out.write_str("*"),
        }
    }
}

/// Reads one segment. Places count from its start.
pub(super) fn parse(text: &str, tables: &mut Tables) -> Result<Segment, Vec<Fault>> {
    match text.as_bytes() {
        b"*" => Ok(Segment::Star),
        [b'$', ..] => constrained(text, tables).map_err(|fault| vec![fault]),
        [b':', ..] => param(text, tables).map_err(|fault| vec![fault]),
        _ if text.contains('*') => glob(text, tables),
        _ => fixed(text, tables),
    }
}

/// Where two or more `*` stand side by side, in a host or a segment.
pub(super) fn double_star(text: &str) -> Option<Range<usize>> {
    let start = text.find("**")?;
    let len = text[start..].bytes().take_while(|byte| *byte == b'*').count();
    Some(start..start + len)
}

/// Whether a parameter can have this name.
pub(super) fn is_parameter_name(name: &str) -> bool {
    let is_first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    name.bytes().next().as_ref().is_some_and(is_first)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn fixed(text: &str, tables: &mut Tables) -> Result<Segment, Vec<Fault>> {
    let canonical = path::canonical(text)?;
    if is_dot_segment(canonical.as_bytes()) {
        return Err(vec![
            Fault::new(FaultKind::DotSegment, 0..text.len())
                .found(format!("`{text}`"))
                .help("write the path that it leads to"),
        ]);
    }
    if canonical.len() > PATTERN_SEGMENT_BYTES_MAX {
        return Err(vec![
            Fault::new(FaultKind::SegmentTooLong, 0..text.len())
                .expected(format!("at most {PATTERN_SEGMENT_BYTES_MAX} bytes"))
                .found(canonical.len().to_string()),
        ]);
    }
    Ok(Segment::Static(tables.bytes(canonical.as_bytes())))
}

fn glob(text: &str, tables: &mut Tables) -> Result<Segment, Vec<Fault>> {
    if let Some(stars) = double_star(text) {
        let help = if stars.len() == text.len() {
            "leave it out, a route covers all below it; or write `*` for one segment"
        } else {
            "write one `*`, which stands for one or more characters"
        };
        let fault = Fault::new(FaultKind::DoubleStar, stars.clone()).help(help);
        return Err(vec![fault.maybe_rewrite(stars, "*")]);
    }
    let canonical = path::canonical(text)?;
    let table =
        tables.glob(&canonical).map_err(|fault| vec![Fault { at: 0..text.len(), ..fault }])?;
    let own = Constrained { name: None, source: tables.text(text), table };
    Ok(Segment::Constrained(Box::new(own)))
}

fn param(text: &str, tables: &mut Tables) -> Result<Segment, Fault> {
    let name = &text[1..];
    if let Some((name, _)) = name.split_once('<') {
        let regex = &text[name.len() + 1..];
        return Err(Fault::new(FaultKind::ConstraintOnParameter, 0..text.len())
            .help(format!("write `${name}{regex}`, or `:{name}` for any value"))
            .rewrite(0..1, "$"));
    }
    check_name(name, 1)?;
    Ok(Segment::Param { name: tables.text(name) })
}

fn check_name(name: &str, at: usize) -> Result<(), Fault> {
    let here = at..at + name.len();
    if name.is_empty() {
        return Err(Fault::new(FaultKind::ParameterNameMissing, 0..at)
            .help("name it, as in `:id`; a segment nobody reads is `*`"));
    }
    if !is_parameter_name(name) {
        return Err(Fault::new(FaultKind::ParameterName, here)
            .expected("letters, digits, `_` and `-`, no digit or `-` first")
            .found(format!("`{name}`"))
            .help("a parameter is a whole segment; a part of one needs `$name<regex>`"));
    }
    if name.len() > PARAMETER_BYTES_MAX {
        return Err(Fault::new(FaultKind::ParameterNameTooLong, here)
            .expected(format!("at most {PARAMETER_BYTES_MAX} bytes"))
            .found(name.len().to_string()));
    }
    Ok(())
}

/// `$name<regex>`: the regex runs from the first `<` to the `>` that ends the segment, so that a
/// `>` inside needs no care and an unclosed `[` cannot swallow the end.
fn constrained(text: &str, tables: &mut Tables) -> Result<Segment, Fault> {
    let Some((name, rest)) = text[1..].split_once('<') else {
        let name = &text[1..];
        let fault = Fault::new(FaultKind::ConstraintMissing, 0..text.len());
        return Err(if is_parameter_name(name) {
            fault
                .help(format!("write `:{name}` for any value, or `${name}<[0-9]+>`"))
                .maybe_rewrite(0..1, ":")
        } else {
            fault.help("write `$name<regex>`; for the character itself `$name<\\$…>`")
        });
    };
    check_name(name, 1)?;
    let open = name.len() + 1;
    let Some(regex) = rest.strip_suffix('>') else {
        return Err(unclosed(text, open));
    };
    if regex.is_empty() {
        return Err(Fault::new(FaultKind::ConstraintEmpty, open..text.len())
            .help(format!("write `:{name}` for any value, or `${name}<[0-9]+>`"))
            .maybe_rewrite(0..text.len(), format!(":{name}")));
    }
    if let Some(at) = regex.find('/') {
        let at = open + 1 + at;
        return Err(Fault::new(FaultKind::SlashInConstraint, at..at + 1)
            .help("a segment holds a `/` only where a request says `%2F`: write `\\x2F` for it")
            .maybe_rewrite(at..at + 1, "\\x2F"));
    }
    let base = open + 1;
    let table = tables.regex(regex).map_err(|fault| fault.shifted(base))?;
    let (name, source) = (Some(tables.text(name)), tables.text(regex));
    Ok(Segment::Constrained(Box::new(Constrained { name, source, table })))
}

fn unclosed(text: &str, open: usize) -> Fault {
    match text.rfind('>') {
        Some(close) => Fault::new(FaultKind::TextAfterConstraint, close + 1..text.len())
            .found(format!("`{}` behind `>`", &text[close + 1..]))
            .help("put it into the regex"),
        None => Fault::new(FaultKind::ConstraintUnclosed, open..open + 1)
            .expected("`>` at the end of the segment")
            .found(format!("`{}`", &text[open..]))
            .help(format!("close it: `{text}>`"))
            .maybe_rewrite(text.len()..text.len(), ">"),
    }
}

#[cfg(test)]
mod tests;
