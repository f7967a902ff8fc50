//! Whether a text has the form that its row asks for. What a name refers to, what a pattern or an
//! expression says, is judged later.

use pointsman_routing::explain::REFERENCES;

use super::keys::Form;
use super::nearest::nearest;
use super::value::{self, Problem, is_token, shown};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Why a text has not the form it must have.
#[derive(Debug)]
pub(crate) struct BadForm {
    code: Code,
    problem: Problem,
}

impl BadForm {
    /// The finding at the place where the text is written.
    pub(crate) fn finding(self, span: Span) -> Diagnostic {
        self.problem.finding(self.code, span)
    }
}

fn bad<T>(code: Code, message: impl Into<String>, help: impl Into<String>) -> Result<T, BadForm> {
    Err(BadForm { code, problem: Problem::new(message).help(help) })
}

/// Whether `text` has the form.
pub(super) fn check(form: Form, text: &str) -> Result<(), BadForm> {
    let as_code = |code: Code, result: Result<(), Problem>| {
        result.map_err(|problem| BadForm { code, problem })
    };
    match form {
        Form::Name => as_code(Code::BadName, value::name(text)),
        Form::RouteId => as_code(Code::BadName, value::route_id(text)),
        Form::Secret => secret(text),
        Form::Source => source(text, &["file:", "credential:"]),
        Form::File => source(text, &["file:"]),
        Form::Url => url(text),
        Form::PathOrUrl if text.starts_with('/') => path(text),
        Form::PathOrUrl if !text.contains("://") => {
            let help = format!("write \"/{}\", or an absolute URL", shown(text));
            bad(Code::BadForm, format!("`{}` is no path", shown(text)), help)
        }
        Form::PathOrUrl => url(text),
        Form::SocketAddress => {
            as_code(Code::BadListenAddress, value::listen_address(text).map(drop))
        }
        Form::Host => as_code(Code::BadTargetHost, value::target_host(text).map(drop)),
        Form::HostGlob => host_glob(text),
        Form::NoProxy if text.contains('/') || text.contains(':') => {
            as_code(Code::BadIp, value::network(text).map(drop))
        }
        Form::NoProxy => host_glob(text),
        Form::HostHeader if matches!(text, "client" | "target") => Ok(()),
        Form::HostHeader => as_code(Code::BadTargetHost, value::host_header(text).map(drop)),
        Form::Ip => as_code(Code::BadIp, value::ip(text).map(drop)),
        Form::Network => as_code(Code::BadIp, value::network(text).map(drop)),
        Form::Method => as_code(Code::BadMethod, value::method(text)),
        Form::PathGlob if text.starts_with(['/', '*']) => plain(text),
        Form::PathGlob => {
            bad(Code::BadForm, format!("`{}` is no path", shown(text)), "a path begins with `/`")
        }
        Form::FieldName => as_code(Code::BadHeader, value::field(text, "")),
        Form::FieldValue => as_code(Code::BadHeader, value::field("it", text)),
        Form::CookieName | Form::Upgrade => token(text),
        Form::Statuses => statuses(text).map(drop),
        Form::RetryOn => retry_on(text),
        Form::Circle => circle(text).map(drop),
        Form::Contact => contact(text),
        Form::Glob | Form::Any => plain(text),
        // Judged where they are taken apart.
        Form::Backend
        | Form::Listener
        | Form::Certificate
        | Form::CertificateOrAuto
        | Form::Authority
        | Form::ListenAddress
        | Form::Pattern
        | Form::Regex
        | Form::Template
        | Form::Condition
        | Form::AccessLog
        | Form::Request => Ok(()),
    }
}

/// A NUL stands for the end of a text in too many places.
fn plain(text: &str) -> Result<(), BadForm> {
    if text.contains('\0') {
        return bad(Code::BadForm, "a text holds a NUL", "leave it out");
    }
    Ok(())
}

fn secret(text: &str) -> Result<(), BadForm> {
    let is_reference = REFERENCES
        .iter()
        .any(|kind| text.strip_prefix(kind).is_some_and(|rest| !rest.trim().is_empty()));
    if is_reference && !text.contains(['\0', '\n']) {
        return Ok(());
    }
    let help = "write where the edge finds it: \"env:NAME\", \"file:PATH\" or \"credential:NAME\"; \
                and if it was ever committed, replace the secret itself";
    bad(Code::InlineSecret, "a secret is written inline", help)
}

fn source(text: &str, kinds: &[&str]) -> Result<(), BadForm> {
    let fits = |kind: &&&str| text.strip_prefix(**kind).is_some_and(|rest| !rest.is_empty());
    if kinds.iter().any(|kind| fits(&kind)) && !text.contains('\0') {
        return Ok(());
    }
    if text.contains("-----BEGIN") {
        let help = "write it to a file on the edge, and here its place: \"file:PATH\"";
        return bad(Code::InlineSecret, "a certificate is written inline", help);
    }
    let forms: Vec<String> = kinds
        .iter()
        .map(|kind| format!("\"{kind}{}\"", if *kind == "file:" { "PATH" } else { "NAME" }))
        .collect();
    let help = if text.contains('/') {
        format!("write \"file:{}\"", shown(text))
    } else {
        format!("write {}", forms.join(" or "))
    };
    bad(Code::BadForm, format!("`{}` is no place of a file", shown(text)), help)
}

fn url(text: &str) -> Result<(), BadForm> {
    let message = || format!("`{}` is no URL", shown(text));
    let Some((scheme, rest)) = text.split_once("://") else {
        return bad(Code::BadForm, message(), "such as \"https://host.example.org/path\"");
    };
    if !matches!(scheme, "http" | "https") {
        return bad(Code::BadForm, message(), "the scheme is `http` or `https`");
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, place) = rest.split_at(end);
    if authority.contains('@') {
        return bad(Code::InlineSecret, "a URL has a user or password", "leave it out");
    }
    if let Err(problem) = value::host_header(authority) {
        return bad(Code::BadForm, message(), problem.help.unwrap_or_default());
    }
    if place.is_empty() { Ok(()) } else { path(place) }
}

fn path(text: &str) -> Result<(), BadForm> {
    let odd = |c: char| c == ' ' || c.is_control() || !c.is_ascii() || "#\\\"<>^`{|}".contains(c);
    match text.chars().find(|c| odd(*c)) {
        None => Ok(()),
        Some(c) => {
            let message = format!("`{}` cannot be asked for", shown(text));
            bad(
                Code::BadForm,
                message,
                format!("`{}` is written percent-encoded", c.escape_debug()),
            )
        }
    }
}

fn host_glob(text: &str) -> Result<(), BadForm> {
    let host = text.replace('*', "x");
    let sound = value::target_host(&host);
    sound.map(drop).or_else(|problem| {
        let message = format!("`{}` is no host", shown(text));
        bad(Code::BadTargetHost, message, problem.help.unwrap_or_default())
    })
}

fn token(text: &str) -> Result<(), BadForm> {
    if !text.is_empty() && text.bytes().all(is_token) {
        return Ok(());
    }
    let message = format!("`{}` is no name that can stand in a field", shown(text));
    bad(Code::BadForm, message, "letters, digits, and signs such as `-`, without space")
}

/// First and last of a range of statuses.
pub(crate) fn statuses(text: &str) -> Result<(u16, u16), BadForm> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| {
        let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|number| digits && (100..=599).contains(number))
    };
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first, last)),
        _ => bad(
            Code::BadForm,
            format!("`{}` is no status", shown(text)),
            "write \"200\" or \"200-399\"; statuses are 100 to 599",
        ),
    }
}

fn retry_on(text: &str) -> Result<(), BadForm> {
    const WORDS: [&str; 5] = ["connect_failure", "reset", "timeout", "5xx", "non_idempotent"];
    let is_status = statuses(text).is_ok_and(|(first, last)| first == last && first >= 400);
    if WORDS.contains(&text) || is_status {
        return Ok(());
    }
    let help = match nearest(text, WORDS) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("it is one of {}, or a status such as \"503\"", WORDS.join(", ")),
    };
    bad(Code::UnknownChoice, format!("`{}` is nothing that is retried on", shown(text)), help)
}

/// Latitude, longitude, radius in km.
pub(crate) fn circle(text: &str) -> Result<[f64; 3], BadForm> {
    let numbers: Vec<f64> = text.split(';').filter_map(|part| part.trim().parse().ok()).collect();
    let parts = text.split(';').count();
    match numbers.as_slice() {
        [lat, lng, km]
            if parts == 3
                && (-90.0..=90.0).contains(lat)
                && (-180.0..=180.0).contains(lng)
                && (0.0..=20_100.0).contains(km) =>
        {
            Ok([*lat, *lng, *km])
        }
        _ => bad(
            Code::BadForm,
            format!("`{}` is no circle", shown(text)),
            "write \"lat;lng;radius_km\": -90 to 90, -180 to 180, up to 20100",
        ),
    }
}

fn contact(text: &str) -> Result<(), BadForm> {
    let address = text.strip_prefix("mailto:");
    let sound = |address: &str| {
        let parts = address.split_once('@');
        parts.is_some_and(|(user, host)| !user.is_empty() && value::target_host(host).is_ok())
    };
    if address.is_some_and(sound) {
        return Ok(());
    }
    let help = if text.contains('@') && address.is_none() {
        format!("write \"mailto:{}\"", shown(text))
    } else {
        "such as \"mailto:ops@example.org\"".to_owned()
    };
    bad(Code::BadForm, format!("`{}` is no contact", shown(text)), help)
}
