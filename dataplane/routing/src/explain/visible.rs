//! Foreign text on a line of a terminal.

use std::fmt::Write as _;

/// Whether a character is not seen, or changes how others are: controls of both sets, line ends of
/// Unicode, what turns the direction of writing, what has no width.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0xad | 0x61c
                | 0x115f..=0x1160
                | 0x180e
                | 0x200b..=0x200f
                | 0x2028..=0x202e
                | 0x2060..=0x206f
                | 0x3164
                | 0xfe00..=0xfe0f
                | 0xfeff
                | 0xffa0
                | 0xfff9..=0xfffb
                | 0xe0000..=0xe0fff
        )
}

/// A text on one line, whole: what is not seen stands there as an escape.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) {
            // Writing to a text cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_written_as_an_escape() {
        for (text, expected) in [
            ("a\u{1b}[2J\n", "a\\u{1b}[2J\\u{a}"),
            ("\u{80}\u{9b}31m\u{9f}\u{a0}", "\\u{80}\\u{9b}31m\\u{9f}\u{a0}"),
            ("a\u{202e}b\u{2066}c\u{200f}", "a\\u{202e}b\\u{2066}c\\u{200f}"),
            ("a\u{200b}b\u{feff}\u{2028}", "a\\u{200b}b\\u{feff}\\u{2028}"),
            ("é日", "é日"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }
}
