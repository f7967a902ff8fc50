//! Looking up cookies. A request may send several `Cookie` fields and a name more than once: all of
//! them are seen, in order.

use super::Fields;

/// The values of all cookies of that name, as they came: quotes are part of them.
///
/// What has no `=` is no cookie; space around names and values is none of theirs.
///
/// Source: RFC 6265 §4.2.1, §5.4.
/// Cost: linear in the fields, no allocation.
pub fn values<'a, 'n>(
    fields: Fields<'a>,
    name: &'n [u8],
) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
    fields.all(b"cookie").flat_map(|value| value.split(|byte| *byte == b';')).filter_map(
        move |pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            let (key, value) = (pair.get(..at)?, pair.get(at + 1..)?);
            (trimmed(key) == name).then_some(trimmed(value))
        },
    )
}

fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Looks a cookie up in arbitrary bytes and asserts what holds for all of them.
#[doc(hidden)]
pub fn fuzz_cookies(data: &[u8]) {
    let (name, value) = data.split_at(data.len().min(2));
    let mut head = b"cookie: ".to_vec();
    let value = value.get(..value.len().min(60_000)).unwrap_or_default();
    head.extend_from_slice(value);
    let narrow = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
    let index = [super::FieldIndex {
        name_at: 0,
        name_len: 6,
        value_at: 8,
        value_len: narrow(value.len()),
    }];
    for found in values(Fields::new(&head, &index), name) {
        assert!(!found.contains(&b';'));
        assert_eq!(trimmed(found), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::FieldIndex;
    use proptest::prelude::*;

    fn found(lines: &[&str], name: &str) -> Vec<String> {
        let (mut head, mut index) = (Vec::new(), Vec::new());
        for line in lines {
            let name_at = head.len() as u16;
            head.extend_from_slice(b"Cookie: ");
            let (value_at, value_len) = (head.len() as u16, line.len() as u16);
            head.extend_from_slice(line.as_bytes());
            index.push(FieldIndex { name_at, name_len: 6, value_at, value_len });
        }
        let values = values(Fields::new(&head, &index), name.as_bytes());
        values.map(|value| String::from_utf8_lossy(value).into_owned()).collect()
    }

    #[test]
    fn cookies_all_of_a_name_are_found() {
        assert_eq!(found(&["a=1; b=2"], "b"), ["2"]);
        assert_eq!(found(&["a=1; a=2", "x=0;a=3"], "a"), ["1", "2", "3"]);
        assert_eq!(found(&["a=b=c"], "a"), ["b=c"]);
        assert_eq!(found(&["a=\"1\""], "a"), ["\"1\""]);
        assert_eq!(found(&[" a = 1 ;"], "a"), ["1"]);
        assert_eq!(found(&["a="], "a"), [""]);
        assert_eq!(found(&["a; =1; A=2"], "a"), [""; 0]);
        assert_eq!(found(&[""], ""), [""; 0]);
    }

    proptest! {
        #[test]
        fn cookies_of_any_bytes_are_looked_up(data in prop::collection::vec(any::<u8>(), 0..64)) {
            fuzz_cookies(&data);
        }

        #[test]
        fn cookies_that_were_sent_are_found(
            sent in prop::collection::vec(("[a-c]", "[!-:<-~]{0,4}"), 0..8),
            borders in prop::collection::vec(0..8_usize, 0..3),
        ) {
            // Any of them may begin a line of its own.
            let mut lines: Vec<String> = vec![String::new()];
            for (at, (name, value)) in sent.iter().enumerate() {
                if borders.contains(&at) {
                    lines.push(String::new());
                }
                let line = lines.last_mut().expect("a line");
                line.push_str(if line.is_empty() { "" } else { "; " });
                line.push_str(&format!("{name}={value}"));
            }
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            for name in ["a", "b", "c"] {
                let own = sent.iter().filter(|(known, _)| known == name);
                let expected: Vec<String> = own.map(|(_, value)| value.clone()).collect();
                prop_assert_eq!(found(&lines, name), expected);
            }
        }
    }
}
