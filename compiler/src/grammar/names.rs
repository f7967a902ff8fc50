//! The names that expressions can use, and what each stands for. One table; knows no syntax.

use crate::grammar::segment::is_parameter_name;
use crate::language::fault::{Fault, FaultKind};
use crate::language::limits::{FIELD_NAME_BYTES_MAX, PARAMETER_BYTES_MAX};

/// Where the value of an expression comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// `req.pathparams.N`: a parameter of the pattern, decoded.
    PathParam(String),
    /// `req.method`
    Method,
    /// `req.host`: with the port, where the request has one.
    Host,
    /// `req.path`: in its canonical form, slashes kept.
    Path,
    /// `req.query.N`: the first of that name; may be absent.
    Query(String),
    /// `req.headers.N`: the first of that name, which is lower-case here; may be absent.
    Header(String),
    /// `req.cookies.N`: the first of that name; may be absent.
    Cookie(String),
    /// `req.uri`: path and query.
    Uri,
    /// `req.domain`: the host without its port.
    Domain,
    /// `req.protocol`: `http` or `https`.
    Protocol,
    /// `req.secured`: `true` or `false`.
    Secured,
    /// `req.ip`: the client's address.
    Ip,
    /// `req.version`: `HTTP/1.1`.
    Version,
    /// `req.listener`: the listener's name.
    Listener,
    /// `req.id`: the request's id.
    Id,
}

impl Source {
    /// Whether every request has it. A parameter counts as present: that each route captures it is
    /// checked where the routes are known.
    pub fn is_always_present(&self) -> bool {
        !matches!(self, Self::Query(_) | Self::Header(_) | Self::Cookie(_))
    }

    /// Whether its value begins with `/`, whatever the request.
    pub fn begins_with_slash(&self) -> bool {
        matches!(self, Self::Path | Self::Uri)
    }

    /// The name as an expression spells it.
    pub fn spelled(&self) -> String {
        match self {
            Self::PathParam(name) => format!("req.pathparams.{name}"),
            Self::Method => "req.method".to_owned(),
            Self::Host => "req.host".to_owned(),
            Self::Path => "req.path".to_owned(),
            Self::Query(name) => format!("req.query.{name}"),
            Self::Header(name) => format!("req.headers.{name}"),
            Self::Cookie(name) => format!("req.cookies.{name}"),
            Self::Uri => "req.uri".to_owned(),
            Self::Domain => "req.domain".to_owned(),
            Self::Protocol => "req.protocol".to_owned(),
            Self::Secured => "req.secured".to_owned(),
            Self::Ip => "req.ip".to_owned(),
            Self::Version => "req.version".to_owned(),
            Self::Listener => "req.listener".to_owned(),
            Self::Id => "req.id".to_owned(),
        }
    }
}

/// What a known name needs behind it, and whether this version evaluates it.
#[derive(PartialEq, Eq)]
enum Meaning {
    /// Nothing stands behind it.
    Alone(Source),
    PathParam,
    Query,
    Header,
    Cookie,
    /// Known, alone; a later version evaluates it.
    Later,
    /// Known, with a name behind it; a later version evaluates it.
    LaterNamed,
    /// Known, alone or with a format behind it; a later version evaluates it.
    LaterFormatted,
}

static KNOWN: &[(&str, Meaning)] = &[
    ("req.pathparams", Meaning::PathParam),
    ("req.method", Meaning::Alone(Source::Method)),
    ("req.host", Meaning::Alone(Source::Host)),
    ("req.path", Meaning::Alone(Source::Path)),
    ("req.query", Meaning::Query),
    ("req.headers", Meaning::Header),
    ("req.id", Meaning::Alone(Source::Id)),
    ("req.uri", Meaning::Alone(Source::Uri)),
    ("req.domain", Meaning::Alone(Source::Domain)),
    ("req.protocol", Meaning::Alone(Source::Protocol)),
    ("req.ip", Meaning::Alone(Source::Ip)),
    ("req.secured", Meaning::Alone(Source::Secured)),
    ("req.version", Meaning::Alone(Source::Version)),
    ("req.listener", Meaning::Alone(Source::Listener)),
    ("req.cookies", Meaning::Cookie),
    ("req.client_cert.dn", Meaning::Later),
    ("req.client_cert.cn", Meaning::Later),
    ("req.client_cert.issuer_dn", Meaning::Later),
    ("route.id", Meaning::Later),
    ("route.name", Meaning::Later),
    ("route.metadata", Meaning::LaterNamed),
    ("now", Meaning::LaterFormatted),
];

/// Names that other proxies read and this one never will.
const NEVER: &[&str] = &["env", "config", "vault", "secret", "secrets", "file"];

/// What a word stands for. Places count from the start of `word`.
pub(super) fn resolve(word: &str) -> Result<Source, Fault> {
    let whole = 0..word.len();
    let Some((name, meaning, behind)) = known(word) else {
        return Err(unknown(word));
    };
    let field = || match behind {
        None | Some("") => Err(Fault::new(FaultKind::FieldNameMissing, whole.clone())
            .help(format!("write `{name}.NAME`"))),
        Some(field) => Ok((field, name.len() + 1)),
    };
    match meaning {
        Meaning::Alone(source) => Ok(source.clone()),
        Meaning::Cookie => {
            let (field, at) = field()?;
            check_field(field, at, field.bytes().all(is_token))?;
            Ok(Source::Cookie(field.to_owned()))
        }
        Meaning::PathParam => {
            let (field, at) = field()?;
            let is_right = is_parameter_name(field) && field.len() <= PARAMETER_BYTES_MAX;
            check_field(field, at, is_right)?;
            Ok(Source::PathParam(field.to_owned()))
        }
        Meaning::Query => {
            let (field, at) = field()?;
            check_field(field, at, field.bytes().all(|byte| byte.is_ascii_graphic()))?;
            Ok(Source::Query(field.to_owned()))
        }
        Meaning::Header => {
            let (field, at) = field()?;
            check_field(field, at, field.bytes().all(is_token))?;
            Ok(Source::Header(field.to_ascii_lowercase()))
        }
        Meaning::Later | Meaning::LaterNamed | Meaning::LaterFormatted => {
            if *meaning == Meaning::LaterNamed {
                field()?;
            }
            Err(Fault::new(FaultKind::NotAvailable, whole)
                .found(format!("`{word}`"))
                .help("remove it; it is known, and never ignored"))
        }
    }
}

/// The entry of the table that a word begins with, and what stands behind its `.`.
fn known(word: &str) -> Option<(&'static str, &'static Meaning, Option<&str>)> {
    KNOWN.iter().find_map(|(name, meaning)| {
        let behind = word.strip_prefix(name)?;
        let is_alone = matches!(meaning, Meaning::Alone(_) | Meaning::Later);
        match behind.strip_prefix('.') {
            None if behind.is_empty() => Some((*name, meaning, None)),
            Some(behind) if !is_alone => Some((*name, meaning, Some(behind))),
            _ => None,
        }
    })
}

fn check_field(field: &str, at: usize, is_right: bool) -> Result<(), Fault> {
    if is_right && field.len() <= FIELD_NAME_BYTES_MAX {
        return Ok(());
    }
    Err(Fault::new(FaultKind::FieldName, at..at + field.len())
        .found(format!("`{field}`"))
        .help("letters, digits and `-` are the usual ones"))
}

/// Source: RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn unknown(word: &str) -> Fault {
    let fault = Fault::new(FaultKind::UnknownName, 0..word.len()).found(format!("`{word}`"));
    let first = word.split(['.', ':']).next().unwrap_or(word);
    if NEVER.contains(&first) {
        return fault.help("values come from the request and its route, never from the host");
    }
    if let Some(near) = nearest(word) {
        let help = format!("did you mean `{near}`?");
        return fault.help(help).maybe_rewrite(0..word.len(), near);
    }
    if is_parameter_name(word) {
        let meant = format!("req.pathparams.{word}");
        let help = format!("a parameter of the pattern is `{meant}`");
        return fault.help(help).maybe_rewrite(0..word.len(), meant);
    }
    fault.help("known are `req.pathparams.N`, `req.query.N`, `req.headers.N`, `req.cookies.N`, `req.path`, `req.uri`, `req.host`, `req.domain`, `req.method`, `req.protocol`, `req.secured`, `req.ip`, `req.version`, `req.listener` and `req.id`")
}

/// The known name that a word was meant to be, with what stands behind it.
fn nearest(word: &str) -> Option<String> {
    let short = word.strip_prefix("request.").unwrap_or(word);
    let (word, lower) = (short, short.to_ascii_lowercase());
    let with_req = format!("req.{lower}");
    // Whoever writes `id` alone means a parameter of the pattern.
    let is_meant =
        |meaning: &Meaning| !matches!(meaning, Meaning::Later | Meaning::Alone(Source::Id));
    if known(&with_req).is_some_and(|(_, meaning, _)| is_meant(meaning)) {
        return Some(format!("req.{word}"));
    }
    let mut best: Option<(usize, String)> = None;
    for (name, meaning) in KNOWN {
        let dots = name.matches('.').count();
        let head_len = word.match_indices('.').nth(dots).map_or(word.len(), |(at, _)| at);
        let (head, behind) = (&lower[..head_len], &word[head_len..]);
        let takes_name = matches!(
            meaning,
            Meaning::PathParam
                | Meaning::Query
                | Meaning::Header
                | Meaning::Cookie
                | Meaning::LaterNamed
        );
        if takes_name == behind.is_empty() {
            continue;
        }
        let distance = strsim::damerau_levenshtein(head, name);
        if distance <= 3.min(name.len() / 3) && best.as_ref().is_none_or(|best| distance < best.0) {
            best = Some((distance, format!("{name}{behind}")));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests;
