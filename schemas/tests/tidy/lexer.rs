//! Rust source as the rules need it: comments and the insides of literals blanked, line numbers
//! kept. It never builds a syntax tree.

/// Source text whose comments and literals are blank; as long, in lines, as what it came from.
pub(crate) fn code_of(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => block_comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' | b'b' | b'c' if !ends_in_word(&out) => prefixed_end(bytes, at).unwrap_or(at),
            b'\'' => char_end(bytes, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            out.push(byte);
            at += 1;
        } else {
            let literal = byte != b'/';
            out.extend(literal.then_some(b'"'));
            out.extend(bytes[at..end].iter().filter(|byte| **byte == b'\n'));
            out.extend(literal.then_some(b'"'));
            at = end;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn ends_in_word(out: &[u8]) -> bool {
    out.last().is_some_and(|byte| is_word(*byte))
}

/// Bytes that names are made of.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| from + at)
}

fn block_comment_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0);
    while at < bytes.len() {
        match bytes[at..] {
            [b'/', b'*', ..] => (at, depth) = (at + 2, depth + 1),
            [b'*', b'/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of `r"…"`, `br#"…"#`, `b"…"`, `b'…'`, `c"…"`; nothing where a name begins.
fn prefixed_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while matches!(bytes.get(at), Some(b'r' | b'b' | b'c')) && at < from + 2 {
        at += 1;
    }
    let raw = bytes[from..at].contains(&b'r');
    let hashes = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    match bytes.get(at + hashes)? {
        b'"' if raw => {
            let mut close = vec![b'"'];
            close.resize(hashes + 1, b'#');
            let body = at + hashes + 1;
            let end = bytes[body..].windows(close.len()).position(|window| window == close);
            Some(end.map_or(bytes.len(), |end| body + end + close.len()))
        }
        b'"' if hashes == 0 => Some(string_end(bytes, at)),
        b'\'' if hashes == 0 => char_end(bytes, at),
        _ => None,
    }
}

/// The end of a character literal; nothing for a lifetime.
fn char_end(bytes: &[u8], from: usize) -> Option<usize> {
    if bytes.get(from + 1) == Some(&b'\\') {
        let close = bytes[from + 3..].iter().position(|byte| *byte == b'\'')?;
        return Some(from + 3 + close + 1);
    }
    let text = std::str::from_utf8(bytes.get(from + 1..)?.get(..4.min(bytes.len() - from - 1))?);
    let width = match text {
        Ok(text) => text.chars().next()?.len_utf8(),
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&bytes[from + 1..from + 1 + error.valid_up_to()])
                .ok()?
                .chars()
                .next()?
                .len_utf8()
        }
        Err(_) => return None,
    };
    (bytes.get(from + 1 + width) == Some(&b'\'')).then_some(from + width + 2)
}

/// Code without the items under `#[cfg(test)]`, which become blank lines, and the names of the
/// modules in files of their own among them.
pub(crate) fn without_tests(code: &str) -> (String, Vec<String>) {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut modules = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        out.push_str(&rest[..at]);
        let item = &rest[at..];
        let end = item_end(item);
        out.extend(item[..end].chars().filter(|letter| *letter == '\n'));
        let declared = item[..end].strip_suffix(';').and_then(|text| text.rsplit_once("mod "));
        modules.extend(declared.map(|(_, name)| name.trim().to_owned()));
        rest = &item[end..];
    }
    out.push_str(rest);
    (out, modules)
}

/// Where an item ends that begins with attributes: at its `;`, or at the brace that closes it.
fn item_end(item: &str) -> usize {
    let (mut depth, mut brackets) = (0_usize, 0_usize);
    for (at, byte) in item.bytes().enumerate() {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && brackets == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 && brackets == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_literals_and_comments_are_blank() {
        let check = |source: &str, expected: &str| assert_eq!(code_of(source), expected);
        check("a // b\nc", "a \nc");
        check("a /* b /* c */\n d */ e", "a \n e");
        check(r#"f("x\"y") + 'a' + '\'' + b'z'"#, r#"f("") + "" + "" + """#);
        check("r#\"a\"b\"# c", "\"\" c");
        check("br\"\\\" c", "\"\" c");
        check("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}");
        check("'é' x", "\"\" x");
        check("for r in b {}", "for r in b {}");
    }

    #[test]
    fn without_tests_only_product_code_stays() {
        let (code, modules) = without_tests("a\n#[cfg(test)]\nmod tests { x }\nb\n");
        assert_eq!((code.as_str(), modules.len()), ("a\n\n\nb\n", 0));
        let (code, modules) = without_tests("#[cfg(test)]\nmod probe;\nc\n");
        assert_eq!((code.as_str(), modules), ("\n\nc\n", vec!["probe".to_owned()]));
    }
}
