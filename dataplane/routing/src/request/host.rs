//! A host in its one form: lower case, no port, no trailing dot. It resolves nothing.

use std::io::Write as _;
use std::net::Ipv6Addr;

use pointsman_schemas::limits::{HOST_BYTES_MAX, HOST_LABEL_BYTES_MAX};

use super::Refusal;
use super::percent::is_unreserved;

/// Reads `value`, a `Host` field's or an absolute target's authority, into `host` and `authority`,
/// which are empty; returns the port, where one is named.
///
/// Shape: a name of letters, digits and `-._~`, or an IPv6 address in brackets; then a port or
/// none. User information, escapes and the sub-delimiters that RFC 3986 allows in a name are
/// refused: no host that resolves has them, and what filters by host trips over them.
//= RFC 9112 §3.2: a Host with an invalid value is answered with 400.
pub(super) fn read(
    value: &[u8],
    host: &mut Vec<u8>,
    authority: &mut Vec<u8>,
) -> Result<Option<u16>, Refusal> {
    let after_host = if value.first() == Some(&b'[') {
        address(value, host, authority)?
    } else {
        name(value, host)?
    };
    if authority.is_empty() {
        authority.extend_from_slice(host);
    }
    let Some(rest) = value.get(after_host..).filter(|rest| !rest.is_empty()) else {
        return Ok(None);
    };
    let port = port(rest)?;
    if let Some(port) = port {
        // As a number, not as it came: `a.tld:0080` and `a.tld:80` are one name to whoever reads
        // it behind us. Writing to a `Vec` cannot fail.
        let _ = write!(authority, ":{port}");
    }
    Ok(port)
}

/// What a byte of a host's field is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Name,
    Dot,
    Colon,
    Bad,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Bad; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'.' => Class::Dot,
            b':' => Class::Colon,
            name if is_unreserved(name) => Class::Name,
            _ => Class::Bad,
        };
        byte += 1;
    }
    classes
};

/// A name up to a colon; returns where it ends in `value`.
fn name(value: &[u8], host: &mut Vec<u8>) -> Result<usize, Refusal> {
    let (mut end, mut label_at) = (value.len(), 0);
    for (at, byte) in value.iter().enumerate() {
        match CLASSES[usize::from(*byte)] {
            Class::Name => {}
            Class::Dot => {
                check_label(at - label_at)?;
                label_at = at + 1;
            }
            Class::Colon => {
                end = at;
                break;
            }
            Class::Bad => return Err(Refusal::BadHost),
        }
    }
    let mut text = value.get(..end).unwrap_or_default();
    if let Some(before) = text.strip_suffix(b".") {
        // The label before a trailing dot was checked when the dot was met.
        text = before;
    } else {
        check_label(end - label_at)?;
    }
    if text.len() > HOST_BYTES_MAX {
        return Err(Refusal::LongHost);
    }
    host.extend_from_slice(text);
    host.make_ascii_lowercase();
    Ok(end)
}

fn check_label(len: usize) -> Result<(), Refusal> {
    match len {
        0 => Err(Refusal::BadHost),
        1..=HOST_LABEL_BYTES_MAX => Ok(()),
        _ => Err(Refusal::LongHost),
    }
}

/// `[IPv6]`; returns where it ends in `value`. Matched and sent on in the shortest form.
fn address(value: &[u8], host: &mut Vec<u8>, authority: &mut Vec<u8>) -> Result<usize, Refusal> {
    let close = value.iter().position(|byte| *byte == b']').ok_or(Refusal::BadAddress)?;
    let inside = value.get(1..close).unwrap_or_default();
    let text = std::str::from_utf8(inside).map_err(|_| Refusal::BadAddress)?;
    let address: Ipv6Addr = text.parse().map_err(|_| Refusal::BadAddress)?;
    // Writing to a `Vec` cannot fail.
    let _ = write!(host, "[{address}]");
    authority.extend_from_slice(host);
    Ok(close + 1)
}

/// `:` and a port, or `:` alone, which names none.
fn port(rest: &[u8]) -> Result<Option<u16>, Refusal> {
    let Some((b':', digits)) = rest.split_first() else { return Err(Refusal::BadHost) };
    if digits.is_empty() {
        return Ok(None);
    }
    if digits.len() > 5 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Refusal::BadPort);
    }
    let number = digits.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    u16::try_from(number).map(Some).map_err(|_| Refusal::BadPort)
}

/// For a fuzz target: any bytes as a host.
#[doc(hidden)]
pub fn fuzz_host(data: &[u8]) {
    let (mut host, mut authority) = (Vec::new(), Vec::new());
    if read(data, &mut host, &mut authority).is_err() {
        return;
    }
    let (mut again, mut authority_again) = (Vec::new(), Vec::new());
    let read_again = read(&host, &mut again, &mut authority_again);
    assert!(read_again == Ok(None) && again == host, "a canonical host is its own form");
    assert!(!authority.iter().any(|byte| byte.is_ascii_uppercase() || *byte <= b' '));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(value: &str) -> Result<(String, String, Option<u16>), Refusal> {
        let (mut host, mut authority) = (Vec::new(), Vec::new());
        let port = read(value.as_bytes(), &mut host, &mut authority)?;
        let text = |bytes| String::from_utf8(bytes).unwrap_or_default();
        Ok((text(host), text(authority), port))
    }

    fn check(value: &str, host: &str, authority: &str, port: Option<u16>) {
        assert_eq!(canonical(value), Ok((host.to_owned(), authority.to_owned(), port)), "{value}");
    }

    //= RFC 9112 §3.2: a Host with an invalid value is answered with 400.
    #[test]
    fn host_invalid_is_refused() {
        for (value, refusal) in [
            ("", Refusal::BadHost),
            (".", Refusal::BadHost),
            ("a..b", Refusal::BadHost),
            (".a", Refusal::BadHost),
            ("a.b..", Refusal::BadHost),
            (":80", Refusal::BadHost),
            ("a b", Refusal::BadHost),
            ("a,b", Refusal::BadHost),
            ("a/x", Refusal::BadHost),
            ("user@a", Refusal::BadHost),
            ("a\\b", Refusal::BadHost),
            ("a%41", Refusal::BadHost),
            ("*.tld", Refusal::BadHost),
            ("a?b", Refusal::BadHost),
            ("a\u{ff}.tld", Refusal::BadHost),
            ("a:80:90", Refusal::BadPort),
            ("a:x", Refusal::BadPort),
            ("a:65536", Refusal::BadPort),
            ("a:+80", Refusal::BadPort),
            ("[::1", Refusal::BadAddress),
            ("[::1%25eth0]", Refusal::BadAddress),
            ("[v1.a]", Refusal::BadAddress),
            ("[1.2.3.4]", Refusal::BadAddress),
            ("[::1]x", Refusal::BadHost),
            ("::1", Refusal::BadHost),
        ] {
            assert_eq!(canonical(value), Err(refusal), "{value}");
        }
        assert_eq!(canonical(&"a".repeat(64)), Err(Refusal::LongHost));
        assert_eq!(canonical(&"a.".repeat(128)), Err(Refusal::LongHost));
    }

    #[test]
    fn host_valid_has_one_form() {
        check("A.Example.TLD", "a.example.tld", "a.example.tld", None);
        check("a.tld.", "a.tld", "a.tld", None);
        check("a.tld.:8080", "a.tld", "a.tld:8080", Some(8080));
        check("a.tld:", "a.tld", "a.tld", None);
        check("xn--bcher-kva.tld", "xn--bcher-kva.tld", "xn--bcher-kva.tld", None);
        check("a_b~c.tld", "a_b~c.tld", "a_b~c.tld", None);
        check("a.b:0080", "a.b", "a.b:80", Some(80));
        check("a.b:00000", "a.b", "a.b:0", Some(0));
        check("[::1]:00443", "[::1]", "[::1]:443", Some(443));
        check("127.0.0.1:80", "127.0.0.1", "127.0.0.1:80", Some(80));
        check("[::1]:80", "[::1]", "[::1]:80", Some(80));
        check("[0:0::0001]", "[::1]", "[::1]", None);
        check("[FE80::A]", "[fe80::a]", "[fe80::a]", None);
    }
}
