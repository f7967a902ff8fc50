//! The base URL of a target: scheme, host, port and path.

use crate::document::value;

/// A base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) tls: bool,
    pub(super) host: String,
    pub(super) port: i64,
    /// Begins with `/`.
    pub(super) path: String,
}

/// Reads it; nothing where it is none of http or https with a host.
pub(super) fn url(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once("://")?;
    let tls = match scheme {
        "http" => false,
        "https" => true,
        _ => return None,
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => {
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port: u16 = match port {
        Some(port) => port.parse().ok().filter(|port| *port > 0)?,
        None if tls => 443,
        None => 80,
    };
    value::target_host(host).ok()?;
    let port = i64::from(port);
    Some(Url { tls, host: host.to_owned(), port, path: format!("/{path}") })
}
