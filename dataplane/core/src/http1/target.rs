//! Request targets and authorities: their form and their bytes. What a path means is not decided
//! here.

use std::net::Ipv6Addr;

use crate::fault::Fault;
use crate::limits::HOST_BYTES_MAX;

/// A request target in one of the forms that are served.
///
/// Source: RFC 9112 §3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// `/path?query`
    Origin(&'a [u8]),
    /// `http://authority/path?query`
    Absolute {
        /// The scheme is `https`; else it is `http`.
        secured: bool,
        /// The host, with its port if there was one; it counts instead of `Host`.
        authority: &'a [u8],
        /// `/` where the target had neither path nor query; begins with `?` where it had a query
        /// but no path, which means the path `/`.
        path_and_query: &'a [u8],
    },
    /// `*`, or an absolute form without path, of an OPTIONS request: the server itself is meant.
    Asterisk,
}

impl<'a> Target<'a> {
    /// Path and query to be matched; none for [`Self::Asterisk`].
    #[must_use]
    pub fn path_and_query(&self) -> Option<&'a [u8]> {
        match *self {
            Self::Origin(path_and_query) | Self::Absolute { path_and_query, .. } => {
                Some(path_and_query)
            }
            Self::Asterisk => None,
        }
    }
}

/// Reads a target, and the authority that it names.
pub(super) fn parse<'a>(
    method: &[u8],
    target: &'a [u8],
) -> Result<(Target<'a>, Option<&'a [u8]>), Fault> {
    // Controls and DEL never get this far; `#` would begin a fragment, which is never sent, and
    // bytes above 0x7F are no part of a URI (RFC 3986 §2).
    if target.iter().any(|byte| matches!(byte, b'#' | 0x80..) || *byte <= b' ') {
        return Err(Fault::Target);
    }
    match target {
        [b'/', ..] => Ok((Target::Origin(target), None)),
        //= RFC 9112 §3.2.4
        b"*" if method == b"OPTIONS" => Ok((Target::Asterisk, None)),
        _ => parse_absolute(method, target),
    }
}

fn parse_absolute<'a>(
    method: &[u8],
    target: &'a [u8],
) -> Result<(Target<'a>, Option<&'a [u8]>), Fault> {
    //= RFC 9112 §3.2.2
    let (secured, rest) = if let Some(rest) = after_scheme(target, b"http://") {
        (false, rest)
    } else if let Some(rest) = after_scheme(target, b"https://") {
        (true, rest)
    } else {
        return Err(Fault::Target);
    };
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
    let (authority, path_and_query) = rest.split_at(end);
    //= RFC 9110 §4.2.4
    // `user@host` is refused with all that is no host: it is there to deceive.
    if !is_authority(authority) {
        return Err(Fault::Target);
    }
    let target = match path_and_query {
        //= RFC 9112 §3.2.4
        [] if method == b"OPTIONS" => Target::Asterisk,
        [] => Target::Absolute { secured, authority, path_and_query: b"/" },
        _ => Target::Absolute { secured, authority, path_and_query },
    };
    Ok((target, Some(authority)))
}

fn after_scheme<'a>(target: &'a [u8], scheme: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = target.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Whether this is a host with an optional port, and nothing that two readers could take for two
/// hosts.
///
/// Shape: a name of letters, digits, `-`, `.`, `_`, `~`, or an IPv6 address in brackets; then
/// perhaps `:` and up to five digits, none being allowed. RFC 3986 §3.2.2 also lets `%` and
/// sub-delimiters into a name: no host has them, and readers disagree on them.
#[must_use]
pub fn is_authority(text: &[u8]) -> bool {
    if text.len() > HOST_BYTES_MAX {
        return false;
    }
    let port = match text {
        [b'[', rest @ ..] => {
            let Some(end) = rest.iter().position(|byte| *byte == b']') else { return false };
            let is_address = std::str::from_utf8(&rest[..end])
                .is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok());
            if !is_address {
                return false;
            }
            &rest[end + 1..]
        }
        _ => {
            let end = text.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(text.len());
            if end == 0 {
                return false;
            }
            &text[end..]
        }
    };
    match port {
        [] => true,
        [b':', digits @ ..] => is_port(digits),
        _ => false,
    }
}

fn is_port(digits: &[u8]) -> bool {
    let mut port = 0_u32;
    for digit in digits {
        if !digit.is_ascii_digit() || digits.len() > 5 {
            return false;
        }
        port = port * 10 + u32::from(digit - b'0');
    }
    port <= u32::from(u16::MAX)
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn absolute<'a>(
        secured: bool,
        authority: &'a str,
        path_and_query: &'a str,
    ) -> Result<(Target<'a>, Option<&'a [u8]>), Fault> {
        let authority = authority.as_bytes();
        let path_and_query = path_and_query.as_bytes();
        Ok((Target::Absolute { secured, authority, path_and_query }, Some(authority)))
    }

    #[test]
    fn target_of_each_form_is_told() {
        //= RFC 9112 §3.2
        fn check(method: &str, target: &str, expected: Result<(Target<'_>, Option<&[u8]>), Fault>) {
            assert_eq!(parse(method.as_bytes(), target.as_bytes()), expected, "{target:?}");
        }
        check("GET", "/", Ok((Target::Origin(b"/"), None)));
        check("GET", "//x?y", Ok((Target::Origin(b"//x?y"), None)));
        check("OPTIONS", "*", Ok((Target::Asterisk, None)));
        check("OPTIONS", "http://a.test:81", Ok((Target::Asterisk, Some(b"a.test:81"))));
        check("GET", "http://a.test", absolute(false, "a.test", "/"));
        check("GET", "HTTPS://a.test:443/x?y", absolute(true, "a.test:443", "/x?y"));
        check("GET", "http://[::1]:80/", absolute(false, "[::1]:80", "/"));
        check("GET", "http://a.test?y", absolute(false, "a.test", "?y"));
        for bad in [
            "",
            "*",
            "x",
            "!",
            "a.test:80",
            "a.test",
            "http:/a.test/",
            "http://",
            "http:///x",
            "http://u@a.test/",
            "http://u:p@a.test/",
            "ftp://a.test/",
            "ws://a.test/",
            "/a#b",
            "http://a.test/#",
            "/\u{ff}",
            "/a b",
            "http://a%2etest/",
            "http://[::1/",
            "?x",
            "**",
            "http://a.test:80:90/",
            "http://a.test\\x/",
        ] {
            check("GET", bad, Err(Fault::Target));
        }
    }

    #[test]
    fn authority_is_a_host_and_perhaps_a_port() {
        //= RFC 3986 §3.2.2
        let longest = format!("{}:65535", "a".repeat(253));
        for good in [
            "edge.test",
            "EDGE.test.",
            "edge.test:80",
            "edge.test:",
            "a_b",
            "127.0.0.1:0",
            "[::1]",
            "[2001:DB8::1]:65535",
            "[::ffff:1.2.3.4]",
            "xn--bcher-kva.example",
            "-",
            &longest,
        ] {
            assert!(is_authority(good.as_bytes()), "{good:?}");
        }
        for bad in [
            "",
            ":80",
            "a b",
            "a/b",
            "a\\b",
            "a@b",
            "a:b",
            "a:80:90",
            "a:-1",
            "a:65536",
            "a:000080",
            "[::1",
            "::1",
            "[::1]x",
            "[::1]:x",
            "[]",
            "[v1.x]",
            "[fe80::1%25eth0]",
            "a,b",
            "a%41",
            "\u{e9}",
            "a\t",
            "a?b",
            "a#b",
            "a\"b",
            "*",
        ] {
            assert!(!is_authority(bad.as_bytes()), "{bad:?}");
        }
        assert!(!is_authority("a".repeat(HOST_BYTES_MAX + 1).as_bytes()));
    }
}
