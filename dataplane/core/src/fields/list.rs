//! Bytes and lists as RFC 9110 §5.6 writes them. It judges syntax, never meaning.

/// Whether a byte may stand in a token.
///
/// Source: RFC 9110 §5.6.2, `tchar`.
#[must_use]
pub const fn is_token_byte(byte: u8) -> bool {
    TOKEN[byte as usize]
}

/// Whether all bytes make a token: at least one, none foreign.
#[must_use]
pub fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| is_token_byte(*byte))
}

const TOKEN: [bool; 256] = token_table();

const fn token_table() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(
            byte as u8,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\''
                | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        );
        byte += 1;
    }
    table
}

/// Takes optional white space off both ends.
///
/// Source: RFC 9110 §5.6.3, `OWS`: space and tab, nothing else.
#[must_use]
pub fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// The members of a list that holds no quoted strings, empty ones left out.
///
/// Source: RFC 9110 §5.6.1.2.
pub fn members(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(trim).filter(|member| !member.is_empty())
}

/// The parts of a value between separators that stand outside quoted strings, trimmed; empty ones
/// are kept. An unclosed quote runs to the end.
pub fn quoted_parts(value: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    value
        .split(move |byte| {
            if escaped {
                escaped = false;
            } else if quoted && *byte == b'\\' {
                escaped = true;
            } else if *byte == b'"' {
                quoted = !quoted;
            }
            !quoted && *byte == separator
        })
        .map(trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_list_are_trimmed_and_never_empty() {
        fn check(value: &str, expected: &[&str]) {
            let found: Vec<&[u8]> = members(value.as_bytes()).collect();
            let expected: Vec<&[u8]> = expected.iter().map(|member| member.as_bytes()).collect();
            assert_eq!(found, expected, "{value:?}");
        }
        check("", &[]);
        check(" , ,\t,", &[]);
        check("close", &["close"]);
        check(" a ,b,\tc d ", &["a", "b", "c d"]);
    }

    #[test]
    fn quoted_parts_split_outside_quotes_only() {
        fn check(value: &str, expected: &[&str]) {
            let found: Vec<&[u8]> = quoted_parts(value.as_bytes(), b',').collect();
            let expected: Vec<&[u8]> = expected.iter().map(|part| part.as_bytes()).collect();
            assert_eq!(found, expected, "{value:?}");
        }
        check("a, b", &["a", "b"]);
        check(r#"a="x,y", b"#, &[r#"a="x,y""#, "b"]);
        check(r#""\",", b"#, &[r#""\",""#, "b"]);
        check(r#""open, b"#, &[r#""open, b"#]);
    }

    #[test]
    fn token_takes_exactly_the_bytes_of_the_rfc() {
        //= RFC 9110 §5.6.2
        let taken: Vec<u8> = (0..=255).filter(|byte| is_token_byte(*byte)).collect();
        let mut expected = b"!#$%&'*+-.^_`|~".to_vec();
        expected.extend(b'0'..=b'9');
        expected.extend(b'A'..=b'Z');
        expected.extend(b'a'..=b'z');
        expected.sort_unstable();
        assert_eq!(taken, expected);
        assert!(!is_token(b""));
        assert!(!is_token(b"a b"));
    }
}
