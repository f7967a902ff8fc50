//! The names that expressions can use, and what each stands for. One table; knows no syntax.

use pointsman_schemas::artifact::{CertPart, TimeFormat};

use crate::grammar::placeholder;
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
    /// `req.client_cert.PART`: of the client's certificate; may be absent.
    ClientCert(CertPart),
    /// `route.id`
    RouteId,
    /// `route.name`: a route may lack it.
    RouteName,
    /// `route.metadata.N`: a route may lack it.
    RouteMetadata(String),
    /// `now` and its formats, UTC.
    Now(TimeFormat),
}

impl Source {
    /// Whether every request has it. What is a route's counts as present, a parameter included: that
    /// each route has it is checked where the routes are known.
    pub fn is_always_present(&self) -> bool {
        !matches!(self, Self::Query(_) | Self::Header(_) | Self::Cookie(_) | Self::ClientCert(_))
    }

    /// Whether it comes from the route, so that there may be routes without it.
    pub fn is_of_route(&self) -> bool {
        matches!(
            self,
            Self::PathParam(_) | Self::RouteId | Self::RouteName | Self::RouteMetadata(_)
        )
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
            Self::ClientCert(CertPart::Dn) => "req.client_cert.dn".to_owned(),
            Self::ClientCert(CertPart::Cn) => "req.client_cert.cn".to_owned(),
            Self::ClientCert(CertPart::IssuerDn) => "req.client_cert.issuer_dn".to_owned(),
            Self::RouteId => "route.id".to_owned(),
            Self::RouteName => "route.name".to_owned(),
            Self::RouteMetadata(name) => format!("route.metadata.{name}"),
            Self::Now(TimeFormat::Rfc3339) => "now".to_owned(),
            Self::Now(TimeFormat::Epoch) => "now.epoch".to_owned(),
            Self::Now(TimeFormat::EpochMs) => "now.epoch_ms".to_owned(),
            Self::Now(TimeFormat::Http) => "now.http".to_owned(),
            Self::Now(TimeFormat::Date) => "now.date".to_owned(),
        }
    }
}

/// What a known name needs behind it.
enum Meaning {
    /// Nothing stands behind it.
    Alone(Source),
    PathParam,
    Query,
    Header,
    Cookie,
    Metadata,
}

/// Name, what it means, and that for people.
static KNOWN: &[(&str, Meaning, &str)] = &[
    (
        "req.pathparams",
        Meaning::PathParam,
        "A parameter of the pattern, decoded. Every route that leads there captures it, or there is a default.",
    ),
    ("req.method", Meaning::Alone(Source::Method), "The method."),
    (
        "req.host",
        Meaning::Alone(Source::Host),
        "The host, with the port where the request has one.",
    ),
    (
        "req.path",
        Meaning::Alone(Source::Path),
        "The path in its canonical form; its slashes are kept.",
    ),
    ("req.query", Meaning::Query, "The first parameter of that name in the query, decoded."),
    ("req.headers", Meaning::Header, "The first field of that name; case does not matter."),
    ("req.id", Meaning::Alone(Source::Id), "The request's id, `X-Request-Id`."),
    ("req.uri", Meaning::Alone(Source::Uri), "Path and query. In a path it stands last."),
    ("req.domain", Meaning::Alone(Source::Domain), "The host without its port."),
    ("req.protocol", Meaning::Alone(Source::Protocol), "`http` or `https`."),
    ("req.ip", Meaning::Alone(Source::Ip), "The client's address, as trusted proxies tell it."),
    (
        "req.secured",
        Meaning::Alone(Source::Secured),
        "`true` or `false`: whether the request came by TLS.",
    ),
    ("req.version", Meaning::Alone(Source::Version), "`HTTP/1.1` and the like."),
    ("req.listener", Meaning::Alone(Source::Listener), "Name of the listener."),
    ("req.cookies", Meaning::Cookie, "The first cookie of that name."),
    (
        "req.client_cert.dn",
        Meaning::Alone(Source::ClientCert(CertPart::Dn)),
        "Subject of the client's certificate.",
    ),
    (
        "req.client_cert.cn",
        Meaning::Alone(Source::ClientCert(CertPart::Cn)),
        "Common name in that subject.",
    ),
    (
        "req.client_cert.issuer_dn",
        Meaning::Alone(Source::ClientCert(CertPart::IssuerDn)),
        "Who signed the client's certificate.",
    ),
    ("route.id", Meaning::Alone(Source::RouteId), "Id of the route."),
    (
        "route.name",
        Meaning::Alone(Source::RouteName),
        "Name of the route. Every route that leads there has one, or there is a default.",
    ),
    (
        "route.metadata",
        Meaning::Metadata,
        "Metadata of the route. Every route that leads there has it, or there is a default.",
    ),
    (
        "now",
        Meaning::Alone(Source::Now(TimeFormat::Rfc3339)),
        "The time, `2026-11-26T21:34:04Z`, always UTC.",
    ),
    ("now.epoch", Meaning::Alone(Source::Now(TimeFormat::Epoch)), "Seconds since 1970-01-01."),
    (
        "now.epoch_ms",
        Meaning::Alone(Source::Now(TimeFormat::EpochMs)),
        "Milliseconds since 1970-01-01; the clock is looked at every 10 ms.",
    ),
    (
        "now.http",
        Meaning::Alone(Source::Now(TimeFormat::Http)),
        "As fields of HTTP write it, `Thu, 26 Nov 2026 21:34:04 GMT`.",
    ),
    ("now.date", Meaning::Alone(Source::Now(TimeFormat::Date)), "The day, `2026-11-26`."),
];

/// Every name as it is spelled, what it stands for, and whether a request may lack it.
pub fn known_names() -> impl Iterator<Item = (String, &'static str, bool)> {
    KNOWN.iter().map(|(name, meaning, doc)| {
        let may_lack = match meaning {
            Meaning::Alone(source) => !source.is_always_present(),
            Meaning::Query | Meaning::Header | Meaning::Cookie => true,
            Meaning::PathParam | Meaning::Metadata => false,
        };
        let named = if matches!(meaning, Meaning::Alone(_)) { "" } else { ".NAME" };
        (format!("{name}{named}"), *doc, may_lack)
    })
}

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
        Meaning::Metadata => {
            let (field, at) = field()?;
            let is_right = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() && c != '\'';
            check_field(field, at, field.chars().all(is_right))?;
            Ok(Source::RouteMetadata(field.to_owned()))
        }
    }
}

/// The entry of the table that a word begins with, and what stands behind its `.`.
fn known(word: &str) -> Option<(&'static str, &'static Meaning, Option<&str>)> {
    KNOWN.iter().find_map(|(name, meaning, _)| {
        let behind = word.strip_prefix(name)?;
        let is_alone = matches!(meaning, Meaning::Alone(_));
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
    if first == "now" && word.len() > first.len() {
        return fault.help(
            "the time is `now` (RFC 3339), `now.epoch`, `now.epoch_ms`, `now.http` or `now.date`, \
             always UTC",
        );
    }
    if let Some(parameter) = word.strip_prefix("request.").unwrap_or(word).strip_prefix("req.")
        && let Some((of, name)) = parameter.split_once('.')
        && ["params", "param", "path_params", "pathparam", "path_param", "vars"].contains(&of)
        && is_parameter_name(name)
    {
        let meant = format!("req.pathparams.{name}");
        let help = format!("did you mean `{meant}`?");
        return fault.help(help).maybe_rewrite(0..word.len(), meant);
    }
    if let Some(near) = nearest(word) {
        let help = format!("did you mean `{near}`?");
        return fault.help(help).maybe_rewrite(0..word.len(), near);
    }
    if let Some(here) = placeholder::known(word) {
        let here = here.trim_end_matches(':').to_owned();
        return fault.help(format!("it is `{here}` here")).maybe_rewrite(0..word.len(), here);
    }
    if is_parameter_name(word) {
        let meant = format!("req.pathparams.{word}");
        let help = format!("a parameter of the pattern is `{meant}`");
        return fault.help(help).maybe_rewrite(0..word.len(), meant);
    }
    fault.help("known are `req.pathparams.N`, `req.query.N`, `req.headers.N`, `req.cookies.N`, `req.path`, `req.uri`, `req.host`, `req.domain`, `req.method`, `req.protocol`, `req.secured`, `req.ip`, `req.version`, `req.listener`, `req.id`, `req.client_cert.dn`, `.cn` and `.issuer_dn`, `route.id`, `route.name`, `route.metadata.N` and `now`")
}

/// The known name that a word was meant to be, with what stands behind it.
fn nearest(word: &str) -> Option<String> {
    let short = word.strip_prefix("request.").unwrap_or(word);
    let (word, lower) = (short, short.to_ascii_lowercase());
    let with_req = format!("req.{lower}");
    // Whoever writes `id` alone means a parameter of the pattern.
    let is_meant = |meaning: &Meaning| !matches!(meaning, Meaning::Alone(Source::Id));
    if known(&with_req).is_some_and(|(_, meaning, _)| is_meant(meaning)) {
        return Some(format!("req.{word}"));
    }
    let mut best: Option<(usize, String)> = None;
    for (name, meaning, _) in KNOWN {
        let dots = name.matches('.').count();
        let head_len = word.match_indices('.').nth(dots).map_or(word.len(), |(at, _)| at);
        let (head, behind) = (&lower[..head_len], &word[head_len..]);
        let takes_name = matches!(
            meaning,
            Meaning::PathParam
                | Meaning::Query
                | Meaning::Header
                | Meaning::Cookie
                | Meaning::Metadata
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
