//! Places inside a quoted text: from an offset in what it says to the offset in what is written.
//! The text was already read, so nothing here can find fault with it.

use std::ops::Range;

/// The bytes of `raw`, a text with its quotes as written, that say the bytes `said` of its value.
///
/// Cost: linear in the length of the text; only findings ask.
pub fn locate(raw: &str, said: Range<usize>) -> Range<usize> {
    let start = offset(raw, said.start);
    let end = if said.is_empty() { start } else { offset(raw, said.end) };
    start.min(raw.len())..end.clamp(start.min(raw.len()), raw.len())
}

/// A piece of a text as it is written inside the quotes of `raw`; `None` where they cannot hold it.
pub fn written(raw: &str, says: &str) -> Option<String> {
    if raw.starts_with('"') {
        let mut out = String::with_capacity(says.len());
        for c in says.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
                c => out.push(c),
            }
        }
        return Some(out);
    }
    let fits = raw.starts_with('\'') && !says.contains(|c: char| c == '\'' || c.is_control());
    fits.then(|| says.to_owned())
}

fn offset(raw: &str, said: usize) -> usize {
    let (quote, escapes) = match raw {
        _ if raw.starts_with("\"\"\"") => (3, true),
        _ if raw.starts_with("'''") => (3, false),
        _ if raw.starts_with('"') => (1, true),
        _ if raw.starts_with('\'') => (1, false),
        _ => (0, false),
    };
    let mut at = quote;
    if quote == 3 {
        // A line end right behind the opening quotes is not said.
        let inner = &raw[at.min(raw.len())..];
        at += if inner.starts_with("\r\n") { 2 } else { usize::from(inner.starts_with('\n')) };
    }
    let mut left = said;
    while left > 0 && at < raw.len() {
        if !raw.is_char_boundary(at) {
            at += 1;
            continue;
        }
        let (written, says) = if escapes { step(&raw[at..]) } else { plain(&raw[at..]) };
        at += written.max(1);
        left = left.saturating_sub(says);
    }
    while at < raw.len() && !raw.is_char_boundary(at) {
        at += 1;
    }
    at.min(raw.len())
}

fn plain(rest: &str) -> (usize, usize) {
    let len = rest.chars().next().map_or(1, char::len_utf8);
    (len, len)
}

/// Bytes written and bytes said by the next character or escape.
fn step(rest: &str) -> (usize, usize) {
    let Some(escaped) = rest.strip_prefix('\\') else { return plain(rest) };
    let digits = match escaped.chars().next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) if c.is_whitespace() => {
            // A backslash at the end of a line swallows all space up to the next word.
            return (1 + escaped.len() - escaped.trim_start().len(), 0);
        }
        Some(c) => return (1 + c.len_utf8(), 1),
        None => return (1, 1),
    };
    let hex = escaped.get(1..=digits).unwrap_or_default();
    let c = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).unwrap_or('?');
    (2 + digits, c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, said: Range<usize>, expected: &str) {
        assert_eq!(&raw[locate(raw, said.clone())], expected, "{raw} {said:?}");
    }

    #[test]
    fn locate_finds_what_is_written() {
        check("\"abc\"", 1..2, "b");
        check("'abc'", 0..3, "abc");
        check(r#""a\\b""#, 1..2, r"\\");
        check(r#""a\\b""#, 2..3, "b");
        check(r#""\u00e9x""#, 2..3, "x");
        check(r#""\u00e9x""#, 0..2, r"\u00e9");
        check("\"éx\"", 2..3, "x");
        check("'''\nabc'''", 1..2, "b");
        check("\"\"\"\r\nabc\"\"\"", 0..1, "a");
        check("\"\"\"a\\\n   b\"\"\"", 1..2, "\\\n   b");
        check("'ab'", 2..2, "");
        check("'ab'", 9..12, "");
        check("\"\\u\n' é", 0..2, "\\u\n' é");
    }

    proptest! {
        /// Each character of a text is found where it is written, whatever stands before it.
        #[test]
        fn locate_finds_each_character_by_what_its_place_says(
            pieces in prop::collection::vec((any::<char>(), 0u8..3), 0..12),
        ) {
            let mut raw = String::from("\"");
            let mut places = Vec::new();
            for (c, form) in &pieces {
                let is_plain = !c.is_control() && !"\"\\".contains(*c);
                let start = raw.len();
                match form {
                    0 if is_plain => raw.push(*c),
                    1 if u32::from(*c) < 0x1_0000 => {
                        raw.push_str(&format!("\\u{:04X}", u32::from(*c)));
                    }
                    _ => raw.push_str(&format!("\\U{:08X}", u32::from(*c))),
                }
                places.push((*c, start..raw.len()));
            }
            raw.push('"');
            let value: toml::Value = raw.parse().expect("a text");
            let said: String = pieces.iter().map(|(c, _)| *c).collect();
            prop_assert_eq!(value.as_str(), Some(said.as_str()));
            let mut at = 0;
            for (c, place) in places {
                prop_assert_eq!(locate(&raw, at..at + c.len_utf8()), place);
                at += c.len_utf8();
            }
        }

        #[test]
        fn locate_any_text_stays_inside(
            raw in "[\"'\\\\a-cuéx0-9\n ]{0,20}",
            start in 0usize..30,
            len in 0usize..30,
        ) {
            let place = locate(&raw, start..start + len);
            prop_assert!(raw.get(place.clone()).is_some(), "{:?}", place);
        }
    }
}
