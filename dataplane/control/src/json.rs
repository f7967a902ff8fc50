//! Writes JSON with its fields in a fixed order, straight into bytes; it never reads any.

//= RFC 8259 §7: quotation mark, backslash and controls are escaped; §8.1: the text is UTF-8.
/// Appends a JSON string. Bytes that are no UTF-8 become U+FFFD.
///
/// Beyond what JSON asks for, DEL and the controls and direction marks of Unicode are escaped,
/// so that a log shown on a terminal stays what it is.
pub(crate) fn string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        escaped(out, chunk.valid());
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    out.push(b'"');
}

fn escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut plain_from = 0;
    for (at, c) in text.char_indices() {
        let short = match c {
            '"' => Some(b'"'),
            '\\' => Some(b'\\'),
            '\n' => Some(b'n'),
            '\r' => Some(b'r'),
            '\t' => Some(b't'),
            _ => None,
        };
        if short.is_none() && !is_hidden(c) {
            continue;
        }
        out.extend_from_slice(bytes.get(plain_from..at).unwrap_or_default());
        plain_from = at + c.len_utf8();
        match short {
            Some(letter) => out.extend_from_slice(&[b'\\', letter]),
            None => hex_escape(out, c),
        }
    }
    out.extend_from_slice(bytes.get(plain_from..).unwrap_or_default());
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}')
}

/// All hidden characters lie in the basic plane: one escape each.
fn hex_escape(out: &mut Vec<u8>, c: char) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(DIGITS[(u32::from(c) >> shift & 15) as usize]);
    }
}

/// Appends a whole number in decimal.
pub(crate) fn number(out: &mut Vec<u8>, value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut left = value;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(at..).unwrap_or_default());
}

/// An object or an array that is being written.
///
/// Keys are ours and plain, so they are not escaped.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
    close: u8,
}

impl<'a> Writer<'a> {
    /// Opens an object.
    pub(crate) fn object(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_first: true, close: b'}' }
    }

    /// Opens an array.
    pub(crate) fn array(out: &'a mut Vec<u8>) -> Self {
        out.push(b'[');
        Self { out, is_first: true, close: b']' }
    }

    /// Starts the next element of an array; the caller writes it.
    pub(crate) fn element(&mut self) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        self.out
    }

    /// Starts the next field of an object; the caller writes its value.
    pub(crate) fn field(&mut self, key: &str) -> &mut Vec<u8> {
        let out = self.element();
        out.push(b'"');
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\":");
        out
    }

    /// A field that is text.
    pub(crate) fn text(&mut self, key: &str, value: &[u8]) {
        string(self.field(key), value);
    }

    /// A field that is text, or `null` when it is empty.
    pub(crate) fn text_or_null(&mut self, key: &str, value: &[u8]) {
        match value {
            b"" => self.null(key),
            _ => self.text(key, value),
        }
    }

    /// A field that is a whole number.
    pub(crate) fn number(&mut self, key: &str, value: u64) {
        number(self.field(key), value);
    }

    /// A field that is a whole number, or `null`.
    pub(crate) fn number_or_null(&mut self, key: &str, value: Option<u64>) {
        match value {
            Some(value) => self.number(key, value),
            None => self.null(key),
        }
    }

    /// A field that is `true` or `false`.
    pub(crate) fn truth(&mut self, key: &str, value: bool) {
        let word: &[u8] = if value { b"true" } else { b"false" };
        self.field(key).extend_from_slice(word);
    }

    /// A field that is `null`.
    pub(crate) fn null(&mut self, key: &str) {
        self.field(key).extend_from_slice(b"null");
    }

    /// Closes what was opened.
    pub(crate) fn close(self) {
        self.out.push(self.close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(text: &[u8]) -> String {
        let mut out = Vec::new();
        string(&mut out, text);
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    //= RFC 8259 §7
    #[test]
    fn string_escapes_what_could_hurt() {
        let check = |text: &[u8], expected: &str| assert_eq!(quoted(text), expected);
        check(b"plain", r#""plain""#);
        check(b"", r#""""#);
        check(br#"a"b\c"#, r#""a\"b\\c""#);
        check(b"a\nb\r\t\x00\x1b\x7f", r#""a\nb\r\t\u0000\u001b\u007f""#);
        check("bücher \u{202e}evil\u{2028}".as_bytes(), "\"bücher \\u202eevil\\u2028\"");
        check("a\u{61c}b\u{200e}c\u{200f}".as_bytes(), r#""a\u061cb\u200ec\u200f""#);
        check(b"\xff\xfea\xc3", "\"\u{fffd}\u{fffd}a\u{fffd}\"");
    }

    proptest! {
        #[test]
        fn string_of_any_bytes_reads_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = quoted(&bytes);
            let back: String = serde_json::from_str(&text).expect("valid JSON");
            prop_assert_eq!(back, String::from_utf8_lossy(&bytes).into_owned());
            let has_control = text.chars().any(char::is_control);
            prop_assert!(!has_control);
        }

        #[test]
        fn string_of_any_text_reads_back(text in "\\PC*|.*") {
            let back: String = serde_json::from_str(&quoted(text.as_bytes())).expect("valid JSON");
            prop_assert_eq!(back, text);
        }

        #[test]
        fn number_is_written_as_rust_writes_it(value in any::<u64>()) {
            let mut out = Vec::new();
            number(&mut out, value);
            prop_assert_eq!(out, value.to_string().into_bytes());
        }
    }

    #[test]
    fn object_keeps_its_order() {
        let mut out = Vec::new();
        let mut object = Writer::object(&mut out);
        object.text("z", b"1");
        object.number("a", 2);
        object.truth("t", true);
        object.text_or_null("n", b"");
        object.number_or_null("m", None);
        let mut array = Writer::array(object.field("list"));
        array.element().push(b'1');
        array.element().push(b'2');
        array.close();
        object.close();
        let expected = r#"{"z":"1","a":2,"t":true,"n":null,"m":null,"list":[1,2]}"#;
        assert_eq!(String::from_utf8(out).as_deref(), Ok(expected));
    }
}
