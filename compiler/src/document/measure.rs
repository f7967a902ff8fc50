//! How much a text would ask of the reader, found in one pass without reading it: the reader builds
//! all of its tree before anybody can stop it. It judges no syntax.

use crate::limits::SOURCE_LINE_BYTES_MAX;

/// What a text would ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// Words, signs, texts, spaces and line ends: each costs the reader some memory.
    pub(super) tokens: u64,
    /// Where the first line begins that is too long, and its bytes.
    pub(super) long_line: Option<(usize, usize)>,
}

impl Measure {
    /// Measures a text.
    ///
    /// Cost: some nanoseconds a byte, no memory.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut measure = Self::default();
        let (mut at, mut line) = (0, 0);
        while let Some(first) = bytes.get(at) {
            let next = at + token_len(&bytes[at..]);
            measure.tokens += 1;
            // A line's end, or a text of several lines: no other token has an end in it.
            if matches!(first, b'\n' | b'"' | b'\'') {
                for offset in ends(&bytes[at..next]) {
                    measure.end_line(line, at + offset);
                    line = at + offset + 1;
                }
            }
            at = next;
        }
        measure.end_line(line, bytes.len());
        measure
    }

    fn end_line(&mut self, start: usize, end: usize) {
        if end - start > SOURCE_LINE_BYTES_MAX && self.long_line.is_none() {
            self.long_line = Some((start, end - start));
        }
    }
}

fn ends(token: &[u8]) -> impl Iterator<Item = usize> {
    token.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at)
}

/// Bytes that no word holds.
const ENDS_WORD: [bool; 256] = {
    let mut ends = [false; 256];
    let mut rest: &[u8] = b" \t\r\n=,.[]{}\"'#";
    while let [first, more @ ..] = rest {
        ends[*first as usize] = true;
        rest = more;
    }
    ends
};

/// Bytes of the token that a rest begins with; at least one.
fn token_len(rest: &[u8]) -> usize {
    let run = |fits: fn(u8) -> bool| rest.iter().take_while(|byte| fits(**byte)).count();
    match rest[0] {
        b'"' | b'\'' => text_len(rest),
        b'#' => run(|byte| byte != b'\n'),
        b' ' | b'\t' => run(|byte| matches!(byte, b' ' | b'\t')),
        b'\n' | b'\r' | b'=' | b',' | b'.' | b'[' | b']' | b'{' | b'}' => 1,
        _ => run(|byte| !ENDS_WORD[usize::from(byte)]).max(1),
    }
}

/// Bytes of a text with its quotes, up to the end of the line or of the file where it is not closed.
fn text_len(rest: &[u8]) -> usize {
    let quote = rest[0];
    let is_block = rest.starts_with(&[quote; 3]);
    let mut at = if is_block { 3 } else { 1 };
    while at < rest.len() {
        match rest[at] {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !is_block => return at,
            byte if byte == quote && !is_block => return at + 1,
            byte if byte == quote && rest[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn measure_counts_what_the_reader_would() {
        let check = |text: &str, tokens: u64| {
            assert_eq!(Measure::of(text), Measure { tokens, long_line: None }, "{text:?}");
        };
        check("", 0);
        check("\n\n", 2);
        check("id = \"r\"\n", 6);
        check("# a = [1, 2]\nb=1", 5);
        check("[[routes]]", 5);
        check("a = '''x\ny, z'''", 5);
        check("a = \"x\\\", y\" # z", 7);
        check("a = \"never closed, [\nb", 7);
        check("a.b = [1,2]", 11);
        check("é = 1\r\n", 7);
    }

    #[test]
    fn measure_finds_the_first_line_that_is_too_long() {
        let long = "y".repeat(SOURCE_LINE_BYTES_MAX);
        assert_eq!(Measure::of(&format!("a\n{long}\nb")).long_line, None);
        let found = Some((2, SOURCE_LINE_BYTES_MAX + 1));
        assert_eq!(Measure::of(&format!("a\n{long}y\n{long}yy")).long_line, found);
        assert_eq!(Measure::of(&format!("'''{long}\n{long}'''")).long_line.map(|l| l.0), Some(0));
        assert_eq!(Measure::of(&format!("# {long}")).long_line.map(|l| l.0), Some(0));
    }

    proptest! {
        #[test]
        fn measure_of_any_text_ends_and_counts_no_more_than_its_bytes(
            text in "[\\[\\]{}=\"'a-c0-9.,#\\\\\n\r\té \u{feff}]{0,80}",
        ) {
            let measure = Measure::of(&text);
            prop_assert!(measure.tokens <= text.len() as u64);
            prop_assert!(text.is_empty() || measure.tokens > 0);
        }
    }
}
