//! Text that means a value: durations, sizes, names, addresses, networks. Each function says what
//! is wrong and what was meant; places are the caller's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use pointsman_routing::explain::shown_text;
pub use pointsman_routing::explain::visible;
use pointsman_schemas::limits::{
    HOST_BYTES_MAX, HOST_LABEL_BYTES_MAX, METHOD_BYTES_MAX, NAME_BYTES_MAX, ROUTE_ID_BYTES_MAX,
};

pub use super::mend::Problem;
use crate::diagnostic::Safety::{self, Maybe, Safe};

fn problem<T>(message: impl Into<String>, help: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::new(message).help(help))
}

/// A problem of a text that was meant to say something else: `(how sure, was, text)`.
fn meant<T>(
    message: impl Into<String>,
    help: impl Into<String>,
    (safety, was, text): (Safety, &str, String),
) -> Result<T, Problem> {
    Err(Problem::new(message).help(help).instead(safety, was, text))
}

const DURATIONS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// A duration: a whole number and one of `ms s m h d`.
///
/// Unit: milliseconds.
pub fn duration_ms(text: &str) -> Result<u64, Problem> {
    let message = format!("`{text}` is no duration");
    let units = "a whole number and one of `ms`, `s`, `m`, `h`, `d`, such as \"30s\"";
    let (number, unit) = split_number(text);
    if number.is_empty() {
        return problem(message, units);
    }
    if unit.is_empty() {
        let help = format!("a unit is missing: \"{number}s\" or \"{number}ms\"");
        return meant(message, help, (Maybe, text, format!("{number}s")));
    }
    let Some((_, factor)) = DURATIONS.iter().find(|(name, _)| *name == unit) else {
        let (safety, unit) = match unit.trim() {
            "sec" | "secs" | "second" | "seconds" => (Safe, "s"),
            "min" | "mins" | "minute" | "minutes" => (Safe, "m"),
            "hour" | "hours" => (Safe, "h"),
            "day" | "days" => (Safe, "d"),
            unit @ ("ms" | "s" | "m" | "h" | "d") => (Safe, unit),
            "S" => (Maybe, "s"),
            "M" => (Maybe, "m"),
            "H" => (Maybe, "h"),
            "D" => (Maybe, "d"),
            unit => (Maybe, unit),
        };
        if DURATIONS.iter().any(|(name, _)| *name == unit) {
            let help = format!("write \"{number}{unit}\"");
            return meant(message, help, (safety, text, format!("{number}{unit}")));
        }
        let help = match unit {
            unit if unit.starts_with('.') => {
                format!("{units}; a fraction is written in a smaller unit: \"1500ms\"")
            }
            unit if unit.contains(|c: char| c.is_ascii_digit()) => {
                format!("{units}; one unit only: \"90s\", not \"1m30s\"")
            }
            _ => units.to_owned(),
        };
        return problem(message, help);
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor)) {
        Some(ms) => Ok(ms),
        None => problem(format!("the duration `{text}` is too long"), ""),
    }
}

const SIZES: [(&str, u64); 4] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// A size: a whole number and one of `B KiB MiB GiB`.
///
/// Unit: bytes.
pub fn size_bytes(text: &str) -> Result<u64, Problem> {
    let message = format!("`{text}` is no size");
    let units = "a whole number and one of `B`, `KiB`, `MiB`, `GiB`, such as \"64KiB\"";
    let (number, unit) = split_number(text);
    if number.is_empty() {
        return problem(message, units);
    }
    let Some((_, factor)) = SIZES.iter().find(|(name, _)| *name == unit) else {
        // `kB` is a thousand to some, and `b` a bit.
        let (safety, unit) = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => (Maybe, "B"),
            "byte" | "bytes" => (Safe, "B"),
            "kib" | "ki" => (Safe, "KiB"),
            "mib" | "mi" => (Safe, "MiB"),
            "gib" | "gi" => (Safe, "GiB"),
            "k" | "kb" => (Maybe, "KiB"),
            "m" | "mb" => (Maybe, "MiB"),
            "g" | "gb" => (Maybe, "GiB"),
            _ => return problem(message, units),
        };
        let help = format!("write \"{number}{unit}\"");
        return meant(message, help, (safety, text, format!("{number}{unit}")));
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor)) {
        Some(bytes) => Ok(bytes),
        None => problem(format!("the size `{text}` is too large"), ""),
    }
}

fn split_number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// A duration as people write it.
pub fn show_duration(ms: u64) -> String {
    let unit =
        DURATIONS.iter().rev().find(|(_, factor)| ms >= *factor && ms.is_multiple_of(*factor));
    unit.map_or_else(|| "0s".to_owned(), |(unit, factor)| format!("{}{unit}", ms / factor))
}

/// A size as people write it.
pub fn show_size(bytes: u64) -> String {
    let unit =
        SIZES.iter().rev().find(|(_, factor)| bytes >= *factor && bytes.is_multiple_of(*factor));
    unit.map_or_else(|| "0B".to_owned(), |(unit, factor)| format!("{}{unit}", bytes / factor))
}

/// A name of a backend or listener, or an id of a target.
pub fn name(text: &str) -> Result<(), Problem> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    match text.chars().find(|c| !fits(*c)) {
        _ if text.is_empty() => problem("a name is empty", ""),
        Some(c) => problem(
            format!("the name `{}` holds {}", shown(text), character(c)),
            "names are made of `A-Z`, `a-z`, `0-9`, `.`, `_` and `-`",
        ),
        None if text.len() > NAME_BYTES_MAX => {
            problem(format!("a name of {} bytes is too long", text.len()), at_most(NAME_BYTES_MAX))
        }
        None => Ok(()),
    }
}

/// An id of a route.
pub fn route_id(text: &str) -> Result<(), Problem> {
    match text.chars().find(|c| !c.is_ascii_graphic()) {
        _ if text.is_empty() => {
            problem("the id of a route is empty", "give it a name, such as \"shop-cart\"")
        }
        Some(c) => problem(
            format!("the id `{}` holds {}", shown(text), character(c)),
            "ids are made of printable ASCII without space",
        ),
        None if text.len() > ROUTE_ID_BYTES_MAX => problem(
            format!("an id of {} bytes is too long", text.len()),
            at_most(ROUTE_ID_BYTES_MAX),
        ),
        None => Ok(()),
    }
}

fn at_most(bytes: usize) -> String {
    format!("at most {bytes} bytes")
}

fn character(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        c if c.is_control() => format!("U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

/// Foreign text for a message: shortened, what is not seen escaped, without secrets.
pub fn shown(text: &str) -> String {
    let text = shown_text(text);
    match text.char_indices().nth(80) {
        Some((end, _)) => visible(&text[..end]) + "…",
        None => visible(&text),
    }
}

/// A method.
pub fn method(text: &str) -> Result<(), Problem> {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let upper = text.to_ascii_uppercase();
    if text.is_empty() || text == "*" || !text.bytes().all(is_token) {
        return problem(
            format!("`{}` is no method", shown(text)),
            "a method is a word such as `GET`; leave `methods` out for all",
        );
    }
    if upper == "TRACE" || upper == "CONNECT" {
        return problem(format!("`{upper}` is refused before any route is asked"), "remove it");
    }
    if text != upper && KNOWN.contains(&upper.as_str()) {
        return meant(
            format!("methods are compared case and all, and `{text}` is sent by nobody"),
            format!("write `{upper}`"),
            (Safe, text, upper),
        );
    }
    if text.len() > METHOD_BYTES_MAX {
        return problem(
            format!("a method of {} bytes is too long", text.len()),
            at_most(METHOD_BYTES_MAX),
        );
    }
    Ok(())
}

/// A character of a token.
///
/// Source: RFC 9110 §5.6.2.
pub fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A field's name and value.
pub fn field(name: &str, value: &str) -> Result<(), Problem> {
    if name.is_empty() || !name.bytes().all(is_token) {
        return problem(
            format!("`{}` is no name of a field", shown(name)),
            "names are made of letters, digits and signs such as `-`, without space and colon",
        );
    }
    if name.contains('*') {
        return problem(
            format!("`{}` is no name of a field: names are whole, without wildcards", shown(name)),
            "write each name out",
        );
    }
    if value.chars().any(|c| c.is_control() && c != '\t') {
        let message = format!("the value of `{name}` holds a control character");
        return problem(message, "leave it out: no field can carry it");
    }
    Ok(())
}

/// An address without a port.
pub fn ip(text: &str) -> Result<IpAddr, Problem> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    match (text.parse(), bare.parse::<IpAddr>()) {
        (Ok(address), _) => Ok(unmapped(address)),
        (Err(_), Ok(_)) => meant(
            format!("`{text}` has brackets where none belong"),
            format!("write \"{bare}\""),
            (Safe, text, bare.to_owned()),
        ),
        (Err(_), Err(_)) if text.parse::<SocketAddr>().is_ok() => {
            problem(format!("`{text}` has a port where none belongs"), "write the address alone")
        }
        _ => problem(format!("`{}` is no IP address", shown(text)), ""),
    }
}

fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// A network: `10.0.0.0/8`; an address alone is a network of one.
pub fn network(text: &str) -> Result<(IpAddr, u8), Problem> {
    let message = || format!("`{}` is no network", shown(text));
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return problem(message(), "an IP address and a length: \"10.0.0.0/8\", \"fd00::/8\"");
    };
    let width: u8 = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        None => width,
        Some(bits) => match bits.parse::<u8>() {
            Ok(parsed) if parsed <= width && bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                parsed
            }
            _ => return problem(message(), format!("the length is 0 to {width}")),
        },
    };
    // Peers that came in as IPv4 over IPv6 count as IPv4.
    let (address, bits) = match unmapped(address) {
        v4 @ IpAddr::V4(_) if address.is_ipv6() && bits >= 96 => (v4, bits - 96),
        _ => (address, bits),
    };
    let first = first_of(address, bits);
    if first != address {
        return meant(
            format!("`{text}` has bits set behind its length"),
            format!("write \"{first}/{bits}\" for the network, or the address alone"),
            (Maybe, text, format!("{first}/{bits}")),
        );
    }
    Ok((address, bits))
}

fn first_of(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

/// An address of a listener: IP address and port.
pub fn listen_address(text: &str) -> Result<SocketAddr, Problem> {
    let message = format!("`{}` is no address to listen on", shown(text));
    let form = "an IP address and a port: \"[::]:80\", \"127.0.0.1:8080\"";
    if let Ok(address) = text.parse::<SocketAddr>() {
        return match address {
            SocketAddr::V6(v6) if text.contains('%') || v6.scope_id() != 0 => {
                problem(message, "an address with a zone is not supported")
            }
            SocketAddr::V6(v6) if v6.ip().to_ipv4_mapped().is_some() => {
                let v4 = v6.ip().to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED);
                let v4 = format!("{v4}:{}", v6.port());
                meant(message, format!("write \"{v4}\""), (Safe, text, v4))
            }
            _ => Ok(address),
        };
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        let shown = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
        return problem(message, format!("the port is missing: \"{shown}:80\""));
    }
    let is_port =
        |text: &str| text.parse::<u16>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_port(text) {
        let all = format!("[::]:{text}");
        return meant(message, format!("for all addresses write \"{all}\""), (Maybe, text, all));
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return problem(message, form);
    };
    if !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_err()
    {
        return problem(format!("`{text}` has the port {port}"), "ports are 0 to 65535");
    }
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if !is_port(port) {
        return problem(message, form);
    }
    let instead = |safety, says: &str, host: String| {
        let address = format!("{host}:{port}");
        meant(message.clone(), format!("{says} \"{address}\""), (safety, text, address))
    };
    match host {
        "" | "*" => instead(Maybe, "for all addresses write", "[::]".to_owned()),
        "localhost" => instead(Maybe, "write", "127.0.0.1".to_owned()),
        _ if inner.is_some_and(|inner| inner.parse::<Ipv4Addr>().is_ok()) => {
            instead(Safe, "brackets are for IPv6:", inner.unwrap_or_default().to_owned())
        }
        // `::1:80` is an address as it stands, so the last part may be no port.
        host if host.parse::<Ipv6Addr>().is_ok() => {
            instead(Maybe, "IPv6 stands in brackets:", format!("[{host}]"))
        }
        _ if looks_like_name(host) => {
            problem(message.clone(), format!("a name is not resolved here; {form}"))
        }
        _ => problem(message.clone(), form),
    }
}

fn looks_like_name(host: &str) -> bool {
    host.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Name or address of a target, in lower case.
pub fn target_host(text: &str) -> Result<String, Problem> {
    let message = || format!("`{}` is no host of a target", shown(text));
    if text.parse::<IpAddr>().is_ok() {
        return Ok(text.to_ascii_lowercase());
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
        let help = format!("the scheme `{scheme}` does not belong here; write \"{}\"", shown(host));
        return meant(message(), help, (Maybe, text, host.to_owned()));
    }
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    if let Some(inner) = inner.filter(|inner| inner.parse::<IpAddr>().is_ok()) {
        let help = format!("no brackets belong here: \"{inner}\"");
        return meant(message(), help, (Safe, text, inner.to_owned()));
    }
    if let Some((host, path)) = text.split_once('/') {
        let help =
            format!("the path `/{}` belongs into `root`; write \"{}\"", shown(path), shown(host));
        return problem(message(), help);
    }
    if let Some((host, port)) = text.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        return problem(message(), format!("write host = \"{}\", port = {port}", shown(host)));
    }
    match host_name(text) {
        Ok(()) => Ok(text.to_ascii_lowercase()),
        Err(why) => problem(message(), why),
    }
}

/// Whether a text can be the name of a host; a final dot is allowed.
fn host_name(text: &str) -> Result<(), String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.is_empty() {
        return Err("a name or an IP address".to_owned());
    }
    if !name.is_ascii() {
        return Err("write the name in its ASCII form, `xn--…`".to_owned());
    }
    if name.len() > HOST_BYTES_MAX {
        return Err(at_most(HOST_BYTES_MAX));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err("two dots in a row, or one in front".to_owned());
        }
        if label.len() > HOST_LABEL_BYTES_MAX {
            return Err(format!("a label has at most {HOST_LABEL_BYTES_MAX} bytes"));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if let Some(c) = label.chars().find(|c| !fits(*c)) {
            return Err(format!("{} cannot stand in the name of a host", character(c)));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(format!("a label neither begins nor ends with `-`: `{label}`"));
        }
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it ends in a number, but is no IP address".to_owned());
    }
    Ok(())
}

/// A Host that is sent: a name or address, and a port where one is meant.
pub fn host_header(text: &str) -> Result<String, Problem> {
    let message = || format!("`{}` is no Host", shown(text));
    let help = "`client`, `target`, or a name such as \"api.internal\" or \"api.internal:8080\"";
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port))
            if !host.ends_with(':') && (!host.contains(':') || host.ends_with(']')) =>
        {
            (host, Some(port))
        }
        _ => (text, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err() || port.starts_with('+')) {
        return problem(message(), help);
    }
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let good = match inner {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok() || host_name(host).is_ok(),
    };
    if good { Ok(text.to_ascii_lowercase()) } else { problem(message(), help) }
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;
