//! The canonical form of text in a path, the same that a request's path is given. Knows neither
//! parameters nor the end of a segment.

use std::fmt::Write as _;

use pointsman_routing::request::path::is_dot_segment;
use pointsman_routing::request::percent;

use crate::language::fault::{Fault, FaultKind};

/// The canonical form of one segment's text, or of a whole path: unreserved characters decoded,
/// hexadecimal digits upper-case, bytes that a path does not allow percent-encoded.
///
/// `*`, `:` and `$` are text here. A `/` is kept, `%2F` too, and they stay two things.
///
/// Errors: a `%` without two digits, an encoded control character, a raw control character, a raw
/// `\`, a space; all of them are collected. Places count from the start of `text`.
/// Source: RFC 3986 §2.1, §3.3, §6.2.2.
pub fn canonical(text: &str) -> Result<String, Vec<Fault>> {
    if text.chars().all(is_path_character) {
        return Ok(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut faults = Vec::new();
    let mut skip = 0;
    for (at, raw) in text.char_indices() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let here = at..at + raw.len_utf8();
        match raw {
            '%' => match percent::escape(&text.as_bytes()[at..]) {
                Some(byte) => {
                    skip = 2;
                    push_escaped(byte, at, &mut out, &mut faults);
                }
                None => {
                    let seen: String = text[at..].chars().take(3).collect();
                    faults.push(
                        Fault::new(FaultKind::BadEscape, at..at + seen.len())
                            .found(format!("`{seen}`"))
                            .help("write `%25` for the character `%`")
                            .maybe_rewrite(at..at + 1, "%25"),
                    );
                }
            },
            '\\' => faults.push(
                Fault::new(FaultKind::Backslash, here)
                    .help("write `%5C`, which stays data, or `/` where a border is meant"),
            ),
            ' ' => faults.push(
                Fault::new(FaultKind::Space, here.clone())
                    .help("write `%20` for a space in a path")
                    .maybe_rewrite(here, "%20"),
            ),
            raw if raw.is_ascii_control() => {
                faults.push(
                    Fault::new(FaultKind::Control, here).found(raw.escape_default().to_string()),
                );
            }
            raw if is_path_character(raw) => out.push(raw),
            raw => {
                let mut bytes = [0; 4];
                for byte in raw.encode_utf8(&mut bytes).bytes() {
                    push_hex(byte, &mut out);
                }
            }
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// The canonical form of one segment that holds `value`: what a witness request is written with.
pub fn encoded(value: &[u8]) -> String {
    let mut out = String::with_capacity(value.len());
    // Raw, the `;` of `..;` would make it a dot segment, which no request has.
    let dots = is_dot_segment(value);
    for byte in value {
        if percent::is_segment_byte(*byte) && !(dots && *byte == b';') {
            out.push(char::from(*byte));
        } else {
            push_hex(*byte, &mut out);
        }
    }
    out
}

/// What `%XX` becomes: itself, or the character where that means the same.
fn push_escaped(byte: u8, at: usize, out: &mut String, faults: &mut Vec<Fault>) {
    if percent::is_control(byte) {
        faults.push(
            Fault::new(FaultKind::EncodedControl, at..at + 3).found(format!("`%{byte:02X}`")),
        );
    } else if percent::is_unreserved(byte) {
        out.push(char::from(byte));
    } else {
        push_hex(byte, out);
    }
}

fn push_hex(byte: u8, out: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(out, "%{byte:02X}");
}

/// Whether a path may hold the character as it is.
///
/// Source: RFC 3986 §3.3, `pchar` and `/`.
fn is_path_character(character: char) -> bool {
    character == '/' || u8::try_from(character).is_ok_and(percent::is_segment_byte)
}

#[cfg(test)]
mod tests {
    use pointsman_routing::request::path::has_dot_segment;
    use pointsman_routing::request::{Canonical, PathPolicy};
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(canonical(text).as_deref(), Ok(expected), "{text:?}");
        assert_eq!(canonical(expected).as_deref(), Ok(expected), "twice: {text:?}");
    }

    fn refused(text: &str, expected: &[(FaultKind, std::ops::Range<usize>)]) {
        let faults = canonical(text).expect_err(text);
        let seen: Vec<_> = faults.into_iter().map(|fault| (fault.kind, fault.at)).collect();
        assert_eq!(seen, expected, "{text:?}");
    }

    #[test]
    fn path_text_becomes_canonical() {
        check("", "");
        check("api/v1", "api/v1");
        check("%61%2D%7E%5f", "a-~_");
        check("%2f%5c%c3%a9", "%2F%5C%C3%A9");
        check("caf\u{e9}", "caf%C3%A9");
        check("\"<>[]^{|}`", "%22%3C%3E%5B%5D%5E%7B%7C%7D%60");
        check("a:b@c!$&'()*+,;=", "a:b@c!$&'()*+,;=");
        check("a%3Ab", "a%3Ab");
        check("%25", "%25");
    }

    #[test]
    fn segment_value_is_encoded_to_its_canonical_form() {
        for byte in (0x20..=u8::MAX).filter(|byte| *byte != 0x7f) {
            let text = encoded(&[byte, b'x']);
            assert_eq!(canonical(&text).as_deref(), Ok(text.as_str()));
            assert_eq!(crate::language::table::segment_value(text.as_bytes()), [byte, b'x']);
        }
        assert_eq!(encoded("a/b%c\u{e9}".as_bytes()), "a%2Fb%25c%C3%A9");
        assert_eq!((&*encoded(b"..;x"), &*encoded(b"a;x")), ("..%3Bx", "a;x"));
    }

    #[test]
    fn path_text_that_no_request_has_is_refused() {
        refused("a%zz", &[(FaultKind::BadEscape, 1..4)]);
        refused("a%", &[(FaultKind::BadEscape, 1..2)]);
        refused("%\u{e9}", &[(FaultKind::BadEscape, 0..3)]);
        refused("%+1", &[(FaultKind::BadEscape, 0..3)]);
        refused("a%0a%00", &[(FaultKind::EncodedControl, 1..4), (FaultKind::EncodedControl, 4..7)]);
        refused("%7F", &[(FaultKind::EncodedControl, 0..3)]);
        refused("a\\b", &[(FaultKind::Backslash, 1..2)]);
        refused("a b", &[(FaultKind::Space, 1..2)]);
        refused("\u{7}", &[(FaultKind::Control, 0..1)]);
    }

    proptest! {
        #[test]
        fn path_text_is_canonical_as_in_a_request(
            text in "([a-c.~%2345EFef:@!$&'()*+,;=\"<>\\[\\]^{|}`\\\\ \t/-]|/[.]{1,2};){0,12}",
        ) {
            let mut request = Canonical::new();
            let target = format!("/{text}");
            let read = request.set(None, target.as_bytes(), PathPolicy::default());
            match canonical(&text) {
                Ok(path) if has_dot_segment(path.as_bytes()) => {
                    prop_assert!(read.is_err());
                }
                Ok(path) => {
                    prop_assert_eq!(read, Ok(()));
                    prop_assert_eq!(request.path().to_vec(), format!("/{path}").into_bytes());
                }
                Err(_) => prop_assert!(read.is_err()),
            }
        }
    }
}
